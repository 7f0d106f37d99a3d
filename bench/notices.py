"""Messages: what an act pays, what the relay makes of an entry, what a sender sends, each beside the bare rows.

A storm of deliveries is queued for one person; the gateway is a file, so that the rows are measured and no network."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bench import town
from django.conf import settings
from django.db import connection, transaction

from citygrid.messages import delivering, outbox, recipients, rules, sending
from citygrid.messages.models import Delivery
from citygrid.messages.people import To
from citygrid.messages.sending import Draft

STORM, BATCH = 10_000, 1_000


def rows() -> list[dict[str, Any]]:
    town.settle()
    now = datetime.now(UTC)
    one = town.who("calltaker1", now)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        before = settings.DATA, settings.MESSAGE_PROVIDERS
        settings.DATA, settings.MESSAGE_PROVIDERS = folder, {"sms": {"kind": "file", "path": "sms.jsonl"}}
        try:
            with transaction.atomic():
                recipients.keep_address(one.person.pk, "sms", "13900000009", now)
                found.append(_queue(one.person.pk, now))
                found.append(_act_in_a_storm(now))
                found.append(_send(now))
                transaction.set_rollback(True)
        finally:
            settings.DATA, settings.MESSAGE_PROVIDERS = before
    return found


def _queue(person: int, now: datetime) -> dict[str, Any]:
    """Drafts become notices and deliveries; bare: the same rows by one insert from unnest."""
    over = {"events": {"late": {"channels": ["in_app", "sms"], "quiet": False}}}
    known = rules.made(rules.merged(rules.shipped(), over))
    to = {"holder": [To(person=person)]}
    drafts = [Draft("late", f"storm:{n}", to, uuid4(), {"number": str(n)}) for n in range(STORM)]

    def ours() -> None:
        for start in range(0, STORM, BATCH):
            sending.send(drafts[start : start + BATCH], now, known)

    def bare() -> None:
        for start in range(0, STORM, BATCH):
            part = drafts[start : start + BATCH]
            with connection.cursor() as cursor:
                cursor.execute(
                    "insert into notices_delivery (key, event, case_id, params, channel, person, language, digest,"
                    " state, at, tries, error, detail, provider_id) select k, 'late', c, '{}', 'email', %s, 'en',"
                    " false, 'sent', %s, 0, '', '', '' from unnest(%s::uuid[], %s::uuid[]) u(k, c)",
                    [person, now, [uuid4() for _ in part], [one.case_id for one in part]],
                )
                cursor.execute(
                    "insert into notices_notice (person, case_id, code, params, at) select %s, c, 'bench', '{}', %s"
                    " from unnest(%s::uuid[]) u(c)",
                    [person, now, [one.case_id for one in part]],
                )

    value, beside = STORM / _seconds(ours), STORM / _seconds(bare)
    return _row("told into notices and deliveries", value, beside, "each a notice and a delivery, batches of 1,000")


def _act_in_a_storm(now: datetime) -> dict[str, Any]:
    """The outbox row of an act while 10,000 deliveries wait, beside the same row while none do (savepoint)."""
    def one() -> None:
        with connection.cursor() as cursor:
            outbox.add(cursor, [outbox.Message("bench.act", str(uuid4()), {})])

    full = statistics.median(_seconds(one) for _ in range(200))
    sid = transaction.savepoint()
    Delivery.objects.all().delete()
    empty = statistics.median(_seconds(one) for _ in range(200))
    transaction.savepoint_rollback(sid)
    return {
        "what": "an act's outbox row in a storm of 10,000", "value": full * 1000, "unit": "ms", "bare": empty * 1000,
        "target": "<= 1.5x of a calm day", "ok": full <= 1.5 * empty, "how": "median of 200, one connection",
    }  # fmt: skip


def _send(now: datetime) -> dict[str, Any]:
    """Claimed, worded, opened, sent into a file, noted; bare: claim and note alone."""

    def bare() -> None:
        with connection.cursor() as cursor:
            for _ in range(STORM // BATCH):
                cursor.execute(delivering._CLAIM, [now, now, BATCH])
                ids = [row[0] for row in cursor.fetchall()]
                note = "update notices_delivery set state = 'sent', sent_at = %s where id = any(%s)"
                cursor.execute(note, [now, ids])

    sid = transaction.savepoint()
    beside = STORM / _seconds(bare)
    transaction.savepoint_rollback(sid)
    value = STORM / _seconds(lambda: delivering.drain(now, batch=BATCH))
    assert not Delivery.objects.filter(state="queued").exists()
    return _row("deliveries sent", value, beside, "into a file, one sender, beside claim and note alone")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _row(what: str, value: float, bare: float, how: str) -> dict[str, Any]:
    ok = value >= 500
    return {"what": what, "value": value, "unit": "rows/s", "bare": bare, "target": ">= 500", "ok": ok, "how": how}
