"""Make the demo city's geography from OpenStreetMap: areas/*.geojson and basemap/*.geojson of its folder.

    python -m citygrid.demo.geography FILE.parquet FOLDER

The file holds Tilezen layers (features cut at the edges of tiles) with WKB shapes. The city, its districts,
streets, communities and codes are invented; only the map under them is real. The same file gives the same bytes.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyarrow import parquet
from shapely import Geometry, Polygon, STRtree

from citygrid.areas import geojson, lattice
from citygrid.demo import basemap
from citygrid.demo.invented import CITY, CRS, DISTRICTS, START, District

SNAP = 1e-7
"""Degrees: every corner lies on this grid, so that what is written is what was cut."""
BIG_M2 = 60_000
"""Faces without streets (the river, a park) above this are shared out between communities."""
DUTY_GRIDS = 17
"""Unit grids in a duty grid, about."""
Row = dict[str, Any]
Lines = list[tuple[dict[str, Any], Geometry | None]]


@dataclass(slots=True)
class Layers:
    """What is written: features by layer."""

    rows: dict[str, Lines] = field(default_factory=lambda: defaultdict(list))

    def add(self, layer: str, shape: Geometry | None, **properties: object) -> None:
        self.rows[layer].append(({**properties, "valid_from": START.isoformat()}, shape))

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for layer, rows in self.rows.items():
            rows.sort(key=lambda row: str(row[0]["code"]))
            (folder / f"{layer}.geojson").write_text(geojson.text(rows), encoding="utf-8")


def read(path: Path) -> list[Row]:
    """The rows of the parquet file, each with its shape."""
    rows: list[Row] = parquet.read_table(path).to_pylist()
    for row in rows:
        row["shape"] = shapely.from_wkb(row.pop("geometry"))
    return rows


def make(source: Path, folder: Path) -> None:
    """Write the areas and the base map of the demo city into its folder."""
    rows = read(source)
    extent = shapely.box(*shapely.union_all([r["shape"] for r in rows if r["layer"] == "earth"]).bounds)
    extent = shapely.set_precision(extent, SNAP)
    layers = Layers()
    layers.add("city", None, code=CITY.code, name=CITY.name)
    for district, shape in zip(DISTRICTS, _districts(extent, rows), strict=True):
        _divide_district(layers, district, shape, rows)
    whole = shapely.union_all([shape for _, shape in layers.rows["district"]])
    layers.add(
        "service_area",
        whole,
        code="1",
        name=f"{CITY.name}数字化城市管理实行区域",
        approval=CITY.approval,
        approved_on=date(2023, 12, 20).isoformat(),
    )
    layers.write(folder / "areas")
    basemap.write(rows, extent, folder / "basemap")


def _districts(extent: Polygon, rows: Sequence[Row]) -> list[Geometry]:
    """The extent cut along lines in the middle of the river and the creek, in the order of DISTRICTS."""
    lines = [r["shape"] for r in rows if r["layer"] == "boundaries"]
    noded = shapely.union_all([*lines, extent.boundary], grid_size=SNAP)
    parts = [face for face in shapely.polygonize([noded]).geoms if face.area > 1e-7]
    found = []
    for district in DISTRICTS:
        mine = [p for p in parts if any(p.covers(shapely.Point(point)) for point in district.contains)]
        found.append(shapely.union_all(mine, grid_size=SNAP))
    assert abs(sum(f.area for f in found) - extent.area) < 1e-9, "the districts must fill the extent"
    return found


def _divide_district(layers: Layers, district: District, shape: Geometry, rows: Sequence[Row]) -> None:
    """Communities along roads, streets of communities, unit grids by lattice, duty grids of neighbours."""
    shapes = _communities(shape, rows, len(district.communities))
    groups = _groups(shapes, len(district.streets))
    names = iter(district.communities)
    all_grids: list[Geometry] = []
    for number, (street_name, group) in enumerate(zip(district.streets, groups, strict=True), start=1):
        street, street_grids = f"{district.code}{number:03d}", []
        for place, index in enumerate(group, start=1):
            community, grids = f"{street}{place:03d}", _rounded(lattice.divide(shapes[index], CRS))
            codes = [f"{community}{serial:03d}" for serial in range(1, len(grids) + 1)]
            for code, grid in zip(codes, grids, strict=True):
                layers.add("grid", grid, code=code, parent=community)
            layers.add("community", _union(grids), code=community, name=next(names), parent=street)
            _duty_grids(layers, community, codes, grids)
            street_grids += grids
        layers.add("street", _union(street_grids), code=street, name=street_name, parent=district.code)
        all_grids += street_grids
    layers.add("district", _union(all_grids), code=district.code, name=district.name, parent=CITY.code)


def _rounded(shapes: Sequence[Geometry]) -> list[Geometry]:
    """The corners as they are written: neighbours that share a corner share the rounded one."""
    rounded = [shapely.transform(s, lambda xy: np.round(xy, geojson.DECIMALS)) for s in shapes]
    return [s if s.is_valid else _mended(s) for s in rounded]


def _mended(shape: Geometry) -> Geometry:
    """A shape whose rounded edges cross: what is left of it on the grid of written corners."""
    parts = shapely.get_parts(shapely.set_precision(shape.buffer(0), SNAP))
    largest = max(parts, key=lambda part: part.area)
    return shapely.transform(largest, lambda xy: np.round(xy, geojson.DECIMALS))


def _union(shapes: Sequence[Geometry]) -> Geometry:
    return _rounded([shapely.union_all(shapes, grid_size=SNAP)])[0]


def _communities(district: Geometry, rows: Sequence[Row], count: int) -> list[Geometry]:
    """Blocks between roads, grouped; wide faces without roads are shared out by the nearest group."""
    roads = [r["shape"] for r in rows if r["layer"] == "roads" and _bounds_blocks(r)]
    noded = shapely.union_all(
        [district.boundary, shapely.intersection(shapely.union_all(roads), district)], grid_size=SNAP
    )
    faces = [f for f in shapely.polygonize([noded]).geoms if district.covers(f.representative_point())]
    metric = [lattice.project(face, CRS) for face in faces]
    blocks = [face for face, m in zip(faces, metric, strict=True) if m.area <= BIG_M2]
    wide = [face for face, m in zip(faces, metric, strict=True) if m.area > BIG_M2]
    pieces = blocks + [part for face in wide for part in _tiles(face)]
    grouped = _groups(pieces, count)
    return [shapely.union_all([pieces[i] for i in group], grid_size=SNAP) for group in grouped]


def _bounds_blocks(row: Row) -> bool:
    kinds = {"highway", "major_road", "minor_road"}
    return row["kind"] in kinds and bool(row["name"]) and "隧道" not in row["name"]


def _tiles(face: Geometry, side_m: float = 160) -> list[Geometry]:
    """A wide face in tiles of about that side."""
    flat = lattice.divide_metric(lattice.project(face, CRS), side_m, 0.3)
    tiles = [lattice.project(tile, CRS, back=True) for tile in flat]
    cut = shapely.union_all([face.boundary, *[tile.boundary for tile in tiles]], grid_size=SNAP)
    return [part for part in shapely.polygonize([cut]).geoms if face.covers(part.representative_point())]


def _groups(shapes: Sequence[Geometry], count: int) -> list[list[int]]:
    """`count` groups of neighbours of about the same surface, from west to east, then north to south.

    k-means on the middles, then every part of a group that is cut off joins the neighbour with the longest edge.
    """
    flat = [lattice.project(shape, CRS) for shape in shapes]
    middles = np.array([[s.centroid.x, s.centroid.y] for s in flat])
    weights = np.array([s.area for s in flat])
    labels = _k_means(middles, weights, count)
    edges = _edges(flat)
    for _ in range(20):
        if not _join_cut_off(labels, weights, edges, count):
            break
    groups = [np.flatnonzero(labels == label).tolist() for label in range(count)]
    seats = [np.average(middles[group], axis=0, weights=weights[group]) for group in groups]
    order = sorted(range(count), key=lambda g: (-round(seats[g][1] / 600), seats[g][0]))
    return [groups[g] for g in order]


def _k_means(middles: NDArray[Any], weights: NDArray[Any], count: int) -> NDArray[Any]:
    """Lloyd's rounds from seeds chosen far apart; a group's distance is stretched where it is too large."""
    seeds = [int(np.argmin(middles.sum(axis=1)))]
    while len(seeds) < count:
        gaps = np.min([((middles - middles[s]) ** 2).sum(axis=1) for s in seeds], axis=0)
        seeds.append(int(np.argmax(gaps)))
    seats, stretch = middles[seeds].copy(), np.ones(count)
    fair = weights.sum() / count
    labels = np.zeros(len(middles), dtype=int)
    for _ in range(80):
        gaps = ((middles[:, None, :] - seats[None]) ** 2).sum(axis=2) * stretch
        labels = np.argmin(gaps, axis=1)
        for group in range(count):
            mine = labels == group
            if mine.any():
                seats[group] = np.average(middles[mine], axis=0, weights=weights[mine])
            stretch[group] *= (max(weights[mine].sum(), fair / 5) / fair) ** 0.15
    return labels


def _edges(flat: Sequence[Geometry]) -> dict[int, dict[int, float]]:
    first, second = STRtree(flat).query(flat, predicate="dwithin", distance=0.05)
    edges: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one != other:
            length = flat[one].buffer(0.1).intersection(flat[other].boundary).length
            if length > 1:
                edges[one][other] = length
    return edges


def _parts(group: Iterable[int], edges: dict[int, dict[int, float]]) -> list[set[int]]:
    """The connected parts of a group."""
    left, parts = set(group), []
    while left:
        part, todo = set(), [min(left)]
        while todo:
            at = todo.pop()
            if at in left:
                left.discard(at)
                part.add(at)
                todo += [n for n in edges.get(at, {}) if n in left]
        parts.append(part)
    return parts


def _join_cut_off(labels: NDArray[Any], weights: NDArray[Any], edges: dict[int, dict[int, float]], count: int) -> bool:
    changed = False
    for group in range(count):
        parts = _parts(np.flatnonzero(labels == group).tolist(), edges)
        parts.sort(key=lambda part: (-weights[list(part)].sum(), min(part)))
        for part in parts[1:]:
            shared: dict[int, float] = defaultdict(float)
            for index in part:
                for other, length in edges.get(index, {}).items():
                    if other not in part:
                        shared[int(labels[other])] += length
            if shared:
                labels[list(part)] = max(shared, key=lambda label: (shared[label], -label))
                changed = True
    return changed


def _duty_grids(layers: Layers, community: str, codes: Sequence[str], grids: Sequence[Geometry]) -> None:
    """责任网格: neighbouring unit grids of one community, about DUTY_GRIDS each, all covered (S1-41)."""
    count = max(1, round(len(grids) / DUTY_GRIDS))
    for number, group in enumerate(_groups(grids, count), start=1):
        layers.add(
            "duty_grid",
            None,
            code=f"ZR{community[4:]}{number:02d}",
            name=f"责任网格{community[4:]}-{number}",
            parent=community,
            grids=[codes[index] for index in sorted(group)],
        )


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
