"""GeoJSON as plain files: one feature a line, keys in order, seven decimals, the same bytes for the same content."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
import shapely.geometry
from shapely import Geometry

from citygrid.standards.reports import Report

DECIMALS = 7
"""Of a degree: a centimetre."""
KEPT = 12
"""Decimals of areas in a city folder: a corner that was put on a long edge must stay on it."""
HEAD = '{"type":"FeatureCollection","features":['


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a file; `line` is where our own files have it. `shape` None: the file says null."""

    line: int
    properties: Mapping[str, Any]
    shape: Geometry | None


def text(features: Iterable[tuple[Mapping[str, Any], Geometry | None]], decimals: int = DECIMALS) -> str:
    """The file's text. Properties that are None are left out."""
    lines = []
    for properties, shape in features:
        kept = {key: properties[key] for key in sorted(properties) if properties[key] is not None}
        geometry = None if shape is None else geometry_of(shape, decimals)
        lines.append(_json({"type": "Feature", "properties": kept, "geometry": geometry}))
    body = ",\n".join(lines)
    return f"{HEAD}\n{body}\n]}}\n"


def geometry_of(shape: Geometry, decimals: int = DECIMALS) -> dict[str, Any]:
    """A shape as a GeoJSON geometry with rounded coordinates."""
    plain = shapely.geometry.mapping(shape)
    return {"type": plain["type"], "coordinates": _rounded(plain["coordinates"], decimals)}


def _rounded(value: Any, decimals: int) -> Any:
    return round(value, decimals) if isinstance(value, float) else [_rounded(part, decimals) for part in value]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(path: Path, name: str, report: Report) -> list[Feature]:
    """The features of a file; what is not GeoJSON is noted in the report with its line and left out."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        rows = whole["features"]
        if whole["type"] != "FeatureCollection" or not isinstance(rows, list):
            raise KeyError("features")
    except (ValueError, KeyError, TypeError) as error:
        line = getattr(error, "lineno", 0)
        report.add(name, line, "", "not_geojson", "This is not a GeoJSON feature collection.")
        return []
    found = []
    for line, row in enumerate(rows, start=2):
        feature = _feature(row, line)
        if feature is None:
            message = "Feature %(number)s is not a GeoJSON feature with properties and a geometry."
            report.add(name, line, "geometry", "bad_feature", message, {"number": line - 1})
        else:
            found.append(feature)
    return found


def _feature(row: object, line: int) -> Feature | None:
    if not isinstance(row, dict) or not isinstance(row.get("properties"), dict) or "geometry" not in row:
        return None
    if row["geometry"] is None:
        return Feature(line, row["properties"], None)
    shape = shapely.from_geojson(_json(row["geometry"]), on_invalid="ignore")
    return None if shape is None else Feature(line, row["properties"], shape)
