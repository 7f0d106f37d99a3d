"""What was answered at a border before, as a reason for a unit: packages above register who finds it.

A precedent speaks only where the rulebook's first unit is one of the two sides that were asked about; an owner of a
component, which the register knows, needs none. Automatic dispatch goes by the rulebook alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from citygrid.cases import directory, naming
from citygrid.coordination.dispatching.suggesting import Reason
from citygrid.process.states import Side

REASON = "border"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case lies, in degrees as the case keeps them, and its class."""

    case: UUID
    class_id: str | None
    lon: str | None
    lat: str | None


@dataclass(frozen=True, slots=True)
class Precedent:
    """The unit that was chosen among `sides`; `words`: who answered, when, how far away."""

    body: int
    sides: frozenset[int]
    words: str


Finder = Callable[[Sequence[Spot], datetime], Mapping[UUID, Precedent]]
_FINDERS: list[Finder] = []


def register(finder: Finder) -> None:
    """Called when a package starts. A finder gives for each case at most one precedent, the nearest in force then."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)


def with_precedents(spots: Sequence[Spot], found: Sequence[list[Reason]], at: datetime) -> list[list[Reason]]:
    """The reasons of each case with what was answered there before: the unit that was chosen comes first."""
    pairs = zip(spots, found, strict=True)
    asked = [spot for spot, reasons in pairs if spot.lon and reasons and reasons[0].rule is not None]
    known: dict[UUID, Precedent] = {}
    for finder in _FINDERS if asked else ():
        known = dict(finder(asked, at)) | known
    return [
        _ordered(reasons, known[spot.case]) if spot.case in known else list(reasons)
        for spot, reasons in zip(spots, found, strict=True)
    ]


def _ordered(reasons: list[Reason], known: Precedent) -> list[Reason]:
    book = directory.current()
    body = book.bodies.get(known.body)
    if not reasons or reasons[0].rule is None or reasons[0].body not in known.sides or body is None:
        return reasons
    if not body.active or body.side is Side.SUPERVISING:
        return reasons
    if reasons[0].body == known.body:
        note = " ".join(one for one in (reasons[0].note, known.words) if one)
        return [replace(reasons[0], note=note), *reasons[1:]]
    first = Reason(known.body, naming.body(known.body), REASON, known.words)
    others = [one for one in reasons if one.body != known.body]
    return [first, replace(others[0], equal=False), *others[1:]]
