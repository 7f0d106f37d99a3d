"""A month of a large city: facts brought over, then all indicators, beside plain SQL over the same rows.

Lives are decided by the process in the invented city of its tests and written by the bulk writer; the facts are then
multiplied inside the database (another case id and unit for each copy). One connection, warm, median of 5. The bare
figure of a table of indicators is one statement written by hand for the same columns; that of refreshing is the COPY
of the cases that it follows."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bench import town
from django.db import connection as django_connection
from tests.process.city import LI, MONDAY, SANITATION, SUN, WANG, WHY, WORKS, WU, Story, photo

from citygrid.cases import copying
from citygrid.cases.copying import Timeline
from citygrid.cases.database import Connection, plain
from citygrid.evaluation import facts
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.periods import period
from citygrid.evaluation.tables import evaluate

LIVES, COPIES, ROUNDS = 1_000, 100, 5
MARCH = period(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("Asia/Shanghai"), datetime(2026, 5, 1, tzinfo=UTC))
HANDLING = (
    "handlings_due", "handlings", "handlings_on_time", "handlings_late", "handlings_overdue", "handlings_to_do",
    "handlings_opened", "handling_rate", "handling_on_time_rate",
)  # fmt: skip
BY_HAND = """select unit,
  count(*) filter (where done_at >= %(a)s and done_at < %(b)s and outcome = 'done'
    or opened_at < %(b)s and (done_at is null or done_at >= %(b)s) and due < %(b)s),
  count(*) filter (where done_at >= %(a)s and done_at < %(b)s and outcome = 'done'),
  count(*) filter (where done_at >= %(a)s and done_at < %(b)s and outcome = 'done' and not late),
  count(*) filter (where done_at >= %(a)s and done_at < %(b)s and outcome = 'done' and late),
  count(*) filter (where opened_at < %(b)s and (done_at is null or done_at >= %(b)s) and due < %(b)s),
  count(*) filter (where opened_at < %(b)s and (done_at is null or done_at >= %(b)s)),
  count(*) filter (where opened_at >= %(a)s and opened_at < %(b)s)
from evaluation_item where kind = 'handle' and duty = 'main' and not exempt group by unit"""


def rows() -> list[dict[str, Any]]:
    town.settle()
    with plain() as raw:
        copied, brought, cases = _write(raw)
        _multiply(raw)
        total = _one(raw, "select count(*) from evaluation_case")
        items = _one(raw, "select count(*) from evaluation_item")
        known = shipped()
        how = f"{total:,} cases, {items:,} work items, 300 units, one connection, warm"
        by_unit, by_area = Question(MARCH, "unit"), Question(MARCH, "area")
        params = {"a": MARCH.start, "b": MARCH.cut}
        hand = _median(lambda: raw.execute(BY_HAND, params).fetchall())
        scan = _median(
            lambda: [_one(raw, f"select count(*) from evaluation_{n} where derived = ''") for n in facts.NAMES]
        )
        found = [
            _row("facts brought over", cases / brought, "cases/s", cases / copied,
                 f"{cases:,} cases; bare: their COPY"),
            _row("a month, handling by unit", _median(lambda: evaluate(raw, known, by_unit, HANDLING)) * 1000, "ms",
                 hand * 1000, f"{how}; bare: written by hand", "<= 1.5x"),
            _row(f"a month, all {len(known.all)} indicators by unit",
                 _median(lambda: evaluate(raw, known, by_unit, list(known.all))) * 1000, "ms", scan * 1000,
                 f"{how}; bare: the rows only counted"),
            _row(f"a month, all {len(known.all)} indicators by district",
                 _median(lambda: evaluate(raw, known, by_area, list(known.all))) * 1000, "ms", scan * 1000,
                 f"{how}; bare: the rows only counted"),
            _row("nothing to bring over", _median(lambda: facts.refresh(raw)) * 1000, "ms",
                 _median(lambda: _one(raw, "select count(*) from cases_head")) * 1000, "bare: heads counted"),
        ]  # fmt: skip
        _clear(raw)
    return found


def _row(what: str, value: float, unit: str, bare: float, how: str, target: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {"what": what, "value": value, "unit": unit, "bare": bare, "how": how}
    if target:
        row |= {"target": target, "ok": value <= 1.5 * bare}
    return row


def _median(work: Callable[[], object]) -> float:
    work()
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def _one(raw: Connection, sql: str) -> int:
    row = raw.execute(sql.encode()).fetchone()
    return int(row[0]) if row is not None else 0


def _lives(chance: Random) -> list[Timeline]:
    found = []
    for number in range(LIVES):
        story = Story(now=MONDAY - timedelta(days=4) + timedelta(minutes=chance.randrange(25 * 1440)))
        story.id = _id(number)
        _live(story, chance)
        timeline = Timeline(story.id)
        for entry in story.entries[story.id]:
            timeline.add(entry, bytes(32))
        timeline.numbers.clear()  # the invented city has the same for all
        found.append(timeline)
    return found


def _id(number: int) -> UUID:
    return UUID(int=(0xBE << 120) + number)


def _live(story: Story, chance: Random) -> None:
    """Most are closed; some are late, reworked, returned, or still with the unit."""
    kind = chance.random()
    if kind < 0.6:
        story.closed()
    elif kind < 0.7:
        story.checked(result="not_fixed").later(minutes=9).do(WANG, "rework", reason=WHY)
    elif kind < 0.8:
        story.handling().later(days=3).do(SUN, "feed_back", media=[photo("late")])
    elif kind < 0.9:
        story.handling(body=WORKS).asked("return", WU).do(LI, "approve", granted=True)
        story.later(minutes=20).do(LI, "dispatch", body=SANITATION)
    else:
        story.handling()


def _write(raw: Connection) -> tuple[float, float, int]:
    """Seconds to COPY the cases and to bring their facts over, and how many they are."""
    facts.refresh(raw)
    timelines = _lives(Random(7))
    begun = time.perf_counter()
    copying.copy(raw, timelines)
    copied = time.perf_counter() - begun
    raw.execute("analyze cases_case, cases_item, cases_entry, cases_assignment, cases_head")
    begun = time.perf_counter()
    cases = facts.refresh(raw)
    return copied, time.perf_counter() - begun, cases


def _multiply(raw: Connection) -> None:
    for name in facts.NAMES:
        with django_connection.cursor() as cursor:
            columns = [
                c.name for c in django_connection.introspection.get_table_description(cursor, f"evaluation_{name}")
            ]
        changed = {
            "case_id": "md5(f.case_id::text || k)::uuid",
            "unit": "mod(abs(hashtext(f.case_id::text || k)), 300)",
        }
        picked = ", ".join(changed.get(c, f"f.{c}") for c in columns)
        raw.execute(
            f"insert into evaluation_{name} ({', '.join(columns)}) select {picked}"
            f" from evaluation_{name} f, generate_series(1, {COPIES}) k".encode()
        )
        raw.execute(f"vacuum analyze evaluation_{name}".encode())


def _clear(raw: Connection) -> None:
    """The copies are of no cases: the next reader brings over the real ones."""
    raw.execute(f"truncate {', '.join(f'evaluation_{n}' for n in facts.NAMES)}".encode())
    ids = [_id(number) for number in range(LIVES)]
    for table, column in (("case", "id"), *((t, "case_id") for t in ("head", "item", "entry", "assignment", "media"))):
        raw.execute(f"delete from cases_{table} where {column} = any(%s)".encode(), [ids])
