"""The plain psycopg connection below Django's: pipelines and COPY for the hot paths (DESIGN section 5)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.json import JsonbLoader

Connection = psycopg.Connection[Any]


@contextmanager
def plain() -> Iterator[Connection]:
    """Django's own connection of this thread as psycopg sees it, so that tests and requests share transactions."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        yield connection.connection


def cursor(raw: Connection) -> psycopg.Cursor[Any]:
    """A cursor with server-side parameters (Django's own binds on the client, which a pipeline does not allow)."""
    made = psycopg.Cursor(raw)
    # Django hands JSON over as text and reads it in its own fields; here it is read at once.
    made.adapters.register_loader("jsonb", JsonbLoader)
    return made
