"""The relay: turns outbox rows into what others do about them, in batches, and wakes live pages by NOTIFY.

A row is handled inside the transaction that marks it done, so what a handler writes in the database happens
exactly
once; what leaves the database (mail, webhooks) is a handler's job to queue. A row that fails is pushed
forward with back-off and in the end left for a person; it never stops the others.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

CHANNEL = "citygrid"
PAYLOAD = 7900
"""NOTIFY takes less than 8,000 bytes."""
MOST_TRIES = 12
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=6)

log = logging.getLogger(__name__)


class Delivered(NamedTuple):
    """An outbox row as a handler gets it."""

    id: int
    topic: str
    key: str
    payload: Mapping[str, Any]
    at: datetime
    tries: int


Handler = Callable[[Sequence[Delivered]], None]


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    done: int = 0
    failed: int = 0


_handlers: list[tuple[str, Handler]] = []


def register(prefix: str, handler: Handler) -> None:
    """`handler` gets all rows whose topic is `prefix` or begins with `prefix.`, in order; "" gets every row.

    It may raise: then its rows are tried one by one, and those that fail again are tried later.
    """
    if (prefix, handler) not in _handlers:
        _handlers.append((prefix, handler))


def unregister(prefix: str, handler: Handler) -> None:
    """Takes a handler out again (tests, shutting down)."""
    _handlers.remove((prefix, handler))


def run(now: datetime, batch: int = 200) -> Round:
    """Handles up to `batch` rows that are due; other relays may run at the same time. One transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        rows = _claimed(cursor, now, batch)
        if not rows:
            return Round()
        errors = _handled(rows)
        done = [row for row in rows if row.id not in errors]
        _settle(cursor, done, now)
        for row in rows:
            if row.id in errors:
                _push_forward(cursor, row, errors[row.id], now)
        announce(cursor, live_topics(done))
    return Round(len(done), len(errors))


def drain(now: datetime, batch: int = 200, rounds: int = 1000) -> Round:
    """Rounds until nothing is due at `now`; ends for certain, as what fails is due later."""
    done = failed = 0
    for _ in range(rounds):
        this = run(now, batch)
        done, failed = done + this.done, failed + this.failed
        if not this.done and not this.failed:
            break
    return Round(done, failed)


def wait_after(tries: int) -> timedelta:
    """How long a row waits after so many failures: 5 s, doubled each time, at most 6 h."""
    doublings = min(max(0, tries - 1), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def live_topics(rows: Iterable[Delivered]) -> list[str]:
    """What live pages listen for: `case:<id>` from topic and key, and what the payload's `push` names."""
    topics: dict[str, None] = {}
    for row in rows:
        topics[f"{row.topic.partition('.')[0]}:{row.key}"] = None
        topics.update(dict.fromkeys(str(topic) for topic in row.payload.get("push", ())))
    return list(topics)


def announce(cursor: CursorWrapper, topics: Sequence[str]) -> None:
    """NOTIFY with `{"topics": [...]}`, each under 8,000 bytes; delivered when the transaction commits."""
    for text in payloads(topics):
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, text])


def payloads(topics: Sequence[str], most: int = PAYLOAD) -> Iterator[str]:
    """The topics as JSON objects of at most `most` bytes each."""
    part: list[str] = []
    size = room = len(json.dumps({"topics": []}))
    for topic in topics:
        more = len(json.dumps(topic)) + 2
        if part and size + more > most:
            yield json.dumps({"topics": part})
            part, size = [], room
        part.append(topic)
        size += more
    if part:
        yield json.dumps({"topics": part})


def forget(before: datetime) -> int:
    """Deletes rows done before a moment. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from notices_outbox where done_at < %s", [before])
        return int(cursor.rowcount)


def given_up() -> int:
    """How many rows nobody could handle and a person must look at (health page)."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from notices_outbox where done_at is null and next_try is null")
        return int(cursor.fetchone()[0])


def _claimed(cursor: CursorWrapper, now: datetime, batch: int) -> list[Delivered]:
    cursor.execute(
        "select id, topic, key, payload, at, tries from notices_outbox"
        " where done_at is null and next_try <= %s order by next_try, id limit %s for update skip locked",
        [now, batch],
    )
    rows = [Delivered(*row) for row in cursor.fetchall()]
    return [row._replace(payload=_mapping(row.payload)) for row in rows]


def _mapping(payload: Any) -> Mapping[str, Any]:
    """Django's cursor hands jsonb over as text."""
    found = json.loads(payload) if isinstance(payload, str) else payload
    return found if isinstance(found, dict) else {}


def _handled(rows: Sequence[Delivered]) -> dict[int, str]:
    """Errors by row id. A row counts as handled when all its handlers took it; their writes go together."""
    try:
        with transaction.atomic():
            _hand_out(rows)
        return {}
    except Exception:
        log.info("a batch of %s failed, trying its rows one by one", len(rows), exc_info=True)
    errors: dict[int, str] = {}
    for row in rows:
        try:
            with transaction.atomic():
                _hand_out([row])
        except Exception as error:
            log.warning("outbox row %s (%s) failed", row.id, row.topic, exc_info=True)
            errors[row.id] = f"{type(error).__name__}: {error}"[:200]
    return errors


def _hand_out(rows: Sequence[Delivered]) -> None:
    for prefix, handler in _handlers:
        wanted = [row for row in rows if not prefix or f"{row.topic}.".startswith(f"{prefix}.")]
        if wanted:
            handler(wanted)


def _settle(cursor: CursorWrapper, rows: Sequence[Delivered], now: datetime) -> None:
    if rows:
        cursor.execute("update notices_outbox set done_at = %s where id = any(%s)", [now, [row.id for row in rows]])


def _push_forward(cursor: CursorWrapper, row: Delivered, error: str, now: datetime) -> None:
    tries = row.tries + 1
    later = now + wait_after(tries) if tries < MOST_TRIES else None
    cursor.execute(
        "update notices_outbox set tries = %s, next_try = %s, error = %s where id = %s",
        [tries, later, error.replace("\0", ""), row.id],
    )
