"""Tile matrix sets and where a tile lies: WebMercatorQuad, WorldCRS84Quad and CGCS2000Quad (OGC 17-083r4). Pure.

CGCS2000Quad is the scheme of 天地图 (its `_c` services): degrees of EPSG:4490, two tiles at the first level. A tile is
clipped and quantised in the set's own units; `Scheme.project` takes degrees there."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

RADIUS = 6378137.0
HALF = math.pi * RADIUS
DEGREE_METRES = 111319.49079327358
"""Metres of a degree in the definitions of tile matrix sets (pi a / 180)."""
PIXEL = 0.00028
MOST_ZOOM = 24
MOST_LATITUDE = 85.0511287798066


@dataclass(frozen=True, slots=True)
class Scheme:
    """A quad tree of tiles: at zoom z there are `wide` * 2^z columns and 2^z rows of `span` / 2^z units each."""

    code: str
    title: str
    crs: str
    uri: str
    left: float
    top: float
    span: float
    wide: int
    metres: float
    """Of one unit."""
    swapped: bool
    """The CRS names its axes lat, lon: the corner is written in that order."""
    project: Callable[[Any, Any], tuple[Any, Any]]
    degrees: Callable[[float, float], tuple[float, float]]

    def size(self, zoom: int) -> tuple[int, int]:
        """Columns and rows."""
        return self.wide << zoom, 1 << zoom

    def box(self, zoom: int, column: int, row: int) -> tuple[float, float, float, float]:
        """West, south, east, north of a tile in the set's units."""
        side = self.span / (1 << zoom)
        west, north = self.left + column * side, self.top - row * side
        return west, north - side, west + side, north

    def box_degrees(self, zoom: int, column: int, row: int, margin: float = 0.0) -> tuple[float, float, float, float]:
        """The same in degrees, wider by a part of the side."""
        west, south, east, north = self.box(zoom, column, row)
        more = (east - west) * margin
        low, high = self.degrees(west - more, south - more), self.degrees(east + more, north + more)
        return max(low[0], -180.0), max(low[1], -90.0), min(high[0], 180.0), min(high[1], 90.0)

    def metres_per_tile(self, zoom: int, column: int, row: int) -> float:
        """Ground metres of a tile's side at its middle."""
        west, south, east, north = self.box(zoom, column, row)
        _, lat = self.degrees((west + east) / 2, (south + north) / 2)
        on_ground = math.cos(math.radians(lat)) if self.metres == 1.0 else 1.0
        return self.span / (1 << zoom) * self.metres * on_ground

    def document(self) -> dict[str, Any]:
        """The definition as JSON (OGC 17-083r4)."""
        corner = [self.top, self.left] if self.swapped else [self.left, self.top]
        return {
            "id": self.code,
            "title": self.title,
            "uri": self.uri,
            "crs": self.crs,
            "orderedAxes": ["Lat", "Lon"] if self.swapped else (["X", "Y"] if self.metres == 1.0 else ["Lon", "Lat"]),
            **({"wellKnownScaleSet": WELL_KNOWN[self.code]} if self.code in WELL_KNOWN else {}),
            "tileMatrices": [
                {
                    "id": str(zoom),
                    "scaleDenominator": self.span / 256 / (1 << zoom) * self.metres / PIXEL,
                    "cellSize": self.span / 256 / (1 << zoom),
                    "pointOfOrigin": corner,
                    "tileWidth": 256,
                    "tileHeight": 256,
                    "matrixWidth": self.wide << zoom,
                    "matrixHeight": 1 << zoom,
                }
                for zoom in range(MOST_ZOOM + 1)
            ],
        }


def to_mercator(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Degrees to metres of EPSG:3857; arrays."""
    held = np.clip(lat, -MOST_LATITUDE, MOST_LATITUDE)
    return np.multiply(lon, HALF / 180), RADIUS * np.log(np.tan(np.pi / 4 + np.radians(held) / 2))


def from_mercator(x: float, y: float) -> tuple[float, float]:
    """Metres of EPSG:3857 to degrees."""
    return x * 180 / HALF, math.degrees(2 * math.atan(math.exp(y / RADIUS)) - math.pi / 2)


def _same(lon: Any, lat: Any) -> tuple[Any, Any]:
    return lon, lat


TMS = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
WELL_KNOWN = {
    "WebMercatorQuad": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    "WorldCRS84Quad": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
}
_DEGREES: dict[str, Any] = {
    "left": -180.0, "top": 90.0, "span": 180.0, "wide": 2, "metres": DEGREE_METRES, "project": _same, "degrees": _same,
}  # fmt: skip
SCHEMES: Mapping[str, Scheme] = {
    scheme.code: scheme
    for scheme in (
        Scheme("WebMercatorQuad", "Google Maps Compatible for the World", "http://www.opengis.net/def/crs/EPSG/0/3857",
               TMS + "WebMercatorQuad", -HALF, HALF, 2 * HALF, 1, 1.0, False, to_mercator, from_mercator),
        Scheme("WorldCRS84Quad", "CRS84 for the World", "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
               TMS + "WorldCRS84Quad", swapped=False, **_DEGREES),
        Scheme("CGCS2000Quad", "CGCS2000 for the World", "http://www.opengis.net/def/crs/EPSG/0/4490",
               "urn:citygrid:def:tilematrixset:CGCS2000Quad", swapped=True, **_DEGREES),
    )
}  # fmt: skip
