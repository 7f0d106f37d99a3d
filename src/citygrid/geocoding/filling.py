"""New places into the database by COPY: thirty times as fast as one statement a few thousand rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from citygrid.geocoding.models import Place


def places(new: Sequence[Place]) -> None:
    """Write new places, in the caller's transaction, and give them their ids."""
    if not new:
        return
    connection.ensure_connection()
    fields = list(Place._meta.concrete_fields)
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('geocoding_place', 'id')) from generate_series(1, %s)", [len(new)]
        )
        for place, (pk,) in zip(new, cursor.fetchall(), strict=True):
            place.pk = pk
        columns = ", ".join(f'"{field.column}"' for field in fields)
        with cursor.copy(f"copy geocoding_place ({columns}) from stdin") as copy:
            for place in new:
                copy.write_row([_written(field, place) for field in fields])
    for place in new:
        place._state.adding, place._state.db = False, connection.alias


def _written(field: Any, place: Place) -> Any:
    value = getattr(place, field.attname)
    # Points and boxes are texts to the database; all else psycopg knows itself.
    return field.get_prep_value(value) if hasattr(field, "from_db_value") else value
