"""Months, quarters and years, those of the 21st too, and what they are compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.bulletins import spans
from citygrid.bulletins.content import KINDS, Span
from citygrid.bulletins.scheduling import first_on

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("kind", "day", "begins", "first", "last"),
    [("month", "2026-03-15", 1, "2026-03-01", "2026-03-31"), ("month", "2026-03-21", 21, "2026-03-21", "2026-04-20"),
     ("month", "2026-03-20", 21, "2026-02-21", "2026-03-20"), ("quarter", "2026-05-01", 1, "2026-04-01", "2026-06-30"),
     ("quarter", "2026-01-05", 21, "2025-12-21", "2026-03-20"), ("year", "2024-02-29", 1, "2024-01-01", "2024-12-31")],
)  # fmt: skip
def test_the_period_of_a_day(kind: str, day: str, begins: int, first: str, last: str) -> None:
    found = spans.span_of(kind, date.fromisoformat(day), begins)
    assert found == Span(date.fromisoformat(first), date.fromisoformat(last))


@given(st.sampled_from(KINDS), DAYS, st.integers(1, 28))
def test_periods_meet_without_gap_and_hold_their_day(kind: str, day: date, begins: int) -> None:
    found = spans.span_of(kind, day, begins)
    assert found.first <= day <= found.last
    assert spans.before(kind, found) == spans.span_of(kind, found.first - timedelta(days=1), begins)
    assert spans.newest_over(kind, day, begins).last == found.first - timedelta(days=1)


def test_a_year_before_of_a_february() -> None:
    assert spans.year_before(Span(date(2025, 2, 1), date(2025, 2, 28))) == Span(date(2024, 2, 1), date(2024, 2, 29))
    assert spans.year_before(Span(date(2026, 3, 21), date(2026, 4, 20))) == Span(date(2025, 3, 21), date(2025, 4, 20))


@given(DAYS, st.integers(1, 31))
def test_the_day_of_a_schedule_comes_within_a_month(after: date, number: int) -> None:
    found = first_on(number, after)
    assert after < found <= after + timedelta(days=31)
    assert found.day == number or (found.day < number and (found + timedelta(days=1)).day == 1)
