"""The plain psycopg connection below Django's, for the questions that must be fast (DESIGN section 5)."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.json import JsonbLoader


def rows(text: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement with server-side parameters; bytes, floats and JSON come in binary, so at once."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_loader("jsonb", JsonbLoader)
        cursor.execute(text, params, binary=True)  # type: ignore[arg-type]  # made of declared fragments, never of a user's words
        return cursor.fetchall()
