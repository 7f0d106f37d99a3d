"""Between degrees and the metres of the city's projection, for the native columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from numpy.typing import NDArray
from shapely import Geometry

from citygrid.rulebook import slices
from citygrid.standards.coordinates import CoordinateError, Metric, metric

Box = tuple[float, float, float, float]
STEPS = 8
"""Points on each edge of a box: its edges are curves in another system."""
SMALL, HOME = 0.5, 1e-6
"""Degrees: wider boxes need more points; how near a point must come back."""


def crs() -> str:
    """The city's projection. Raises `slices.NoRules` before a city has been loaded."""
    return str(slices.profile_at(timezone.now()).data["metric_crs"])


def city() -> Metric:
    """The city's projection, ready for use."""
    return metric(crs())


def box_of(west: float, south: float, east: float, north: float, to: Metric) -> Box | None:
    """The box in metres that holds a box in degrees; None when the projection does not reach that far."""
    wide = max(east - west, north - south) > SMALL
    lons, lats = edges(west, south, east, north, 8 * STEPS if wide else STEPS)
    x, y, good = tried(lons, lats, to)
    if not good.all():
        return None
    more = 1.0 + 0.005 * max(float(np.ptp(x)), float(np.ptp(y)))
    return float(x.min()) - more, float(y.min()) - more, float(x.max()) + more, float(y.max()) + more


def tried(lons: Any, lats: Any, to: Metric) -> tuple[Any, Any, Any]:
    """Metres, and where they can be trusted: there the way back leads home."""
    try:
        x, y = to(lons, lats)
        back_lon, back_lat = to.inverse(x, y)
    except CoordinateError:
        nothing = np.zeros(len(lons))
        return nothing, nothing, np.zeros(len(lons), bool)
    return x, y, (np.abs(back_lon - lons) < HOME) & (np.abs(back_lat - lats) < HOME)


def edges(west: float, south: float, east: float, north: float, steps: int = STEPS) -> tuple[Any, Any]:
    """Points along the edges of a box, in order around it (the first not repeated)."""
    part = np.linspace(0.0, 1.0, steps, endpoint=False)
    across, up = west + (east - west) * part, south + (north - south) * part
    back, down = east + (west - east) * part, north + (south - north) * part
    lon = np.concatenate([across, np.full(steps, east), back, np.full(steps, west)])
    lat = np.concatenate([np.full(steps, south), up, np.full(steps, north), down])
    return lon, lat


def boxes(shapes: Sequence[Geometry], to: Metric) -> NDArray[np.float64]:
    """(west, south, east, north) in metres of each shape."""
    found = np.asarray(shapely.bounds(in_metres(shapes, to)), dtype=np.float64)
    return found.reshape(-1, 4)


def in_metres(shapes: Sequence[Geometry], to: Metric) -> Any:
    """The shapes with their coordinates in metres."""
    return shapely.transform(np.array(shapes, dtype=object), lambda at: np.column_stack(to(at[:, 0], at[:, 1])))
