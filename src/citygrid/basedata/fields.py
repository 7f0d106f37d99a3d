"""Columns of PostgreSQL's own `point` and `box`, in metres of the city's projection, for a GiST index.

Never degrees: the native types compare with an absolute epsilon of 1e-6 (exact in metres, wrong in degrees)."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

Metres = tuple[float, float]

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field


class PointField(Field):
    """(x, y) in metres, or None."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "point"

    def from_db_value(self, value: Any, *_: Any) -> Metres | None:
        return _numbers(value)  # type: ignore[return-value]  # a point has two numbers

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else "({!r},{!r})".format(*map(float, value))


class BoxField(Field):
    """(east, north, west, south) in metres as PostgreSQL writes it: the upper right corner first; or None."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "box"

    def from_db_value(self, value: Any, *_: Any) -> tuple[float, ...] | None:
        return _numbers(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else "({!r},{!r}),({!r},{!r})".format(*map(float, value))


def _numbers(value: Any) -> tuple[float, ...] | None:
    return None if value is None else tuple(float(one) for one in str(value).translate(_BRACKETS).split(","))


_BRACKETS = str.maketrans("", "", "()")
