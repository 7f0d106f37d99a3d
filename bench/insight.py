"""Decision support among 1,000,000 cases (100,000 of them open) strewn over 20 by 20 kilometres and fifty classes,
half of them received in the last 30 days: what it costs to look a filed case up for a recurrence (回潮), to count the
squares of the heat, and to make each sheet as the page of a leader asks for it. CITYGRID_BENCH_CASES says how many.
One connection, warm, median of 3."""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench import queues, town
from bench.insight_rows import STREWN
from bench.timing import median

from citygrid.cases.database import Connection, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.evaluation import facts, facts_room, recurring_links
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.insight import asking, heat
from citygrid.evaluation.insight.catalogue import SHEETS
from citygrid.evaluation.periods import period

CASES = int(os.environ.get("CITYGRID_BENCH_CASES", "1000000"))
FILED = 500
_FILE = """
update cases_case c set filed_at = %(now)s, received_at = %(now)s
from (select id from cases_case where bucket = %(open)s and class_id is not null order by id limit %(most)s) n
where c.id = n.id and c.bucket = %(open)s returning c.id
"""
_CLOSED = """
insert into evaluation_stale select id from cases_case where bucket <> %(open)s and state = 'closed'
    order by closed_at desc offset 5000 limit %(most)s
"""
_UNKNOWN = "delete from evaluation_heat p using evaluation_stale s where p.case_id = s.case_id"
ASKED: tuple[tuple[str, str, dict[str, str], str], ...] = (
    ("will breach in 24 hours", "breaching", {"hours": "24"}, "with the chance of each"),
    ("workload of 28 days", "load", {}, "by unit"),
    ("true closing rate of 92 days", "closing", {}, "by unit, one closing of ten looked at again"),
    ("recurrences of 30 days", "recurrences", {}, "a page"),
    ("recurring places of a class, 30 days", "places", {"class": "class-7", "metres": "200", "least": "2"},
     "found and put together"),
    ("heat by class and week, 30 days", "heat", {}, "with the squares of its map"),
    ("the cases of a cell of the heat", "heat", {"open": "class-7~*"}, "a page of them, and how many there are"),
)  # fmt: skip


def rows() -> list[dict[str, Any]]:
    town.settle()
    now = datetime.now(UTC)
    if town.rows_of("select count(*) from cases_head") < CASES:
        queues.multiply(town.call(now), now, CASES, CASES // 10)
    with plain() as raw:
        begun = time.perf_counter()
        for text in STREWN:
            raw.execute(text.encode(), {"open": OPEN_BUCKET, "now": now})
        print(f"[bench] cases strewn in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        return [*_squares(raw, now), *_sheets(now), *_linking(raw, now)]


def _linking(raw: Connection, now: datetime) -> list[dict[str, Any]]:
    """What is filed is looked up among all that was closed, as `facts.refresh` does it for a list of changed cases."""
    recurring_links.keep_rule(raw, 20, 30)
    raw.execute(_FILE, {"open": OPEN_BUCKET, "now": now, "most": FILED})
    with raw.transaction():
        facts_room.enter(raw, facts.NAMES)
        raw.execute("insert into evaluation_stale select id from cases_case where filed_at = %s", [now])
        raw.execute("analyze evaluation_stale")
        filed = median(partial(recurring_links.link, raw, FILED))
        raw.execute("delete from evaluation_stale")
        raw.execute(_CLOSED, {"open": OPEN_BUCKET, "most": FILED})
        raw.execute("analyze evaluation_stale")
        known = median(partial(_linked, raw, "select 1"))
        arrived = median(partial(_linked, raw, _UNKNOWN))
        facts_room.leave(raw, facts.NAMES, FILED)
    asked = (
        ("recurrences: a filed case is looked up", filed, 10, "filed cases"),
        ("recurrences: an act on a closed case", known, 1, "closed cases that facts know"),
        ("recurrences: a closed case that is imported", arrived, 10, "unknown ones; who came back is drawn in"),
    )
    return [
        {"what": what, "value": took / FILED * 1000, "unit": "ms", "bare": None, "target": f"<= {most} ms",
         "ok": took / FILED * 1000 <= most, "how": f"{FILED} {how}, among {CASES:,}"}
        for what, took, most, how in asked
    ]  # fmt: skip


def _linked(raw: Connection, before: str) -> None:
    """As if it were done for the first time, each time."""
    with raw.transaction(force_rollback=True):
        raw.execute(before.encode())
        recurring_links.link(raw, FILED)


def _squares(raw: Connection, now: datetime) -> list[dict[str, Any]]:
    """The squares of the map for whoever sees everything, beside the same of the cases themselves, and beside counting
    the rows."""
    zone = zone_at(now)
    today = now.astimezone(zone).date()
    of = period(today - timedelta(days=29), today, zone, now)
    ask = partial(heat.cells, raw, of, str(zone), "true", [], 30.0)
    assert sum(n for _x, _y, n in ask(whole=True)) == sum(n for _x, _y, n in ask()) > 0
    bare = "select count(*) from cases_case where received_at >= %s and received_at < %s"
    beside = median(lambda: raw.execute(bare, [of.start, of.cut]))
    return [
        _row(what, median(partial(ask, whole=whole)), beside, target, how)
        for what, whole, target, how in (
            ("heat layer: squares of 30 days", True, 1, "who sees everything; bare: counting the rows"),
            ("heat layer: squares of 30 days, of a part", False, None, "read from the cases; bare: counting the rows"),
        )
    ]


def _sheets(now: datetime) -> list[dict[str, Any]]:
    leader = town.who("leader1", now)
    today = now.astimezone(zone_at(now)).date()
    month = {"from": str(today - timedelta(days=29)), "to": str(today)}
    found = []
    for what, name, words, how in ASKED:
        span = month if name in ("places", "heat") else {}
        asked = asking.read({**span, **words}, leader, now, SHEETS[name].days)
        sheet = SHEETS[name].make(asked)
        assert sheet.rows or name == "recurrences", name
        found.append(_row(what, median(partial(SHEETS[name].make, asked)), None, 2, f"{sheet.total:,} rows; {how}"))
    return found


def _row(what: str, value: float, bare: float | None, target: int | None, how: str) -> dict[str, Any]:
    row = {"what": what, "value": value, "unit": "s", "bare": bare, "how": f"{CASES:,} cases; {how}"}
    return row if target is None else row | {"target": f"<= {target} s", "ok": value <= target}
