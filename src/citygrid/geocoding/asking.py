"""What kind of question is asked: a place, a crossing, a point so far from something, between two, opposite one.

Pure: a question in normal form and the words of the city give readings, the most particular first; whether the places
in them exist is for `composing.py` to find out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from citygrid.geocoding.words import Words

SIDE_M = 15.0
"""How far "on its north side" is when nobody says how far."""
LONGEST_STEP_M = 20_000.0


@dataclass(frozen=True, slots=True)
class Cross:
    """Where two streets meet. `told`: a word says so (与, 路口), not only two names in a row."""

    first: str
    second: str
    told: bool = True


@dataclass(frozen=True, slots=True)
class Offset:
    """So many metres in a direction (degrees from north) from something. `said`: whether the metres were said."""

    anchor: str
    bearing: float
    metres: float
    said: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate of something; `bearing` None: its main gate."""

    anchor: str
    bearing: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    anchor: str


@dataclass(frozen=True, slots=True)
class Opposite:
    anchor: str


@dataclass(frozen=True, slots=True)
class Between:
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Plate:
    """A number at a road: 88号; 88弄12号; 12-1号. `lane` or `number` may be empty."""

    road: str
    lane: str
    number: str


Reading = Cross | Offset | Gate | Beside | Opposite | Between | Plate


def read(said: str, words: Words) -> Iterator[Reading]:
    """The readings of a question in normal form with digits."""
    yield from _far(said, words)
    yield from _between(said, words)
    yield from _crossing(said, words)
    yield from _beside(said, words)
    yield from _plate(said, words)


def _far(said: str, words: Words) -> Iterator[Reading]:
    grammar = words.grammar
    found = grammar.distance.match(said)
    if found:
        side = found["side"] or found["after"]
        unit = float(words.meaning("unit", found["unit"] or found["unit2"]))
        metres = float(found["much"] or found["much2"]) * unit
        if metres <= LONGEST_STEP_M:
            yield Offset(_trimmed(found["rest"], words), float(words.meaning("direction", side)), metres, True)
        return
    found = grammar.gate.match(said)
    if found:
        meaning = words.meaning("gate", found["gate"])
        yield Gate(_trimmed(found["rest"], words), float(meaning) if meaning else None)
    found = grammar.direction.match(said)
    if found:
        yield Offset(_trimmed(found["rest"], words), float(words.meaning("direction", found["side"])), SIDE_M, False)


def _between(said: str, words: Words) -> Iterator[Reading]:
    found = words.grammar.between.match(said)
    if found:
        for first, second in _joined(found["rest"], words):
            yield Between(first, second)


def _crossing(said: str, words: Words) -> Iterator[Reading]:
    """Each ending is tried: A路B路口 is A路 and B路, though 路口 is a word too."""
    endings = [end for end in words.of.get("crossing", ()) if said.endswith(end) and len(said) - len(end) > 2]
    rests = [_trimmed(said[: -len(end)], words) for end in sorted(endings, key=len, reverse=True)]
    if not endings:
        rests = [said]
    told: list[tuple[str, str]] = []
    untold: list[tuple[str, str]] = []
    for rest in rests:
        told.extend(_joined(rest, words))
        if endings:
            told.extend(_touching(rest, words))
        elif not re.search(r"\d", rest):
            untold.extend(_touching(rest, words))
    for first, second in dict.fromkeys(told):
        yield Cross(first, second)
    for first, second in dict.fromkeys(untold):
        yield Cross(first, second, told=False)


def _joined(rest: str, words: Words) -> Iterator[tuple[str, str]]:
    """Two parts with a word such as 与 between them."""
    for found in words.grammar.joins.finditer(rest):
        first, second = rest[: found.start()], rest[found.end() :]
        if len(first) > 1 and len(second) > 1:
            yield first, second


def _touching(rest: str, words: Words) -> Iterator[tuple[str, str]]:
    """Two road names without a word between them."""
    for found in words.grammar.road_end.finditer(rest):
        first, second = rest[: found.end()], rest[found.end() :]
        if len(first) > 1 and len(second) > 1 and words.grammar.road_end.search(second):
            yield first, second


def _beside(said: str, words: Words) -> Iterator[Reading]:
    found = words.grammar.opposite.match(said)
    if found:
        yield Opposite(_trimmed(found["rest"], words))
    found = words.grammar.beside.match(said)
    if found:
        yield Beside(_trimmed(found["rest"], words))


def _plate(said: str, words: Words) -> Iterator[Reading]:
    found = words.grammar.plate.match(said)
    if found:
        yield Plate(found["road"] or found["road2"], found["lane"] or found["lane2"] or "", found["number"] or "")


def _trimmed(rest: str, words: Words) -> str:
    """Without filling words at the end: 大厦的, 大厦约."""
    return re.sub(words.pattern("about") + "+$", "", rest) or rest
