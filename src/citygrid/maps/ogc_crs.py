"""Coordinate reference systems by their URI (OGC API Features Part 2), each with its own order of axes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from shapely import Geometry

from citygrid.maps import metres
from citygrid.maps.ogc import wrong
from citygrid.standards import coordinates
from citygrid.standards.coordinates import CoordinateError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
STEPS = 16


@dataclass(frozen=True, slots=True)
class Reference:
    """A system that is offered. `swapped`: its first axis goes north."""

    uri: str
    name: str
    swapped: bool
    in_degrees: bool

    def from_degrees(self, shapes: Any) -> Any:
        """Shapes in lon, lat as shapes in this system, axes in its order, rounded to a centimetre or finer."""

        def turned(at: Any) -> Any:
            x, y = (at[:, 0], at[:, 1]) if self.in_degrees else coordinates.transform(
                at[:, 0], at[:, 1], coordinates.CGCS2000, self.name
            )  # fmt: skip
            pair = (y, x) if self.swapped else (x, y)
            return np.round(np.column_stack(pair), 7 if self.in_degrees else 3)

        return shapely.transform(shapes, turned)

    def to_degrees(self, shape: Geometry) -> Geometry:
        """A shape of this system in lon, lat. Raises OgcError 400 when it is not on the earth."""

        def turned(at: Any) -> Any:
            x, y = (at[:, 1], at[:, 0]) if self.swapped else (at[:, 0], at[:, 1])
            if not self.in_degrees:
                x, y = coordinates.transform(x, y, self.name, coordinates.CGCS2000)
            return np.column_stack((x, y))

        try:
            return shapely.transform(shape, turned)
        except (CoordinateError, ValueError):
            raise wrong("The coordinates are beyond the reach of their CRS.") from None


@lru_cache(maxsize=32)
def _offered(city: str) -> dict[str, Reference]:
    found = {CRS84: Reference(CRS84, "WGS-84", False, True)}
    for code in ("4326", "4490", "3857", *re.findall(r"^EPSG:(\d+)$", city.upper())):
        crs = CRS.from_epsg(int(code))
        swapped = crs.axis_info[0].direction == "north"
        found[EPSG + code] = Reference(EPSG + code, f"EPSG:{code}", swapped, crs.is_geographic)
    return found


def offered() -> Sequence[str]:
    """The URIs that every collection is given in; what it is stored in comes first."""
    return list(_offered(metres.crs()))


def reference(uri: str | None, parameter: str) -> Reference:
    """The system of a URI (or [EPSG:4490], EPSG:4490, as some clients write). Raises OgcError 400."""
    text = (uri or CRS84).strip().strip("[]")
    short = re.fullmatch(r"(?:EPSG:|urn:ogc:def:crs:EPSG::)(\d+)", text, re.IGNORECASE)
    text = EPSG + short[1] if short else text.replace("https://", "http://")
    found = _offered(metres.crs()).get(text)
    if found is None:
        raise wrong(f"{parameter}: {uri} is not one of the CRS of this collection.")
    return found


def area(numbers: Sequence[float], of: Reference) -> tuple[list[Geometry], bool]:
    """A bbox (least and greatest corner, two or three axes) as shapes in degrees, and whether they are boxes along lon
    and lat. One whose west is greater than its east crosses the antimeridian. Raises OgcError 400."""
    half = len(numbers) // 2
    (first, second), (third, fourth) = numbers[:2], numbers[half : half + 2]
    west, south, east, north = (second, first, fourth, third) if of.swapped else (first, second, third, fourth)
    if south > north or (west > east and not of.in_degrees):
        raise wrong("bbox: the least corner comes first.")
    if of.in_degrees:
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise wrong("bbox: longitudes are from -180 to 180, latitudes from -90 to 90.")
        spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        return [shapely.box(a, south, b, north) for a, b in spans], True
    plain = shapely.box(*numbers[:2], *numbers[half : half + 2])
    side = max(east - west, north - south)
    return [of.to_degrees(shapely.segmentize(plain, side / STEPS) if side else plain)], False
