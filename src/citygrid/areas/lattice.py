"""A plain lattice of unit grids (万米单元网格) clipped to a community.

GB/T 30428.1, sections 2.1 and 2.2 of the coding rules: grids never cross the community's boundary, leave no
gap and do not overlap, and are numbered from west to east, then from north to south. The lattice lines are
multiples of the cell's side in the city's projection, so that the grids of neighbouring communities meet along
the same lines.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import Geometry, MultiPolygon, Polygon, STRtree

SNAP = 1e-6
"""Metres: the precision at which pieces are cut, so that neighbours get the very same corners."""
MOST_CELLS = 250_000


class LatticeError(ValueError):
    """A community that cannot be divided; `code` and `params` tell why."""

    def __init__(self, code: str, message: str, **params: str) -> None:
        super().__init__(message % params)
        self.code, self.message, self.params = code, message, params


@dataclass(slots=True)
class Piece:
    """A cell's part inside the community; row and column of its cell, counted from north and from west."""

    row: int
    column: int
    shape: Geometry
    area: float


@lru_cache(maxsize=8)
def _projector(crs: str, back: bool) -> Transformer:
    ends = (crs, "EPSG:4490") if back else ("EPSG:4490", crs)
    return Transformer.from_crs(*ends, always_xy=True)


def project(shape: Geometry, crs: str, back: bool = False) -> Geometry:
    """A shape in degrees (CGCS2000) in metres of `crs`; `back` turns metres into degrees."""
    transformer = _projector(crs, back)

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return shapely.transform(shape, turn)


def divide(community: Geometry, crs: str, cell_m: float = 100.0, least: float = 0.15) -> list[Geometry]:
    """The unit grids of a community given in degrees, in degrees, in the order of their numbers.

    A piece smaller than `least` of a cell joins the neighbour with which it shares the longest edge. Raises
    LatticeError for an empty shape and for one of more than 250,000 cells.
    """
    return [project(shape, crs, back=True) for shape in divide_metric(project(community, crs), cell_m, least)]


def divide_metric(community: Geometry, cell_m: float, least: float) -> list[Geometry]:
    """As `divide`, in metres."""
    pieces = _cut(community, cell_m)
    groups = _merge(pieces, least * cell_m * cell_m)
    groups.sort(key=lambda group: _number(group[0]))
    return [shapely.union_all([piece.shape for piece in group], grid_size=SNAP) for group in groups]


def _number(piece: Piece) -> tuple[int, int, float, float]:
    """North to south by rows, west to east within a row."""
    west, _, _, north = piece.shape.bounds
    return piece.row, piece.column, -north, west


def _cut(community: Geometry, cell_m: float) -> list[Piece]:
    if community.is_empty or community.area == 0:
        raise LatticeError("empty_community", "The community has no surface.")
    west, south, east, north = (value // cell_m for value in community.bounds)
    columns, rows = int(east - west) + 1, int(north - south) + 1
    if columns * rows > MOST_CELLS:
        params = {"cells": str(columns * rows), "most": str(MOST_CELLS)}
        raise LatticeError("too_many_cells", "%(cells)s cells are more than %(most)s.", **params)
    column, row = (index.ravel() for index in np.meshgrid(np.arange(columns), np.arange(rows)))
    left, top = (west + column) * cell_m, (north - row + 1) * cell_m
    cells = shapely.box(left, top - cell_m, left + cell_m, top)
    shapely.prepare(community)
    touching = shapely.intersects(community, cells)
    cut = shapely.intersection(community, cells[touching], grid_size=SNAP)
    parts, origin = shapely.get_parts(cut, return_index=True)
    areas = shapely.area(parts)
    return [
        Piece(int(row[touching][at]), int(column[touching][at]), part, float(area))
        for part, at, area in zip(parts, origin, areas, strict=True)
        if isinstance(part, Polygon | MultiPolygon) and area > 0
    ]


def _merge(pieces: list[Piece], least_m2: float) -> list[list[Piece]]:
    """Groups of pieces, the largest first in each; every group is large enough or has no neighbour."""
    edges = _edges([piece.shape for piece in pieces])
    members = {index: [index] for index in range(len(pieces))}
    size = {index: piece.area for index, piece in enumerate(pieces)}
    small = [(area, index) for index, area in size.items() if area < least_m2]
    heapq.heapify(small)
    while small:
        area, index = heapq.heappop(small)
        if index not in members or size[index] != area or not edges[index]:
            continue
        into = max(edges[index], key=lambda other: (edges[index][other], -other))
        for other, length in edges.pop(index).items():
            del edges[other][index]
            if other != into:
                edges[other][into] = edges[into][other] = edges[into].get(other, 0.0) + length
        members[into] += members.pop(index)
        size[into] += area
        if size[into] < least_m2:
            heapq.heappush(small, (size[into], into))
    return [sorted((pieces[i] for i in group), key=lambda p: -p.area) for group in members.values()]


def _edges(shapes: list[Geometry]) -> dict[int, dict[int, float]]:
    """Length in metres of the edge that each two neighbours share (a common corner is none)."""
    first, second = STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    array = np.array(shapes, dtype=object)
    lengths = shapely.length(shapely.intersection(array[first], array[second], grid_size=SNAP))
    edges: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, length in zip(first.tolist(), second.tolist(), lengths.tolist(), strict=True):
        if length > SNAP * 10:
            edges[one][other] = edges[other][one] = length
    return edges
