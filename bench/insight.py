"""Decision support among 1,000,000 cases (100,000 of them open) strewn over 20 by 20 kilometres and fifty classes:
what it costs to look a filed case up for a recurrence (回潮), and each sheet as the page asks for it.
CITYGRID_BENCH_CASES says how many. One connection, warm, median of 3."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench import queues, town

from citygrid.cases.database import Connection, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.evaluation import recurring_links
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.insight import breaching, heat, places
from citygrid.evaluation.periods import Period, period

CASES = int(os.environ.get("CITYGRID_BENCH_CASES", "1000000"))
FILED, ROUNDS = 500, 3
_STREW = """
update cases_case c set point = point(random() * 20000, random() * 20000), class_id = 'class-' || floor(random() * 50),
    lon = (111 + random() * 0.2)::text, lat = (30 + random() * 0.2)::text,
    state = case when c.bucket = %(open)s then c.state else 'closed' end,
    received_at = %(now)s - random() * interval '60 days',
    closed_at = case when c.bucket = %(open)s then null else %(now)s - random() * interval '30 days' end,
    filed_at = case when c.bucket = %(open)s then null else %(now)s - interval '60 days' end
"""
_FILE = """
update cases_case c set filed_at = %(now)s, received_at = %(now)s
from (select id from cases_case where bucket = %(open)s and class_id is not null order by id limit %(most)s) n
where c.id = n.id and c.bucket = %(open)s returning c.id
"""


def rows() -> list[dict[str, Any]]:
    town.settle()
    now = datetime.now(UTC)
    if town.rows_of("select count(*) from cases_head") < CASES:
        queues.CASES, queues.OPEN = CASES, CASES // 10
        queues.multiply(town.call(now), now)
    with plain() as raw:
        begun = time.perf_counter()
        raw.execute(_STREW, {"open": OPEN_BUCKET, "now": now})
        raw.execute("analyze cases_case")
        print(f"[bench] cases strewn in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        return [*_linking(raw, now), *_sheets(raw, now)]


def _linking(raw: Connection, now: datetime) -> list[dict[str, Any]]:
    """What is filed is looked up among all that was closed, as `facts.refresh` does it for a list of changed cases."""
    recurring_links.keep_rule(raw, 20, 30)
    raw.execute(_FILE, {"open": OPEN_BUCKET, "now": now, "most": FILED})
    with raw.transaction():
        raw.execute("create temp table evaluation_stale (case_id uuid) on commit drop")
        raw.execute("insert into evaluation_stale select id from cases_case where filed_at = %s", [now])
        raw.execute("analyze evaluation_stale")
        value = _median(partial(recurring_links.link, raw)) / FILED * 1000
    return [{
        "what": "recurrences: a filed case is looked up", "value": value, "unit": "ms", "bare": None,
        "target": "<= 10 ms", "ok": value <= 10, "how": f"{FILED} filed cases among {CASES:,}",
    }]  # fmt: skip


def _sheets(raw: Connection, now: datetime) -> list[dict[str, Any]]:
    zone = zone_at(now)
    today = now.astimezone(zone).date()
    month = period(today - timedelta(days=29), today, zone, now)
    bare = _median(partial(_bare, raw, month))
    two = month.start, month.cut
    asked: list[tuple[str, Callable[[], object], float | None, str]] = [
        ("heat by class and week, 30 days", partial(heat.matrix, raw, "week", month, str(zone), "true", []), bare,
         "bare: counting the rows"),
        ("heat layer: squares of 30 days", partial(heat.cells, raw, month, str(zone), "true", [], 30.0), bare,
         "once in ten minutes for a scope; bare: counting the rows"),
        ("recurring places of a class, 30 days", partial(_places, raw, month), None, "found and put together"),
        ("will breach in 24 hours", partial(breaching.due_soon, raw, now, 24, "true", []), None, "the first 500"),
        ("recurrences of 30 days", partial(recurring_links.listed, raw, *two, "true", [], 301), None, "a page"),
    ]  # fmt: skip
    return [
        {"what": what, "value": value, "unit": "s", "bare": beside, "how": f"{CASES:,} cases; {how}",
         "target": "<= 2 s", "ok": value <= 2}
        for what, ask, beside, how in asked for value in [_median(ask)]
    ]  # fmt: skip


def _places(raw: Connection, of: Period) -> None:
    places.spots(places.cases(raw, of, "c.class_id = %s", ["class-7"]), 20, 3)


def _bare(raw: Connection, of: Period) -> None:
    raw.execute("select count(*) from cases_case where received_at >= %s and received_at < %s", [of.start, of.cut])


def _median(call: Callable[[], object]) -> float:
    call()
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)
