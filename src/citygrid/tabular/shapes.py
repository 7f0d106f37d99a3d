"""Shapes from the columns of a plain table (WKT, or x and y), and which columns those are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from citygrid.standards.reports import Problem
from citygrid.tabular import cells
from citygrid.tabular.table import Raw, Shapes, TableError
from citygrid.tabular.vectors import decoded

SHAPE_COLUMN = "WKT"
"""What we call the column ourselves."""
_WKT = ("wkt", "the_geom", "geom", "geometry", "shape", "图形", "几何", "空间坐标")
_PAIRS = (
    (("lon", "lng", "long", "longitude", "经度", "经度坐标"), ("lat", "latitude", "纬度", "纬度坐标")),
    (("x", "pointx", "xcoord", "x坐标", "横坐标", "东坐标"), ("y", "pointy", "ycoord", "y坐标", "纵坐标", "北坐标")),
)
_WKT_TEXT = re.compile(r"\s*(SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\b|\s*GEOMETRYCOLLECTION\b", re.IGNORECASE)

_CURVE = re.compile(r"\s*(CIRCULAR|COMPOUND|CURVE|MULTICURVE|MULTISURFACE)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ShapeColumns:
    """Which columns hold the place: `wkt`, or `x` (lon, east) and `y` (lat, north)."""

    x: str = ""
    y: str = ""
    wkt: str = ""

    def checked(self, columns: Sequence[str]) -> "ShapeColumns":
        """Itself, when the table has these columns. TableError `no_such_column`, `half_place`."""
        if not self.wkt and not (self.x and self.y):
            raise TableError("half_columns", "Name both columns of the place: x (lon) and y (lat).")
        for name in (self.wkt,) if self.wkt else (self.x, self.y):
            if name not in columns:
                params = {"column": name, "columns": ", ".join(columns)[:300]}
                raise TableError("no_such_column", "There is no column %(column)s. There are: %(columns)s.", params)
        return self


def guess(columns: Sequence[str], sample: dict[str, list[str]]) -> ShapeColumns | None:
    """The columns that hold the place, by their names (and a look at the text of a WKT); None when none seem to."""
    plain = {re.sub(r"[\s_()（）-]", "", name).lower(): name for name in reversed(columns)}
    for word in _WKT:
        name = plain.get(word.replace("_", ""))
        texts = [text for text in sample.get(name, []) if text] if name else []
        if name and (texts or name == SHAPE_COLUMN) and all(_WKT_TEXT.match(text) for text in texts[:20]):
            return ShapeColumns(wkt=name)
    for easts, norths in _PAIRS:
        east = next((plain[word] for word in easts if word in plain), None)
        north = next((plain[word] for word in norths if word in plain), None)
        if east and north:
            return ShapeColumns(x=east, y=north)
    return None


def made(raw: Raw, picks: ShapeColumns, file: str) -> Raw:
    """The same rows with shapes in the file's own system; the WKT column itself is no longer among the columns."""
    if picks.wkt:
        columns = {name: values for name, values in raw.columns.items() if name != picks.wkt}
        shapes, broken = _from_wkt(raw.columns[picks.wkt], raw.numbers)
        return Raw(raw.numbers, columns, shapes, raw.problems, raw.broken | broken)
    shapes, problems = _points(raw, picks, file)
    return Raw(raw.numbers, raw.columns, shapes, [*raw.problems, *problems], raw.broken)


def _from_wkt(texts: list[str], numbers: list[int]) -> tuple[Shapes, dict[int, str]]:
    if any(text.startswith("SRID") for text in texts):
        texts = [re.sub(r"^SRID=\d+;", "", text) for text in texts]
    given = np.array([text or None for text in texts], dtype=object)
    shapes = decoded(shapely.from_wkt, given)
    wrong = [at for at in np.flatnonzero(shapely.is_missing(shapes)).tolist() if given[at] is not None]
    return shapes, {numbers[at]: "curve" if _CURVE.match(texts[at]) else "bad_shape" for at in wrong}


def _points(raw: Raw, picks: ShapeColumns, file: str) -> tuple[Shapes, list[Problem]]:
    problems: list[Problem] = []
    x, x_given = _numbers(raw, picks.x, file, problems)
    y, y_given = _numbers(raw, picks.y, file, problems)
    for at in np.flatnonzero(x_given != y_given).tolist():
        column = picks.x if not x_given[at] else picks.y
        message = "Only one of the two coordinates is given."
        problems.append(Problem(file, raw.numbers[at], column, "half_place", message))
    shapes = np.full(len(raw.numbers), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    shapes[there] = shapely.points(x[there], y[there])
    return shapes, problems


def _numbers(raw: Raw, name: str, file: str, problems: list[Problem]) -> tuple[Any, Any]:
    """The numbers of a column (nan where there is none), and where anything at all is given."""
    texts = raw.columns[name]
    try:
        return np.array(texts, dtype=np.float64), np.full(len(texts), True)
    except ValueError:
        pass
    found = np.full(len(texts), np.nan)
    for at, text in enumerate(texts):
        value = cells.as_number(text) if text else None
        if value is not None:
            found[at] = value
        elif text:
            params = {"value": text[:40]}
            problems.append(Problem(file, raw.numbers[at], name, "not_a_number", "%(value)s is not a number.", params))
    return found, np.array([bool(text) for text in texts])
