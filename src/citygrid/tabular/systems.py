"""From any coordinate system that a file may be in to degrees of CGCS2000, and whether its numbers can be true."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from citygrid.standards import coordinates
from citygrid.standards.coordinates import BD09, CGCS2000, GCJ02, CoordinateError
from citygrid.tabular.table import TableError

Points = NDArray[np.float64]
Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
_SHIFTED = (GCJ02, BD09)


@dataclass(frozen=True, slots=True)
class System:
    """A coordinate system: its name for people, whether its numbers are degrees, and the way to CGCS2000.

    `to_degrees` takes (n, 2) numbers and gives (n, 2) degrees; what cannot be turned is not finite. `exact` is False
    where the two datums are only taken as one (Beijing 1954, Xian 1980: up to some hundred metres). `home`: where the
    system is meant to be used.
    """

    name: str
    degrees: bool
    to_degrees: Callable[[Points], Points]
    exact: bool = True
    home: Extent | None = None


@lru_cache(maxsize=64)
def system(name: str) -> System:
    """A system by EPSG number, WKT, PROJ string, CGCS2000, WGS-84, GCJ-02 or BD-09. TableError `crs_unknown`,
    `crs_unusable` (no system of the earth)."""
    try:
        canonical = coordinates.system(name)
    except CoordinateError:
        canonical = ""
    if canonical in _SHIFTED:
        return System(canonical, True, lambda points: _shifted(points, canonical))
    if canonical in (coordinates.WGS84, CGCS2000):
        return System(canonical, True, as_is)
    return _projected(canonical or name)


def _projected(name: str) -> System:
    try:
        crs = CRS.from_user_input(name).to_2d()
    except ProjError:
        raise TableError(
            "crs_unknown", "“%(crs)s” is no coordinate system that is known here.", {"crs": name[:60]}
        ) from None
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected):
        message = "“%(crs)s” is not a system of places on the earth; say which one the file is in."
        raise TableError("crs_unusable", message, {"crs": crs.name[:60]})
    epsg = crs.to_epsg()
    if epsg in (4326, 4490, 4979, 4480, 4479):
        return System("EPSG:4490" if epsg != 4326 else coordinates.WGS84, True, as_is)
    transformer = Transformer.from_crs(crs, "EPSG:4490", always_xy=True)
    area = crs.area_of_use
    home = (area.west, area.south, area.east, area.north) if area else None
    exact = transformer.accuracy >= 0 or _same_datum(crs)
    return System(
        f"EPSG:{epsg}" if epsg else crs.name,
        crs.is_geographic,
        lambda points: _turned(points, transformer),
        exact,
        home,
    )


def _same_datum(crs: CRS) -> bool:
    base: Any = crs.geodetic_crs
    word = (base.datum.name if base is not None and base.datum is not None else "").lower()
    return any(name in word for name in ("china 2000", "cgcs", "2000_china", "china_2000", "world geodetic", "wgs"))


def as_is(points: Points) -> Points:
    """Degrees of CGCS2000 already (WGS-84 is the same at the accuracy of a map)."""
    return points


def _turned(points: Points, transformer: Transformer) -> Points:
    return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def _shifted(points: Points, name: str) -> Points:
    found = np.full_like(points, np.nan)
    good = in_degrees(points)
    if good.any():
        found[good] = np.column_stack(coordinates.transform(points[good, 0], points[good, 1], name, CGCS2000))
    return found


def in_degrees(points: Points) -> NDArray[np.bool_]:
    """Which points can be (lon, lat)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(points[:, 0]) <= 180) & (np.abs(points[:, 1]) <= 90))


def within(points: Points, extent: Extent) -> NDArray[np.bool_]:
    """Which points in degrees lie in an extent."""
    west, south, east, north = extent
    lon, lat = points[:, 0], points[:, 1]
    with np.errstate(invalid="ignore"):
        return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
