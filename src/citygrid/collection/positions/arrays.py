"""Arrays of numbers for PostgreSQL in its binary form, made of numpy's: a hundredth of the time of lists, which are
written and read again as text, number by number (`bench/positions.py`)."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from psycopg import Cursor
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = np.dtype([("dimensions", ">i4"), ("nulls", ">i4"), ("type", ">u4"), ("length", ">i4"), ("from", ">i4")])
_SIZE = 4
"""Bytes before each value, which hold its length; -1: null."""


class Array(bytes):
    """One dimension, as PostgreSQL sends and takes it."""

    type: int
    of: str


class BigInts(Array):
    type, of = 20, ">i8"


class Doubles(Array):
    type, of = 701, ">f8"


class Reals(Array):
    type, of = 700, ">f4"


class Booleans(Array):
    type, of = 16, "u1"


ARRAY_TYPES: dict[type[Array], int] = {BigInts: 1016, Doubles: 1022, Reals: 1021, Booleans: 1000}


def big_ints(values: ArrayLike, nulls: NDArray[np.bool_] | None = None) -> BigInts:
    """bigint[]; null where `nulls` is true."""
    return BigInts(_packed(BigInts, np.asarray(values, dtype=np.int64), nulls))


def doubles(values: NDArray[np.float64]) -> Doubles:
    """double precision[]."""
    return Doubles(_packed(Doubles, values, None))


def reals(values: NDArray[np.float64]) -> Reals:
    """real[]; NaN is null."""
    return Reals(_packed(Reals, values, np.isnan(values)))


def booleans(values: NDArray[Any], nulls: NDArray[np.bool_] | None = None) -> Booleans:
    """boolean[] of ones and zeros; null where `nulls` is true."""
    return Booleans(_packed(Booleans, values, nulls))


def take(cursor: Cursor[Any], kinds: Iterable[type[Array]] = tuple(ARRAY_TYPES)) -> Cursor[Any]:
    """The cursor, which sends these arrays from now on."""
    for kind in kinds:
        cursor.adapters.register_dumper(kind, _DUMPERS[kind])
    return cursor


def _packed(kind: type[Array], values: NDArray[Any], nulls: NDArray[np.bool_] | None) -> bytes:
    count = len(values)
    cells = np.empty(count, dtype=[("size", ">i4"), ("value", kind.of)])
    cells["size"], cells["value"] = cells.dtype["value"].itemsize, values
    some = nulls is not None and bool(nulls.any())
    head = np.array([(1 if count else 0, int(some), kind.type, count, 1)], dtype=_HEAD).tobytes()
    if not count:
        return head[:12]  # no dimension, so neither length nor lower bound
    if not some:
        return head + cells.tobytes()
    cells["size"][nulls] = -1
    table = cells.view(np.uint8).reshape(count, -1)
    kept = np.ones(table.shape, dtype=bool)
    kept[nulls, _SIZE:] = False
    return head + table[kept].tobytes()


class _Binary(Dumper):
    """The bytes as they are."""

    format = Format.BINARY

    def dump(self, obj: Any) -> bytes:
        return bytes(obj)


_DUMPERS = {kind: type(f"{kind.__name__}Dumper", (_Binary,), {"oid": oid}) for kind, oid in ARRAY_TYPES.items()}
