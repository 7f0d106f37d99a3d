"""What a community is cut along (roads, rivers, walls) and what is never cut (buildings, closed yards).

GB/T 30428.1 (地理布局: along streets, yards, walls and water). Which kind of feature is which, and how much an edge
is wanted along it, is data: `data/barriers.toml`, or a city's own table of that shape.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import shapely
from shapely import Geometry

from citygrid.areas import geojson
from citygrid.standards.reports import Report

LINE, BUILDING, YARD, NONE = "line", "building", "yard", "none"
KINDS = (LINE, BUILDING, YARD, NONE)
SURFACES = ("Polygon", "MultiPolygon")
PLAIN_STRENGTH = 0.5


@dataclass(frozen=True, slots=True)
class Barrier:
    """`shape` in degrees (CGCS2000). `strength` 0 to 1: how much an edge of a grid is wanted along a line."""

    shape: Geometry
    kind: str = LINE
    strength: float = PLAIN_STRENGTH


@cache
def shipped() -> Mapping[str, Any]:
    """The table that comes with the product."""
    text = (resources.files("citygrid.areas") / "data" / "barriers.toml").read_text("utf-8")
    return tomllib.loads(text)


def barrier(shape: Geometry, kind: str, layer: str = "", table: Mapping[str, Any] | None = None) -> Barrier | None:
    """A feature of a base map as a barrier; None when it says nothing (or is a point).

    `kind`: the feature's own word, for example `primary`; `layer`: the word for the whole file.
    """
    rows = table or shipped()
    row = rows["kinds"].get(kind) or rows["layers"].get(layer) or {"as": NONE}
    strength = float(row.get("strength", PLAIN_STRENGTH))
    return of_kind(shape, str(row["as"]), strength)


def of_kind(shape: Geometry, kind: str, strength: float = PLAIN_STRENGTH) -> Barrier | None:
    """A barrier of one of the four kinds; None when the shape cannot be one. ValueError for another kind."""
    if kind not in KINDS:
        raise ValueError(kind)
    surface = shape.geom_type in SURFACES
    if kind == NONE or shape.is_empty or shape.geom_type in ("Point", "MultiPoint"):
        return None
    if kind == LINE:
        return Barrier(shape.boundary if surface else shape, LINE, min(max(strength, 0.0), 1.0))
    return Barrier(shape, kind) if surface else None


def read(paths: Iterable[Path], report: Report, table: Mapping[str, Any] | None = None) -> list[Barrier]:
    """The barriers of GeoJSON files. The file's name is the layer; the property `kind` is a feature's own word.

    The property `barrier` (line, building, yard, none) and `strength` of a feature go before the table. What
    cannot be read stands in the report.
    """
    found: list[Barrier] = []
    for path in paths:
        name = path.name
        if not path.is_file():
            report.add(name, 0, "", "missing_file", "There is no such file.")
            continue
        for row in geojson.read(path, name, report):
            if row.shape is None:
                continue
            try:
                made = _of_feature(row.shape, row.properties, path.stem, table)
            except (ValueError, TypeError):
                message = "A barrier is line, building, yard or none, with a strength from 0 to 1."
                report.add(name, row.line, "barrier", "bad_barrier", message)
                continue
            if made is not None:
                found.append(made)
    return found


def _of_feature(
    shape: Geometry, facts: Mapping[str, Any], layer: str, table: Mapping[str, Any] | None
) -> Barrier | None:
    if "barrier" in facts:
        return of_kind(shape, str(facts["barrier"]), float(facts.get("strength", PLAIN_STRENGTH)))
    return barrier(shape, str(facts.get("kind", "")), layer, table)


def near(barriers: Iterable[Barrier], community: Geometry) -> list[Barrier]:
    """Those whose box touches the community's (degrees)."""
    listed = list(barriers)
    if not listed:
        return []
    tree = shapely.STRtree([one.shape for one in listed])
    return [listed[index] for index in sorted(tree.query(shapely.box(*community.bounds)).tolist())]
