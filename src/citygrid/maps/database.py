"""The plain psycopg connection below Django's, for the questions that must be fast (DESIGN section 5)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.json import JsonbLoader


def rows(text: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement with server-side parameters; bytes, floats and JSON come in binary, so at once."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_loader("jsonb", JsonbLoader)
        cursor.execute(text, params, binary=True)
        return cursor.fetchall()


@contextmanager
def one_by_one() -> Iterator[None]:
    """Within it the planner reads a table row by row as an index gives it, so that a LIMIT ends the work.

    It takes a native point in a box for one row in a thousand, whatever the box, and would gather a million rows in a
    bitmap before it gives the first."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.transaction():
        told("set local enable_bitmapscan = off")
        yield
        told("set local enable_bitmapscan = on")


def told(text: str) -> None:
    """A statement without an answer."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(text)
