"""Changing the key of personal data: a new one is made, rows are sealed anew in batches, the old one is taken away.

Each step can be repeated, and may be killed at any moment: a row is sealed by the old key or by the new one, never by
neither, and rows of both are read and found as long as both keys are there (S3-14).
"""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from citygrid.trust import keys, redactable

BATCH = 1000
BEFORE = "personal_keys_before"


class KeyRefusedError(Exception):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Known:
    """A key that rows name or this server has. `place`: current, before, or missing (rows cannot be read)."""

    name: str
    place: str
    rows: int


@dataclass(slots=True)
class Resealed:
    """How far a change of keys has come. `unreadable`: rows whose key is missing or whose seal was altered."""

    done: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What a package above seals with the same keys: rows by the name of their key, and sealing those of former keys by
    the current one, which tells how many they were."""

    count: Callable[[], Mapping[str, int]]
    reseal: Callable[[], int]


_BESIDE: dict[str, Beside] = {}


def beside(name: str, count: Callable[[], Mapping[str, int]], reseal: Callable[[], int]) -> None:
    """A package tells what it seals; the same name a second time replaces the first."""
    _BESIDE[name] = Beside(count, reseal)


def known() -> list[Known]:
    """The current key, those before it, and those that only rows know, each with how many rows it seals."""
    with connection.cursor() as cursor:
        cursor.execute("select key_name, count(*) from trust_redactable where key_name is not null group by 1")
        rows: Counter[str] = Counter(dict(cursor.fetchall()))
    for other in _BESIDE.values():
        rows.update(other.count())
    own = [one.name for one in keys.ring()]
    found = [Known(name, "before" if place else "current", rows.get(name, 0)) for place, name in enumerate(own)]
    return found + [Known(name, "missing", rows[name]) for name in sorted(rows.keys() - set(own))]


def reseal(batch: int = BATCH) -> Iterator[Resealed]:
    """Seal every row of another key by the current one, with its search key; tells how far after each batch.

    A batch is one transaction. Rows being changed by somebody else are waited for. Begun again, it finds what is left.
    """
    told, last = Resealed(), UUID(int=0)
    while True:
        with transaction.atomic():
            rows = _next(last, batch)
            if not rows:
                break
            _seal(rows, told)
        last = rows[-1][0]
        yield told
    for other in _BESIDE.values():
        more = other.reseal()
        if more:
            told.done += more
            yield told


Sealed = tuple[UUID, str, str, bytes]


def _next(last: UUID, batch: int) -> list[Sealed]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, kind, key_name, sealed from trust_redactable"
            " where id > %s and key_name is not null and key_name <> %s order by id limit %s for update",
            [last, keys.current().name, batch],
        )
        return list(cursor.fetchall())


def _seal(rows: list[Sealed], told: Resealed) -> None:
    ids, names, seals, lookups = [], [], [], []
    for id, kind, name, sealed in rows:
        bound = redactable.context(id, kind)
        try:
            opened = keys.unseal(name, bytes(sealed), bound)
        except keys.UnreadableError:
            told.unreadable += 1
            continue
        made, again = keys.seal(opened, bound)
        text = opened[redactable.SALT :].decode()
        ids.append(id)
        names.append(made)
        seals.append(again)
        lookups.append(keys.lookup(kind, redactable.normal(kind, text)))
    with connection.cursor() as cursor:
        cursor.execute(
            "update trust_redactable r set key_name = n.name, sealed = n.sealed, lookup = n.lookup"
            " from unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[]) n(id, name, sealed, lookup)"
            " where r.id = n.id",
            [ids, names, seals, lookups],
        )
    told.done += len(ids)


def folder() -> Path:
    """Where the key files of this server lie."""
    return Path(settings.DATA) / "keys"


def new() -> str:
    """Make a new current key; the old one is kept before it. Its name. Servers read the files when they start.

    KeyRefusedError when the keys come from the environment: then they are changed there.
    """
    _in_files()
    current, before = folder() / "personal_key", folder() / BEFORE
    old, made = current.read_text().strip(), secrets.token_urlsafe(48)
    # The old key first: killed in between, it stands in both files, and nothing is lost.
    _write(before, [old, *(one for one in _lines(before) if one != old)])
    _write(current, [made])
    return keys.name_of(made)


def drop(name: str) -> None:
    """Take a former key away. KeyRefusedError when rows still need it, when it is the current one or not known."""
    _in_files()
    one = next((one for one in known() if one.name == name), None)
    if one is None or one.place != "before":
        raise KeyRefusedError(f"{name} is no former key of this server.")
    if one.rows:
        raise KeyRefusedError(f"{one.rows} rows are still sealed by {name}: run `citygrid keys rotate` first.")
    path = folder() / BEFORE
    _write(path, [secret for secret in _lines(path) if keys.name_of(secret) != name])


def _in_files() -> None:
    if os.environ.get("CITYGRID_PERSONAL_KEY") or not (folder() / "personal_key").exists():
        raise KeyRefusedError(
            "The keys of this server come from the environment: put the new key into CITYGRID_PERSONAL_KEY and the old"
            " one into CITYGRID_PERSONAL_KEYS_BEFORE, start the server anew, then run `citygrid keys rotate`."
        )


def _lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def _write(path: Path, lines: list[str]) -> None:
    """The whole file or the old one, never a part; for its owner only."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n" if lines else "")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
