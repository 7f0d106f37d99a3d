"""A block that is too large for one unit grid, cut along straight lines that avoid its buildings (metres).

Each cut lies across the longer side, where it is short, gives whole numbers of cells on both sides and crosses
few buildings; a building that it would cross goes wholly to the side on which most of it lies, so that the edge
runs along its wall.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, Polygon

from citygrid.areas.plane import SNAP, surface

PLACES = 160
"""Places that are tried for one cut."""
SQUARE = 1.35
"""A block less elongated than this is tried in both directions."""
WALLS_WEIGH = 2.0
DEEPEST = 60
CRUMB = 1e-3
"""m2: what is less than this is nothing."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a unit grid is: `cell_m2` wanted, `least` and `most` as parts of it (万米单元网格: 10,000 m2).

    `cut_above`: a block larger than this many cells is cut. `join_below`: a grid smaller than this joins a
    neighbour when that makes a good one. `narrow_m`: what is narrower on average is no grid of its own.
    `longest_m`: a longer grid is cut across when its parts are large enough.
    """

    cell_m2: float = 10_000.0
    least: float = 0.3
    most: float = 2.0
    cut_above: float = 1.5
    join_below: float = 0.5
    narrow_m: float = 20.0
    longest_m: float = 400.0

    @property
    def side(self) -> float:
        return math.sqrt(self.cell_m2)

    @property
    def least_m2(self) -> float:
        return self.least * self.cell_m2

    @property
    def most_m2(self) -> float:
        return self.most * self.cell_m2

    def narrow(self, area: float, around: float) -> bool:
        """Whether a shape of that surface and perimeter is a strip (its width: twice surface by perimeter)."""
        return 2 * area < self.narrow_m * around


@dataclass(frozen=True, slots=True)
class _Cut:
    cost: float
    angle: float
    place: float


def pieces(block: Geometry, buildings: Sequence[Geometry], sizes: Sizes, above: float | None = None) -> list[Geometry]:
    """The block in pieces of about a cell; crumbs beside buildings are pieces too. `above`: the surface in m2 from
    which a piece is cut, `sizes.cut_above` cells when not given."""
    limit = sizes.cut_above * sizes.cell_m2 if above is None else above
    open_: list[tuple[Geometry, list[Geometry], int]] = [(block, list(buildings), 0)]
    done = []
    while open_:
        face, inside, depth = open_.pop()
        parts = _halves(face, inside, sizes) if depth < DEEPEST and _wants_cut(face, sizes, limit) else []
        if len(parts) < 2:
            done.append(face)
            continue
        points = [shapely.point_on_surface(building) for building in inside]
        for part in parts:
            shapely.prepare(part)
            mine = [b for b, point in zip(inside, points, strict=True) if part.intersects(point)]
            open_.append((part, mine, depth + 1))
    return done


def _wants_cut(face: Geometry, sizes: Sizes, limit: float) -> bool:
    area = face.area
    if area > limit:
        return True
    west, south, east, north = face.bounds
    reach = math.hypot(east - west, north - south)
    if reach > 1.5 * sizes.side and sizes.narrow(area, face.length):
        return True
    return bool(area >= 2.2 * sizes.least_m2 and reach > sizes.longest_m and _sides(face)[1] > sizes.longest_m)


def _sides(face: Geometry) -> tuple[float, float, float]:
    """Direction of the longer side of the smallest rectangle around it (radians), its length, the other length."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(face))
    if len(corners) < 4:
        return 0.0, 0.0, 0.0
    one, other = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*one) < np.hypot(*other) - CRUMB:
        one, other = other, one
    return math.atan2(one[1], one[0]) % math.pi, float(np.hypot(*one)), float(np.hypot(*other))


def _halves(face: Geometry, buildings: Sequence[Geometry], sizes: Sizes) -> list[Geometry]:
    angle, long, short = _sides(face)
    cuts = [_best(face, buildings, angle, long, sizes)]
    if long < SQUARE * short:
        cuts.append(_best(face, buildings, angle + math.pi / 2, short, sizes))
    best = min((cut for cut in cuts if cut is not None), key=lambda cut: cut.cost, default=None)
    return [] if best is None else _apart(face, buildings, best)


def _turned(shape: Geometry, angle: float) -> NDArray[np.float64]:
    points = shapely.get_coordinates(shape)
    cos, sin = math.cos(angle), math.sin(angle)
    return np.column_stack((points[:, 0] * cos + points[:, 1] * sin, points[:, 1] * cos - points[:, 0] * sin))


def _best(face: Geometry, buildings: Sequence[Geometry], angle: float, long: float, sizes: Sizes) -> _Cut | None:
    """The best place along the direction for a cut at a right angle to it."""
    rings = [_turned(ring, angle) for ring in shapely.get_rings(shapely.orient_polygons(face))]
    low, high = float(rings[0][:, 0].min()), float(rings[0][:, 0].max())
    places = np.linspace(low, high, PLACES + 2)[1:-1]
    part, chord = _swept(rings, places)
    area = face.area
    rows = max(2, round(long / sizes.side))
    share = part / area
    off = np.abs(share - (rows // 2) / rows) * max(area / sizes.cell_m2, 1.0)
    good = (share > 0.15) & (share < 0.85)
    if not good.any():
        return None
    cost = chord / sizes.side + 2 * off + WALLS_WEIGH * _walls(buildings, angle, places) / sizes.side
    cost = np.where(good, cost, np.inf)
    at = int(np.argmin(cost))
    return _Cut(float(cost[at]), angle, float(places[at]))


def _swept(
    rings: Sequence[NDArray[np.float64]], places: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Surface on the near side of each place, and length of the cut there: sums over the edges (Green)."""
    base = rings[0][:, 1].mean()
    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    forth = end[:, 0] >= start[:, 0]
    near, far = np.where(forth[:, None], start, end), np.where(forth[:, None], end, start)
    width = far[:, 0] - near[:, 0]
    steep = (far[:, 1] - near[:, 1]) / np.where(width > 0, width, 1.0)
    sign = np.where(forth, 1.0, -1.0)
    reach = np.clip(places[:, None] - near[:, 0], 0.0, width)
    height = near[:, 1] - base + steep * reach
    swept = (reach * (near[:, 1] - base + steep * reach / 2)) @ sign
    crossing = (places[:, None] > near[:, 0]) & (places[:, None] <= far[:, 0])
    return np.abs(swept), np.abs((height * crossing) @ sign)


def _walls(buildings: Sequence[Geometry], angle: float, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """How deep the cut goes into buildings at each place, in metres, all of them together."""
    if not buildings:
        return np.zeros(len(places))
    spans = np.array([(c[:, 0].min(), c[:, 0].max()) for c in (_turned(b, angle) for b in buildings)])
    deep = np.minimum(places[:, None] - spans[:, 0], spans[:, 1] - places[:, None])
    total: NDArray[np.float64] = np.clip(deep, 0.0, None).sum(axis=1)
    return total


def _apart(face: Geometry, buildings: Sequence[Geometry], cut: _Cut) -> list[Geometry]:
    """Both sides of the cut in their parts, every building whole on one of them."""
    half = _half_plane(face, cut)
    near = surface(shapely.intersection(face, half, grid_size=SNAP))
    hit = [building for building in buildings if _crossed(building, half)]
    if hit:
        mine = [b for b in hit if 2 * b.intersection(half).area >= b.area]
        others = [b for b in hit if 2 * b.intersection(half).area < b.area]
        near = shapely.union_all([near, *mine], grid_size=SNAP)
        if others:
            near = surface(shapely.difference(near, shapely.union_all(others, grid_size=SNAP), grid_size=SNAP))
        near = surface(shapely.intersection(near, face, grid_size=SNAP))
    far = shapely.difference(face, near, grid_size=SNAP)
    parts = [*shapely.get_parts(near), *shapely.get_parts(far)]
    return [part for part in parts if isinstance(part, Polygon) and part.area > CRUMB]


def _crossed(building: Geometry, half: Geometry) -> bool:
    return bool(building.intersects(half) and not half.covers(building))


def _half_plane(face: Geometry, cut: _Cut) -> Geometry:
    west, south, east, north = face.bounds
    reach = 4 * math.hypot(east - west, north - south) + 1
    cos, sin = math.cos(cut.angle), math.sin(cut.angle)
    middle = -west * sin / 2 - east * sin / 2 + (south + north) * cos / 2
    box = [
        (cut.place, middle - reach),
        (cut.place, middle + reach),
        (cut.place - reach, middle + reach),
        (cut.place - reach, middle - reach),
    ]
    return Polygon([(x * cos - y * sin, x * sin + y * cos) for x, y in box])
