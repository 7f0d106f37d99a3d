"""Whole days of the city's own time, the first and the last included."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citygrid.evaluation.periods import PeriodError, month_before, month_of, period
from tests.evaluation.lives import LATER, SHANGHAI, table, write
from tests.process.city import MONDAY, Story

FIRST = date(2026, 3, 2)


def test_midnight_of_the_city_not_of_greenwich() -> None:
    found = period(date(2026, 3, 21), date(2026, 4, 20), SHANGHAI, LATER)
    assert found.start == datetime(2026, 3, 20, 16, tzinfo=UTC)
    assert found.end == found.cut == datetime(2026, 4, 20, 16, tzinfo=UTC)


def test_a_day_of_23_hours_is_a_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = period(date(2026, 3, 29), date(2026, 3, 29), berlin, LATER)
    assert found.end - found.start == timedelta(hours=23)


def test_a_period_that_is_not_over_is_cut_now() -> None:
    now = datetime(2026, 3, 5, 3, tzinfo=UTC)
    assert period(FIRST, date(2026, 3, 31), SHANGHAI, now).cut == now
    future = period(date(2027, 1, 1), date(2027, 1, 2), SHANGHAI, now)
    assert future.cut == future.start


def test_the_wrong_way_round() -> None:
    with pytest.raises(PeriodError):
        period(date(2026, 3, 2), date(2026, 3, 1), SHANGHAI, LATER)


def test_months() -> None:
    assert month_of(date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert month_before(date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


def test_a_report_at_midnight_belongs_to_the_new_day(city: None) -> None:
    """Zhao reports at 24:00 of Monday on the city's clocks, Qian a microsecond before."""
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)
    for moment in (midnight, midnight - timedelta(microseconds=1)):
        story = Story(now=moment)
        story.id = type(story.id)(int=moment.microsecond + 77)
        write(story.reported().entries.values())

    def reports(first: date, last: date) -> object:
        return table("area", ["reports"], of=period(first, last, SHANGHAI, LATER)).total.values["reports"]

    assert (reports(FIRST, FIRST), reports(date(2026, 3, 3), date(2026, 3, 3)), reports(FIRST, date(2026, 3, 3))) == (
        1,
        1,
        2,
    )
    assert MONDAY.date() == FIRST
