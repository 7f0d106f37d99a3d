"""Gathering: places made of the areas and of the layers' features, by the city's rules; a second time changes nothing.

What a person keeps by hand (`kept`) is left alone. A place whose feature is gone is retired, not deleted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import numpy as np
import shapely
import shapely.ops
from django.db import transaction
from django.utils import timezone
from shapely import STRtree

from citygrid.areas.models import Area
from citygrid.geocoding import crossings, filling, indexing, keeping, rules
from citygrid.geocoding.drafts import Draft, apply
from citygrid.geocoding.models import Alias, Gathering, Kind, Place, PlaceVersion
from citygrid.geocoding.rules import LayerRule, Rules
from citygrid.maps import metres
from citygrid.maps.models import Feature
from citygrid.standards.coordinates import Metric
from citygrid.standards.reports import Report

BATCH = 2000
COLUMNS = [
    "kind", "name", "aliases", "address", "parent", "road", "number", "category", "weight", "lon", "lat", "point",
    "shape", "box", "grid", "community", "street", "district", "digest", "note", "version", "valid_from", "valid_to",
    "changed_at",
]  # fmt: skip


@dataclass(slots=True)
class Done:
    """How many places are new, changed, the same, retired, and left alone because somebody keeps them."""

    new: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0
    kept: int = 0
    crossings: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)


def current_rules() -> Rules:
    """The city's rules, as `gathering.toml` said them."""
    row = Gathering.objects.first()
    return rules.parse(row.rules, Report()) if row else Rules()


def gather(at: date | datetime, given: Rules | None = None) -> Done:
    """Make the gathered places those that the rules give on a day, all in one transaction."""
    now = at if isinstance(at, datetime) else timezone.make_aware(datetime.combine(at, time(12)))
    day = timezone.localdate(now)
    to = metres.city()
    drafts = list(drafted(given if given is not None else current_rules(), day, to))
    with transaction.atomic():
        return keep(drafts, now, to)


def keep(drafts: Sequence[Draft], now: datetime, to: Metric, *, everything: bool = False) -> Done:
    """Make the gathered places those of the drafts, in the caller's transaction. `everything`: those that people
    keep as well (a city folder says what all of them are)."""
    work = _Work(now, timezone.localdate(now), to, everything)
    places = Place.objects.all() if everything else Place.objects.exclude(source="")
    known = {place.code: place for place in places}
    for draft in drafts:
        work.take(draft, known.pop(draft.own_code(), None))
    for place in known.values():
        work.retire(place)
    return work.write()


class _Work:
    """One gathering: what is to be written."""

    def __init__(self, now: datetime, day: date, to: Metric, everything: bool) -> None:
        self.now, self.day, self.to, self.done, self.everything = now, day, to, Done(), everything
        self.new: list[Place] = []
        self.changed: list[Place] = []
        self.former: list[PlaceVersion] = []
        self.parents: dict[str, str] = {}
        self.aliases: dict[str, list[str]] = defaultdict(list)
        for code, alias in Alias.objects.order_by("id").values_list("code", "alias"):
            self.aliases[code].append(alias)

    def take(self, draft: Draft, known: Place | None) -> None:
        self.done.by_kind[draft.kind] = self.done.by_kind.get(draft.kind, 0) + 1
        if known is not None and known.kept and not self.everything:
            self.done.kept += 1
            return
        code = draft.own_code()
        draft.aliases = [*draft.aliases, *self.aliases.get(code, ())]
        fresh = apply(draft, Place(), self.day, self.to)
        digest = draft.digest(fresh, self.to.name)
        alive = known is not None and (known.valid_to is None or draft.until is not None)
        if known is not None and known.digest == digest and alive:
            self.done.same += 1
            return
        if known is None:
            place = fresh
            place.code, place.valid_from = code, draft.since or self.day
            self.new.append(place)
        else:
            self.former.append(keeping.former(known, self.now))
            place = apply(draft, known, self.day, self.to)
            place.version += 1
            self.changed.append(place)
        place.valid_to, place.digest, place.changed_at = draft.until, digest, self.now
        if draft.parent:
            self.parents[code] = draft.parent

    def retire(self, place: Place) -> None:
        if place.kept and not self.everything:
            self.done.kept += 1
        elif place.valid_to is None:
            self.former.append(keeping.former(place, self.now))
            place.valid_to, place.changed_at, place.version = (
                max(self.day, place.valid_from),
                self.now,
                place.version + 1,
            )
            self.done.retired += 1
            Place.objects.filter(pk=place.pk).update(
                valid_to=place.valid_to, changed_at=place.changed_at, version=place.version
            )

    def write(self) -> Done:
        self.done.new, self.done.changed = len(self.new), len(self.changed)
        streets_moved = any(place.kind == Kind.STREET for place in (*self.new, *self.changed)) or self.done.retired
        PlaceVersion.objects.bulk_create(self.former, batch_size=BATCH)
        filling.places(self.new)
        Place.objects.bulk_update(self.changed, COLUMNS, batch_size=BATCH)
        self._parents()
        if self.new or self.changed or self.done.retired:
            indexing.put([*self.new, *self.changed])
        if streets_moved:
            self.done.crossings = crossings.renew()
        return self.done

    def _parents(self) -> None:
        codes = set(self.parents.values())
        ids = dict(Place.objects.filter(code__in=codes).values_list("code", "pk"))
        children = [place for place in (*self.new, *self.changed) if place.code in self.parents]
        for place in children:
            place.parent_id = ids.get(self.parents[place.code])
        Place.objects.bulk_update(children, ["parent"], batch_size=BATCH)


def drafted(given: Rules, day: date, to: Metric) -> Iterator[Draft]:
    """All places that the rules give, no two with the same source and key."""
    seen: dict[tuple[str, str], int] = {}
    streets: dict[str, str] = {}
    for draft in _all(given, day, to):
        number = seen[draft.source, draft.source_key] = seen.get((draft.source, draft.source_key), 0) + 1
        if number > 1:
            draft.source_key += f"#{number}"
        if draft.kind == Kind.STREET:
            streets.setdefault(draft.name, draft.own_code())
        elif draft.kind == Kind.DOOR_PLATE:
            draft.parent = streets.get(draft.road, "")
        yield draft


def _all(given: Rules, day: date, to: Metric) -> Iterator[Draft]:
    for kind in given.areas:
        yield from _of_areas(kind, day)
    for rule in given.layers:
        yield from _of_layer(rule, to)


def _of_areas(kind: str, day: date) -> Iterator[Draft]:
    rows = Area.objects.filter(kind=kind, valid_from__lte=day).exclude(valid_to__lte=day).exclude(name="")
    for row in rows.select_related("parent").order_by("code"):
        yield Draft(
            kind=Kind.AREA,
            name=row.name,
            lon=row.centre_lon,
            lat=row.centre_lat,
            category=kind,
            shape=shapely.from_wkb(bytes(row.geometry)) if row.geometry else None,
            code=row.code,
            parent=row.parent.code if row.parent else "",
            source="areas",
            source_key=f"{kind}:{row.code}",
            since=row.valid_from,
        )


@dataclass(slots=True)
class _Piece:
    """A feature that a rule wants."""

    draft: Draft
    shape: shapely.Geometry


def _of_layer(rule: LayerRule, to: Metric) -> Iterator[Draft]:
    rows = (
        Feature.objects.filter(layer__code=rule.layer).order_by("key").values_list("properties", "shape", "lon", "lat")
    )
    pieces = [piece for row in rows.iterator(10_000) if (piece := _piece(rule, *row)) is not None]
    if not rule.merge_m:
        yield from (piece.draft for piece in pieces)
        return
    named: dict[str, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        named[piece.draft.name].append(piece)
    for name in sorted(named):
        yield from _merged(named[name], rule.merge_m, to)


def _piece(
    rule: LayerRule, properties: Mapping[str, Any], wkb: bytes | memoryview, lon: float, lat: float
) -> _Piece | None:
    name = rule.fact("name", properties)
    if not name or not rule.wants(properties):
        return None
    shape = shapely.from_wkb(bytes(wkb))
    made = Draft(kind=rule.kind, name=name[:200], lon=lon, lat=lat, weight=rule.weight, source=f"layer:{rule.layer}")
    made.aliases = rule.names(properties)
    for fact in ("address", "road", "number", "category"):
        setattr(made, fact, rule.fact(fact, properties))
    made.shape = None if shape.geom_type == "Point" else shape
    key = rule.fact("key", properties) or made.name + ("" if rule.merge_m else f"@{lon:.4f},{lat:.4f}")
    made.source_key = f"{rule.kind}:{key}"[:180]
    return _Piece(made, shape)


def _merged(pieces: list[_Piece], apart: float, to: Metric) -> Iterator[Draft]:
    """One place for each group of pieces that hang together; the longest group first."""
    shapes = [shapely.transform(p.shape, lambda at: np.column_stack(to(at[:, 0], at[:, 1]))) for p in pieces]
    groups = sorted(_groups(shapes, apart), key=lambda group: -sum(_size(shapes[i]) for i in group))
    for group in groups:
        draft = pieces[group[0]].draft
        whole = shapely.union_all([pieces[i].shape for i in group])
        if whole.geom_type == "MultiLineString":
            whole = shapely.line_merge(whole)
        draft.shape = None if whole.geom_type == "Point" else whole
        middle = whole.centroid
        if not whole.covers(middle):
            middle = shapely.point_on_surface(whole) if whole.area else shapely.ops.nearest_points(whole, middle)[0]
        draft.lon, draft.lat = float(middle.x), float(middle.y)
        yield draft


def _size(shape: shapely.Geometry) -> float:
    return float(shape.area or shape.length)


def _groups(shapes: list[shapely.Geometry], apart: float) -> list[list[int]]:
    tree, root = STRtree(shapes), list(range(len(shapes)))

    def top(i: int) -> int:
        while root[i] != i:
            root[i] = i = root[root[i]]
        return i

    for i, j in zip(*tree.query(shapes, predicate="dwithin", distance=apart).tolist(), strict=True):
        root[top(j)] = top(i)
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(len(shapes)):
        groups[top(i)].append(i)
    return list(groups.values())
