"""A line or a polygon as a person gives it: drawn on the map (GeoJSON), pasted as WKT, or typed as coordinates.

Typed: longitude and latitude in degrees, one point after the other: `121.50 31.24, 121.51 31.24` (or
`121.50,31.24 121.51,31.24`, or one point a line)."""

import json
import math
import re

import shapely
from shapely import Geometry, LineString, MultiPolygon, Polygon

from citygrid.process.refusal import Refusal, Refused

MOST_POINTS = 20_000
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
MESSAGES: dict[str, str] = {
    "shape_unreadable": "This is neither coordinates nor GeoJSON nor WKT.",
    "shape_not_line": "A line is needed here: two points or more.",
    "shape_not_polygon": "A polygon is needed here: three points or more.",
    "shape_out_of_range": "%(lon)s, %(lat)s is no longitude and latitude in degrees. Are the two swapped?",
    "shape_crosses_itself": "The polygon crosses itself near %(lon)s, %(lat)s.",
    "shape_too_long": "%(count)s points are more than %(most)s.",
}


def line(text: str) -> LineString:
    """The line in degrees. Raises Refused."""
    shape = _read(text, closed=False)
    if not isinstance(shape, LineString) or len(shape.coords) < 2 or shape.length == 0:
        raise _refused("shape_not_line")
    return shape


def polygon(text: str) -> Polygon | MultiPolygon:
    """The polygon in degrees, valid. Raises Refused."""
    shape = _read(text, closed=True)
    if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty:
        raise _refused("shape_not_polygon")
    if not shape.is_valid:
        near = re.findall(NUMBER, shapely.is_valid_reason(shape)) or ["?", "?"]
        raise _refused("shape_crosses_itself", lon=near[0], lat=near[1])
    if shape.area == 0:
        raise _refused("shape_not_polygon")
    return shape


def _read(text: str, closed: bool) -> Geometry:
    text = text.strip()
    if text.startswith("{"):
        shape = _geojson(text)
    elif text[:1].isalpha():
        shape = _wkt(text)
    else:
        shape = _pairs(text, closed)
    _in_range(shape)
    return shapely.force_2d(shape)


def _geojson(text: str) -> Geometry:
    try:
        value = json.loads(text)
        if value.get("type") == "FeatureCollection":
            (value,) = value["features"]
        if value.get("type") == "Feature":
            value = value["geometry"]
        return shapely.from_geojson(json.dumps(value))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.GEOSException) as error:
        raise _refused("shape_unreadable") from error


def _wkt(text: str) -> Geometry:
    try:
        return shapely.from_wkt(text)
    except shapely.errors.GEOSException as error:
        raise _refused("shape_unreadable") from error


def _pairs(text: str, closed: bool) -> Geometry:
    if re.sub(NUMBER, "", text).strip(" \t\r\n,;，；、()[]"):
        raise _refused("shape_unreadable")
    numbers = [float(one) for one in NUMBER.findall(text)]
    if len(numbers) % 2:
        raise _refused("shape_unreadable")
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if closed:
        if len(set(points)) < 3:
            raise _refused("shape_not_polygon")
        return Polygon(points)
    if len(set(points)) < 2:
        raise _refused("shape_not_line")
    return LineString(points)


def _in_range(shape: Geometry | None) -> None:
    if shape is None or shape.is_empty:
        raise _refused("shape_unreadable")
    points = shapely.get_coordinates(shape)
    if len(points) > MOST_POINTS:
        raise _refused("shape_too_long", count=len(points), most=MOST_POINTS)
    for lon, lat in points.tolist():
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise _refused("shape_out_of_range", lon=f"{lon:g}", lat=f"{lat:g}")


def _refused(code: str, **params: object) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))
