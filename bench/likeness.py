"""How fast a photo finds those that look like it, among two million (a year of a city of 2,000 collectors).

The rows are hashes by chance with one near the asked one in each hundred thousand; the bare cost beside it is the same
question without the index: every hash compared by `bit_count`. `python -m bench.likeness [ROWS]`.
"""

import os
import sys
import time
import uuid
from datetime import UTC, datetime
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

from django.db import transaction  # noqa: E402 - Django's settings come first

from citygrid.cases.database import Connection, plain  # noqa: E402
from citygrid.collection.evidence import likeness, perceiving  # noqa: E402
from citygrid.collection.evidence.rules import made, shipped  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
COUNT, ASKED, BARE = 2_000_000, 10, 3
AT = "2026-03-01 00:00:00+00"


class _Undo(Exception):  # noqa: N818 - carries nothing, takes the rows back
    pass


def rows(count: int = COUNT) -> list[BenchRow]:
    """(what, value, unit, bare value of the same run or None, note)."""
    found: list[BenchRow] = []
    try:
        with transaction.atomic(), plain() as connection:
            found += _measured(connection, count)
            raise _Undo
    except _Undo:
        return found


def _measured(connection: Connection, count: int) -> list[BenchRow]:
    bits, chance = made(shipped()).bits, Random(5)
    asked = [_number(chance) for _ in range(ASKED)]
    begun = time.perf_counter()
    _fill(connection, count, asked, chance, bits)
    filled = count / (time.perf_counter() - begun)
    connection.execute("analyze collection_likeness")
    ids = [uuid.uuid4() for _ in asked]
    for one, number in zip(ids, asked, strict=True):
        connection.execute(
            "insert into collection_likeness (media, view, hash, bands, at) values (%s, 0, %s, %s, %s)",
            [one, number, perceiving.bands(number), AT],
        )
    since = _moment()
    likeness.near(ids[0], bits, since)
    begun = time.perf_counter()
    hits = [likeness.near(one, bits, since) for one in ids]
    ours = (time.perf_counter() - begun) / ASKED * 1000
    assert all(found and max(one.bits for one in found) <= bits for found in hits), "each has one that was put there"
    begun = time.perf_counter()
    for number in asked[:BARE]:
        connection.execute(
            "select media from collection_likeness where bit_count((hash # %s::bigint)::bit(64)) <= %s", [number, bits]
        ).fetchall()
    bare = (time.perf_counter() - begun) / BARE * 1000
    note = f"{count:,} hashes, at most {bits} of 64 bits, one by one, warm; bare: every hash compared by bit_count"
    return [
        ("photos that look like a photo", ours, "ms", bare, note),
        ("hashes kept", filled, "1/s", None, "COPY with the index of bands in place"),
    ]


def _fill(connection: Connection, count: int, asked: list[int], chance: Random, bits: int) -> None:
    near = iter([_flipped(number, chance, bits) for number in asked])
    every = max(1, count // (ASKED + 1))
    statement = "copy collection_likeness (media, view, hash, bands, at) from stdin"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for place in range(count):
            number = next(near, None) if place % every == every - 1 else None
            number = _number(chance) if number is None else number
            copy.write_row((uuid.UUID(int=chance.getrandbits(128)), 0, number, perceiving.bands(number), AT))


def _number(chance: Random) -> int:
    return chance.getrandbits(64) - (1 << 63)


def _flipped(number: int, chance: Random, bits: int) -> int:
    plain_bits = number & (1 << 64) - 1
    for place in chance.sample(range(64), bits):
        plain_bits ^= 1 << place
    return plain_bits - (1 << 64) if plain_bits >> 63 else plain_bits


def _moment() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT):
        print(row)
