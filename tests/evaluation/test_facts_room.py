"""A few changed cases among many: only their rows are read, whichever way they are brought over, and nothing is left
behind on the connection (issue 7, item 2)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from citygrid.cases import copying, partitions
from citygrid.cases.database import Connection, cursor, plain
from citygrid.evaluation import facts, facts_room, recurring_links
from tests.evaluation.lives import timelines_of
from tests.evaluation.test_increments import agree, everything
from tests.process.city import Story
from tests.process.walker import Walk


@pytest.fixture(scope="module")
def filled(base: None, django_db_blocker: Any, walks: list[Walk]) -> Iterator[None]:
    """The walks and the facts of them, for all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        partitions.forget()
        with plain() as connection:
            facts.keep_days(connection, "Asia/Shanghai")
            recurring_links.keep_rule(connection, 20, 10)
            copying.copy(connection, timelines_of(entries for one in walks for entries in one.story.entries.values()))
            facts.refresh(connection)
        yield
        transaction.set_rollback(True)
    partitions.forget()


@pytest.fixture
def raw(filled: None, city: None) -> Iterator[Connection]:
    with plain() as connection:
        yield connection


def changed(connection: Connection, many: int) -> list[UUID]:
    rows = connection.execute(
        "insert into evaluation_changed select case_id from cases_head order by case_id limit %s returning *", [many]
    ).fetchall()
    return [row[0] for row in rows]


def read(plan: dict[str, Any]) -> int:
    """Rows of cases that a plan met; not in what is asked of each row, which at this size may be looked up at once."""
    here = 0
    if plan.get("Parent Relationship") == "SubPlan":
        return 0
    if str(plan.get("Relation Name", "")).startswith("cases_"):
        here = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(here) + sum(read(one) for one in plan.get("Plans", ()))


@pytest.fixture
def many(raw: Connection) -> Connection:
    """Two thousand copies of an ordinary closed life beside the others."""
    row = raw.execute(
        "select c.id from cases_case c join cases_head h on h.case_id = c.id"
        " where c.state = 'closed' and h.version between 9 and 14 order by 1 limit 1"
    ).fetchone()
    assert row is not None
    raw.execute("create temp table copies as select gen_random_uuid() as id from generate_series(1, 2000)")
    for table, key in (("case", "id"), *((name, "case_id") for name in ("head", "item", "assignment", "entry"))):
        raw.execute(
            f"""insert into cases_{table} select made.* from cases_{table} r cross join copies k
                cross join jsonb_populate_record(r, jsonb_build_object('{key}', k.id)) made
                where r.{key} = %s""".encode(), row,
        )  # fmt: skip
    raw.execute("delete from evaluation_changed")
    raw.execute("analyze cases_head, cases_case, cases_item, cases_assignment, cases_entry")
    raw.execute("discard temp")
    raw.execute("deallocate all")  # planned before
    return raw


def test_one_case_among_many_reads_no_other(many: Connection) -> None:
    # Two thousand are read whole as soon as looked up: what shows is whether they can be looked up.
    many.execute("set local enable_hashjoin = off")
    many.execute("set local enable_mergejoin = off")
    facts_room.enter(many, facts.NAMES)
    many.execute("insert into evaluation_stale select case_id from cases_head order by case_id limit 1")
    for name in facts.NAMES:
        told = many.execute(f"explain (analyze, format json) execute evaluation_fill_{name}".encode()).fetchone()
        assert told is not None
        assert 0 < read(told[0][0]["Plan"]) < 5000, f"{name}: a tenth of what there is at most"


def asked(plan: dict[str, Any]) -> list[int]:
    """How often each summary over the entries of a case was made."""
    here = [int(plan["Actual Loops"])] if plan["Node Type"] == "Aggregate" else []
    return here + [times for one in plan.get("Plans", ()) for times in asked(one)]


@pytest.mark.parametrize("name", facts.NAMES)
def test_whose_a_case_is_is_asked_once_however_long_it_is(raw: Connection, name: str) -> None:
    """Asked for each of its rows, a case would cost the square of its entries."""
    facts_room.enter(raw, facts.NAMES)
    longest = "select case_id from cases_head order by version desc limit 1"
    (case,) = raw.execute(f"insert into evaluation_stale {longest} returning case_id".encode()).fetchone() or ()
    told = raw.execute(f"explain (analyze, format json) execute evaluation_fill_{name}".encode()).fetchone()
    assert told is not None
    times = asked(told[0][0]["Plan"])
    assert times and set(times) <= {0, 1}, times
    row = raw.execute("select count(*) from cases_entry where case_id = %s", [case]).fetchone()
    assert row is not None and row[0] > 100


@pytest.mark.parametrize(("few", "most"), [(10_000, 4 << 20), (0, 4 << 20), (10_000, 0)])
def test_each_way_brings_the_same_and_leaves_nothing(
    raw: Connection, few: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(raw)
    monkeypatch.setattr(facts_room, "FEW", few)
    monkeypatch.setattr(facts_room, "MOST", most)
    for many in (3, 40):
        assert len(changed(raw, many)) == many
        assert facts.refresh(raw) == many
        for table in ("stale", *(f"{way}_{name}" for way in ("come", "gone") for name in facts.NAMES)):
            assert raw.execute(f"select count(*) from evaluation_{table}".encode()).fetchone() == (0,), table
    assert everything(raw) == before
    agree(raw)


def test_what_was_taken_back_is_brought_over_the_next_time(raw: Connection) -> None:
    """The tables go with the transaction that made them, the plans stay."""
    raw.execute("discard temp")
    story = Story().closed()
    with pytest.raises(ZeroDivisionError), raw.transaction():
        copying.copy(raw, timelines_of([story.entries[story.id]]))
        assert facts.refresh(raw) == 1
        raise ZeroDivisionError
    copying.copy(raw, timelines_of([story.entries[story.id]]))
    assert facts.refresh(raw) == 1
    for name in facts.NAMES:
        text = f"select (select count(*) from evaluation_{{}}{name} where case_id = %s)"
        kept, live = (raw.execute(text.format(way).encode(), [story.id]).fetchone() for way in ("", "live_"))
        assert kept == live != (0,), name


def test_plans_that_the_driver_threw_away_are_made_again(raw: Connection) -> None:
    """Geocoding lets psycopg prepare its statements; after the next rollback psycopg deallocates everybody's."""
    assert len(changed(raw, 3)) == 3
    assert facts.refresh(raw) == 3  # the tables are there for good
    raw.prepare_threshold, before = 0, raw.prepare_threshold
    try:
        cursor(raw).execute("select 1")
    finally:
        raw.prepare_threshold = before
    with pytest.raises(ZeroDivisionError), raw.transaction():
        raise ZeroDivisionError
    assert raw.execute("select count(*) from pg_prepared_statements").fetchone() == (0,)
    assert len(changed(raw, 3)) == 3
    assert facts.refresh(raw) == 3
    agree(raw)
