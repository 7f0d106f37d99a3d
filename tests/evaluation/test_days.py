"""Roll-ups by day give the numbers of the facts, whoever they are for; kept step by step they are those made anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from citygrid.cases.database import Connection, plain
from citygrid.evaluation import asking, days, facts, rolled, rolled_cells
from citygrid.evaluation.counting import Question, count
from citygrid.evaluation.definitions import SUBJECTS, Count, shipped
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.tables import evaluate
from citygrid.organization.visibility import Scope
from tests.evaluation.lives import ALWAYS, LATER, SHANGHAI
from tests.evaluation.test_oracle import PERIODS
from tests.process.walker import Walk

ASKED = [("unit", "district"), ("post", "district"), ("class", "district"), ("source", "district"),
         ("area", "district"), ("area", "street"), ("area", "community"), ("collector", "district"),
         ("contractor", "district"), ("in_charge", "district"), ("centre", "district")]  # fmt: skip
WHOLE = [one for one in PERIODS if one.cut == one.end]
COUNTS = [one for one in shipped().all.values() if isinstance(one, Count)]


@pytest.fixture(scope="module")
def by_day(walked: list[Walk], django_db_blocker: Any) -> Iterator[None]:
    """The walks with their roll-ups, for all tests of this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with plain() as connection:
            facts.keep_days(connection, "Asia/Shanghai")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def raw(by_day: None, db: None) -> Iterator[Connection]:
    with plain() as connection:
        yield connection


def everything(connection: Connection) -> dict[str, list[Any]]:
    found = {}
    for name in facts.NAMES:
        rows = connection.execute(f"select * from evaluation_day_{name}".encode()).fetchall()
        found[name] = sorted(rows, key=repr)
    return found


@pytest.mark.parametrize(("by", "level"), ASKED)
def test_the_numbers_are_those_of_the_facts(raw: Connection, by: str, level: str) -> None:
    """All counts, each subject, a week or a month, with what was carried over from long before."""
    seen = 0
    for one in WHOLE:
        question = Question(one, by, level)
        assert rolled.days_of(raw, question)
        quick, slow = rolled.count(raw, COUNTS, question), count(raw, COUNTS, question)
        assert quick.numbers == slow.numbers
        assert quick.derived == slow.derived
        seen += sum(sum(numbers.values()) for numbers in slow.numbers.values())
    assert seen > 10_000


def test_every_shipped_count_is_told_by_the_roll_ups() -> None:
    assert [one.key for one in COUNTS if not rolled.tells(one)] == []


def test_kept_step_by_step_is_made_anew(raw: Connection) -> None:
    """Some items are done or moved, some cases go to another unit, some vanish: the days follow."""
    before = everything(raw)
    raw.execute("update cases_item set done_at = null, outcome = null, late = null where no = 3")
    raw.execute("update cases_item set due = due + interval '1 day', held = held + 60000000 where no = 4")
    raw.execute("update cases_case set unit = 77 where source = 'patrol'")
    changed = raw.execute("update cases_head set version = version where version > 3").rowcount
    raw.execute("delete from cases_case c using cases_head h where h.case_id = c.id and h.version < 6")
    gone = raw.execute("delete from cases_head where version < 6").rowcount
    assert changed > 20
    assert gone > 0
    assert facts.refresh(raw) >= changed
    days.tidy(raw)
    kept = everything(raw)
    assert kept != before
    for name in facts.NAMES:
        days.build(raw, name, "Asia/Shanghai")
    days.tidy(raw)
    assert everything(raw) == kept
    facts.rebuild(raw)
    days.tidy(raw)
    assert everything(raw) == kept


def test_days_are_whole_months_and_what_is_left() -> None:
    """From the 21st to the 20th over a year's end, a month, within a month, up to the last of one."""
    def told(first: date, last: date) -> list[tuple[bool, str, str]]:
        found = rolled_cells.spans(first, last)
        return [(months, since.isoformat(), until.isoformat()) for months, since, until in found]

    assert told(date(2026, 3, 1), date(2026, 3, 31)) == [(True, "2026-03-01", "2026-03-31")]
    assert told(date(2026, 3, 21), date(2026, 4, 20)) == [(False, "2026-03-21", "2026-04-20")]
    assert told(date(2026, 3, 2), date(2026, 3, 30)) == [(False, "2026-03-02", "2026-03-30")]
    assert told(date(2025, 11, 21), date(2026, 2, 20)) == [
        (False, "2025-11-21", "2025-11-30"), (True, "2025-12-01", "2026-01-31"), (False, "2026-02-01", "2026-02-20"),
    ]  # fmt: skip
    assert told(date(2025, 11, 5), date(2025, 12, 31)) == [
        (False, "2025-11-05", "2025-11-30"), (True, "2025-12-01", "2025-12-31"),
    ]  # fmt: skip


RUNNING = [
    period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, datetime(2026, 3, 13, 5, 7, 1, tzinfo=UTC)),
    period(date(2026, 2, 21), date(2026, 3, 20), SHANGHAI, datetime(2026, 3, 9, 16, tzinfo=UTC)),  # midnight
    period(date(2026, 3, 2), date(2027, 3, 1), SHANGHAI, datetime(2026, 3, 11, 15, 59, 59, tzinfo=UTC)),
    period(date(2026, 3, 2), date(2026, 3, 2), SHANGHAI, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),  # today alone
    period(date(2026, 3, 9), date(2026, 3, 31), SHANGHAI, datetime(2026, 3, 3, 9, 30, tzinfo=UTC)),  # to come
]


def same(connection: Connection, question: Question) -> int:
    """Both ways say the same; the sum of what they say."""
    quick, slow = rolled.count(connection, COUNTS, question), count(connection, COUNTS, question)
    assert quick.numbers == slow.numbers
    assert quick.derived == slow.derived
    assert quick.total == slow.total
    return sum(sum(numbers.values()) for numbers in slow.numbers.values())


@pytest.mark.parametrize(("by", "level"), ASKED)
def test_a_period_that_runs_is_days_that_are_over_and_today(raw: Connection, by: str, level: str) -> None:
    """Flows of the days before today come from the roll-ups; those of today, and what is open now, from few rows."""
    said = [same(raw, Question(one, by, level)) for one in RUNNING]
    assert said[0] > 1000
    assert [bool(rolled.days_of(raw, Question(one, by, level))) for one in RUNNING] == [True, True, True, False, False]


def test_a_running_period_is_not_counted_from_facts(raw: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are asked for today only."""
    asked: list[Period] = []

    def watched(connection: Connection, counts: Any, question: Question) -> Any:
        asked.append(question.period)
        return count(connection, counts, question)

    monkeypatch.setattr(rolled.counting, "count", watched)
    rolled.count(raw, COUNTS, Question(RUNNING[0], "unit"))
    assert {one.start for one in asked if one is not RUNNING[0]} == {datetime(2026, 3, 12, 16, tzinfo=UTC)}
    asked.clear()
    rolled.count(raw, COUNTS, Question(WHOLE[0], "unit"))
    assert asked == [WHOLE[0]], "of no count at all"


@pytest.mark.parametrize("by", ["unit", "contractor", "centre", "supervisor"])
def test_a_scope_of_bodies_is_told_by_the_days(raw: Connection, by: str) -> None:
    """Each body alone, several, one that has nothing, none: the same numbers as from the rows, and of nobody else."""
    everybody = sorted(key[0] for key in count(raw, COUNTS, Question(ALWAYS, by)).numbers if key[0] is not None)
    seen = 0
    for bodies in (*([one] for one in everybody), everybody, [-1], []):
        few = Scope(everything=False, bodies=frozenset(bodies), areas=frozenset(), person=1, post=1)
        for one in (WHOLE[0], WHOLE[-1], RUNNING[0]):
            question = Question(one, by, scope=few)
            assert rolled.days_of(raw, replace(question, by="unit" if by == "supervisor" else by))
            seen += same(raw, question)
    assert seen > 0 or by in ("supervisor", "contractor")


@pytest.mark.parametrize("by", SUBJECTS)
def test_every_indicator_says_the_same(raw: Connection, by: str) -> None:
    """All that is shipped, counts and what is made of them, with the total, of a month and of one that runs."""
    known, few = shipped(), Scope(everything=False, bodies=frozenset({10, 20}), areas=frozenset(), person=1, post=1)
    for of in (WHOLE[-1], RUNNING[0]):
        for scope in (None, few):
            question = Question(of, by, scope=scope)
            quick, slow = (evaluate(raw, known, question, list(known.all), how) for how in (rolled.count, count))
            assert quick.total == slow.total
            assert {row.key: row.values for row in quick.rows} == {row.key: row.values for row in slow.rows}
            assert len(quick.columns) == sum(by in known.subjects_of(key) for key in known.all)


def test_what_the_days_cannot_tell_is_counted_from_facts(raw: Connection) -> None:
    """Days of another zone, part of what classes count: the same numbers, from the rows."""
    abroad = period(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("Europe/Berlin"), LATER)
    few = Scope(everything=False, bodies=frozenset({10}), areas=frozenset(), person=1, post=1)
    for question in (Question(abroad, "unit"), Question(WHOLE[0], "class", scope=few)):
        assert rolled.days_of(raw, question) is None
        same(raw, question)


def test_another_zone_makes_other_days(raw: Connection) -> None:
    abroad = period(date(2026, 3, 3), date(2026, 3, 5), ZoneInfo("America/New_York"), LATER)
    facts.keep_days(raw, "America/New_York")
    assert rolled.days_of(raw, Question(abroad, "unit"))
    assert rolled.count(raw, COUNTS, Question(abroad, "unit")).numbers == count(
        raw, COUNTS, Question(abroad, "unit")
    ).numbers  # fmt: skip
    assert not rolled.days_of(raw, Question(WHOLE[1], "unit"))


def test_who_asks_makes_days_where_there_are_none_and_never_anew(raw: Connection) -> None:
    """Millions of rows take minutes: that another time zone holds is for the job."""
    facts.keep_days(raw, "America/New_York")
    there = raw.execute("select count(*) from evaluation_day_item").fetchone()
    question = Question(WHOLE[0], "unit")
    first = asking.ask(question, ["reports", "closings"])
    assert raw.execute("select zone from evaluation_day_zone").fetchall() == [("America/New_York",)]
    assert raw.execute("select count(*) from evaluation_day_item").fetchone() == there
    raw.execute("delete from evaluation_day_zone")
    assert asking.ask(question, ["reports", "closings"]) == first
    assert raw.execute("select zone from evaluation_day_zone").fetchall() == [(str(asking.zone_at(LATER)),)]


def test_a_city_count_that_asks_more_is_counted_from_facts(raw: Connection) -> None:
    where = (("kind", "=", "handle"), ("held", ">", 3_600_000_000))
    slow = Count("slow", ("慢", "slow"), ("慢", "slow"), "item", where, "done_at")
    assert not rolled.tells(slow)
    question = Question(WHOLE[0], "unit")
    found = rolled.count(raw, [slow, *COUNTS[:9]], question)
    assert found.numbers == count(raw, [slow, *COUNTS[:9]], question).numbers
    assert sum(numbers.get("slow", 0) for numbers in found.numbers.values()) > 5
