"""What trust costs: a link by SHA-256 and by SM3, rows sealed, texts compared with their digests, keys changed.

The bare cost of a link is hashlib's SHA-256 over the same bytes; of a comparison and of a change of keys the same rows
read or written without opening, hashing or sealing them, in the same run. Warm, one core, one connection."""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from bench import town
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from citygrid.trust import chain, redactable, rekeying

BenchRow = tuple[str, float, str, float | None, str]
AT = datetime(2026, 5, 6, tzinfo=UTC)
BODY = b'{"case":"%s","data":{' + b'"x":"0123456789",' * 50 + b"}}"
LINKS, ROWS, ROUNDS = 20_000, 4000, 3
READ = "select id, kind, salt, plain, key_name, sealed, digest, redacted_at from trust_redactable where id = any(%s)"


def rows() -> list[BenchRow]:
    """(name, value, unit, bare value of the same run, note) of each figure."""
    town.settle()
    bare = _rate(LINKS, lambda: [hashlib.sha256(chain.GENESIS + BODY).digest() for _ in range(LINKS)])
    links = {name: _rate(LINKS, partial(_link, name)) for name in chain.ALGORITHMS}
    note = f"an entry of {len(BODY)} bytes; bare: hashlib's SHA-256 of the same bytes"
    found: list[BenchRow] = [(f"link by {name}", rate, "1/s", bare, note) for name, rate in links.items()]
    with transaction.atomic():
        found += _texts()
        transaction.set_rollback(True)
    return found


def _texts() -> list[BenchRow]:
    kinds = (redactable.FREE_TEXT, redactable.CALLER_NAME, redactable.CALLER_PHONE)
    drafts = [redactable.draft(kinds[n % 3], f"人行道地砖破损 {n:011d}") for n in range(ROWS)]
    sealing = _rate(ROWS, lambda: [redactable.draft(kinds[n % 3], f"路灯不亮 {n:011d}") for n in range(ROWS)])
    redactable.put_many(drafts, AT)
    expected = {one.ref.id: one.ref.digest for one in drafts}
    ids = list(expected)
    compared = _rate(ROWS, lambda: [redactable.faulty(_part(expected, ids, n)) for n in range(0, ROWS, 1000)])
    read = _rate(ROWS, lambda: [_read(ids[n : n + 1000]) for n in range(0, ROWS, 1000)])
    sealed = [one.ref.id for one in drafts if one.kind != redactable.FREE_TEXT]
    before = [f"another secret {n}" for n in range(ROUNDS + 1)]
    rates = []
    for n in range(ROUNDS):
        with override_settings(PERSONAL_KEY=before[n], PERSONAL_KEYS_BEFORE=_former(before[:n])):
            rates.append(_once(len(sealed), lambda: list(rekeying.reseal())))
    rewritten = _rate(len(sealed), lambda: _rewrite(sealed))
    return [
        ("texts drafted", sealing, "1/s", None, "two of three sealed, no database"),
        ("verify: texts compared", compared, "1/s", read, "batches of 1,000, two of three sealed; bare: rows read"),
        ("rows sealed by a new key", max(rates), "1/s", rewritten, "batches of 1,000; bare: rows written back"),
    ]


def _link(algorithm: str) -> None:
    for _ in range(LINKS):
        chain.link(chain.GENESIS, BODY, algorithm)


def _former(secrets: list[str]) -> list[str]:
    """The keys of the rounds before, and the server's own."""
    return [*secrets, settings.PERSONAL_KEY]


def _part(expected: dict[UUID, bytes], ids: list[UUID], start: int) -> dict[UUID, bytes]:
    return {id: expected[id] for id in ids[start : start + 1000]}


def _read(ids: list[UUID]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ, [ids])
        return len(cursor.fetchall())


def _rewrite(ids: list[UUID]) -> None:
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        with connection.cursor() as cursor:
            cursor.execute("select id, key_name, sealed, lookup from trust_redactable where id = any(%s)", [part])
            columns = list(zip(*cursor.fetchall(), strict=True))
            cursor.execute(
                "update trust_redactable r set key_name = n.name, sealed = n.sealed, lookup = n.lookup"
                " from unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[]) n(id, name, sealed, lookup)"
                " where r.id = n.id",
                [list(map(_plain, column)) for column in columns],
            )


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _rate(count: int, work: Callable[[], object]) -> float:
    work()
    return max(_once(count, work) for _ in range(ROUNDS))


def _once(count: int, work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return count / (time.perf_counter() - begun)
