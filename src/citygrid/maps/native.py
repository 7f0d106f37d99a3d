"""Columns of PostgreSQL's own `point` and `box` in metres, with GiST; PostGIS may be absent.

Never test native polygons, and never anything native in degrees (its comparisons allow 1e-6 of whatever unit)."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field

Box = tuple[float, float, float, float]
"""West, south, east, north in metres."""


class PointField(Field):
    """(x, y) in metres of the city's projection, or None."""

    def db_type(self, connection: Any) -> str:
        return "point"

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else "({!r},{!r})".format(*map(float, value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[float, ...] | None:
        return _numbers(value)


class BoxField(Field):
    """(west, south, east, north) in metres of the city's projection, or None."""

    def db_type(self, connection: Any) -> str:
        return "box"

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else "({!r},{!r}),({!r},{!r})".format(*map(float, value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[float, ...] | None:
        found = _numbers(value)
        # PostgreSQL keeps the upper right corner first.
        return None if found is None else (found[2], found[3], found[0], found[1])


def _numbers(value: Any) -> tuple[float, ...] | None:
    if value is None:
        return None
    return tuple(float(part) for part in str(value).replace("(", "").replace(")", "").split(","))
