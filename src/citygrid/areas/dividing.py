"""万米单元网格 inside one community, from its boundary and its barriers (GB/T 30428.1; S0-03, S1-08, S2-19).

The barriers cut the community into blocks, large blocks are cut further (`cutting`), small ones are joined
(`joining`), and the result is numbered (`numbering`). The grids fill the community without gap or overlap, share
the corners of their common edges, and cut no building. The same input, in any order, gives the same grids.
See docs/areas.md and decision 0009.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import Geometry, STRtree

from citygrid.areas import cutting, joining, numbering, plane
from citygrid.areas.barriers import BUILDING, LINE, YARD, Barrier
from citygrid.areas.cutting import Sizes
from citygrid.areas.frames import Frame
from citygrid.areas.lattice import LatticeError, project

__all__ = ["DivideError", "Division", "Sizes", "divide_with"]

DECIMALS = (9, 10, 11, 12)
"""Of a degree: a tenth of a millimetre, so that a corner put on a long edge does not bend it; more where that would
make edges cross. A city folder keeps twelve (`geojson.KEPT`)."""
ROUNDS = 4
WALL = 0.8
"""How much an edge is wanted along the outline of a yard that is too large for one grid."""
MOST_CELLS = 250_000
LEAST_BUILDING = 1.0
"""m2 inside the community: less of a building is no building."""
DUST = 0.01
"""m2: a part of the community that hangs on a corner and is no larger than this is an error of drawing."""
COMMON = 0.01
"""m2 that two buildings must share to be one."""


class DivideError(LatticeError):
    """A community or a barrier that cannot be used: `bad_boundary`, `empty_community`, `too_many_cells`,
    `bad_barrier`, `bad_sizes`. `message % params` is the sentence."""


@dataclass(frozen=True, slots=True)
class Division:
    """`grids` in degrees in the order of their numbers. `beyond`: numbers (from 0) of those outside the limits of
    size, which nothing could be done about: a building or a part of the community is that large or that small."""

    grids: list[Geometry]
    areas: list[float] = field(default_factory=list)
    beyond: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Ground:
    """What lies in the community, in metres."""

    region: Geometry
    lines: list[Geometry]
    strengths: list[float]
    buildings: list[Geometry]
    """Apart from each other, inside the region, none above the upper limit."""
    wholes: list[Geometry]


def divide_with(
    community: Geometry, crs: str, barriers: Sequence[Barrier] = (), sizes: Sizes | None = None
) -> Division:
    """The unit grids of a community (Polygon or MultiPolygon in degrees, CGCS2000).

    `crs`: the city's system in metres. Barriers (degrees) may lie across or outside the boundary: what is inside
    counts. Raises DivideError.
    """
    sizes = sizes or Sizes()
    _check(community, barriers, sizes)
    frame = Frame.of(community, crs)
    flat = frame.there(community)
    if flat.area / sizes.cell_m2 > MOST_CELLS:
        cells = {"cells": str(round(flat.area / sizes.cell_m2)), "most": str(MOST_CELLS)}
        raise DivideError("too_many_cells", "%(cells)s cells are more than %(most)s.", **cells)
    inside = [Barrier(frame.there(one.shape), one.kind, one.strength) for one in barriers]
    grids = _degrees(divide_metric_with(flat, inside, sizes), frame)
    back = [project(grid, crs) for grid in grids]
    order = numbering.order(back, project(community, crs).bounds[3], sizes.side)
    areas = [float(back[at].area) for at in order]
    beyond = [number for number, area in enumerate(areas) if not sizes.least_m2 <= area <= sizes.most_m2]
    return Division([grids[at] for at in order], areas, beyond)


def divide_metric_with(region: Geometry, barriers: Sequence[Barrier], sizes: Sizes) -> list[Geometry]:
    """As `divide_with`, all in the metres of a frame, not yet numbered."""
    ground = _ground(region, barriers, sizes)
    hit, lines = _around_buildings(ground)
    blocks = plane.faces(region, [*lines, *(b.boundary for b in (*hit, *ground.wholes))])
    kinds = _kinds(blocks, hit, ground.wholes)
    found = _cut(blocks, kinds, ground.buildings, sizes, None)
    for _ in range(ROUNDS):
        atoms = plane.faces(region, [shape.boundary for shape in found])
        kinds = _kinds(atoms, hit, ground.wholes)
        found, kinds = _join(atoms, kinds, ground, sizes)
        large = [k == joining.LAND and s.area > sizes.most_m2 for s, k in zip(found, kinds, strict=True)]
        if not any(large):
            break
        again = [joining.LAND if wide else joining.WHOLE for wide in large]
        found = _cut(found, again, ground.buildings, sizes, sizes.most_m2)
        hit = []  # each lies in a grid by now
    else:
        found = _final(region, found, ground, sizes)
    return found


def _final(region: Geometry, shapes: list[Geometry], ground: _Ground, sizes: Sizes) -> list[Geometry]:
    """After the last cut: faces with common corners, joined once more."""
    atoms = plane.faces(region, [shape.boundary for shape in shapes])
    return _join(atoms, _kinds(atoms, [], ground.wholes), ground, sizes)[0]


def _check(community: Geometry, barriers: Sequence[Barrier], sizes: Sizes) -> None:
    if community.geom_type not in ("Polygon", "MultiPolygon"):
        raise DivideError("bad_boundary", "The community is a %(type)s, not a surface.", type=community.geom_type)
    if not community.is_valid:
        reason = shapely.is_valid_reason(community)
        raise DivideError("bad_boundary", "The boundary of the community crosses itself: %(reason)s", reason=reason)
    if community.is_empty or community.area == 0:
        raise DivideError("empty_community", "The community has no surface.")
    west, south, east, north = community.bounds
    if max(-west, east) > 180 or max(-south, north) > 90:
        raise DivideError("bad_boundary", "The boundary of the community is not in degrees.")
    for number, one in enumerate(barriers, start=1):
        if one.kind in (BUILDING, YARD) and not one.shape.is_valid:
            params = {"number": str(number), "reason": shapely.is_valid_reason(one.shape)}
            message = "The outline of barrier %(number)s crosses itself: %(reason)s"
            raise DivideError("bad_barrier", message, **params)
    if not (sizes.cell_m2 > 0 and 0 < sizes.least < 1 < sizes.cut_above <= sizes.most and sizes.narrow_m >= 0):
        raise DivideError("bad_sizes", "The limits of size do not fit each other: least < 1 < cut above <= most.")


def _ground(region: Geometry, barriers: Sequence[Barrier], sizes: Sizes) -> _Ground:
    shapely.prepare(region)
    lines, strengths, closed = [], [], []
    for one in barriers:
        inside = shapely.intersection(one.shape, region) if region.intersects(one.shape) else None
        if inside is None or inside.is_empty:
            continue
        kind, strength = one.kind, one.strength
        if kind == YARD and one.shape.area > sizes.most_m2:
            kind, strength = LINE, max(strength, WALL)
            inside = one.shape.boundary.intersection(region)
        if kind == LINE:
            parts = [p for p in shapely.get_parts(inside) if p.length > plane.SNAP and p.area == 0]
            lines += parts
            strengths += [strength] * len(parts)
        else:
            closed += [p for p in shapely.get_parts(inside) if p.area >= LEAST_BUILDING]
    ordered = sorted(zip(lines, strengths, strict=True), key=lambda pair: (shapely.to_wkb(pair[0]), pair[1]))
    units = _units(closed, sizes)
    return _Ground(
        region,
        [line for line, _ in ordered],
        [strength for _, strength in ordered],
        [unit for unit in units if unit.area <= sizes.most_m2],
        [unit for unit in units if unit.area > sizes.most_m2],
    )


def _units(closed: Sequence[Geometry], sizes: Sizes) -> list[Geometry]:
    """Buildings that overlap are one; a courtyard belongs to its building. In the order of their bytes."""
    shapes = [_filled(shape, sizes) for shape in closed]
    while True:
        clusters = _clusters(shapes)
        if len(clusters) == len(shapes):
            return sorted(shapes, key=shapely.to_wkb)
        merged = [shapely.union_all([shapes[at] for at in cluster], grid_size=plane.SNAP) for cluster in clusters]
        shapes = [_filled(part, sizes) for shape in merged for part in shapely.get_parts(shape)]


def _filled(shape: Geometry, sizes: Sizes) -> Geometry:
    holes = [hole for hole in shape.interiors if shapely.polygons(hole).area > sizes.least_m2]
    return shapely.polygons(shape.exterior, holes or None) if len(holes) < len(shape.interiors) else shape


def _clusters(shapes: Sequence[Geometry]) -> list[list[int]]:
    root = list(range(len(shapes)))

    def top(at: int) -> int:
        while root[at] != at:
            root[at] = at = root[root[at]]
        return at

    if shapes:
        first, second = STRtree(list(shapes)).query(list(shapes), predicate="intersects")
        once = first < second
        array = np.array(shapes, dtype=object)
        common = shapely.area(shapely.intersection(array[first[once]], array[second[once]]))
        for one, other in zip(first[once][common > COMMON], second[once][common > COMMON], strict=True):
            root[top(int(other))] = top(int(one))
    found: dict[int, list[int]] = {}
    for at in range(len(shapes)):
        found.setdefault(top(at), []).append(at)
    return list(found.values())


def _around_buildings(ground: _Ground) -> tuple[list[Geometry], list[Geometry]]:
    """The buildings that lines run through, and the lines without what runs through any."""
    closed = [*ground.buildings, *ground.wholes]
    if not closed or not ground.lines:
        return [], ground.lines
    line, unit = STRtree(closed).query(ground.lines, predicate="intersects")
    through = shapely.length(shapely.intersection(np.array(ground.lines)[line], np.array(closed)[unit]))
    deep = sorted(set(unit[through > 10 * plane.SNAP].tolist()))
    if not deep:
        return [], ground.lines
    inside = shapely.union_all([closed[at] for at in deep], grid_size=plane.SNAP)
    left = shapely.difference(np.array(ground.lines), inside)
    lines = [part for part in shapely.get_parts(left) if part.length > plane.SNAP]
    return [closed[at] for at in deep if at < len(ground.buildings)], lines


def _kinds(shapes: Sequence[Geometry], hit: Sequence[Geometry], wholes: Sequence[Geometry]) -> list[str]:
    kinds = [joining.LAND] * len(shapes)
    middles = shapely.point_on_surface(np.array(shapes, dtype=object))
    for closed, kind in ((hit, joining.BUILDING), (wholes, joining.WHOLE)):
        if len(closed):
            inside, _ = STRtree(list(closed)).query(middles, predicate="within")
            for at in inside.tolist():
                kinds[at] = kind if shapes[at].area >= LEAST_BUILDING else joining.LAND
    return kinds


def _cut(
    blocks: Sequence[Geometry],
    kinds: Sequence[str],
    buildings: Sequence[Geometry],
    sizes: Sizes,
    above: float | None,
) -> list[Geometry]:
    points = shapely.point_on_surface(np.array(buildings, dtype=object)) if len(buildings) else []
    tree = STRtree(points)
    found: list[Geometry] = []
    for block, kind in zip(blocks, kinds, strict=True):
        if kind != joining.LAND:
            found.append(block)
            continue
        inside = sorted(tree.query(block, predicate="contains").tolist()) if len(buildings) else []
        found += cutting.pieces(block, [buildings[at] for at in inside], sizes, above)
    return found


def _join(atoms: list[Geometry], kinds: list[str], ground: _Ground, sizes: Sizes) -> tuple[list[Geometry], list[str]]:
    edges = plane.edges(atoms, ground.lines, ground.strengths)
    groups = joining.groups(shapely.area(atoms).tolist(), shapely.length(atoms).tolist(), kinds, edges, sizes)
    kept = [group for group in groups if sum(atoms[at].area for at in group) > DUST]
    shapes = [_one([atoms[at] for at in group]) for group in kept]
    whole = [joining.WHOLE if any(kinds[at] == joining.WHOLE for at in group) else joining.LAND for group in kept]
    return shapes, whole


def _one(parts: list[Geometry]) -> Geometry:
    if len(parts) == 1:
        return parts[0]
    joined = shapely.get_parts(shapely.coverage_union_all(parts))
    return joined[0] if len(joined) == 1 else shapely.union_all(parts, grid_size=plane.SNAP)


def _degrees(cells: Sequence[Geometry], frame: Frame) -> list[Geometry]:
    """The cells with the corners that are kept: so many decimals that no edge comes to cross another."""
    plain = [frame.back(cell) for cell in cells]
    for decimals in DECIMALS:
        rounded = [shapely.transform(cell, lambda xy: np.round(xy, decimals)) for cell in plain]  # noqa: B023
        if all(shapely.is_valid(rounded)) and shapely.coverage_is_valid(rounded):
            return rounded
    return plain
