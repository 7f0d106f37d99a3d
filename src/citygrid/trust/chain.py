"""The hash chain: canonical bytes, a link, the root of many heads. Pure functions (DESIGN section 2, the
chain)."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes

SIZE = 32
GENESIS = bytes(SIZE)
ALGORITHMS = ("sha256", "sm3")

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_PLAIN = frozenset((str, int, bool, type(None)))


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the bytes that are hashed.

    TypeError for floats and whatever JSON (and jsonb) cannot hold exactly: other types, keys that are not
    text. ValueError for text with NUL or half a surrogate pair, which the database would not give back.
    """
    _check(value)
    text = _encode(value)
    if "\\u0000" in text:
        _refuse_nul(value)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("text with half a surrogate pair cannot be chained") from error


def link(previous: bytes, body: bytes, algorithm: str = "sha256") -> bytes:
    """The head after `body`, 32 bytes. `previous` is the head before, `GENESIS` for the first entry.

    `algorithm` is sha256, or sm3 where the city's profile asks for national algorithms.
    """
    if len(previous) != SIZE:
        raise ValueError(f"a head has {SIZE} bytes, not {len(previous)}")
    return digest(previous + body, algorithm)


def digest(content: bytes, algorithm: str = "sha256") -> bytes:
    """The hash of some bytes, 32 bytes long. ValueError for an algorithm that is not one of `ALGORITHMS`."""
    if algorithm == "sha256":
        return hashlib.sha256(content).digest()
    update, finish = _hasher(algorithm)
    update(content)
    return finish()


def algorithm_of(content: bytes, expected: bytes, likely: str = "sha256") -> str | None:
    """The algorithm that gives `expected` from the content, the likely one tried first; None when none does."""
    if digest(content, likely) == expected:
        return likely
    return next((one for one in ALGORITHMS if one != likely and digest(content, one) == expected), None)


def root(
    previous: bytes, day: date, heads: Iterable[tuple[UUID, int, bytes]], algorithm: str = "sha256"
) -> tuple[bytes, int]:
    """Root of (case, seq, head) in rising order of case, chained to the former root; with how many there
    were.

    ValueError when the heads are not in strictly rising order of (case, seq): a root must not depend on luck.
    """
    if len(previous) != SIZE:
        raise ValueError(f"a root has {SIZE} bytes, not {len(previous)}")
    update, finish = _hasher(algorithm)
    update(previous + day.isoformat().encode())
    count = 0
    last: tuple[bytes, int] = (b"", -1)
    for case, seq, head in heads:
        this = (case.bytes, seq)
        if this <= last:
            raise ValueError(f"heads out of order at {case} {seq}")
        if len(head) != SIZE:
            raise ValueError(f"a head has {SIZE} bytes, not {len(head)}")
        update(case.bytes + seq.to_bytes(8, "big") + head)
        last = this
        count += 1
    update(count.to_bytes(8, "big"))
    return finish(), count


def _hasher(algorithm: str) -> tuple[Callable[[bytes], None], Callable[[], bytes]]:
    if algorithm == "sha256":
        sha = hashlib.sha256()
        return sha.update, sha.digest
    if algorithm == "sm3":
        sm3 = hashes.Hash(hashes.SM3())
        return sm3.update, sm3.finalize
    raise ValueError(f"unknown chain algorithm {algorithm}")


def _check(value: Any) -> None:
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is dict:
        for key, inner in value.items():
            if type(key) is not str:
                raise TypeError(f"key {key!r} is not text")
            if type(inner) not in _PLAIN:
                _check(inner)
    elif kind is list or kind is tuple:
        for inner in value:
            if type(inner) not in _PLAIN:
                _check(inner)
    elif not isinstance(value, str | int):  # StrEnum, IntEnum: JSON writes their value
        raise TypeError(f"{kind.__name__} {value!r} has no canonical bytes")


def _refuse_nul(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("text with a NUL character cannot be chained")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_nul(key)
            _refuse_nul(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_nul(inner)
