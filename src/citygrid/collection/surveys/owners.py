"""The pack's section `owners`: who answers for each class on which side of the borders of a duty area (asks 9; S0-25).

Unit grids in which all classes fall to the same bodies are one region, so that only true borders are left. Components
are listed where the owner of one differs from its neighbour's or from the region's. Degrees (CGCS2000)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from shapely import STRtree

from citygrid.areas.changing import holding
from citygrid.areas.locating import locate
from citygrid.areas.models import Area
from citygrid.areas.versions import current as areas_version
from citygrid.basedata import components as register
from citygrid.basedata.models import Component
from citygrid.cases import naming
from citygrid.collection.models import BorderAnswer
from citygrid.collection.surveys import border_rules, borders
from citygrid.collection.syncing import ground
from citygrid.coordination.dispatching.suggesting import tried
from citygrid.organization import tree
from citygrid.organization.seats import Signed
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import ManagedClass, Responsibility, RulebookState
from citygrid.rulebook.slices import localday

METRES_A_DEGREE = 111_320.0
MOST_CLASSES, MOST_COMPONENTS, MOST_DECIDED = 600, 3000, 300
DECIMALS = 7


@dataclass(frozen=True, slots=True)
class Placed:
    """What `tried` is asked: a class on a path of areas, perhaps of a component."""

    class_id: str | None
    areas: tuple[int, ...]
    component: str | None = None


@dataclass(slots=True)
class Bodies:
    """Numbers for bodies in the order in which they come; [[id, name]]."""

    numbers: dict[int, int] = field(default_factory=dict)

    def number(self, body: int) -> int:
        return self.numbers.setdefault(body, len(self.numbers))

    def listed(self) -> list[list[Any]]:
        return [[body, naming.body(body)] for body in self.numbers]


def etag(signed: Signed, now: datetime) -> str:
    """A mark that changes whenever the section does, without making it."""
    newest, here = areas_version(), ground.of(signed, now)
    mark = RulebookState.objects.values_list("mark", flat=True).first() or ""
    border = border_rules.at_day(here.day)
    answers = borders.state()
    parts = (mark, newest.digest if newest else "", tree.version(), register.state(), here.day, border, answers)
    return "\0".join(map(str, (*parts, *here.members)))


def section(signed: Signed, now: datetime) -> dict[str, Any]:
    """See screens/border/sides.js for the shape. Empty lists where the person has no duty area today."""
    here, bounds = ground.of(signed, now), border_rules.at_day(localday(now))
    metres = {"least": bounds.least, "most": bounds.most, "precedent": bounds.precedent}
    empty = {"metres": metres, "bodies": [], "answers": [], "regions": [], "components": [], "decided": []}
    rows = _grids(here.grids, here.day, bounds.most)
    if not rows:
        return empty
    shapes = dict(zip((row.code for row in rows), shapely.from_wkb([bytes(row.geometry) for row in rows]), strict=True))
    paths = {code: _path(shape, now) for code, shape in shapes.items()}
    bodies = Bodies()
    answers, grouped, by_grid = _answers(paths, bodies, now)
    return {
        "metres": metres,
        "answers": answers,
        "regions": [
            [number, rings] for number, codes in grouped.items() for rings in _rings(shapes[code] for code in codes)
        ],
        "components": _components(paths, by_grid, answers, bodies, bounds.most, now),
        "decided": _decided(shapes.values(), now),
        "bodies": bodies.listed(),
    }


def _grids(codes: Sequence[str], day: date, metres: float) -> list[Area]:
    """The unit grids of the duty area and those that lie within so many metres of them."""
    mine = list(Area.objects.filter(holding(day), kind="grid", code__in=codes))
    if not mine:
        return []
    whole = shapely.union_all(shapely.from_wkb([bytes(row.geometry) for row in mine]))
    west, south, east, north = whole.bounds
    reach = metres / METRES_A_DEGREE / max(0.2, cos(radians(north)))
    wide = max(east - west, north - south) + reach
    box = {"centre_lon__range": (west - wide, east + wide), "centre_lat__range": (south - wide, north + wide)}
    others = Area.objects.filter(holding(day), kind="grid", **box).exclude(pk__in=[row.pk for row in mine])
    near = [row for row in others if shapely.dwithin(shapely.from_wkb(bytes(row.geometry)), whole, reach)]
    return sorted([*mine, *near], key=lambda row: row.code)


def _path(shape: shapely.Geometry, now: datetime) -> tuple[int, ...]:
    spot = shape.representative_point()
    place = locate(spot.x, spot.y, now)
    return place.ids if place is not None else ()


def _answers(
    paths: Mapping[str, tuple[int, ...]], bodies: Bodies, now: datetime
) -> tuple[list[dict[str, int]], dict[int, list[str]], dict[str, int]]:
    """Different answers {class: body number}, the grids of each, and the answer of each grid. Only areas that some rule
    names part grids from each other: `tried` is asked once for each such group."""
    day = localday(now)
    named = set(in_force(Responsibility, day).values_list("area", flat=True))
    known = dict(Area.objects.filter(pk__in={one for path in paths.values() for one in path}).values_list("pk", "code"))
    classes = list(in_force(ManagedClass, day).order_by("class_id").values_list("class_id", flat=True)[:MOST_CLASSES])
    groups: dict[tuple[int, ...], list[str]] = {}
    for code, path in paths.items():
        groups.setdefault(tuple(one for one in path if known.get(one) in named), []).append(code)
    found = tried([Placed(one, path) for path in groups for one in classes], now)
    answers: list[dict[str, int]] = []
    grouped: dict[int, list[str]] = {}
    for n, codes in enumerate(groups.values()):
        part = found[n * len(classes) : (n + 1) * len(classes)]
        pairs = zip(classes, part, strict=True)
        answer = {one: bodies.number(s[0].body) for one, s in pairs if s and s[0].body is not None}
        if answer not in answers:
            answers.append(answer)
        grouped.setdefault(answers.index(answer), []).extend(codes)
    return answers, grouped, {code: number for number, codes in grouped.items() for code in codes}


def _rings(shapes: Iterable[shapely.Geometry]) -> list[list[list[list[float]]]]:
    """The surfaces of one region, each as its rings."""
    union = shapely.union_all(list(shapes))
    parts = [one for one in shapely.get_parts(union) if one.geom_type == "Polygon"]
    return [[_ring(one.exterior), *(_ring(hole) for hole in one.interiors)] for one in parts]


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    return [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in shapely.get_coordinates(ring).tolist()]


def _components(
    paths: Mapping[str, tuple[int, ...]], by_grid: Mapping[str, int], answers: Sequence[Mapping[str, int]],
    bodies: Bodies, metres: float, now: datetime,
) -> list[list[Any]]:  # fmt: skip
    rows = list(Component.objects.filter(grid__in=paths, valid_to=None, lon__isnull=False).order_by("code"))
    asked = [Placed(row.class_id, paths[row.grid], row.code) for row in rows]
    owned = [
        (row, found[0].body)
        for row, found in zip(rows, tried(asked, now) if asked else [], strict=True)
        if found and found[0].body is not None
    ]
    by_class: dict[str, list[tuple[Component, int]]] = {}
    for row, body in owned:
        by_class.setdefault(row.class_id, []).append((row, body))
    told: list[list[Any]] = []
    for class_id, pairs in by_class.items():
        for n in _telling(pairs, by_grid, answers, bodies, class_id, metres):
            row, body = pairs[n]
            place = (round(row.lon or 0, DECIMALS), round(row.lat or 0, DECIMALS))
            told.append([row.code, class_id, row.name, *place, bodies.number(body)])
    return told[:MOST_COMPONENTS]


def _telling(
    pairs: Sequence[tuple[Component, int]], by_grid: Mapping[str, int], answers: Sequence[Mapping[str, int]],
    bodies: Bodies, class_id: str, metres: float,
) -> list[int]:  # fmt: skip
    """Which of the components of one class have another owner than their region, or than one near by."""
    differ = {
        n for n, (row, body) in enumerate(pairs) if answers[by_grid[row.grid]].get(class_id) != bodies.number(body)
    }
    if len({body for _row, body in pairs}) > 1:
        narrow = cos(radians(pairs[0][0].lat or 0))
        spots = np.array([[(row.lon or 0) * narrow, row.lat or 0] for row, _body in pairs]) * METRES_A_DEGREE
        points = shapely.points(spots)
        one, other = STRtree(points).query(points, predicate="dwithin", distance=2 * metres)
        differ |= {int(a) for a, b in zip(one, other, strict=True) if pairs[a][1] != pairs[b][1]}
    return sorted(differ)


def _decided(shapes: Iterable[shapely.Geometry], now: datetime) -> list[list[Any]]:
    """Earlier answers in the area that named a side, the newest first."""
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    rows = borders.in_force(now).filter(chosen__isnull=False, lon__range=(west, east), lat__range=(south, north))
    return [_told(row) for row in rows.order_by("-at", "-id")[:MOST_DECIDED]]


def _told(row: BorderAnswer) -> list[Any]:
    day = localday(row.at).isoformat()
    return [str(row.pk), row.class_id, row.lon, row.lat, day, row.chosen, naming.body(row.chosen)]
