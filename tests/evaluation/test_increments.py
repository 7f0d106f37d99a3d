"""Facts and roll-ups brought over step by step are those made anew, whatever happened in between: acts, corrections,
cases that moved, got another class, were merged or vanished (issue 7, item 2)."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from citygrid.cases import copying
from citygrid.cases.database import Connection, plain
from citygrid.evaluation import days, facts, recurring_links
from citygrid.process import Entry
from tests.evaluation.lives import timelines_of
from tests.evaluation.offices import simulated
from tests.process.walker import Walk


@pytest.fixture
def raw(city: None) -> Iterator[Connection]:
    with plain() as connection:
        facts.keep_days(connection, "Asia/Shanghai")
        recurring_links.keep_rule(connection, 20, 10)
        yield connection


def everything(connection: Connection) -> dict[str, list[Any]]:
    days.tidy(connection)
    tables = [f"evaluation_{kind}{name}" for kind in ("", "day_") for name in facts.NAMES]
    return {
        table: sorted(connection.execute(f"select * from {table}".encode()).fetchall(), key=repr) for table in tables
    }


def replaced(connection: Connection, stories: dict[UUID, list[Entry]]) -> None:
    """The cases as these entries tell them, in the place of what is there."""
    ids = list(stories)
    for name in ("entry", "item", "assignment", "head", "number", "media"):
        connection.execute(f"delete from cases_{name} where case_id = any(%s)".encode(), [ids])
    connection.execute("delete from cases_case where id = any(%s)", [ids])
    copying.copy(connection, timelines_of(stories.values()))


def grown(connection: Connection, entries: list[Entry], steps: int, chance: Random) -> int:
    """All that was recorded up to each of some moments, one after the other, brought over each time."""
    entries = sorted(entries, key=lambda one: (one.recorded_at, str(one.case), one.seq))
    cuts = [*sorted(chance.sample(range(1, len(entries)), steps - 1)), len(entries)]
    known: dict[UUID, list[Entry]] = {}
    brought = 0
    for begin, end in zip([0, *cuts], cuts, strict=False):
        for one in entries[begin:end]:
            known.setdefault(one.case, []).append(one)
        changed = {one.case for one in entries[begin:end]}
        replaced(connection, {case: known[case] for case in changed})
        brought += facts.refresh(connection)
    return brought


def agree(connection: Connection) -> dict[str, list[Any]]:
    kept = everything(connection)
    facts.rebuild(connection)
    anew = everything(connection)
    for table, rows in kept.items():
        assert rows == anew[table], table
    return kept


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_lives_that_grow_are_those_brought_over_at_once(raw: Connection, walks: list[Walk], seed: int) -> None:
    """Six steps through wild lives: requests, reworks, merged, dispatched anew, reopened."""
    walk = walks[seed - 1]
    entries = [entry for one in walk.story.entries.values() for entry in one]
    kinds = {entry.type for entry in entries}
    assert {"merge", "request", "approve", "redispatch", "rework", "reopen"} <= kinds, kinds
    assert grown(raw, entries, 6, Random(seed)) > len(walk.story.cases), "most cases were brought over more than once"
    kept = agree(raw)
    assert len(kept["evaluation_item"]) > 200


def test_ordinary_lives_with_what_comes_back(raw: Connection) -> None:
    """Recurrences are looked for when a case is filed; made anew they are the same."""
    entries = [entry for story in simulated(150, seed=5) for one in story.entries.values() for entry in one]
    grown(raw, entries, 6, Random(5))
    row = raw.execute("select count(*) from evaluation_recurrence").fetchone()
    assert row is not None and row[0] > 3
    agree(raw)


def test_corrections_by_hand_moves_and_removals(raw: Connection, walks: list[Walk]) -> None:
    """What an administrator mends in the rows, what leaves the city, what another class or place is found to be."""
    chance = Random(3)
    entries = [entry for one in walks[2].story.entries.values() for entry in one]
    grown(raw, entries, 2, chance)
    ids = [row[0] for row in raw.execute("select id from cases_case order by id").fetchall()]
    for step in range(6):
        some = chance.sample(ids, max(1, len(ids) // 4))
        changes = (
            ("update cases_case set class_id = 'cover' where id = any(%s)", [some]),
            ("update cases_case set district = 501, street = 13, community = 12 where id = any(%s)", [some]),
            ("update cases_item set done_at = done_at + %s where case_id = any(%s) and done_at is not null",
             [timedelta(hours=step), some]),
            ("update cases_assignment set exempt = not exempt where case_id = any(%s)", [some]),
            ("update cases_case set unit = 77, source = 'web' where id = any(%s)", [some]),
            ("with gone as (delete from cases_case where id = any(%s) returning id)"
             " delete from cases_head where case_id in (select id from gone)", [some[:2]]),
        )  # fmt: skip
        raw.execute(changes[step][0].encode(), changes[step][1])
        raw.execute("update cases_head set version = version where case_id = any(%s)", [some])
        assert facts.refresh(raw) == len(some)
    agree(raw)
