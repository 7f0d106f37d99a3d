"""A page of 50 work items among 1,000,000 cases (100,000 of them open), first and last page, beside the bare SQL; and
the desk as HTML beside its template alone. One connection, role call-taker, warm, median of 15.

The cases are copies of one reported case made inside the database (with an empty snapshot, which no list reads)."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bench import town
from django.db import connection
from django.template import Context, loader
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import setup_test_environment, teardown_test_environment

from citygrid.cases import partitions, queues
from citygrid.cases import rows as tables
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET

CASES, OPEN, ROUNDS = 1_000_000, 100_000, 15


def rows() -> list[dict[str, Any]]:
    town.settle()
    now = datetime.now(UTC)
    if town.rows_of("select count(*) from cases_head") < CASES:
        multiply(town.call(now), now)
    one = town.who("calltaker1", now)
    who = (one.person.pk, one.body.pk, one.role.code)
    last = _last_page(who)
    found = []
    for name, after in (("first page", None), ("last page", last)):
        ours, bare = _both(partial(queues.my_items, *who, after=after), partial(_bare, who, after))
        assert len(queues.my_items(*who, after=after)) == 50 == len(_bare(who, after))
        found.append({
            "what": f"50 work items, {name}", "value": ours, "unit": "ms", "bare": bare, "target": "<= 10, <= 2x",
            "ok": ours <= 10 and ours <= 2 * bare, "how": f"{CASES:,} cases, call-taker, one connection, warm",
        })  # fmt: skip
    return [*found, _html(one, now)]


def multiply(case: Any, now: datetime, cases: int = CASES, still: int = OPEN) -> None:
    """So many copies of a case with its rows: `still` open over 20 bodies' queues, the others closed two months ago."""
    closed = partitions.month_of(now.replace(day=1))
    names = {table: list(columns) for table, columns in (("cases_case", tables.CASE), ("cases_item", tables.ITEMS))}
    with plain() as raw, raw.transaction():
        partitions.ensure(raw, [closed])
        raw.execute("create temp table copies as select gen_random_uuid() id, n from generate_series(1, %s) n", [cases])
        new = {"id": "k.id", "case_id": "k.id", "snapshot": "'{}'::jsonb", "report_no": "'B' || k.n",
               "bucket": f"case when k.n <= {still} then r.bucket else date '{closed}' end",
               "sort_at": "r.sort_at + k.n * interval '1 second'", "due": "r.due + k.n * interval '1 second'",
               "received_at": "r.received_at - k.n * interval '1 second'",
               "body": "case when mod(k.n, 20) = 0 then r.body else r.body + 1 + mod(k.n, 20) end",
               "text_id": "null", "areas": "r.areas"}  # fmt: skip
        for table, columns in names.items():
            key = columns[0]
            picked = ", ".join(new.get(c, f"r.{c}") for c in columns)
            raw.execute(
                f"insert into {table} ({', '.join(columns)}) select {picked} from {table} r, copies k"
                f" where r.{key} = %s", [case],
            )  # fmt: skip
        raw.execute(
            "insert into cases_head select k.id, r.month,"
            f" case when k.n <= {still} then r.bucket else date '{closed}' end, r.version, r.head"
            " from cases_head r, copies k where r.case_id = %s", [case],
        )  # fmt: skip
    with connection.cursor() as run:
        run.execute("analyze cases_head, cases_case, cases_item")


_SQL = """select i.case_id, i.no, i.kind, i.main, i.body, i.role, i.person, i.opened_at, i.due, i.warn_at, i.sort_at,
      i.paused_at, i.provisional, c.report_no, c.case_no, c.state, c.class_id, c.safety, c.district, c.community,
      c.received_at, c.marks, t.plain, a.plain
    from (select * from cases_item where bucket = %s and body = %s and role = %s
            and (sort_at, case_id, no) > (%s, %s, %s)
          order by sort_at, case_id, no limit 50) i
      join cases_case c on c.id = i.case_id and c.bucket = i.bucket
      left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id
    order by i.sort_at, i.case_id, i.no"""


def _bare(who: tuple[int, int, str], after: queues.Key | None) -> list[Any]:
    key = after or (datetime(2000, 1, 1, tzinfo=UTC), "00000000-0000-0000-0000-000000000000", 0)
    with plain() as raw:
        return cursor(raw).execute(_SQL.encode(), [OPEN_BUCKET, who[1], who[2], *key]).fetchall()


def _last_page(who: tuple[int, int, str]) -> queues.Key:
    with plain() as raw:
        found = cursor(raw).execute(
            "select sort_at, case_id, no from cases_item where bucket = %s and body = %s and role = %s"
            " order by sort_at desc, case_id desc, no desc offset 50 limit 1", [OPEN_BUCKET, *who[1:]],
        ).fetchone()  # fmt: skip
    assert found is not None
    return found


def _html(one: Any, now: datetime) -> dict[str, Any]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(one.person)
    session = client.session
    session["seat"] = one.seat.pk
    session.save()
    kept: list[Any] = []

    def keep(sender: Any, template: Any, context: Any, **_: Any) -> None:
        if getattr(template, "name", "") == "cases/desk.html":
            kept.append(context.flatten())

    setup_test_environment(debug=False)
    template_rendered.connect(keep)
    answer = client.get("/")
    template_rendered.disconnect(keep)
    teardown_test_environment()
    assert answer.status_code == 200 and kept, answer.status_code
    template = loader.get_template("cases/desk.html").template
    page, alone = _both(lambda: client.get("/"), lambda: template.render(Context(dict(kept[0]))))
    return {"what": "the desk as HTML", "value": page, "unit": "ms", "bare": alone, "target": "<= 2 of its template",
            "ok": page <= 2 * alone, "how": "in process, 50 items, call-taker, warm"}  # fmt: skip


def _both(ours: Callable[[], Any], bare: Callable[[], Any]) -> tuple[float, float]:
    """Median milliseconds of each, taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 2):
        for slot, work in enumerate((ours, bare)):
            begun = time.perf_counter()
            work()
            times[slot].append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[0][2:]), statistics.median(times[1][2:])
