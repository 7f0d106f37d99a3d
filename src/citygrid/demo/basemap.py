"""The base map of the demo city: a few plain layers from OpenStreetMap, put together across the tiles' edges."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely import Geometry

from citygrid.areas import geojson

DECIMALS = 6
FILL = Path(__file__).parent / "fill.geojson"
GREEN = {
    *("park", "garden", "grass", "forest", "wood", "meadow", "recreation_ground", "village_green"),
    *("cemetery", "golf_course", "pitch", "playground", "nature_reserve", "natural_wood", "scrub"),
}
SKIP_ROADS = frozenset({"ferry", "rail"})
Row = dict[str, Any]
Lines = list[tuple[dict[str, Any], Geometry | None]]


def write(rows: Sequence[Row], extent: Geometry, folder: Path) -> None:
    """One file a layer; sorted, six decimals, cut at the edge of the city."""
    folder.mkdir(parents=True, exist_ok=True)
    by_layer: dict[str, list[Row]] = defaultdict(list)
    for row in [*rows, *_fill()]:
        inside = shapely.intersection(row["shape"], extent)
        if not inside.is_empty:
            by_layer[row["layer"]].append({**row, "shape": inside})
    layers = {
        "roads": _lines(r for r in by_layer["roads"] if r["kind"] not in SKIP_ROADS),
        "rails": _lines(r for r in by_layer["roads"] if r["kind"] == "rail"),
        "water": _surfaces(by_layer["water"], 2e-6),
        "green": _surfaces((r for r in by_layer["landuse"] if r["kind"] in GREEN), 4e-6),
        "buildings": _surfaces(by_layer["buildings"], 4e-6, ("kind", "name", "height")),
        "places": _points(by_layer["pois"], by_layer["buildings"]),
    }
    for name, lines in layers.items():
        lines.sort(key=lambda line: (str(sorted(line[0].items())), line[1].wkt if line[1] else ""))
        (folder / f"{name}.geojson").write_text(geojson.text(lines, DECIMALS), encoding="utf-8")


def _fill() -> list[Row]:
    """What is invented where the source lacks a tile: a few roads, a park, buildings (`fill.geojson`)."""
    features = json.loads(FILL.read_text(encoding="utf-8"))["features"]
    blank = dict.fromkeys(("kind", "kind_detail", "name", "ref", "height", "addr_street", "addr_housenumber"), "")
    return [
        {**blank, **one["properties"], "shape": shapely.from_geojson(json.dumps(one["geometry"]))} for one in features
    ]


def _keyed(rows: Iterable[Row], keys: Sequence[str]) -> dict[tuple[str, ...], list[Geometry]]:
    found: dict[tuple[str, ...], list[Geometry]] = defaultdict(list)
    for row in rows:
        found[tuple(row[key] or "" for key in keys)].append(row["shape"])
    return found


def _properties(keys: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    return {key: value for key, value in zip(keys, values, strict=True) if value}


def _lines(rows: Iterable[Row]) -> Lines:
    """Pieces of one road (kind, name, number) as one line or several."""
    keys = ("kind", "name", "ref")
    found: Lines = []
    detailed = ({**row, "kind": row["kind_detail"] or row["kind"]} for row in rows)
    for values, shapes in _keyed(detailed, keys).items():
        merged = shapely.line_merge(shapely.union_all(shapes)).simplify(3e-6)
        found += [(_properties(keys, values), part) for part in shapely.get_parts(merged)]
    return found


def _surfaces(rows: Iterable[Row], tolerance: float, keys: Sequence[str] = ("kind", "name")) -> Lines:
    """Polygons of one kind and name, joined where a tile's edge had cut them."""
    found: Lines = []
    surfaces = [row for row in rows if row["shape"].geom_type in {"Polygon", "MultiPolygon"}]
    for values, shapes in _keyed(surfaces, keys).items():
        joined = shapely.union_all(shapes, grid_size=1e-7).simplify(tolerance)
        for part in shapely.get_parts(joined):
            if part.geom_type == "Polygon" and part.area > 1e-9:
                found.append((_properties(keys, values), part))
    return found


def _points(pois: Iterable[Row], buildings: Iterable[Row]) -> Lines:
    """Named points of interest, and house numbers."""
    found: Lines = [({"kind": row["kind"], "name": row["name"]}, row["shape"]) for row in pois if row["name"]]
    for row in buildings:
        if row["addr_housenumber"] and row["addr_street"]:
            facts = {"kind": "address", "street": row["addr_street"], "number": row["addr_housenumber"]}
            found.append((facts, row["shape"].representative_point()))
    return found
