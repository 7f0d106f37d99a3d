"""Periods of duties: each day lies in exactly one, cut at the first and last day; golden ones by hand."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.standing.duties import EVERY, CheckLine, Duty, Wanted
from citygrid.evaluation.standing.spans import spans, state_of

DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))
PLAIN = Duty(
    "one", "set", ("一", "one"), "place", "", "", "unit", "", "week", 2, Wanted(), date(2026, 1, 1), None,
    ("好", "good"), (CheckLine("all", ("全", "all"), Fraction(10)),),
)  # fmt: skip


def days(duty: Duty, first: date, last: date) -> list[tuple[str, str, str]]:
    return [(f"{one.first:%m-%d}", f"{one.last:%m-%d}", f"{one.due:%m-%d}") for one in spans(duty, first, last)]


def test_golden_weeks_months_quarters() -> None:
    """2026-01-01 is a Thursday."""
    assert days(PLAIN, date(2026, 1, 1), date(2026, 1, 12)) == [
        ("01-01", "01-04", "01-06"), ("01-05", "01-11", "01-13"), ("01-12", "01-18", "01-20")]  # fmt: skip
    monthly = replace(PLAIN, every="month", since=date(2026, 1, 31), until=date(2026, 3, 10), days=0)
    assert days(monthly, date(2026, 1, 1), date(2026, 12, 31)) == [
        ("01-31", "01-31", "01-31"), ("02-01", "02-28", "02-28"), ("03-01", "03-10", "03-10")]  # fmt: skip
    quarterly = replace(PLAIN, every="quarter", since=date(2026, 2, 1), days=10)
    assert days(quarterly, date(2026, 11, 1), date(2026, 11, 2)) == [("10-01", "12-31", "01-10")]


@given(st.sampled_from(EVERY), DAYS, st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_each_day_of_a_duty_lies_in_exactly_one_period(every: str, since: date, live: int, back: int, on: int) -> None:
    """Whatever days are asked for: the periods touch, do not overlap, and hold every asked day of the duty."""
    until = since + timedelta(days=live)
    duty = replace(PLAIN, every=every, since=since, until=until)
    first = since - timedelta(days=200) + timedelta(days=back)
    last = first + timedelta(days=on)
    found = list(spans(duty, first, last))
    held = [one.first + timedelta(days=n) for one in found for n in range((one.last - one.first).days + 1)]
    assert len(held) == len(set(held)) and all(since <= day <= until for day in held)
    asked = [first + timedelta(days=n) for n in range(on + 1) if since <= first + timedelta(days=n) <= until]
    assert set(asked) <= set(held)
    assert all(one.first <= one.last <= one.due for one in found)


@given(DAYS, st.integers(-30, 60), st.none() | st.integers(-30, 60))
def test_a_period_has_one_state_and_only_gets_worse_until_it_is_filed(day: date, now: int, filed: int | None) -> None:
    [one] = list(spans(replace(PLAIN, since=date(1999, 1, 1)), day, day))
    today = day + timedelta(days=now)
    unfiled = [state_of(one, None, one.first + timedelta(days=n)) for n in range(12)]
    assert unfiled == sorted(unfiled, key=["open", "due", "overdue"].index)
    if filed is not None:
        on = day + timedelta(days=filed)
        assert state_of(one, on, today) == ("filed" if on <= one.due else "late")
