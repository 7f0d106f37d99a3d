"""Seals over the audit: each binds the lines since the one before, so that none is altered or taken out unseen.

Lines are written by many at once and are bound a little later, in batches: a line waits for nobody. A line that was
committed late, with an id among bound ones, goes into the next seal. What the newest exported seal binds is certain.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from citygrid.trust import chain, exported
from citygrid.trust.algorithms import algorithm_at
from citygrid.trust.models import AuditRecord, AuditSeal

_LOCK = 0x7365616C
LATE = timedelta(hours=1)
"""No transaction that writes a line lasts so long; older lines that no seal binds were slipped in."""
MOST = 20_000
FIELDS = (
    "id",
    "at",
    "person",
    "seat",
    "post",
    "act",
    "subject_kind",
    "subject_id",
    "outcome",
    "code",
    "params",
    "address",
)


@dataclass(frozen=True, slots=True)
class SealFault:
    """`altered` (lines or seal), `unchained`, `unbound` (an old line in no seal), `missing` or `differs` (a file's)."""

    number: int
    code: str
    detail: str


def seal(now: datetime, algorithm: str | None = None) -> AuditSeal | None:
    """Bind the lines that no seal binds yet, 20,000 at most; None when there are none. `algorithm` None: the
    city's."""
    algorithm = algorithm or algorithm_at(now)
    with transaction.atomic():
        _lock()
        before = AuditSeal.objects.order_by("-number").first()
        lines = _unbound(now)[:MOST]
        if not lines:
            return None
        previous = bytes(before.root) if before else chain.GENESIS
        return AuditSeal.objects.create(
            number=before.number + 1 if before else 1,
            algorithm=algorithm,
            previous=previous,
            root=_root(previous, lines, algorithm)[0],
            lines=lines,
            last=lines[-1],
            made_at=now,
        )


def export(folder: Path) -> Path | None:
    """Write the newest seal into `audit-<number>.json`; that file is the proof for all lines before it."""
    newest = AuditSeal.objects.order_by("-number").first()
    if newest is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"audit-{newest.number:09d}.json"
    facts = {"seal": newest.number, "root": bytes(newest.root).hex(), "last": newest.last}
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(chain.canonical(facts) + b"\n")
    unfinished.replace(path)
    return path


def faults(now: datetime, folder: Path | None = None) -> Iterator[SealFault]:
    """Work every seal out again, look for lines in none, and compare with exported files."""
    previous, roots = chain.GENESIS, {}
    for number, one in enumerate(AuditSeal.objects.order_by("number").iterator(100), 1):
        if one.number != number or bytes(one.previous) != previous:
            yield SealFault(one.number, "unchained", "the seal before it is another")
        root, found = _root(bytes(one.previous), one.lines, one.algorithm)
        if found != len(one.lines):
            yield SealFault(one.number, "altered", f"{len(one.lines) - found} lines are missing")
        elif root != bytes(one.root):
            yield SealFault(one.number, "altered", "a line is not what was bound")
        previous = roots[one.number] = bytes(one.root)
    for line in _unbound(now - LATE, until=now - LATE):
        yield SealFault(0, "unbound", f"line {line} is old and in no seal")
    for number, code, detail in exported.differing(folder, "audit-*.json", "seal", roots):
        yield SealFault(number, code, detail)


def _unbound(now: datetime, until: datetime | None = None) -> list[int]:
    """Ids of lines in no seal, rising. Below the last line of the seals of more than an hour ago none is looked for
    when sealing; `until`: only lines older than that, and all of them."""
    with connection.cursor() as cursor:
        if until is None:
            cursor.execute("select coalesce(max(last), 0) from trust_auditseal where made_at < %s", [now - LATE])
            floor = cursor.fetchone()[0]
            when, params = "a.id > %s", [floor, floor]
        else:
            when, params = "a.at < %s", [until, 0]
        cursor.execute(
            f"select a.id from trust_auditrecord a where {when} and not exists"  # noqa: S608 - two fixed words
            " (select from (select unnest(lines) as line from trust_auditseal where last > %s) s where s.line = a.id)"
            " order by a.id",
            params,
        )
        return [row[0] for row in cursor.fetchall()]


def _root(previous: bytes, lines: Sequence[int], algorithm: str) -> tuple[bytes, int]:
    """The head after all lines, and how many of them there are."""
    head, count = previous, 0
    rows = AuditRecord.objects.filter(id__in=lines).order_by("id").values_list(*FIELDS)
    for row in rows.iterator(5000):
        head = chain.link(head, chain.canonical(_plain(row)), algorithm)
        count += 1
    return head, count


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """A line without floats and times: what was written as a number with a fraction is bound as its text."""
    return [json.dumps(v, sort_keys=True, default=str) if isinstance(v, dict) else _word(v) for v in row]


def _word(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
