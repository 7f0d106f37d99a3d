"""Rosters by a pattern: rotations, weekdays, cycles of shifts (S0-43), against a naive count of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.organization.rosters.patterns import OFF, by_cycle, by_days, days, parse_cycle
from citygrid.process.refusal import Refusal

FIRST = date(2026, 1, 28)
LI, WANG, ZHAO = "li", "wang", "zhao"


def test_four_on_two_off_with_a_relief_leaves_no_day_and_doubles_none() -> None:
    cycle = parse_cycle("D*4 -*2", ["D"])
    assert not isinstance(cycle, Refusal)
    plan = by_cycle(cycle, FIRST, [LI, WANG], FIRST, FIRST + timedelta(days=11), step=4)
    assert [who for _day, _shift, who in plan] == [LI] * 4 + [WANG] * 2 + [LI] * 4 + [WANG] * 2


def test_two_shifts_go_round_four_people() -> None:
    cycle = parse_cycle("D N - -", ["D", "N"])
    assert not isinstance(cycle, Refusal)
    plan = by_cycle(cycle, FIRST, ["a", "b", "c", "d"], FIRST, FIRST + timedelta(days=3), step=1)
    on = {(day, shift): who for day, shift, who in plan}
    assert [on[FIRST + timedelta(days=n), "D"] for n in range(4)] == ["a", "b", "c", "d"]
    assert [on[FIRST + timedelta(days=n), "N"] for n in range(4)] == ["d", "a", "b", "c"]


def test_weekdays_give_the_first_or_all() -> None:
    week = FIRST + timedelta(days=6)
    only = by_days("D", lambda day: day.isoweekday() < 6, [LI, WANG], FIRST, week)
    assert [day.isoweekday() for day, _shift, _who in only] == [3, 4, 5, 1, 2]
    assert {who for _day, _shift, who in only} == {LI}
    assert len(by_days("D", lambda _day: True, [LI, WANG], FIRST, FIRST, one=False)) == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "no_cycle"), ("- -", "no_cycle"), ("D*0", "bad_cycle"), ("D*x", "bad_cycle"), ("E", "unknown_shift"),
     ("D*60 D*60", "no_cycle"), ("D*²", "bad_cycle")],
)  # fmt: skip
def test_what_is_no_cycle_is_said(text: str, code: str) -> None:
    answer = parse_cycle(text, ["D"])
    assert isinstance(answer, Refusal)
    assert answer.code == code
    assert "%(" not in str(answer)


def walked(cycle: list[str], anchor: date, day: date, offset: int) -> str:
    """Step from the anchor to the day, one day at a time."""
    at, now, step = 0, anchor + timedelta(days=offset), 1 if day >= anchor + timedelta(days=offset) else -1
    while now != day:
        now += timedelta(days=step)
        at = (at + step) % len(cycle)
    return cycle[at]


@given(
    cycle=st.lists(st.sampled_from(["D", "N", OFF]), min_size=1, max_size=9),
    anchor=st.integers(-40, 40),
    step=st.integers(0, 7),
    crew=st.integers(1, 4),
    start=st.dates(date(2024, 2, 20), date(2028, 3, 5)),
    length=st.integers(0, 45),
    one=st.booleans(),
)
def test_a_cycle_is_what_a_walk_from_day_to_day_gives(
    cycle: list[str], anchor: int, step: int, crew: int, start: date, length: int, one: bool
) -> None:
    last, begin = start + timedelta(days=length), start + timedelta(days=anchor)
    found = set(by_cycle(cycle, begin, list(range(crew)), start, last, step=step, one=one))
    wanted = set()
    for day in days(start, last):
        taken: set[str] = set()
        for person in range(crew):
            shift = walked(cycle, begin, day, person * step)
            if shift != OFF and not (one and shift in taken):
                wanted.add((day, shift, person))
                taken.add(shift)
    assert found == wanted
