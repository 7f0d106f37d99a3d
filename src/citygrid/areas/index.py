"""All areas of one version in memory, and the fast answer for one day.

A point is answered from a table of square bins: each bin lists the shapes whose box touches it, in the
order of their codes, and GEOS tests them exactly (`intersects_xy`, prepared). So a point on an edge between
two grids belongs to exactly one of them, the one with the lowest code. `bench/areas.py` measures it beside an
STRtree query of one point, which would not even know the grid's code or who lies above it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, STRtree

from citygrid.areas.models import LADDER, Area, AreaVersion, DutyMembership, ServiceArea
from citygrid.areas.places import AreaRef, Place

TOUCH = 1e-7
"""Degrees (a centimetre): neighbours whose corners were rounded to seven decimals may leave such a seam."""
MOST_BINS = 1024
NEIGHBOURS = 8
"""Bins along one side of the squares in whose order many points are asked."""
NOWHERE = shapely.to_wkb(shapely.Polygon())
"""For an area that is known by its code only."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One area row as loaded."""

    id: int
    kind: str
    code: str
    name: str
    parent: int | None
    start: date
    end: date | None
    shape: Geometry
    shift: str = ""

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Member:
    duty_grid: int
    grid: int
    start: date
    end: date | None

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


T = TypeVar("T")
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Entry = tuple[float, float, float, float, Geometry, T]
"""West, south, east, north, shape, answer."""


class Bins(Generic[T]):
    """Shapes with answers, found by point. Earlier shapes win."""

    def __init__(self, shapes: Sequence[Geometry], answers: Sequence[T]) -> None:
        self._table: dict[tuple[int, int], list[Entry[T]]] = defaultdict(list)
        self._answers = answers
        self._tree = STRtree(list(shapes))
        self._shapes = np.array(shapes, dtype=object)
        self._step = self._west = self._south = 1.0
        if not shapes:
            return
        boxes = shapely.bounds(np.array(shapes, dtype=object))
        self._west, self._south = float(boxes[:, 0].min()), float(boxes[:, 1].min())
        span = max(float(boxes[:, 2].max()) - self._west, float(boxes[:, 3].max()) - self._south)
        median = float(np.median(np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])))
        self._step = max(median / 2, span / MOST_BINS, 1e-9)
        shapely.prepare(self._shapes)
        for box, shape, answer in zip(boxes.tolist(), shapes, answers, strict=True):
            west, south, east, north = box
            (left, bottom), (right, top) = self._bin(west, south), self._bin(east, north)
            for column in range(left, right + 1):
                for row in range(bottom, top + 1):
                    self._table[column, row].append((west, south, east, north, shape, answer))
        self._table.default_factory = None

    @property
    def answers(self) -> Sequence[T]:
        """In the order in which they win."""
        return self._answers

    def _bin(self, lon: float, lat: float) -> tuple[int, int]:
        return int((lon - self._west) // self._step), int((lat - self._south) // self._step)

    def find(self, lon: float, lat: float) -> T | None:
        """The answer of the first shape that covers the point (edges count)."""
        step = self._step
        found = self._table.get((int((lon - self._west) // step), int((lat - self._south) // step)))
        if found:
            for west, south, east, north, shape, answer in found:
                if west <= lon <= east and south <= lat <= north and shapely.intersects_xy(shape, lon, lat):
                    return answer
        return None

    def find_many(self, lons: Floats, lats: Floats) -> Ints:
        """For each point the number of the first shape that covers it (edges count), -1 where none does."""
        found = np.full(len(lons), len(self._answers), dtype=np.int64)
        if len(self._answers):
            order = self._by_place(lons, lats)
            lons, lats = lons[order], lats[order]
            point, shape = self._tree.query(shapely.points(lons, lats))
            held = shapely.intersects_xy(self._shapes[shape], lons[point], lats[point])
            np.minimum.at(found, order[point[held]], shape[held])
        found[found == len(self._answers)] = -1
        return found

    def _by_place(self, lons: Floats, lats: Floats) -> Ints:
        """The points in an order in which neighbours follow each other: twice as fast, for the memory's sake."""
        wide = NEIGHBOURS * self._step
        column, row = np.floor((lons - self._west) / wide), np.floor((lats - self._south) / wide)
        return np.argsort(column * MOST_BINS + row, kind="stable")

    def near_many(self, lons: Floats, lats: Floats) -> Ints:
        """As `near`, for many points."""
        found = np.full(len(lons), len(self._answers), dtype=np.int64)
        if len(self._answers) and len(lons):
            points = shapely.points(lons, lats)
            point, shape = self._tree.query(points, predicate="dwithin", distance=TOUCH)
            np.minimum.at(found, point, shape)
        found[found == len(self._answers)] = -1
        return found

    def near(self, lon: float, lat: float) -> T | None:
        """The answer of the shape within a seam's width of a point that fell between neighbours."""
        hits = self._tree.query(shapely.Point(lon, lat), predicate="dwithin", distance=TOUCH)
        return self._answers[int(hits.min())] if len(hits) else None


@dataclass(frozen=True, slots=True)
class Day:
    """The areas of one span of days in which nothing changes."""

    grids: Bins[Place]
    by_area: Mapping[int, Place]
    """By the id of the lowest area."""
    bare: Bins[Place]
    """Communities without grids (imports of cities that have none)."""
    service: Bins[bool] | None
    wholly_served: frozenset[int]
    """Ids of the lowest areas that lie wholly in the service area."""

    def place(self, lon: float, lat: float) -> Place | None:
        return self.grids.find(lon, lat) or self.bare.find(lon, lat) or self.grids.near(lon, lat)

    def place_many(self, lons: Floats, lats: Floats) -> tuple[Ints, list[Place]]:
        """The number of each point's place in the list of places, -1 outside; the same answers as `place`."""
        places = [*self.grids.answers, *self.bare.answers]
        found = self.grids.find_many(lons, lats)
        left = np.flatnonzero(found < 0)
        bare = self.bare.find_many(lons[left], lats[left])
        found[left] = np.where(bare < 0, -1, bare + len(self.grids.answers))
        left = np.flatnonzero(found < 0)
        found[left] = self.grids.near_many(lons[left], lats[left])
        return found, places

    def served(self, place: Place, lon: float, lat: float) -> bool:
        """Whether the point is in the service area; a city that has none approved works everywhere."""
        if self.service is None or place.ids[0] in self.wholly_served:
            return True
        return self.service.find(lon, lat) is not None


class Atlas:
    """All rows of one version. `day(date)` builds (and keeps) the answer for that date."""

    def __init__(
        self,
        key: int,
        version: str,
        rows: Iterable[Row],
        members: Iterable[Member],
        services: Iterable[Row],
    ) -> None:
        self.key, self.version = key, version
        self.rows = {row.id: row for row in rows}
        self.members = list(members)
        self.services = list(services)
        spans: list[Row | Member] = [*self.rows.values(), *self.members, *self.services]
        self._turns = sorted({d for span in spans for d in (span.start, span.end) if d is not None})
        self._same_code: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows.values():
            self._same_code[row.kind, row.code].append(row)
        self.has_shifts = any(row.shift for row in self.rows.values())
        self._span: Callable[[int], Day] = lru_cache(maxsize=4)(self._build)

    def day(self, day: date) -> Day:
        return self._span(bisect_right(self._turns, day))

    def turns(self) -> Sequence[date]:
        """The dates on which anything changes, in order."""
        return self._turns

    def lowest(self, day: date) -> list[Row]:
        """Grids of the day and communities that have none, by code."""
        valid = [row for row in self.rows.values() if row.holds(day) and not row.shape.is_empty]
        grids = [row for row in valid if row.kind == "grid"]
        divided = {self.rows[row.parent].code for row in grids if row.parent is not None}
        bare = [row for row in valid if row.kind == "community" and row.code not in divided]
        return sorted(grids, key=lambda row: row.code) + sorted(bare, key=lambda row: row.code)

    def _build(self, span: int) -> Day:
        day = self._turns[span - 1] if span else date.min
        lowest = self.lowest(day)
        duties: dict[int, list[Row]] = defaultdict(list)
        for member in self.members:
            if member.holds(day):
                duties[member.grid].append(self.rows[member.duty_grid])
        places = [self._place(row, day, duties.get(row.id, ())) for row in lowest]
        cut = sum(row.kind == "grid" for row in lowest)
        shapes = [row.shape for row in lowest]
        served = [row.shape for row in self.services if row.holds(day)]
        whole: frozenset[int] = frozenset()
        if served:
            union = shapely.union_all(served)
            shapely.prepare(union)
            whole = frozenset(row.id for row in lowest if union.covers(row.shape))
        return Day(
            Bins(shapes[:cut], places[:cut]),
            {row.id: place for row, place in zip(lowest, places, strict=True)},
            Bins(shapes[cut:], places[cut:]),
            Bins(served, [True] * len(served)) if served else None,
            whole,
        )

    def _place(self, row: Row, day: date, duties: Iterable[Row]) -> Place:
        steps: dict[str, AreaRef] = {}
        at: Row | None = row
        while at is not None and at.kind not in steps:
            steps[at.kind] = AreaRef(at.id, at.code, at.name)
            at = self._parent(at, day)
        held = sorted(duties, key=lambda duty: (duty.shift != "", duty.code))
        refs = tuple(AreaRef(duty.id, duty.code, duty.name) for duty in held)
        return Place(
            **{kind: steps.get(kind) for kind in LADDER},
            duty_grid=refs[0] if refs else None,
            version=self.version,
            ids=tuple(steps[kind].id for kind in reversed(LADDER) if kind in steps),
            duty_grids=refs,
        )

    def _parent(self, row: Row, day: date) -> Row | None:
        """The parent as it is on that day: a renamed or redrawn parent keeps its code in a new row."""
        if row.parent is None:
            return None
        parent = self.rows[row.parent]
        if parent.holds(day):
            return parent
        return next((r for r in self._same_code[parent.kind, parent.code] if r.holds(day)), parent)


def load(version: AreaVersion | None) -> Atlas:
    """Read all areas of the database. Before the first import: an atlas in which no point is inside."""
    areas = list(Area.objects.values_list("id", "kind", "code", "name", "parent", "valid_from", "valid_to", "geometry"))
    shifts = dict(Area.objects.exclude(shift="").values_list("id", "shift"))
    shapes = shapely.from_wkb([bytes(area[-1]) or NOWHERE for area in areas])
    services = ServiceArea.objects.values_list("id", "code", "name", "valid_from", "valid_to", "geometry")
    members = DutyMembership.objects.values_list("duty_grid", "grid", "valid_from", "valid_to")
    return Atlas(
        version.pk if version else 0,
        version.text if version else "",
        [Row(*area[:-1], shape, shifts.get(area[0], "")) for area, shape in zip(areas, shapes, strict=True)],
        [Member(*member) for member in members],
        [
            Row(id_, "service_area", code, name, None, start, end, shapely.from_wkb(bytes(wkb)))
            for id_, code, name, start, end, wkb in services
        ],
    )
