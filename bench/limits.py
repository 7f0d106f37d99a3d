"""What counting a request costs (web/limiting.py), for a stranger's address, for an access key, four at once.

The bare cost beside it is one round trip to the same database (`select 1`). For comparison: the same in Django's
database cache, which is what a ready-made limiter would use without another server.
`python -m bench.limits` (makes and drops tables of its own in DATABASE_URL).
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

from django.core.cache.backends.db import DatabaseCache  # noqa: E402 - Django's settings come first
from django.core.management.commands.createcachetable import Command  # noqa: E402
from django.db import connection  # noqa: E402

from citygrid.organization import tallies  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
CALLS, ASKERS = 2_000, 4
MOST = 1_000_000_000
TABLE = "create unlogged table {} (name varchar(80) primary key, starts bigint, number int) with (fillfactor = 50)"


def rows(calls: int = CALLS) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    now = datetime.now(UTC)
    with _tables():
        cache = DatabaseCache("bench_cache", {})
        cache.set("address", 0, 3600)
        bare = _each(calls, lambda n: _one())
        address = _each(calls, lambda n: tallies.count(f"public:{n % 200}", MOST, now))
        same = _each(calls, lambda n: tallies.count("public:one", MOST, now))
        key = _each(calls, lambda n: tallies.count("key:1", MOST, now, MOST))
        cached = _each(calls // 4, lambda n: cache.incr("address"))
        together = _together(calls, now)
    note = "one process, warm; bare: a round trip (select 1)"
    return [
        ("count a stranger's request", address, "ms", bare, f"200 addresses, {note}"),
        ("count one address only", same, "ms", bare, note),
        ("count a key's request", key, "ms", bare, f"minute and day in one statement, {note}"),
        ("count, four at once", together, "ms", bare, f"the same address from {ASKERS} connections; each waits"),
        ("count in Django's cache", cached, "ms", bare, "DatabaseCache.incr, for comparison; two at once lose counts"),
    ]


@contextmanager
def _tables() -> Iterator[None]:
    made = "organization_tally" not in connection.introspection.table_names()
    with connection.cursor() as cursor:
        if made:
            cursor.execute(TABLE.format("organization_tally"))
        cursor.execute("drop table if exists bench_cache")
    command = Command()
    command.verbosity = 0
    command.create_table("default", "bench_cache", False)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop table bench_cache")
            cursor.execute(
                "drop table organization_tally" if made else "delete from organization_tally where name like 'public:%'"
            )


def _one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        cursor.fetchone()


def _each(calls: int, ask: Callable[[int], object]) -> float:
    """Milliseconds of one call."""
    for n in range(50):
        ask(n)
    begun = time.perf_counter()
    for n in range(calls):
        ask(n)
    return (time.perf_counter() - begun) * 1000 / calls


def _together(calls: int, now: datetime) -> float:
    def asker(_number: int) -> float:
        try:
            return _each(calls // ASKERS, lambda n: tallies.count("public:same", MOST, now))
        finally:
            connection.close()

    with ThreadPoolExecutor(ASKERS) as pool:
        return sum(pool.map(asker, range(ASKERS))) / ASKERS


if __name__ == "__main__":
    for row in rows():
        print(*row, sep="\t")
