"""Lines into faces, and which faces are neighbours: a plane cut up exactly (metres).

All corners lie on a grid of a tenth of a millimetre, so neighbours have the very same corners.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, STRtree

SNAP = 1e-4
"""Metres."""
ON_LINE = 0.02
"""Metres: an edge whose middle is this near to a line runs along it."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs of neighbours (`first` < `second`, numbers of faces), the length in metres of what they share, and
    `held`: that length weighted with the strength of the lines that run along it."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    length: NDArray[np.float64]
    held: NDArray[np.float64]


def faces(region: Geometry, lines: Sequence[Geometry]) -> list[Geometry]:
    """The faces into which the lines cut the region; together they are the region."""
    noded = shapely.union_all([region.boundary, *lines], grid_size=SNAP)
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    middles = shapely.point_on_surface(found)
    shapely.prepare(region)
    inside = shapely.intersects_xy(region, shapely.get_x(middles), shapely.get_y(middles))
    return [face for face in found[inside].tolist() if face.area > 0]


def surface(shape: Geometry) -> Geometry:
    """Its surfaces alone: what touches at an edge leaves lines and points behind."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def edges(shapes: Sequence[Geometry], lines: Sequence[Geometry], strengths: Sequence[float]) -> Edges:
    """Which faces share edges (a common corner is none). The corners of neighbours must be the same ones."""
    owner, low, high, length, middle = _segments(shapes)
    order = np.lexsort((high, low))
    same = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    one, other = order[:-1][same], order[1:][same]
    first, second = np.minimum(owner[one], owner[other]), np.maximum(owner[one], owner[other])
    apart = first != second
    one, first, second = one[apart], first[apart], second[apart]
    held = length[one] * _strength(middle[one], lines, strengths)
    pairs, where = np.unique(first * len(shapes) + second, return_inverse=True)
    total = np.bincount(where, weights=length[one], minlength=len(pairs)).astype(np.float64)
    weighted = np.bincount(where, weights=held, minlength=len(pairs)).astype(np.float64)
    return Edges(pairs // max(len(shapes), 1), pairs % max(len(shapes), 1), total, weighted)


def _segments(
    shapes: Sequence[Geometry],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Owner, the numbers of both corners (lower first), length and middle of every segment of every ring."""
    rings, face = shapely.get_rings(np.array(shapes, dtype=object), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    number = _numbers(points)
    follows = ring[1:] == ring[:-1]
    start, end = number[:-1][follows], number[1:][follows]
    from_, to = points[:-1][follows], points[1:][follows]
    length = np.hypot(*(to - from_).T)
    return face[ring[:-1][follows]], np.minimum(start, end), np.maximum(start, end), length, (from_ + to) / 2


def _numbers(points: NDArray[np.float64]) -> NDArray[np.int64]:
    whole = np.rint(points / SNAP).astype(np.int64)
    whole -= whole.min(axis=0)
    keys = whole[:, 0] * (int(whole[:, 1].max()) + 1) + whole[:, 1]
    numbers: NDArray[np.int64] = np.unique(keys, return_inverse=True)[1]
    return numbers


def _strength(
    middles: NDArray[np.float64], lines: Sequence[Geometry], strengths: Sequence[float]
) -> NDArray[np.float64]:
    found = np.zeros(len(middles))
    if len(lines) and len(middles):
        tree = STRtree(list(lines))
        at, line = tree.query(shapely.points(middles), predicate="dwithin", distance=ON_LINE)
        np.maximum.at(found, at, np.asarray(strengths, dtype=np.float64)[line])
    return found
