"""Whether the areas of a day fit each other (GB/T 30428.1, 拓扑): every fault with its shape, to be drawn.

`faults(at)` looks at the database, `check(items, crs)` at areas that are not kept yet. Seams of five centimetres
between rounded corners are no fault.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely import Geometry, STRtree

from citygrid.areas import changing, citywide, numbering, sizing
from citygrid.areas.lattice import project
from citygrid.areas.models import LADDER, Area
from citygrid.areas.sizing import Limits

SEAM_M = 0.05
CRUMB_M2 = 0.5
NARROW_M = 1.0
"""Metres: a gap that is narrower is a sliver between neighbours, not a missing grid."""
SAME = 0.999
CHUNK = 2000

MESSAGES: dict[str, str] = {
    "bad_shape": "The outline of %(code)s crosses itself: %(reason)s",
    "code_twice": "The code %(code)s is given %(times)s times.",
    "shape_twice": "%(code)s and %(other)s are the same surface.",
    "orphan": "%(code)s belongs to no %(above)s that holds on this day.",
    "outside_parent": "%(m2)s m² of %(code)s lie outside %(parent)s.",
    "overlap": "%(code)s and %(other)s overlap by %(m2)s m².",
    "gap": "%(m2)s m² of %(code)s belong to no %(kind)s.",
    "sliver": "Between the parts of %(code)s lies a sliver of %(m2)s m².",
    "too_small": "%(code)s has only %(m2)s m²; %(least)s are the least.",
    "too_large": "%(code)s has %(m2)s m²; %(most)s are the most.",
    "numbering": "%(code)s is numbered before %(other)s, which lies a row or more to the north of it.",
    "numbering_row": "%(code)s is numbered before %(other)s, which lies to the west of it in the same row.",
}
WARNINGS = frozenset({"too_small", "too_large", "numbering"})


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An area to be checked: `shape` in degrees, `parent` the code of the area one step above in the ladder."""

    kind: str
    code: str
    shape: Geometry
    parent: str | None = None
    since: date | None = None
    """Numbers are compared among grids of one day only: those of a later split go on behind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `code` says which kind, `codes` which areas, `shape` (degrees, or None) where. `warning`: it may be
    meant."""

    code: str
    codes: tuple[str, ...]
    shape: Geometry | None
    area_m2: float | None
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def warning(self) -> bool:
        return self.code in WARNINGS

    def __str__(self) -> str:
        return self.message % dict(self.params)


def faults(at: date, limits: Limits | None = None) -> list[Fault]:
    """The faults of all areas that hold on a day, by the city's limits of that day. Raises Refused `no_city`."""
    rows = Area.objects.filter(changing.holding(at), kind__in=LADDER).select_related("parent").defer("parent__geometry")
    items = [
        Item(row.kind, row.code, changing.shape_of(row), row.parent.code if row.parent else None, row.valid_from)
        for row in rows.order_by("kind", "code").iterator(CHUNK)
    ]
    return check(items, citywide.metric_crs(at), limits or sizing.limits(at)) if items else []


def check(items: Sequence[Item], crs: str, limits: Limits | None = None) -> list[Fault]:
    """The faults of areas (any part of the ladder): what has no area above in `items` although its kind is there is
    an orphan."""
    return list(_Check(items, crs, limits or Limits()).run())


class _Check:
    def __init__(self, items: Sequence[Item], crs: str, limits: Limits) -> None:
        self.items, self.crs, self.limits = list(items), crs, limits
        self.broken = [item for item in self.items if item.shape.is_empty or not item.shape.is_valid]
        lost = set(map(id, self.broken))
        self.sound = [item for item in self.items if id(item) not in lost]
        self.flat = {id(item): project(item.shape, crs) for item in self.sound}
        self.by_kind: dict[str, list[Item]] = defaultdict(list)
        for item in self.sound:
            self.by_kind[item.kind].append(item)

    def run(self) -> Iterable[Fault]:
        yield from self._broken()
        yield from self._twice()
        for above, kind in pairwise(LADDER):
            yield from self._below(above, kind)
        for kind in LADDER:
            yield from self._apart(self.by_kind[kind])
        yield from self._sizes()
        for grids in _by(self.by_kind["grid"], lambda item: (item.parent, item.since)).values():
            yield from self._numbers(grids)

    def _fault(self, code: str, codes: tuple[str, ...], flat: Geometry | None, /, **params: Any) -> Fault:
        area = None if flat is None else float(flat.area)
        if area is not None and "m2" not in params:
            params["m2"] = round(area) if area >= 1 else round(area, 2)
        shape = None if flat is None else project(flat, self.crs, back=True)
        return Fault(code, codes, shape, area, MESSAGES[code], params)

    def _broken(self) -> Iterable[Fault]:
        for item in self.broken:
            reason = shapely.is_valid_reason(item.shape) if not item.shape.is_empty else "-"
            spot = re.search(r"\[(\S+) (\S+)\]", reason)
            shape = shapely.Point(float(spot[1]), float(spot[2])) if spot else None
            params = {"code": item.code, "reason": reason.split("[")[0]}
            yield Fault("bad_shape", (item.code,), shape, None, MESSAGES["bad_shape"], params)

    def _twice(self) -> Iterable[Fault]:
        for (_, code), same in _by(self.items, lambda item: (item.kind, item.code)).items():
            if len(same) > 1:
                flat = self.flat.get(id(same[-1]))
                yield self._fault("code_twice", (code,), flat, code=code, times=len(same))

    def _below(self, above: str, kind: str) -> Iterable[Fault]:
        parents = {item.code: item for item in self.by_kind[above]}
        known = {item.code for item in self.items if item.kind == above}
        inside: dict[str, list[Geometry]] = defaultdict(list)
        for item in self.by_kind[kind]:
            flat = self.flat[id(item)]
            if known and item.parent not in known:
                yield self._fault("orphan", (item.code,), flat, code=item.code, above=above)
            elif item.parent in parents:
                inside[item.parent].append(flat)
                outside = _wide(flat.difference(self.flat[id(parents[item.parent])]))
                if outside is not None:
                    yield self._fault(
                        "outside_parent", (item.code, item.parent), outside, code=item.code, parent=item.parent
                    )
        for code, shapes in inside.items():
            left = self.flat[id(parents[code])].difference(shapely.union_all(shapes))
            for part in shapely.get_parts(left):
                if _is_wide(part):
                    name = "sliver" if 2 * part.area < NARROW_M * part.length else "gap"
                    yield self._fault(name, (code,), part, code=code, kind=kind)

    def _apart(self, items: Sequence[Item]) -> Iterable[Fault]:
        shapes = np.array([self.flat[id(item)] for item in items], dtype=object)
        if not len(shapes):
            return
        first, second = STRtree(shapes).query(shapes, predicate="intersects")
        once = first < second
        first, second = first[once], second[once]
        common = shapely.intersection(shapes[first], shapes[second])
        for at in np.flatnonzero(shapely.area(common) > CRUMB_M2).tolist():
            one, other = items[first[at]], items[second[at]]
            shape = _wide(common[at])
            if shape is None or one.code == other.code:
                continue
            same = shape.area > SAME * max(shapes[first[at]].area, shapes[second[at]].area)
            name = "shape_twice" if same else "overlap"
            yield self._fault(name, (one.code, other.code), shape, code=one.code, other=other.code)

    def _sizes(self) -> Iterable[Fault]:
        for item in self.by_kind["grid"]:
            flat = self.flat[id(item)]
            if flat.area < self.limits.least_m2:
                yield self._fault("too_small", (item.code,), flat, code=item.code, least=round(self.limits.least_m2))
            elif flat.area > self.limits.most_m2:
                yield self._fault("too_large", (item.code,), flat, code=item.code, most=round(self.limits.most_m2))

    def _numbers(self, grids: Sequence[Item]) -> Iterable[Fault]:
        """Steps back, unless the numbers run by the rule: more than a row to the north, or west within a row."""
        ordered = sorted(grids, key=lambda item: item.code)
        shapes = [self.flat[id(item)] for item in ordered]
        parent = next((p for p in self.by_kind["community"] if p.code == ordered[0].parent), None)
        north = max(shape.bounds[3] for shape in ([self.flat[id(parent)]] if parent else shapes))
        if numbering.order(shapes, north, self.limits.side) == list(range(len(shapes))):
            return
        for (one, shape), (other, following) in pairwise(zip(ordered, shapes, strict=True)):
            message = self._step_back(shape, following)
            if message:
                codes, both = (one.code, other.code), shapely.union_all([shape, following])
                fault = self._fault("numbering", codes, both, code=one.code, other=other.code)
                yield replace(fault, message=MESSAGES[message])

    def _step_back(self, shape: Geometry, following: Geometry) -> str:
        """The key of the message, empty when it is no step back."""
        here, there = shape.centroid, following.centroid
        if there.y - here.y > self.limits.side:
            return "numbering"
        level = abs(there.y - here.y) < self.limits.side / 2
        beside = following.bounds[2] < shape.bounds[0] + self.limits.side / 4 and there.x < here.x
        return "numbering_row" if level and beside and shape.dwithin(following, SEAM_M) else ""


def _by(items: Iterable[Item], key: Any) -> dict[Any, list[Item]]:
    found: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return found


def _is_wide(part: Geometry) -> bool:
    """Whether it is more than a seam: a strip's width is twice its surface by its outline."""
    return bool(part.area > CRUMB_M2 and 2 * part.area > SEAM_M * part.length)


def _wide(shape: Geometry) -> Geometry | None:
    """The parts that are more than a seam; None when there are none."""
    parts = [part for part in shapely.get_parts(shape) if _is_wide(part)]
    return shapely.union_all(parts) if parts else None
