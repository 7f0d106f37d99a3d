"""House numbers: the nearest known ones of a road, and where a missing one must be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from django.db.models import Q
from django.utils.translation import gettext as _

from citygrid.geocoding import texts
from citygrid.geocoding.crossings import in_metres
from citygrid.geocoding.models import Kind, Place
from citygrid.geocoding.positions import Spot
from citygrid.standards.coordinates import Metric

NEXT_MOST = 30
"""A number further than this from the only known one says little."""
_FIRST = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Where a number must be. `doubt`: what its score loses."""

    spot: Spot
    accuracy: float
    words: str
    place: Place
    doubt: float


@dataclass(frozen=True, slots=True)
class _Known:
    number: int
    place: Place
    spot: Spot


def has_numbers(road: str) -> bool:
    """Whether any door plate of a road of that name is known."""
    return Place.objects.filter(road=road, kind=Kind.DOOR_PLATE).exists()


def find(street: int, road: str, lane: str, number: str, day: date, to: Metric) -> Estimate | None:
    """Where a number of a street (id, or 0 and the name of a road) is, when it is not known itself.

    The lane for a number in it; a whole number for 12-1; else between the two nearest numbers of the same side, on the
    road; else the next number; else the road's middle, with its length as accuracy."""
    place = Place.objects.filter(pk=street).first() if street else None
    name = place.name if place else road
    wanted = _leading(lane or number)
    known = _known({name, texts.numbered(texts.normal(name))}, bool(lane), day, to)
    same = [one for one in known if one.number == wanted]
    if same and wanted:
        exact = _same(same, lane, number)
        doubt = 0.0 if _said(exact.place) == _plate(lane, number) else 0.03
        rough = 10.0 if not doubt else 40.0
        return Estimate(exact.spot, rough, exact.place.name, exact.place, doubt)
    line = in_metres(place, to) if place is not None and place.shape is not None else None
    words = _("%(road)s %(number)s (estimated)") % {"road": name, "number": _plate(lane, number)}
    made = _interpolated(known, wanted, line) if wanted else None
    if made is not None:
        spot, accuracy, nearest = made
        return Estimate(spot, accuracy, words, nearest, 0.06)
    if place is None:
        return None
    long = float(line.length) / 2 if line is not None else 500.0
    return Estimate(to(place.lon, place.lat), long, name, place, 0.2)


def nearest_road(spot: Spot, day: date, to: Metric, within: float) -> Place | None:
    """The street whose line passes nearest to a spot in metres."""
    found = roads_near(spot, day, to, within)
    return found[0][0] if found else None


def roads_near(spot: Spot, day: date, to: Metric, within: float) -> list[tuple[Place, float]]:
    """The streets within so many metres of a spot, the nearest first."""
    x, y = spot
    here = Place.objects.filter(kind=Kind.STREET, valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gt=day))
    box = f"({x + within},{y + within}),({x - within},{y - within})"
    rows = here.exclude(shape=None).extra(where=["box && %s::box"], params=[box])
    point = shapely.Point(spot)
    near = [(row, float(in_metres(row, to).distance(point))) for row in rows]
    return sorted(((row, away) for row, away in near if away <= within), key=lambda one: one[1])


def _known(roads: set[str], lanes: bool, day: date, to: Metric) -> list[_Known]:
    rows = Place.objects.filter(road__in=roads, kind=Kind.DOOR_PLATE, valid_from__lte=day).defer("shape")
    found = []
    for row in rows.filter(Q(valid_to=None) | Q(valid_to__gt=day)):
        leading = _leading(row.number)
        if leading:
            found.append(_Known(leading, row, to(row.lon, row.lat)))
    return sorted(found, key=lambda one: (one.number, one.place.number))


def _leading(text: str) -> int:
    found = _FIRST.search(text)
    return int(found[0]) if found else 0


def _plate(lane: str, number: str) -> str:
    return (f"{lane}弄" if lane else "") + (f"{number}号" if number else "")


def _said(place: Place) -> str:
    return texts.numbered(texts.normal(place.number))


def _same(same: Sequence[_Known], lane: str, number: str) -> _Known:
    """The very number, else the one that stands for the whole (the lane, or 12 for 12-1)."""
    wanted = _plate(lane, number)
    return min(same, key=lambda one: (_said(one.place) != wanted, len(one.place.number), one.place.number))


def _interpolated(
    known: Sequence[_Known], wanted: int, line: shapely.Geometry | None
) -> tuple[Spot, float, Place] | None:
    side = [one for one in known if one.number % 2 == wanted % 2] or list(known)
    before = next((one for one in reversed(side) if one.number < wanted), None)
    after = next((one for one in side if one.number > wanted), None)
    if before is not None and after is not None:
        share = (wanted - before.number) / (after.number - before.number)
        spot = _between(before.spot, after.spot, share, line)
        apart = shapely.Point(before.spot).distance(shapely.Point(after.spot))
        return spot, max(15.0, apart / 2), before.place if share < 0.5 else after.place
    only = before or after
    if only is None or abs(only.number - wanted) > NEXT_MOST:
        return None
    return only.spot, 20.0 + 8.0 * abs(only.number - wanted), only.place


def _between(first: Spot, second: Spot, share: float, line: shapely.Geometry | None) -> Spot:
    """So far from the first to the second: along the road where both stand at one line of it, else straight. The
    distance of the plates from the road's middle is kept."""
    straight = (first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share)
    if line is None:
        return straight
    merged = shapely.line_merge(line) if line.geom_type != "LineString" else line
    a, b = shapely.Point(first), shapely.Point(second)
    parts = [part for part in shapely.get_parts(merged) if part.distance(a) < 60 and part.distance(b) < 60]
    if not parts:
        return straight
    part = min(parts, key=lambda one: one.distance(a) + one.distance(b))
    start, end = part.project(a), part.project(b)
    on_line = part.interpolate(start + (end - start) * share)
    foot_a, foot_b = part.interpolate(start), part.interpolate(end)
    aside_x = (first[0] - foot_a.x) * (1 - share) + (second[0] - foot_b.x) * share
    aside_y = (first[1] - foot_a.y) * (1 - share) + (second[1] - foot_b.y) * share
    return on_line.x + aside_x, on_line.y + aside_y
