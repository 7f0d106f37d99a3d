"""A committed city for all tests of a module, so that several connections see it: made once, put back after each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test import override_settings
from psycopg import sql

Rows = dict[str, bytes]
"""Table -> what it holds, as the database writes it out; tables that hold something."""


@contextmanager
def committed(blocker: Any, folder: Path, make: Callable[[], None]) -> Iterator[Rows]:
    """What `make` makes; in the end all is as it was before. `blocker`: pytest-django's; `folder`: of its files."""
    with blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        before = held()
        try:
            make()
            yield held()
        finally:
            put_back(before)


def held() -> Rows:
    return {name: rows for name in _tables() if (rows := _content(name))}


def put_back(rows: Rows) -> None:
    """Every table holds what it held then."""
    changed = [name for name in _tables() if _content(name) != rows.get(name, b"")]
    with transaction.atomic(), connection.cursor() as cursor:
        # Neither references between them nor rules that rows are never deleted count here, as for a truncation.
        cursor.execute("set local session_replication_role = replica")
        for name in changed:
            cursor.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
            if name in rows:
                words = sql.SQL("copy {} from stdin (format binary)").format(sql.Identifier(name))
                with _plain().cursor().copy(words) as copy:
                    copy.write(rows[name])


def _content(name: str) -> bytes:
    table = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("select exists (select from {})").format(table))
        if not cursor.fetchone()[0]:
            return b""
    with _plain().cursor().copy(sql.SQL("copy {} to stdout (format binary)").format(table)) as copy:
        return b"".join(bytes(part) for part in copy)


def _plain() -> "psycopg.Connection[Any]":
    connection.ensure_connection()
    found: psycopg.Connection[Any] = connection.connection
    return found


def _tables() -> list[str]:
    """All that rows lie in, partitions too; those of the jobs are nobody's city."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
            " and not starts_with(relname, 'procrastinate_')"
        )
        return [row[0] for row in cursor.fetchall()]
