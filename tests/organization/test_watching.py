"""Who is there, minute by minute: rosters, seats, stand-ins and leave against a naive oracle (S1-41, S0-43)."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from citygrid.organization.rosters.watching import (
    AWAY,
    NOBODY,
    SEVERAL,
    UNHELD,
    Held,
    People,
    Watch,
    first_of,
    holes,
    present,
    workers,
)

DAY = date(2026, 2, 28)
LI, WANG, ZHAO = 1, 2, 3
POST = 10


def moment(hours: float, day: date = DAY) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hours)


def watch(starts: float, ends: float, person: int | None = LI, key: int = 1, *, dated: bool = True) -> Watch:
    return Watch(key, "D1", POST, person, DAY, moment(starts), moment(ends), "S", dated)


SEATS = {POST: (Held(LI, moment(-1000), None), Held(WANG, moment(-1000), None))}


def test_a_person_who_no_longer_holds_the_post_is_not_there() -> None:
    gone = People({POST: (Held(LI, moment(-1000), moment(12)),)})
    assert present(watch(8, 16), moment(11.99), gone) == LI
    assert present(watch(8, 16), moment(12), gone) is None
    assert [(hole.starts, hole.why) for hole in holes([watch(8, 16)], moment(8), moment(16), gone)] == [
        (moment(12), UNHELD)
    ]


def test_leave_takes_the_shift_that_begins_on_the_day_past_midnight_too() -> None:
    away = People(SEATS, {LI: [(DAY, DAY)]})
    night = watch(22, 30)
    assert present(night, moment(29), away) is None
    assert present(night, moment(29), People(SEATS, {LI: [(DAY + timedelta(days=1),) * 2]})) == LI
    found = holes([night], moment(22), moment(30), away)
    assert [(hole.starts, hole.ends, hole.why, hole.persons) for hole in found] == [
        (moment(22), moment(30), AWAY, (LI,))
    ]


def test_a_stand_in_comes_and_goes_within_the_shift() -> None:
    people = People({POST: (*SEATS[POST], Held(ZHAO, moment(10), moment(12), LI))}, {LI: [(DAY, DAY)]})
    assert workers(watch(8, 16), people) == [
        (moment(8), moment(10), None),
        (moment(10), moment(12), ZHAO),
        (moment(12), moment(16), None),
    ]
    assert [hole.starts for hole in holes([watch(8, 16)], moment(8), moment(16), people)] == [moment(8), moment(12)]


def test_two_at_once_are_told_but_not_at_a_desk() -> None:
    both = [watch(8, 16), watch(12, 20, WANG, 2)]
    found = holes(both, moment(8), moment(20), People(SEATS))
    assert [(hole.starts, hole.ends, hole.why, hole.persons) for hole in found] == [
        (moment(12), moment(16), SEVERAL, (LI, WANG))
    ]
    assert holes(both, moment(8), moment(20), People(SEATS), many=True) == []


def test_dated_puts_standing_aside_even_when_nobody_works_it() -> None:
    standing = watch(0, 24, WANG, 1, dated=False)
    away = People(SEATS, {LI: [(DAY, DAY)]})
    found = first_of([standing, watch(8, 16, LI, 2)], moment(9), away)
    assert found is not None
    assert (found[0].key, found[1]) == (2, None)
    assert first_of([standing, watch(8, 16, LI, 2)], moment(17), away) == (standing, WANG)


spans = st.tuples(st.integers(-6, 30), st.integers(1, 14))


@given(
    made=st.lists(st.tuples(spans, st.sampled_from([LI, WANG, None]), st.booleans()), max_size=4),
    seats=st.lists(st.tuples(st.sampled_from([LI, WANG, ZHAO]), spans, st.sampled_from([None, LI, WANG])), max_size=4),
    away=st.lists(st.tuples(st.sampled_from([LI, WANG, ZHAO]), st.integers(-1, 1), st.integers(0, 1)), max_size=3),
    closed=st.frozensets(st.sampled_from([LI, WANG, ZHAO]), max_size=1),
    shift=st.tuples(st.integers(0, 23), st.integers(1, 12)),
)
def test_holes_are_exactly_the_hours_in_which_not_one_is_there(made, seats, away, closed, shift) -> None:
    """An oracle that looks at every hour, and knows nothing of intervals."""
    listed = [
        watch(begin, begin + length, person, key, dated=dated)
        for key, ((begin, length), person, dated) in enumerate(made, start=1)
    ]
    held = tuple(
        Held(person, moment(begin), moment(begin + length), absent) for person, (begin, length), absent in seats
    )
    leave = {who: [(DAY + timedelta(days=at), DAY + timedelta(days=at + more))] for who, at, more in away}
    people = People({POST: held}, leave, closed)
    opens, closes = moment(shift[0]), moment(shift[0] + shift[1])
    found = holes(listed, opens, closes, people)
    assert all(one.starts < one.ends for one in found)
    at = opens
    while at < closes:
        there = _there(listed, at, held, leave, closed)
        told = [one for one in found if one.starts <= at < one.ends]
        assert len(told) == (len(there) != 1), at
        if told:
            assert (told[0].why == SEVERAL) == (len(there) > 1)
            assert (told[0].why == NOBODY) == (not [w for w in listed if w.starts <= at < w.ends])
        first = first_of(listed, at, people)
        assert (first[1] if first else None) in (there or {None})
        at += timedelta(hours=1)


def _there(listed, at, held, leave, closed):
    on = [w for w in listed if w.starts <= at < w.ends]
    on = [w for w in on if w.dated] or on
    found = set()
    for one in on:
        seated = [s for s in held if s.since <= at and at < s.until]
        if one.person is None:
            order = [s.person for s in seated if s.stand_in_for is not None]
            order += [s.person for s in seated if s.stand_in_for is None]
        else:
            order = [s.person for s in seated if s.stand_in_for == one.person]
            order += [one.person] if one.person in {s.person for s in seated} else []
        fit = [p for p in order if p not in closed and not any(a <= DAY <= b for a, b in leave.get(p, ()))]
        found |= set(fit[:1])
    return found
