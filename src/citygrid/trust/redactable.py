"""Redactable rows: put, read, find, forget (DESIGN section 2: rules of trust).

A row is drafted first (`draft`, no database) so that an act can be decided on its reference, and stored only when the
act is not refused. Digest = SHA-256 or SM3 (`algorithms.py`) over salt, kind and text; a redacted row keeps it alone.
"""

import os
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from citygrid.trust import chain, forgetting, keys
from citygrid.trust.bigrams import bigrams

FREE_TEXT = "free_text"
CALLER_NAME = "caller_name"
CALLER_PHONE = "caller_phone"
PERSON_NAME = "person_name"
STAFF_ADDRESS = "staff_address"
SEALED = frozenset((CALLER_NAME, CALLER_PHONE, PERSON_NAME, STAFF_ADDRESS))
KINDS = SEALED | {FREE_TEXT}
SALT = 16
COLUMNS = ("id", "kind", "digest", "salt", "plain", "bigrams", "key_name", "sealed", "lookup", "made_at")
INSERT = f"insert into trust_redactable ({', '.join(COLUMNS)}) values "  # noqa: S608 - constants
ROW = f"({', '.join(['%s'] * len(COLUMNS))})"


@dataclass(frozen=True, slots=True)
class Ref:
    """What an entry keeps of a row."""

    id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that is not stored yet; `values` in the order of `COLUMNS` but for the moment."""

    ref: Ref
    kind: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as read. `text` is None once redacted."""

    id: UUID
    kind: str
    text: str | None
    digest: bytes
    redacted_at: datetime | None


def draft(
    kind: str, text: str, id: UUID | None = None, salt: bytes | None = None, algorithm: str = "sha256"
) -> Draft:
    """A row for `text`, with its reference. ValueError for an unknown kind or a text with NUL.

    `salt` is drawn by chance; only a simulation that must repeat itself gives one. `algorithm`: of the digest."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of redactable row: {kind}")
    if "\0" in text:
        raise ValueError("a text cannot hold a NUL character")
    ref_id = id or uuid4()
    salt = salt or os.urandom(SALT)
    digest = chain.digest(_content(salt, kind, text), algorithm)
    if kind == FREE_TEXT:
        rest: tuple[Any, ...] = (salt, text, bigrams(text), None, None, None)
    else:
        key_name, sealed = keys.seal(salt + text.encode(), context(ref_id, kind))
        rest = (None, None, None, key_name, sealed, keys.lookup(kind, normal(kind, text)))
    return Draft(Ref(ref_id, digest), kind, (ref_id, kind, digest, *rest))


def store(drafts: Sequence[Draft], at: datetime) -> None:
    """Stores all drafts in one statement."""
    if not drafts:
        return
    params = [value for one in drafts for value in (*one.values, at)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT + ", ".join([ROW] * len(drafts)), params)


def put(kind: str, text: str, at: datetime, algorithm: str = "sha256") -> Ref:
    """Drafts and stores one row."""
    one = draft(kind, text, algorithm=algorithm)
    store([one], at)
    return one.ref


def put_many(drafts: Iterable[Draft], at: datetime) -> int:
    """Stores any number of drafts by COPY (imports). Returns how many."""
    count = 0
    names = ", ".join(COLUMNS)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"copy trust_redactable ({names}) from stdin") as copy,
    ):
        for one in drafts:
            copy.write_row((*one.values, at))
            count += 1
    return count


def get_many(ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Rows by id, opened. Ids that do not exist are left out. keys.UnreadableError when a key is missing.

    Reading a caller's name or number is the caller's to allow and to put into the audit.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, kind, plain, key_name, sealed, digest, redacted_at from trust_redactable where id = any(%s)",
            [list(ids)],
        )
        return {row[0]: _opened(row) for row in cursor.fetchall()}


def find_phone(phone: str) -> list[UUID]:
    """Rows of callers' numbers equal to this one, however it is written (spaces, +86, full width)."""
    return _find(CALLER_PHONE, phone)


def find_name(kind: str, name: str) -> list[UUID]:
    """Rows of that kind with exactly this name."""
    return _find(kind, name)


def redact(id: UUID, at: datetime, reason: str, **who: Any) -> bool:
    """Forgets the content; the digest stays, so the chain still verifies. False when there was nothing to
    forget.

    `who` goes to the audit (person, seat, post, address); the reason must not repeat what is forgotten.
    """
    return forgetting.forget([id], at, reason, **who) is not None


def genuine(row_id: UUID, expected: bytes) -> bool:
    """Whether the stored text still is the one whose digest an entry holds; a redacted row answers by its
    digest. keys.UnreadableError when its key is missing or the seal was altered."""
    found = faulty({row_id: expected})
    if found.get(row_id) == UNREADABLE:
        raise keys.UnreadableError("a sealed row does not open")
    return not found


MISSING, ALTERED, UNREADABLE = "missing", "altered", "unreadable"


def faulty(expected: Mapping[UUID, bytes]) -> dict[UUID, str]:
    """Rows that are not what entries hold the digests of: `missing`, `altered`, or `unreadable` (no key opens it).

    One question to the database for all of them; a redacted row answers by its digest (S3-14)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, kind, salt, plain, key_name, sealed, digest, redacted_at from trust_redactable"
            " where id = any(%s)",
            [list(expected)],
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    found: dict[UUID, str] = {}
    for id, digest in expected.items():
        fault = MISSING if id not in rows else _fault(id, rows[id], digest)
        if fault:
            found[id] = fault
    return found


def _fault(id: UUID, row: tuple[Any, ...], expected: bytes) -> str | None:
    kind, salt, plain, key_name, sealed, digest, redacted_at = row
    if bytes(digest) != expected:
        return ALTERED
    if redacted_at is not None:
        return None if (salt, plain, sealed) == (None, None, None) else ALTERED
    if plain is None:
        if key_name is None or sealed is None:
            return ALTERED
        try:
            opened = keys.unseal(key_name, bytes(sealed), context(id, kind))
            salt, plain = opened[:SALT], opened[SALT:].decode()
        except (keys.UnreadableError, UnicodeDecodeError):
            return UNREADABLE
    if salt is None:
        return ALTERED
    return None if chain.algorithm_of(_content(bytes(salt), kind, plain), expected) else ALTERED


def _find(kind: str, text: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from trust_redactable where lookup = any(%s) and kind = %s order by made_at, id",
            [keys.lookups(kind, normal(kind, text)), kind],
        )
        return [row[0] for row in cursor.fetchall()]


def _opened(row: tuple[Any, ...]) -> Row:
    id, kind, plain, key, sealed, digest, gone = row
    text = plain
    if key is not None and sealed is not None:
        text = keys.unseal(key, bytes(sealed), context(id, kind))[SALT:].decode()
    return Row(id, kind, text, bytes(digest), gone)


def _content(salt: bytes, kind: str, text: str) -> bytes:
    """The bytes that a digest is made of."""
    return salt + kind.encode() + b"\0" + text.encode()


def context(id: UUID, kind: str) -> bytes:
    """What a seal is bound to: its own row."""
    return id.bytes + kind.encode()


def normal(kind: str, text: str) -> str:
    """A name or number as it is looked up, however it was written."""
    plain = unicodedata.normalize("NFKC", text)
    if kind != CALLER_PHONE:
        return "".join(plain.split()).casefold()
    digits = "".join(sign for sign in plain if sign in "0123456789")
    return digits.removeprefix("0086") if digits.startswith("0086") else _without_country(digits)


def _without_country(digits: str) -> str:
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
