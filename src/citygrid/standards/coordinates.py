"""Coordinate systems: CGCS2000, WGS-84, GCJ-02, BD-09 and whatever PROJ knows (requirement S3-04).

GCJ-02 (what Chinese map services show) and BD-09 (one company's shift on top of it) are not in PROJ; they
are computed here, and turned back by iteration, exact to far better than 1e-7 degrees (1 cm).

Outside China the two are not shifted. "Outside" is the usual rectangle (72.004 to 137.8347 E, 0.8293 to
55.8271 N), which takes in parts of the neighbours; within about a kilometre of its edge the way back is not
unique and follows the side on which the shifted point lies. Points of Hong Kong, Macao and Taiwan lie in it.

Degrees are always (lon, lat), metres always (x east, y north), whatever order an EPSG entry declares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from citygrid.standards.shifted import bd_offset, gcj_offset, shift, turn_back

Array = NDArray[np.float64]

WGS84, CGCS2000, GCJ02, BD09 = "WGS-84", "CGCS2000", "GCJ-02", "BD-09"
_NAMES = {
    "WGS84": WGS84,
    "EPSG:4326": WGS84,
    "CGCS2000": CGCS2000,
    "EPSG:4490": CGCS2000,
    "GCJ02": GCJ02,
    "BD09": BD09,
    "BD09LL": BD09,
}
_PROJ = {WGS84: "EPSG:4326", CGCS2000: "EPSG:4490"}


class CoordinateError(ValueError):
    """Machine codes: `coordinate_system` (unknown), `coordinate_value` (not a place), `coordinate_domain`
    (the projection does not reach it), `coordinate_metric` (not a system in metres)."""

    def __init__(self, code: str, message: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.message = message
        self.params: dict[str, object] = dict(params or {})
        super().__init__(message % self.params)


def system(name: str) -> str:
    """The canonical name of a coordinate system: WGS-84, CGCS2000, GCJ-02, BD-09, EPSG:n or a PROJ string.

    A city's independent system that has no EPSG number is given as a PROJ string ("+proj=...").
    Raises CoordinateError `coordinate_system`.
    """
    text = name.strip() if isinstance(name, str) else ""
    short = re.sub(r"[\s_-]", "", text.upper())
    if short in _NAMES:
        return _NAMES[short]
    canonical = short if re.fullmatch(r"EPSG:[0-9]{1,6}", short) else text
    if not canonical.startswith(("EPSG:", "+proj=")):
        raise _unknown(name)
    _crs(canonical)
    return canonical


@overload
def transform(lon: float, lat: float, source: str, target: str) -> tuple[float, float]: ...
@overload
def transform(lon: Array, lat: Array, source: str, target: str) -> tuple[Array, Array]: ...
def transform(lon: Any, lat: Any, source: str, target: str) -> tuple[Any, Any]:
    """A point (two floats) or many (two numpy arrays of one shape) from one system into another.

    From a projected system lon and lat are x and y in its unit; the answer is (lon, lat) in degrees or
    (x, y) in the target's unit. Raises CoordinateError; with arrays, when any point is wrong.
    """
    source, target = system(source), system(target)
    many = isinstance(lon, np.ndarray) or isinstance(lat, np.ndarray)
    m: ModuleType = np if many else math
    if many:
        lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    _check(lon, lat, degrees=_in_degrees(source), m=m)
    if source == target:
        return (lon.copy(), lat.copy()) if many else (float(lon), float(lat))
    x, y, reached = _unshift(lon, lat, source, m)
    if target in (GCJ02, BD09):
        return _to_shifted(*_project(x, y, reached, WGS84), target, m)
    return _project(x, y, reached, target)


def text(lon: float, lat: float) -> tuple[str, str]:
    """Degrees as the two strings that are stored in entries and hashed: seven decimals (about 1 cm)."""
    _check(lon, lat, degrees=True, m=math)
    return _seven(lon), _seven(lat)


class Metric:
    """A city's projection, ready for use: `metric(lon, lat) -> (x, y)` in metres, `metric.inverse(x, y)`.

    About a microsecond a point. Checks only that the answer is finite: far outside the city's zone the metres
    mean little, so ask whether a point lies in the service area.
    """

    __slots__ = ("_back", "_there", "name")

    def __init__(self, name: str, there: Callable[..., Any], back: Callable[..., Any]) -> None:
        self.name, self._there, self._back = name, there, back

    @overload
    def __call__(self, lon: float, lat: float) -> tuple[float, float]: ...
    @overload
    def __call__(self, lon: Array, lat: Array) -> tuple[Array, Array]: ...
    def __call__(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        return _reached(*self._there(lon, lat))

    @overload
    def inverse(self, x: float, y: float) -> tuple[float, float]: ...
    @overload
    def inverse(self, x: Array, y: Array) -> tuple[Array, Array]: ...
    def inverse(self, x: Any, y: Any) -> tuple[Any, Any]:
        return _reached(*self._back(x, y))


@lru_cache(maxsize=64)
def metric(crs: str, degrees: str = CGCS2000) -> Metric:
    """Lon/lat (in the system `degrees`) to metres of a projected system, without looking anything up again.

    Raises CoordinateError `coordinate_metric` when the system is not projected in metres.
    """
    name = system(crs)
    found = None if name in (*_PROJ, GCJ02, BD09) else _crs(name)
    if not (found and found.is_projected and all(axis.unit_name == "metre" for axis in found.axis_info)):
        raise CoordinateError("coordinate_metric", "%(crs)s is not projected in metres.", {"crs": crs})
    base = system(degrees)
    if base not in _PROJ:
        raise CoordinateError("coordinate_system", "Degrees must be CGCS2000 or WGS-84, not %(crs)s.", {"crs": degrees})
    return Metric(name, _transformer(base, name).transform, _transformer(name, base).transform)


def _unknown(name: object) -> CoordinateError:
    return CoordinateError(
        "coordinate_system", "“%(name)s” is no coordinate system that is known here.", {"name": name}
    )


@lru_cache(maxsize=256)
def _crs(name: str) -> CRS:
    try:
        return CRS.from_user_input(_PROJ.get(name, name))
    except ProjError as error:
        raise _unknown(name) from error


@lru_cache(maxsize=256)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(_crs(source), _crs(target), always_xy=True)


@lru_cache(maxsize=256)
def _in_degrees(name: str) -> bool:
    return name in (GCJ02, BD09) or _crs(name).is_geographic


def _check(lon: Any, lat: Any, *, degrees: bool, m: ModuleType) -> None:
    try:
        good = m.isfinite(lon) & m.isfinite(lat)
        if degrees:
            good = good & (abs(lon) <= 180.0) & (abs(lat) <= 90.0)
    except (TypeError, ValueError, OverflowError):
        good = False
    if not np.all(good):
        first = (lon, lat) if m is math else _first_bad(lon, lat, good)
        raise CoordinateError(
            "coordinate_value",
            "(%(lon)s, %(lat)s) is not a place.",
            {"lon": str(first[0])[:40], "lat": str(first[1])[:40]},
        )


def _first_bad(lon: Array, lat: Array, good: Any) -> tuple[object, object]:
    if np.ndim(good) == 0 or lon.shape != lat.shape:
        return f"array {lon.shape}", f"array {lat.shape}"
    at = np.flatnonzero(~good.ravel())[0]
    return lon.ravel()[at], lat.ravel()[at]


def _project(x: Any, y: Any, source: str, target: str) -> tuple[Any, Any]:
    """Between two systems of PROJ. WGS-84 and CGCS2000 agree to centimetres: PROJ takes them as one."""
    if source == target or {source, target} == {WGS84, CGCS2000}:
        return x, y
    return _reached(*_transformer(source, target).transform(x, y))


def _reached(x: Any, y: Any) -> tuple[Any, Any]:
    good = math.isfinite(x) and math.isfinite(y) if isinstance(x, float) else bool(np.all(np.isfinite(x)))
    if not good:
        raise CoordinateError("coordinate_domain", "The projection does not reach this place.")
    return x, y


def _unshift(lon: Any, lat: Any, source: str, m: ModuleType) -> tuple[Any, Any, str]:
    """Out of the shifted systems; the last of the answer is the system reached."""
    if source == BD09:
        lon, lat = turn_back(lon, lat, bd_offset, m)
        source = GCJ02
    if source == GCJ02:
        lon, lat = turn_back(lon, lat, gcj_offset, m)
        source = WGS84
    return lon, lat, source


def _seven(value: float) -> str:
    text = f"{value:.7f}"
    return "0.0000000" if text == "-0.0000000" else text


def _to_shifted(lon: Any, lat: Any, target: str, m: ModuleType) -> tuple[Any, Any]:
    lon, lat = shift(lon, lat, gcj_offset, m)
    return shift(lon, lat, bd_offset, m) if target == BD09 else (lon, lat)
