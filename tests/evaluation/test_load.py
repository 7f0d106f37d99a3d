"""Workload against capacity: counted by hand, and each number opens to as many tasks."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.cases.database import plain
from citygrid.evaluation.insight import load
from citygrid.evaluation.insight.load import Load, good_day
from citygrid.evaluation.insight.paging import Cut
from citygrid.evaluation.periods import Period, period
from tests.evaluation.lives import LATER, SHANGHAI, simulated
from tests.evaluation.test_golden import late_feedback, story, told
from tests.process.city import MONDAY, SANITATION, WORKS

MARCH = period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, LATER)


def unit(open_: int, came: int, best: int, days: int = 10) -> Load:
    return Load(1, open_, 0, came, 0, days, best, 2, (open_,))


@pytest.mark.parametrize(
    ("days", "best"),
    [([], 0), ([0, 0], 0), ([3], 3), ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9), ([5, 0, 1, 0, 4, 2, 3], 5)],
)
def test_a_good_day_is_where_the_best_tenth_begins(days: list[int], best: int) -> None:
    assert good_day(days) == best


def test_days_to_clear_by_hand() -> None:
    """Thirty in hand, two come a day, five can be done: ten days. What only keeps up is never through."""
    assert unit(30, 20, 5).days_to_clear == 10
    assert unit(31, 20, 5).days_to_clear == 11
    assert unit(30, 50, 5).days_to_clear is None
    assert unit(0, 50, 5).days_to_clear == 0
    assert unit(30, 20, 5).per_head == Fraction(1)


def test_who_is_flagged() -> None:
    assert [unit(30, 20, 5).flagged(limit) for limit in (10, 9)] == [False, True]
    assert unit(1, 50, 5).flagged(366), "never"
    assert not unit(0, 0, 0).flagged(1), "nothing in hand"


@given(st.integers(0, 500), st.integers(0, 300), st.integers(0, 60), st.integers(1, 90))
def test_in_that_many_days_it_is_through_and_not_a_day_before(open_: int, came: int, best: int, days: int) -> None:
    one = unit(open_, came, best, days)
    need = one.days_to_clear
    if need is None:
        assert best <= one.inflow
    else:
        assert open_ + need * one.inflow <= need * best or open_ == 0
        assert need <= 1 or open_ + (need - 1) * one.inflow > (need - 1) * best


def loads(of: Period = MARCH) -> dict[int, Load]:
    with plain() as connection:
        found = load.loads(connection, of, "Asia/Shanghai", "true", [], LATER)
    return {one.unit: one for one in found}


def test_a_month_counted_by_hand(city: None) -> None:
    told(story(1).closed(), late_feedback(2), story(3).handling(), story(4).handling(body=WORKS))
    found = loads()
    sun, wu = found[SANITATION], found[WORKS]
    assert (sun.open, sun.late, sun.came, sun.done, sun.best) == (1, 1, 3, 2, 1)
    assert (wu.open, wu.came, wu.done, wu.best, wu.days_to_clear) == (1, 1, 0, 0, None)
    assert sun.days == 31 and sun.trend[-1] == sun.open


def test_each_number_opens_to_as_many_tasks(city: None) -> None:
    told(*simulated(80, seed=3))
    of = period(MONDAY.date() - timedelta(days=3), MONDAY.date() + timedelta(days=10), SHANGHAI, LATER)
    found = loads(of)
    assert sum(one.open for one in found.values()) > 5
    with plain() as connection:
        for body, one in found.items():
            for what, number in (("open", one.open), ("late", one.late), ("came", one.came), ("done", one.done)):
                rows = load.behind(connection, body, what, of, "true", [], Cut(1000))
                assert len(rows) == number == load.number(connection, body, what, of, "true", []), (body, what)
