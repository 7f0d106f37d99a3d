"""Redactable rows: put, read, find, forget (DESIGN section 2: rules of trust).

A row is drafted first (`draft`, no database) so that an act can be decided on its reference, and stored
only when
the act is not refused. Digest = SHA-256 over salt, kind and text; a redacted row keeps the digest alone.
"""

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from citygrid.trust import audit, keys
from citygrid.trust.bigrams import bigrams

FREE_TEXT = "free_text"
CALLER_NAME = "caller_name"
CALLER_PHONE = "caller_phone"
PERSON_NAME = "person_name"
SEALED = frozenset((CALLER_NAME, CALLER_PHONE, PERSON_NAME))
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


def draft(kind: str, text: str, id: UUID | None = None, salt: bytes | None = None) -> Draft:
    """A row for `text`, with its reference. ValueError for an unknown kind or a text with NUL.

    `salt` is drawn by chance; only a simulation that must repeat itself gives one."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of redactable row: {kind}")
    if "\0" in text:
        raise ValueError("a text cannot hold a NUL character")
    ref_id = id or uuid4()
    salt = salt or os.urandom(SALT)
    digest = _digest(salt, kind, text)
    if kind == FREE_TEXT:
        rest: tuple[Any, ...] = (salt, text, bigrams(text), None, None, None)
    else:
        key_name, sealed = keys.seal(salt + text.encode(), _context(ref_id, kind))
        rest = (None, None, None, key_name, sealed, keys.lookup(kind, _normal(kind, text)))
    return Draft(Ref(ref_id, digest), kind, (ref_id, kind, digest, *rest))


def store(drafts: Sequence[Draft], at: datetime) -> None:
    """Stores all drafts in one statement."""
    if not drafts:
        return
    params = [value for one in drafts for value in (*one.values, at)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT + ", ".join([ROW] * len(drafts)), params)


def put(kind: str, text: str, at: datetime) -> Ref:
    """Drafts and stores one row."""
    one = draft(kind, text)
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
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update trust_redactable set salt = null, plain = null, bigrams = null, key_name = null,"
            " sealed = null, lookup = null, redacted_at = %s"
            " where id = %s and redacted_at is null returning kind",
            [at, id],
        )
        row = cursor.fetchone()
        if row is None:
            return False
        params = {"kind": row[0], "reason": reason}
        audit.record(at, "redact", subject=("redactable", str(id)), params=params, **who)
        return True


def genuine(row_id: UUID, expected: bytes) -> bool:
    """Whether the stored text still is the one whose digest an entry holds; a redacted row answers by its
    digest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, salt, plain, key_name, sealed, digest, redacted_at from trust_redactable where id = %s",
            [row_id],
        )
        row = cursor.fetchone()
    if row is None or bytes(row[5]) != expected:
        return False
    kind, salt, plain, key_name, sealed, _, redacted_at = row
    if redacted_at is not None:
        return True
    if plain is None:
        opened = keys.unseal(key_name, bytes(sealed), _context(row_id, kind))
        salt, plain = opened[:SALT], opened[SALT:].decode()
    return _digest(bytes(salt), kind, plain) == expected


def _find(kind: str, text: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from trust_redactable where lookup = %s and kind = %s order by made_at, id",
            [keys.lookup(kind, _normal(kind, text)), kind],
        )
        return [row[0] for row in cursor.fetchall()]


def _opened(row: tuple[Any, ...]) -> Row:
    id, kind, plain, key, sealed, digest, gone = row
    text = plain
    if key is not None and sealed is not None:
        text = keys.unseal(key, bytes(sealed), _context(id, kind))[SALT:].decode()
    return Row(id, kind, text, bytes(digest), gone)


def _digest(salt: bytes, kind: str, text: str) -> bytes:
    return hashlib.sha256(salt + kind.encode() + b"\0" + text.encode()).digest()


def _context(id: UUID, kind: str) -> bytes:
    return id.bytes + kind.encode()


def _normal(kind: str, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if kind != CALLER_PHONE:
        return "".join(plain.split()).casefold()
    digits = "".join(sign for sign in plain if sign in "0123456789")
    return digits.removeprefix("0086") if digits.startswith("0086") else _without_country(digits)


def _without_country(digits: str) -> str:
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
