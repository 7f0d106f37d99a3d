"""Tables that are taken away: who may, within which scope; they say what the evaluation says (S0-04, S3-07)."""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.bulletins.sheet_reader import Reckoned
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in

MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """The second city with a closed case, one that is handled and one that is filed."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        world.closed()
        world.handling()
        world.filed()
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def test_the_workbook_says_what_the_interface_says() -> None:
    """Every score, rank and grade of the sheet is that of the CSV and of the exact tree, and every formula gives it."""
    client = signed_in("leader1")
    answer = client.get(f"{reverse('bulletins:scores_workbook')}?scheme=department&{MARCH}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    reckoned = Reckoned(answer.content)
    assert len(reckoned.all_formulas()) > 10 and reckoned.differences() == []
    page = load_workbook(io.BytesIO(answer.content), data_only=True)["Scores"]
    rows = {row[2]: row for row in page.iter_rows(max_col=5, values_only=True) if row[2] and row[0] != "Rank"}
    shown = client.get(f"{reverse('evaluation:scores')}?scheme=department&{MARCH}").context["groups"]
    objects = [one["row"] for group in shown for one in group["rows"]]
    assert objects
    for one in objects:
        rank, _code, _name, score, grade = rows[one.name]
        assert (grade or "") == one.grade
        assert rank == ("–" if one.rank is None else one.rank)
        assert score == "–" if one.shown is None else Decimal(str(score)) == one.shown


def test_monthly_tables_add_up_and_are_those_of_the_evaluation() -> None:
    client = signed_in("leader1")
    for by in ("source", "class", "area"):
        page = client.get(f"{reverse('bulletins:monthly')}?by={by}&{MARCH}")
        assert page.status_code == 200
        table = page.context["table"]
        *rows, total = table.rows
        assert total.total and total.cells[0].now == 3, "three cases were reported"
        for n in range(table.counts):
            assert sum(row.cells[n].now for row in rows if row.depth == 0) == total.cells[n].now
        assert [cell.before for cell in total.cells[: table.counts]] == [0] * table.counts
        assert all(cell.change is None for cell in total.cells), "nothing to compare with is the dash"


def test_the_monthly_workbook_reckons_its_sums() -> None:
    answer = signed_in("leader1").get(f"{reverse('bulletins:monthly_workbook')}?{MARCH}")
    reckoned = Reckoned(answer.content)
    assert len(reckoned.all_formulas()) > 20 and reckoned.differences() == []
    page = load_workbook(io.BytesIO(answer.content), data_only=True)
    assert len(page.sheetnames) == 3


def test_who_may_not_gets_nothing_and_a_bad_day_is_said() -> None:
    """A stranger is sent to sign in, a dispatcher has no evaluation; a wrong day is a sentence, not a table."""
    for name in ("tables", "scores_workbook", "monthly", "monthly_workbook"):
        address = reverse(f"bulletins:{name}")
        assert Client().get(address).status_code == 302
        assert signed_in("dispatcher1").get(address).status_code == 403
        assert signed_in("leader1").get(f"{address}?from=2026-03-31&to=2026-03-01").status_code == 422


def test_the_page_of_tables_leads_to_each() -> None:
    page = signed_in("leader1").get(f"{reverse('bulletins:tables')}?{MARCH}").content.decode()
    for name in ("scores_workbook", "monthly", "monthly_workbook"):
        assert reverse(f"bulletins:{name}") in page
