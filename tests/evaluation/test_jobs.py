"""What the jobs do: facts are there before a page asks, and the roll-ups lose the cells that came to nothing."""

from collections.abc import Iterator

import pytest

from citygrid.cases.database import Connection, plain
from citygrid.evaluation import facts, jobs
from tests.evaluation.lives import LATER
from tests.process.walker import Walk

CELL = """by, months, moment, day, number, word, person, body, district, standing, outcome, mode, late, exempt,
    reworks, recurrence, marked_urgent, marked_key, filed_at, derived"""
GROUPS = f"from evaluation_day_case group by {CELL} having"
EMPTY = f"select count(*) from (select {GROUPS} sum(n) = 0) empty"
"""Cells that came to nothing; a change is a row of its own until the night."""
SPLIT = f"select count(*) from (select {GROUPS} count(*) > 1) split"


@pytest.fixture
def raw(walked: list[Walk], db: None) -> Iterator[Connection]:
    with plain() as connection:
        yield connection


def number(connection: Connection, sql: str) -> int:
    row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return int(row[0])


def test_what_changed_is_brought_over_once(raw: Connection) -> None:
    cases = number(raw, "select count(*) from cases_head")
    jobs.bring_over(LATER)
    assert number(raw, "select count(*) from evaluation_case") == cases > 0
    assert jobs.bring_over(LATER) == 0
    raw.execute("update cases_head set version = version where version > 3")
    assert jobs.bring_over(LATER) == number(raw, "select count(*) from cases_head where version > 3")


def test_cells_that_came_to_nothing_leave_in_the_night(raw: Connection) -> None:
    jobs.bring_over(LATER)
    raw.execute("delete from cases_case c using cases_head h where h.case_id = c.id and h.version < 6")
    raw.execute("delete from cases_head where version < 6")
    facts.refresh(raw)
    assert number(raw, EMPTY) > 0
    jobs.clear(LATER)
    assert number(raw, EMPTY) == number(raw, SPLIT) == 0
    assert number(raw, "select count(*) from evaluation_day_case") > 0
