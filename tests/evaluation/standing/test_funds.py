"""A month of maintenance money (S0-62): from the register as of its last day; a second person; frozen with its hash."""

import io
from datetime import UTC, date, datetime
from uuid import UUID

import openpyxl
import pytest
from django.urls import reverse

from citygrid.basedata.models import ComponentVersion
from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing_models import FundCheck
from citygrid.evaluation.upkeep import fund_files, funds
from citygrid.evaluation.upkeep.rules import FILE
from citygrid.organization.models import Body
from citygrid.process.refusal import Refusal
from tests.cases.kept_city import signed_in
from tests.evaluation.standing.conftest import who

NOW = datetime(2026, 4, 2, 2, tzinfo=UTC)
COVER = "cjt214-2007:component:0101"
TEXT = f"""currency = "CNY"
scheme = ""
[[price]]
class_id = "{COVER}"
zh = "井盖"
en = "Covers"
price = 3.5
"""


def component(code: str, maintainer: str, on: date, version: int = 1, ended: bool = False, name: str = "") -> None:
    ComponentVersion.objects.create(
        code=code, class_id=COVER, maintainer=maintainer, maintainer_name=name, version=version, valid_from=on,
        ended=ended, at=NOW, why="survey",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def register() -> None:
    """On 31 March three of west_roads: one by its name, one that another had before, one that ended only in April."""
    report = city_files.keep(FILE, TEXT, date(2026, 3, 1))
    assert report.ok, [str(one) for one in report.problems]
    component("A1", "west_roads", date(2026, 1, 1))
    component("A2", "", date(2026, 1, 1), name="西区市政")
    component("A3", "east_roads", date(2026, 1, 1))
    component("A3", "west_roads", date(2026, 3, 31), 2)
    component("A4", "west_roads", date(2026, 1, 1))
    component("A4", "west_roads", date(2026, 2, 1), 2, ended=True)
    component("A5", "east_roads", date(2026, 1, 1))
    component("A6", "west_roads", date(2026, 4, 1))


def unit(code: str = "west_roads") -> Body:
    return Body.objects.get(code=code)


def drafted(n: int = 1, login: str = "evaluator1", reason: str = "") -> FundCheck | Refusal:
    return funds.draft(UUID(int=n), unit(), date(2026, 3, 1), reason, who(login), NOW)


def test_it_counts_the_register_as_it_was_on_the_last_day() -> None:
    made = drafted()
    assert isinstance(made, FundCheck), made
    assert made.content["lines"] == [[COVER, "井盖", "Covers", 3, "3.5", "10.50"]]
    assert str(made.amount) == "10.50" and made.day == date(2026, 3, 31)
    assert drafted() == made, "the same form again"
    early = funds.draft(UUID(int=9), unit(), date(2026, 4, 1), "", who("evaluator1"), NOW)
    assert isinstance(early, Refusal) and early.code == "not_over"


def test_a_second_person_confirms_and_then_it_is_frozen() -> None:
    made = drafted()
    assert isinstance(made, FundCheck)
    own = funds.confirm(made.pk, who("evaluator1"), NOW)
    assert isinstance(own, Refusal) and own.code == "same_person"
    done = funds.confirm(made.pk, who("leader1"), NOW)
    assert isinstance(done, FundCheck) and funds.genuine(done)
    assert isinstance(funds.drop(made.pk, who("evaluator1"), NOW), Refusal)
    again = drafted(2)
    assert isinstance(again, Refusal) and again.code == "no_reason"
    second = drafted(3, reason="a survey came late")
    assert isinstance(second, FundCheck) and second.version == 2
    FundCheck.objects.filter(pk=made.pk).update(amount=99)
    assert not funds.genuine(FundCheck.objects.get(pk=made.pk)), "what was altered is seen"


def test_figures_that_changed_meanwhile_are_not_confirmed() -> None:
    made = drafted()
    assert isinstance(made, FundCheck)
    component("A7", "west_roads", date(2026, 3, 30))
    answer = funds.confirm(made.pk, who("leader1"), NOW)
    assert isinstance(answer, Refusal) and answer.code == "changed"
    assert isinstance(funds.drop(made.pk, who("evaluator1"), NOW), FundCheck)
    assert isinstance(drafted(2), FundCheck)


def test_each_count_opens_to_its_components_and_the_files_say_the_same() -> None:
    made = drafted()
    assert isinstance(made, FundCheck)
    client = signed_in("leader1")
    page = client.get(f"{reverse('evaluation:fund_components', args=[made.pk])}?class={COVER}").content.decode()
    there = [code for code in ("A1", "A2", "A3", "A4", "A5", "A6") if f">{code}<" in page]
    assert page.count("data-row") == 3 and there == ["A1", "A2", "A3"]
    book = openpyxl.load_workbook(io.BytesIO(fund_files.xlsx(made)), data_only=False).worksheets[0]
    cells = [str(cell.value) for row in book.iter_rows() for cell in row if cell.value is not None]
    assert "=ROUND(B4*C4,2)" in cells and "3" in cells
    text = client.get(reverse("evaluation:fund_file", args=[made.pk, "csv"])).content.decode("utf-8-sig")
    assert "Covers,3,3.5,10.50" in text and text.rstrip().endswith("10.50")


@pytest.mark.parametrize("login", ["west_roads_desk", "east_roads_desk", "inspector1", "supervisor1"])
def test_units_and_inspectors_neither_see_nor_draft(login: str) -> None:
    made = drafted()
    assert isinstance(made, FundCheck)
    client = signed_in(login)
    for address in (reverse("evaluation:funds"), reverse("evaluation:fund", args=[made.pk]),
                    reverse("evaluation:fund_file", args=[made.pk, "xlsx"])):  # fmt: skip
        assert client.get(address).status_code == 403
