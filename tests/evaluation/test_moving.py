"""Which open cases move a unit's score most: counted by hand, and compared with what really comes of each (issue 7)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from citygrid.cases.database import plain
from citygrid.evaluation import moving
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import assembled
from citygrid.evaluation.computing import computed, judged
from citygrid.evaluation.moving import Moves
from citygrid.evaluation.periods import midnight, period
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.whatif import needed
from tests.cases import world as worlds
from tests.cases.kept_city import fresh, town_of
from tests.evaluation.test_scoring import MARCH, known

__all__ = ["fresh"]
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)

town = town_of()


def month_at(now: datetime) -> Any:
    return period(FIRST, LAST, zone_at(now), now)


def looked(world: worlds.World, now: datetime, unit: str = "west_sanitation") -> Moves:
    found = judged("department", month_at(now), now, more=lambda known, scheme: needed(scheme, known))
    key = (world.body(unit),)
    with plain() as connection:
        cases = moving.open_cases(connection, key[0], now)
        counts = found.definitions.counts_of(needed(found.scheme, found.definitions) + list(found.scheme.names_used()))
        added = moving.contributions(connection, counts, key[0], cases, month_at(now), now)
    return moving.moves(
        found.scheme, found.definitions, found.span, "departments", found.members["departments"], str(key[0]),
        found.counted.numbers[key], frozenset(), cases, added,
    )  # fmt: skip


def score(world: worlds.World, now: datetime, unit: str = "west_sanitation") -> SubjectScore:
    subject = str(world.body(unit))
    return next(row for row in computed("department", month_at(now), now).rows() if row.subject == subject)


def test_a_case_done_or_left_counted_by_hand(town: worlds.World) -> None:
    """One case closed in time: 10 + 30 + 30 + 30 = 100. Each open one, due tomorrow, left until the month's end: 1 of 2
    on time, 1 of 2 closed: 10 + 15 + 15 + 30 = 70. Both left: 10 + 10 + 10 + 30 = 60. Done in time: 100."""
    world = town
    world.closed()
    cases = [world.handling(), world.handling()]
    found = looked(world, world.now)
    assert [move.of.case for move in found.rows] == cases, "equal moves: the sooner due first"
    for move in found.rows:
        assert (move.done.shown, move.left.shown, move.by) == (Decimal("100.00"), Decimal("70.00"), 30)
        assert move.terms == ("closing", "on_time") and not move.of.late
    ends = [one.shown for one in (found.now, found.all_done, found.all_left)]
    assert ends == [Decimal("100.00"), Decimal("100.00"), Decimal("60.00")]


def test_what_was_told_is_what_comes(town: worlds.World) -> None:
    """The unit does one, as it was told, and leaves the other until the month is over."""
    world = town
    world.closed()
    first, second = world.handling(), world.handling()
    told = looked(world, world.now)
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", first, "feed_back", minutes=60, media=photos, culprit="unknown")
    assert score(world, world.now + timedelta(minutes=1)).total == told.rows[0].done.total
    again = looked(world, world.now + timedelta(minutes=1))
    assert [move.of.case for move in again.rows] == [second], "what is done moves nothing any more"
    over = midnight(date(2026, 4, 1), zone_at(world.now)) + timedelta(hours=1)
    assert score(world, over).total == again.rows[0].left.total == again.all_left.total


def test_one_that_is_overdue_can_only_be_done_late(town: worlds.World) -> None:
    """Past its limit: open it counts against handling and closing. Done now it is late, and open until it is closed:
    still 1 of 2 on time and 1 of 2 closed, so nothing is won but the end of the delay."""
    world = town
    world.closed()
    world.handling()
    late = world.now + timedelta(days=3)
    found = looked(world, late)
    (move,) = found.rows
    assert move.of.late and found.now.shown == Decimal("70.00")
    assert (move.done.shown, move.left.shown, move.by, move.terms) == (Decimal("70.00"), Decimal("70.00"), 0, ())


def test_a_stranger_s_case_moves_nothing_and_no_case_is_no_row(town: worlds.World) -> None:
    world = town
    world.closed()
    assert looked(world, world.now).rows == ()


def test_ranks_are_among_the_rivals() -> None:
    """Pure: two objects; the one asked passes the other with its case done, and not without."""
    book = assembled({})
    scheme, definitions = book.schemes["department"], book.definitions["department"]
    mine = {"filings": 60, "closings_due": 10, "closings": 8, "handlings_due": 10, "handlings_on_time": 8}
    rival = {"filings": 60, "closings_due": 10, "closings": 9, "handlings_due": 10, "handlings_on_time": 8}
    members = [known(book, "department", mine, "1"), known(book, "department", rival, "2")]
    case = moving.Open(UUID(int=1), "x", None, False)
    done = {"handlings_due": 2, "handlings_on_time": 2}
    left = {"handlings_due": 2}
    found = moving.moves(scheme, definitions, MARCH, "departments", members, "1", mine, frozenset(), [case],
                         {case.case: ({}, done, left)})  # fmt: skip
    (move,) = found.rows
    assert found.now.rank == 2 and (move.done.rank, move.left.rank) == (2, 2)
    assert (move.done.total, move.left.total) == (88, 83), "9 + 24 + 30 + 25, and 9 + 24 + 30 + 20"
    done = {"closings_due": 10, "closings": 10}
    found = moving.moves(scheme, definitions, MARCH, "departments", members, "1", mine, frozenset(), [case],
                         {case.case: ({}, done, {})})  # fmt: skip
    assert found.rows[0].done.rank == 1 and found.all_done.rank == 1 and found.all_left.rank == 2
