"""Points that are no places themselves: crossings, offsets, gates, numbers between known numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import shapely
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.geocoding import asking, crossings, facts, matches, names, plates, positions, words
from citygrid.geocoding.asking import Beside, Between, Cross, Gate, Offset, Opposite, Plate, Reading
from citygrid.geocoding.matches import Match
from citygrid.geocoding.models import Place
from citygrid.maps import metres
from citygrid.standards.coordinates import Metric

ANCHOR_LEAST = 0.62
"""A place that fits less is not taken as that from which something is measured."""
STREET_LEAST = 0.7
GOOD = 0.93
"""An answer that fits so well ends the search for a better one."""
DEEPEST = 2
ROAD_NEAR_M = 150.0
SIDES = {
    0: gettext_lazy("north"),
    45: gettext_lazy("northeast"),
    90: gettext_lazy("east"),
    135: gettext_lazy("southeast"),
    180: gettext_lazy("south"),
    225: gettext_lazy("southwest"),
    270: gettext_lazy("west"),
    315: gettext_lazy("northwest"),
}


def side(bearing: float) -> str:
    """The word for a direction, one of eight."""
    return str(SIDES[round(bearing / 45) % 8 * 45])


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point (metres) from which something is measured, or an answer. `fit`: how sure it is what was meant."""

    spot: positions.Spot
    fit: float
    how: str
    accuracy: float
    words: str
    place: Place | None = None
    shape: shapely.Geometry | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Asking:
    """What stays the same while one question is answered."""

    day: date
    near: tuple[float, float] | None
    to: Metric
    deep: int = 0
    guessing: bool = False
    known: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    similar: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    anchors: "dict[str, Anchor | None]" = field(default_factory=dict)

    def deeper(self) -> "Asking":
        return replace(self, deep=self.deep + 1, guessing=False)

    def called(self, said: str) -> list[tuple[int, float]]:
        """The streets of this very name. Readings share their parts; `look_up` has asked for all of them at once."""
        if said not in self.known:
            self.look_up([said])
        return self.known[said]

    def look_up(self, said: Iterable[str]) -> None:
        wanted = [one for one in dict.fromkeys(said) if one not in self.known]
        self.known.update(names.streets_called(wanted, self.day))

    def streets(self, said: str) -> list[tuple[int, float]]:
        """The streets of this name; when guessing is allowed and there is none, the most similar ones."""
        found = self.called(said)
        if found or not self.guessing:
            return found
        if said not in self.similar:
            self.similar[said] = names.streets_like(said, self.day, STREET_LEAST)
        return self.similar[said]


def answers(said: str, day: date, near: tuple[float, float] | None = None) -> list[Match]:
    """The points that a question in normal form means as a crossing, an offset and so on, of its first reading that
    answers."""
    readings = list(asking.read(said, words.current()))
    if not readings:
        return []
    with_day = Asking(day, near, metres.city())
    found: list[Match] = []
    for anchor in _first_answered(readings, with_day):
        lon, lat = with_day.to.inverse(*anchor.spot)
        facts = (anchor.fit, anchor.how, anchor.accuracy, anchor.words)
        found.append(matches.at_point(lon, lat, *facts, day, anchor.place))
    return found


def _first_answered(readings: list[Reading], asked: Asking) -> list[Anchor]:
    """The best answer; the very names first, similar ones only when these give none that is good."""
    asked.look_up(said for reading in readings for said in _street_parts(reading))
    best: list[Anchor] = []
    for asking_now in (asked, replace(asked, guessing=True)):
        for reading in readings:
            found = list(_answer(reading, asking_now))
            if found and (not best or found[0].fit > best[0].fit + 0.02):
                best = found
            if best and best[0].fit >= GOOD:
                return best
    return best


def _street_parts(reading: Reading) -> tuple[str, ...]:
    match reading:
        case Cross():
            return reading.first, reading.second
        case Plate():
            return (reading.road,)
        case _:
            return ()


def _answer(reading: Reading, asked: Asking) -> Iterator[Anchor]:
    match reading:
        case Cross():
            yield from _crossing(reading, asked)
        case Plate():
            yield from _plate(reading, asked)
        case Between():
            yield from _between(reading, asked)
        case Offset() | Gate() | Beside() | Opposite():
            anchor = _anchor(reading.anchor, asked)
            if anchor is not None:
                yield from _from_anchor(reading, anchor, asked)


def _anchor(said: str, asked: Asking) -> Anchor | None:
    """What a part of a question means: a place, or a crossing, a gate, a number of its own."""
    if said not in asked.anchors:
        asked.anchors[said] = _anchor_of(said, asked)
    return asked.anchors[said]


def _anchor_of(said: str, asked: Asking) -> Anchor | None:
    hunt = names.Hunt(said, asked.day, asked.near)
    composed: list[Anchor] = []
    if hunt.top < 0.99 and asked.deep < DEEPEST:
        composed = _first_answered(list(asking.read(said, words.current())), asked.deeper())
    if not hunt.certain and not (composed and composed[0].fit >= GOOD):
        hunt.further()
    best = next(iter(hunt.ranked()), None)
    if best is None or best.fits < ANCHOR_LEAST or (composed and composed[0].fit > best.fits):
        return composed[0] if composed else None
    place = facts.places([best.candidate.place], shapes=True)[best.candidate.place]
    return _of_place(place, best.fits, asked)


def _of_place(place: Place, fit: float, asked: Asking) -> Anchor:
    shape = crossings.in_metres(place, asked.to) if place.shape is not None else None
    spot = asked.to(place.lon, place.lat)
    return Anchor(spot, fit, "exact", matches.accuracy_of(place), place.name, place, shape)


def _crossing(cross: Cross, asked: Asking) -> Iterator[Anchor]:
    if not (cross.told or asked.called(cross.first) or asked.called(cross.second)):
        return
    first, second = asked.streets(cross.first), asked.streets(cross.second)
    if not first or not second:
        return
    fits = dict(first) | {pk: min(fit, dict(first).get(pk, 1.0)) for pk, fit in second}
    met = [one for one in crossings.of_streets(list(dict(first)), list(dict(second))) if one.first_id != one.second_id]
    for one in met:
        fit = 0.99 * min(fits[one.first_id], fits[one.second_id])
        said = crossing_words(one.first.name, one.second.name)
        yield Anchor(asked.to(one.lon, one.lat), fit, matches.CROSSING, 25.0, said, one.first)
    if not met:
        yield from _nearest_approach(first, second, asked)


def _nearest_approach(
    first: list[tuple[int, float]], second: list[tuple[int, float]], asked: Asking
) -> Iterator[Anchor]:
    known = Place.objects.in_bulk([pk for pk, _fit in (*first, *second)])
    for one, fit in first:
        for other, fit_other in second:
            point = crossings.approach(known[one], known[other]) if one != other else None
            if point is not None:
                lon, lat, apart = point
                said = _("nearest point of %(first)s and %(second)s") % {
                    "first": known[one].name,
                    "second": known[other].name,
                }
                sure = 0.9 * min(fit, fit_other)
                yield Anchor(asked.to(lon, lat), sure, matches.CROSSING, 25 + apart / 2, said, known[one])


def crossing_words(first: str, second: str) -> str:
    return _("crossing of %(first)s and %(second)s") % {"first": first, "second": second}


def _plate(plate: Plate, asked: Asking) -> Iterator[Anchor]:
    for street in asked.streets(plate.road) or _bare_road(plate.road):
        pk, fit = street
        found = plates.find(pk, plate.road, plate.lane, plate.number, asked.day, asked.to)
        if found is not None:
            accuracy, spot, said = found.accuracy, found.spot, found.words
            yield Anchor(spot, (0.97 - found.doubt) * fit, matches.INTERPOLATED, accuracy, said, found.place)


def _bare_road(road: str) -> list[tuple[int, float]]:
    """A road without a line of its own may still have numbers."""
    return [(0, 0.98)] if plates.has_numbers(road) else []


def _between(reading: Between, asked: Asking) -> Iterator[Anchor]:
    first, second = _anchor(reading.first, asked), _anchor(reading.second, asked)
    if first is None or second is None or first.words == second.words:
        return
    a, b = (one.shape if one.shape is not None else shapely.Point(one.spot) for one in (first, second))
    spot = positions.between(a, b)
    params = {"first": first.words, "second": second.words}
    said = _("between %(first)s and %(second)s") % params
    apart = float(a.distance(b))
    yield Anchor(spot, 0.97 * min(first.fit, second.fit), matches.BETWEEN, max(20.0, apart / 3), said, first.place)


def _from_anchor(reading: Offset | Gate | Beside | Opposite, anchor: Anchor, asked: Asking) -> Iterator[Anchor]:
    match reading:
        case Offset():
            start = anchor.spot
            if not reading.said and anchor.shape is not None and anchor.shape.area:
                start = positions.edge(anchor.shape, reading.bearing)
            spot = positions.moved(start, reading.bearing, reading.metres)
            params = {"anchor": anchor.words, "side": side(reading.bearing), "metres": round(reading.metres)}
            said = (
                _("%(metres)s m %(side)s of %(anchor)s") if reading.said else _("on the %(side)s side of %(anchor)s")
            ) % params
            rough = anchor.accuracy + (reading.metres * 0.2 if reading.said else reading.metres)
            yield Anchor(spot, 0.98 * anchor.fit, matches.OFFSET, rough, said, anchor.place)
        case Gate():
            yield from _gate(reading, anchor)
        case Beside():
            said = _("beside %(anchor)s") % {"anchor": anchor.words}
            rough = anchor.accuracy + asking.SIDE_M
            yield Anchor(anchor.spot, 0.97 * anchor.fit, matches.BESIDE, rough, said, anchor.place, anchor.shape)
        case Opposite():
            yield from _opposite(anchor, asked)


def _gate(gate: Gate, anchor: Anchor) -> Iterator[Anchor]:
    spot = anchor.spot
    if gate.bearing is not None and anchor.shape is not None:
        spot = positions.edge(anchor.shape, gate.bearing)
    if gate.bearing is None:
        said = _("gate of %(anchor)s") % {"anchor": anchor.words}
    else:
        said = _("%(side)s gate of %(anchor)s") % {"anchor": anchor.words, "side": side(gate.bearing)}
    yield Anchor(spot, 0.97 * anchor.fit, matches.GATE, max(15.0, anchor.accuracy * 0.6), said, anchor.place)


def _opposite(anchor: Anchor, asked: Asking) -> Iterator[Anchor]:
    road = plates.nearest_road(anchor.spot, asked.day, asked.to, ROAD_NEAR_M)
    if road is None:
        return
    spot = positions.opposite(anchor.spot, crossings.in_metres(road, asked.to), anchor.shape)
    said = _("opposite %(anchor)s") % {"anchor": anchor.words}
    yield Anchor(spot, 0.96 * anchor.fit, matches.OPPOSITE, anchor.accuracy + 25, said, anchor.place)
