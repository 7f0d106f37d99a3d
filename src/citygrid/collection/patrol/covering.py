"""How much of a duty grid somebody walked: unit grids visited, squares seen. Pure, in metres and seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, STRtree

from citygrid.collection.patrol.rules import Coverage, Track
from citygrid.collection.patrol.track import Sifted, gaps

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Covered:
    """`seconds` by unit grid, in the order in which they were given; `visited` those of `visit_seconds` and more.
    `seen`: for each square."""

    seconds: Sequence[float]
    visited: Sequence[bool]
    seen: Sequence[bool]

    @property
    def grids_share(self) -> float | None:
        """Of all unit grids; None where there are none."""
        return sum(self.visited) / len(self.visited) if self.visited else None

    @property
    def squares_share(self) -> float | None:
        return sum(self.seen) / len(self.seen) if self.seen else None


def places(sifted: Sifted, track: Track, rule: Coverage) -> tuple[Floats, Floats]:
    """Where somebody was at every `step_seconds` of the clock: between two fixes on the straight line, in gaps nowhere.
    Each place stands for one step."""
    used = sifted.used
    if len(used) < 2:
        return np.empty(0), np.empty(0)
    t = np.array([one.t for one in used])
    step = rule.step_seconds
    at = np.arange(np.ceil(t[0] / step), np.ceil(t[-1] / step)) * step
    number = np.searchsorted(t, at, side="right") - 1
    at = at[~np.array(gaps(sifted, track))[number]]
    return np.interp(at, t, [one.x for one in used]), np.interp(at, t, [one.y for one in used])


def squares(outline: Geometry, side: float) -> tuple[Floats, Floats]:
    """Middles of the squares of a lattice (its corners at whole multiples of `side`) that lie in the outline."""
    if outline.is_empty:
        return np.empty(0), np.empty(0)
    west, south, east, north = outline.bounds
    xs = (np.arange(np.floor(west / side), np.ceil(east / side)) + 0.5) * side
    ys = (np.arange(np.floor(south / side), np.ceil(north / side)) + 0.5) * side
    x, y = (one.ravel() for one in np.meshgrid(xs, ys))
    held = shapely.contains_xy(outline, x, y)
    return x[held], y[held]


def covered(
    xs: Floats, ys: Floats, grids: Sequence[Geometry], middles: tuple[Floats, Floats], rule: Coverage
) -> Covered:
    """What the places (`places`) reach."""
    there = shapely.points(xs, ys)
    counts = np.zeros(len(grids), dtype=np.int64)
    seen = np.zeros(len(middles[0]), dtype=bool)
    if len(there) and len(grids):
        _, hit = STRtree(list(grids)).query(there, predicate="dwithin", distance=rule.visit_metres)
        np.add.at(counts, hit, 1)
    if len(there) and len(seen):
        _, hit = STRtree(shapely.points(*middles)).query(there, predicate="dwithin", distance=rule.reach_metres)
        seen[hit] = True
    seconds = counts * rule.step_seconds
    return Covered(seconds.tolist(), (seconds >= rule.visit_seconds).tolist(), seen.tolist())
