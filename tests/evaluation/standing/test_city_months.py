"""Standing duties, the fund and the list for leaders go by the city's own months, here from the 21st to the 20th; and
the duties of two cities are read alike (S1-27, S0-62)."""

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import reverse

import citygrid.demo
from citygrid.evaluation import city_periods, cycles
from citygrid.evaluation.periods import CALENDAR, Months
from citygrid.evaluation.standing import city_files, duties, standings
from citygrid.evaluation.standing.spans import spans
from citygrid.evaluation.standing_models import FundCheck
from citygrid.evaluation.upkeep import funds, rules
from citygrid.evaluation.upkeep.rules import FILE
from citygrid.organization.models import Body
from citygrid.process.refusal import Refusal
from citygrid.rulebook.models import SchemeRow
from tests.cases import world as worlds
from tests.cases.kept_city import signed_in
from tests.evaluation.standing.conftest import who
from tests.evaluation.standing.test_funds import COVER, component

CITIES = (Path(citygrid.demo.__file__).parent / "city", worlds.FOLDER)
TWENTY_FIRST = Months(21, "last")
MAY = datetime(2026, 5, 25, 2, tzinfo=UTC)


def months_from(day: date) -> None:
    """From a day on the city's months run from the 21st to the 20th."""
    SchemeRow.objects.filter(code=cycles.CODE).delete()
    text = '[periods]\nmonth_first_day = 21\nmonth_named_by = "last"\n'
    SchemeRow.objects.create(code=cycles.CODE, text=text, valid_from=day)


@pytest.mark.parametrize("city", CITIES, ids=["demo", "second"])
def test_the_duties_of_each_city_are_good_and_have_periods_without_a_gap(city: Path) -> None:
    book, report = duties.read((city / "standing.toml").read_text(encoding="utf-8"))
    assert report.ok and book.duties and set(book.sets) == {one.set for one in book.duties.values()}
    assert rules.read((city / "upkeep.toml").read_text(encoding="utf-8"))[1].ok
    for duty in book.duties.values():
        for months in (CALENDAR, TWENTY_FIRST):
            found = list(spans(duty, duty.since, date(duty.since.year + 1, 12, 31), None, months))
            assert found[0].first == duty.since
            assert all((b.first - a.last).days == 1 for a, b in pairwise(found))


def test_the_two_cities_say_different_things() -> None:
    books = [duties.read((city / "standing.toml").read_text(encoding="utf-8"))[0] for city in CITIES]
    assert not set(books[0].sets) & set(books[1].sets)
    assert {one.least for one in books[0].sets.values()} != {one.least for one in books[1].sets.values()} or (
        {one.late for one in books[0].sets.values()} != {one.late for one in books[1].sets.values()}
    )


def test_a_monthly_duty_runs_to_the_twentieth() -> None:
    months_from(date(2026, 1, 1))
    found = [one.span for one in standings.owed(date(2026, 3, 1), date(2026, 5, 1), date(2026, 5, 1), ["market"])]
    assert [(one.first, one.last) for one in found] == [
        (date(2026, 3, 5), date(2026, 3, 20)), (date(2026, 3, 21), date(2026, 4, 20)),
        (date(2026, 4, 21), date(2026, 5, 20)),
    ]  # fmt: skip


def test_where_the_months_change_what_has_begun_goes_on_to_its_end() -> None:
    """Calendar months until the 10th of April, then from the 21st: April ends on the 30th as it was begun, the first
    month of the new kind that begins after the change is the 21st's."""
    months_from(date(2026, 4, 10))
    found = [one.span for one in standings.owed(date(2026, 3, 1), date(2026, 5, 25), MAY.date(), ["market"])]
    assert [(f"{one.first:%m-%d}", f"{one.last:%m-%d}") for one in found] == [
        ("03-05", "03-31"), ("04-01", "04-30"), ("04-21", "05-20"), ("05-21", "06-20")]  # fmt: skip


def test_the_overview_is_of_the_citys_month_and_names_its_days() -> None:
    months_from(date(2026, 1, 1))
    text = signed_in("evaluator1").get(reverse("evaluation:standing_month") + "?month=2026-04").content.decode()
    assert "?month=2026-03" in text and "?month=2026-05" in text
    assert city_periods.chosen("2026-04", MAY).first == date(2026, 3, 21)


def drafted(n: int, first: date, last: date | None = None, now: datetime = MAY) -> FundCheck | Refusal:
    unit = Body.objects.get(code="west_roads")
    return funds.draft(UUID(int=n), unit, first, "", who("evaluator1"), now, last)


@pytest.fixture
def register() -> None:
    """One cover from January on, another from 25 March, a third from 15 April."""
    assert city_files.keep(FILE, (worlds.FOLDER / FILE).read_text(encoding="utf-8"), date(2026, 1, 1)).ok
    component("A1", "west_roads", date(2026, 1, 1))
    component("A2", "west_roads", date(2026, 3, 25))
    component("A3", "west_roads", date(2026, 4, 15))


def test_a_month_of_the_fund_ends_on_the_twentieth(register: None) -> None:
    months_from(date(2026, 1, 1))
    made = drafted(1, date(2026, 3, 1))
    assert isinstance(made, FundCheck), made
    assert (made.first, made.last) == (date(2026, 2, 21), date(2026, 3, 20))
    assert made.content["lines"] == [[COVER, "井盖", "Covers", 1, "3.5", "3.50"]]
    assert "2026-03" in signed_in("leader1").get(reverse("evaluation:fund", args=[made.pk])).content.decode()


def test_two_months_count_each_component_for_each_month_it_was_there(register: None) -> None:
    """At the end of March two, of April three: five times 3.50."""
    made = drafted(1, date(2026, 3, 1), date(2026, 4, 30))
    assert isinstance(made, FundCheck), made
    assert made.content["lines"] == [[COVER, "井盖", "Covers", 5, "3.5", "17.50"]]
    assert [one[:2] for one in made.content["months"]] == [["2026-03", "2026-03-31"], ["2026-04", "2026-04-30"]]
    client = signed_in("leader1")
    address = reverse("evaluation:fund_components", args=[made.pk]) + f"?class={COVER}&day="
    counts = [client.get(address + day).content.decode().count("<tr data-row") for day in ("2026-03-31", "2026-04-30")]
    assert counts == [2, 3] and sum(counts) == 5


def test_no_day_is_paid_twice_and_only_whole_months_are(register: None) -> None:
    assert isinstance(drafted(1, date(2026, 3, 1)), FundCheck)
    quarter = drafted(2, date(2026, 3, 1), date(2026, 4, 30))
    assert isinstance(quarter, Refusal) and quarter.code == "overlaps" and quarter.params["period"] == "2026-03"
    week = drafted(3, date(2026, 4, 6), date(2026, 4, 12))
    assert isinstance(week, Refusal) and week.code == "not_months"
    assert isinstance(drafted(4, date(2026, 4, 1)), FundCheck)


def test_the_form_takes_a_period_by_its_name(register: None) -> None:
    client = signed_in("evaluator1")
    typed = {"uid": str(UUID(int=7)), "unit": "west_roads", "month": "2025-Q4x", "reason": ""}
    refused = client.post(reverse("evaluation:funds"), typed)
    assert refused.status_code == 422 and "2025-Q4x" in refused.content.decode(), "what was typed stays"
    assert client.post(reverse("evaluation:funds"), typed | {"month": "2026-Q1"}).status_code == 302
    made = FundCheck.objects.get(pk=UUID(int=7))
    assert (made.first, made.last) == (date(2026, 1, 1), date(2026, 3, 31))


def test_the_list_for_leaders_is_of_the_citys_month() -> None:
    months_from(date(2026, 1, 1))
    text = signed_in("leader1").get(reverse("evaluation:leaders") + "?month=2026-04").content.decode()
    assert "?month=2026-03" in text and "?month=2026-05" in text
