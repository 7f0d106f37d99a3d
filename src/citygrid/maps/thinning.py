"""The rows of a tile, at most 2,000: what is more is thinned, always in the same way and evenly over the tile.

Points (and sources of mixed kind) are taken one from each of 24 by 24 cells, the one nearest to the cell's middle, by
the GiST index on the native point: some hundred small questions in one statement, whatever lies in the tile. Lines and
polygons are taken by size, the largest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from citygrid.maps import held, metres, reading
from citygrid.maps.database import one_by_one, rows
from citygrid.maps.reading import Ask
from citygrid.maps.sources import Held, Source
from citygrid.maps.tiling import Scheme

MOST = 2000
CELLS = 24
SORTED_HERE = 20_000
"""Up to so many rows of a layer that shows a small part of its table are thinned in memory: probing would walk over
the rest."""
RARE, SAMPLE = 0.05, 4000
SEAM = 0.02
"""Cells are curved in metres: their boxes are wider by this part, so that nothing falls between them."""
PIXELS = 512
MARGIN = 1 / 64
"""Lines and polygons go on beyond the edge by this part of the side."""


@dataclass(frozen=True, slots=True)
class Place:
    """A tile of a scheme."""

    scheme: Scheme
    zoom: int
    row: int
    column: int

    def degrees(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        return self.scheme.box_degrees(self.zoom, self.column, self.row, margin)

    def pixel(self) -> float:
        """Ground metres of a pixel."""
        return self.scheme.metres_per_tile(self.zoom, self.column, self.row) / PIXELS


@dataclass(frozen=True, slots=True)
class Rows:
    """What is drawn: shapes in degrees, or for bare points `lon`, `lat` (then no shapes)."""

    keys: Sequence[str]
    properties: Sequence[Mapping[str, Any]]
    shapes: Sequence[Any] | None
    lon: Sequence[float]
    lat: Sequence[float]
    thinned: bool


def rows_of(ask: Ask, place: Place) -> Rows:
    """The rows of a tile."""
    if isinstance(ask.source, Held):
        return _held(ask, ask.source, place)
    return _table(ask, ask.source, place)


def _held(ask: Ask, source: Held, place: Place) -> Rows:
    shelf = held.shelf(source, ask.day)
    found = np.sort(shelf.tree.query(shapely.box(*place.degrees(MARGIN))))
    found = np.array([at for at in found.tolist() if reading.filtered(ask.layer, shelf.properties[at])], dtype=np.int64)
    if source.kind != "point":
        found = found[shelf.sizes[found] * 111_000 >= place.pixel()]
    thinned = len(found) > MOST
    if thinned:
        largest = np.lexsort((found, -shelf.sizes[found]))[:MOST]
        found = np.sort(found[largest])
    names = reading.open_properties(source, ask.signed)
    known = [shelf.properties[at] for at in found.tolist()]
    facts = [{name: one[name] for name in names if one.get(name) is not None} for one in known]
    shapes = shelf.shapes[found]
    return Rows([shelf.keys[at] for at in found.tolist()], facts, shapes, [], [], thinned)


def _table(ask: Ask, source: Source, place: Place) -> Rows:
    seen = _Seen.of(ask, source, place)
    if seen.all < SAMPLE and seen.ours <= MOST:
        found, thinned = _all_of(seen), False
    elif source.kind in ("line", "polygon"):
        found, thinned = _largest(seen), True
    else:
        found, thinned = _spread(seen)
    found.sort(key=lambda row: row[0])
    names = list(reading.open_properties(source, ask.signed))
    return Rows(
        [str(row[0]) for row in found],
        [reading.facts(names, row) for row in found],
        None if source.kind == "point" else reading.shapes_of(found),
        [row[2] for row in found],
        [row[3] for row in found],
        thinned,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """The question of a tile, and what the first rows of the table there are: `ours` of `all` belong to the layer."""

    ask: Ask
    source: Source
    place: Place
    text: str
    params: list[Any]
    box: str
    corners: list[Any]
    ours: int
    all: int

    @classmethod
    def of(cls, ask: Ask, source: Source, place: Place) -> "_Seen":
        text, params = reading.conditions(ask, source)
        flat = source.kind in ("line", "polygon")
        if flat and source.size is not None:
            text, params = f"{text} and {source.size} >= %s", [*params, place.pixel()]
        box, corners = reading.touching(source, place.degrees(0.0 if source.kind == "point" else MARGIN))
        sample = f"select * from {source.table} where {box} limit {SAMPLE}"  # noqa: S608 - declared fragments, see Source
        statement = f"select count(*) filter (where {text}), count(*) from ({sample}) t"  # noqa: S608 - the same
        with one_by_one():
            ours, all_ = rows(statement, [*params, *corners])[0]
        return cls(ask, source, place, text, list(params), box, corners, ours, all_)

    @property
    def select(self) -> str:
        return reading.select(self.source, self.ask.signed)


def _all_of(seen: _Seen) -> list[tuple[Any, ...]]:
    with one_by_one():
        return rows(f"{seen.select} where {seen.text} and {seen.box}", [*seen.params, *seen.corners])


def _largest(seen: _Seen) -> list[tuple[Any, ...]]:
    """The largest of the tile: among the largest of the layer, where these are enough, else all are sorted."""
    size, key = seen.source.size, seen.source.key
    order = f"order by {size} desc, {key}" if size else f"order by {key}"
    if size:
        top = f"select * from {seen.source.table} where {seen.text} {order} limit {SORTED_HERE}"  # noqa: S608 - declared
        columns = seen.select.removesuffix(seen.source.table)
        statement = f"{columns} ({top}) t where {seen.box} {order} limit {MOST}"
        found = rows(statement, [*seen.params, *seen.corners])
        if len(found) == MOST:
            return found
    statement = f"{seen.select} where {seen.text} and {seen.box} {order} limit {MOST}"
    return rows(statement, [*seen.params, *seen.corners])


def _spread(seen: _Seen) -> tuple[list[tuple[Any, ...]], bool]:
    """One row of each cell; all when there are not too many after all. A layer that shows few rows of a table is found
    by its own conditions (the place is asked in a way that no index answers), others by probing."""
    if seen.ours < RARE * seen.all:
        columns = f"select {seen.source.key}, {seen.source.lon}, {seen.source.lat} from {seen.source.table}"  # noqa: S608 - declared
        statement = f"{columns} where {seen.text} and ({seen.box}) is true limit {SORTED_HERE + 1}"
        found = rows(statement, [*seen.params, *seen.corners])
        if len(found) <= SORTED_HERE:
            keys = [row[0] for row in found] if len(found) <= MOST else _nearest(seen.place, found)
            chosen = rows(f"{seen.select} where {seen.text} and {seen.source.key} = any(%s)", [*seen.params, keys])
            return chosen, len(found) > MOST
    return _probed(seen), True


def _probed(seen: _Seen) -> list[tuple[Any, ...]]:
    sides = [side.tolist() for side in _cells(seen.place)]
    point, key = seen.source.point, seen.source.key
    cells = "unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[]) c(w, s, e, n)"
    nearest = (
        f"{seen.select} where {seen.text} and {point} <@ box(point(c.w, c.s), point(c.e, c.n))"
        f" order by {point} <-> point((c.w + c.e) / 2, (c.s + c.n) / 2), {key} limit 1"
    )
    statement = f"select f.* from {cells} cross join lateral ({nearest}) f"  # noqa: S608 - declared fragments
    with one_by_one():
        found = rows(statement, [*sides, *seen.params])
    return list({row[0]: row for row in found}.values())


def _cells(place: Place) -> tuple[Any, Any, Any, Any]:
    """The boxes of the cells in metres."""
    w, s, e, n = place.degrees()
    lon, lat = np.meshgrid(np.linspace(w, e, CELLS + 1), np.linspace(s, n, CELLS + 1))
    found = metres.tried(lon.ravel(), lat.ravel(), metres.city())
    x, y, good = (part.reshape(lon.shape) for part in found)

    def corners(of: Any) -> Any:
        return np.stack([of[:-1, :-1], of[:-1, 1:], of[1:, :-1], of[1:, 1:]]).reshape(4, -1)

    keep = corners(good).all(axis=0)
    xs, ys = corners(x)[:, keep], corners(y)[:, keep]
    more_x, more_y = np.ptp(xs, axis=0) * SEAM, np.ptp(ys, axis=0) * SEAM
    return xs.min(0) - more_x, ys.min(0) - more_y, xs.max(0) + more_x, ys.max(0) + more_y


def _nearest(place: Place, found: Sequence[tuple[Any, ...]]) -> list[str]:
    """The key nearest to the middle of each cell."""
    w, s, e, n = place.degrees()
    across = (np.array([row[1] for row in found]) - w) / (e - w) * CELLS
    up = (np.array([row[2] for row in found]) - s) / (n - s) * CELLS
    inside = (across >= 0) & (across < CELLS) & (up >= 0) & (up < CELLS)
    cell = np.floor(up) * CELLS + np.floor(across)
    far = (across % 1 - 0.5) ** 2 + (up % 1 - 0.5) ** 2
    keys = np.array([row[0] for row in found], dtype=object)
    order = sorted(np.flatnonzero(inside).tolist(), key=lambda at: (cell[at], far[at], keys[at]))
    chosen: dict[float, str] = {}
    for at in order:
        chosen.setdefault(cell[at], keys[at])
    return list(chosen.values())
