"""Places by their ids without the cost of building a query each time; shapes only when wanted."""

from collections.abc import Collection
from functools import cache
from typing import Any

from django.db import connection

from citygrid.geocoding import candidates
from citygrid.geocoding.models import Place


def places(ids: Collection[int], *, shapes: bool = False) -> dict[int, Place]:
    """The places as Django would load them, with `shape` deferred unless it is wanted."""
    if not ids:
        return {}
    statement, names, fields = _statement(shapes)
    found = {}
    for row in candidates.rows(statement, [list(ids)], binary=False):
        values = list(row)
        for n, field in fields:
            values[n] = field.from_db_value(values[n], None, connection)
        place = Place.from_db(connection.alias, names, values)
        found[place.pk] = place
    return found


@cache
def _statement(shapes: bool) -> tuple[str, list[str], list[tuple[int, Any]]]:
    """The statement, the names of what it gives, and the places of those that are no plain values."""
    fields = [field for field in Place._meta.concrete_fields if shapes or field.attname != "shape"]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    special = [(n, field) for n, field in enumerate(fields) if hasattr(field, "from_db_value")]
    statement = f"select {columns} from geocoding_place where id = any(%s::int8[])"  # noqa: S608 - names of columns
    return statement, [field.attname for field in fields], special
