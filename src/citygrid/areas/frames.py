"""Metres around one place in which an edge that is straight in degrees is straight too.

Areas are kept, drawn and asked in degrees, so that is where their edges are straight. In a city's projection the
middle of an edge of a kilometre lies a centimetre beside that; a corner put there would leave a seam to a neighbour
who has no corner. A frame only stretches the axes; over a community its metres are right to one in some thousands.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from citygrid.standards.coordinates import metric

STEP = 1e-3
"""Degrees between which the scale is measured."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Degrees of the middle, metres by degree along both axes."""

    lon: float
    lat: float
    east: float
    north: float

    @classmethod
    def of(cls, shape: Geometry, crs: str) -> "Frame":
        """The frame around a shape in degrees, with the scale that the city's projection has there."""
        west, south, east, north = shape.bounds
        lon, lat = (west + east) / 2, (south + north) / 2
        there = metric(crs)
        x, y = there(np.array([lon, lon + STEP, lon]), np.array([lat, lat, lat + STEP]))
        wide, high = np.hypot(x[1] - x[0], y[1] - y[0]), np.hypot(x[2] - x[0], y[2] - y[0])
        return cls(lon, lat, float(wide) / STEP, float(high) / STEP)

    def there(self, shape: Geometry) -> Geometry:
        """Degrees into metres."""
        origin, scale = np.array([self.lon, self.lat]), np.array([self.east, self.north])

        def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
            metres: NDArray[np.float64] = (points - origin) * scale
            return metres

        return shapely.transform(shape, turn)

    def back(self, shape: Geometry) -> Geometry:
        """Metres into degrees."""
        origin, scale = np.array([self.lon, self.lat]), np.array([self.east, self.north])

        def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
            degrees: NDArray[np.float64] = points / scale + origin
            return degrees

        return shapely.transform(shape, turn)
