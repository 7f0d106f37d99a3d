"""Why a seat sees a row, or why not: the conditions of its scope one by one, each met or not (S0-04, S3-19).

No second rule stands here. What is met is what `Scope.grounds` says, which is what `Scope.holds` asks, and the same
sets of ids go into the SQL of every list; a property test holds that the three agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from citygrid.organization.models import Person, ScopeKind, Seat
from citygrid.organization.visibility import Grounds, Scope, covers, scope_of


class Way(StrEnum):
    """A way in which a row can be within a scope."""

    EVERYTHING = "everything"
    OWN = "own"
    BODY = "body"
    BELOW = "below"
    AREA = "area"


class Fault(StrEnum):
    """Why a seat sees nothing at all."""

    OVER = "over"
    NOT_YET = "not_yet"
    POST_CLOSED = "post_closed"
    ACCOUNT_CLOSED = "account_closed"


@dataclass(frozen=True, slots=True)
class Condition:
    """`reach`: ids of the bodies (BODY, BELOW) or topmost areas (AREA) that the scope has; `found`: those of them that
    the row has. Person and everything have no ids."""

    way: Way
    met: bool
    reach: frozenset[int] = frozenset()
    found: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Explained:
    """One seat and one row. Without a fault, `visible` is that one of the conditions is met."""

    seat: Seat
    visible: bool
    conditions: tuple[Condition, ...] = ()
    fault: Fault | None = None


def explain(
    seat: Seat,
    at: datetime,
    *,
    bodies: Iterable[int] = (),
    areas: Iterable[int] = (),
    persons: Iterable[int] = (),
) -> Explained:
    """Why the seat sees a row with these ids at that moment, or does not. `areas`: the whole path from the grid up."""
    fault = _fault(seat, at)
    if fault is not None:
        return Explained(seat, False, fault=fault)
    scope = scope_of(seat, at)
    grounds = scope.grounds(bodies=bodies, areas=areas, persons=persons)
    return Explained(seat, bool(grounds), _conditions(seat, scope, grounds))


def seats_to_explain(person: Person, at: datetime) -> QuerySet[Seat]:
    """The seats of a person that are not over, those on closed posts and of a closed account too."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), person=person)
    return held.select_related("person", "post__body", "post__role").order_by("id")


def _fault(seat: Seat, at: datetime) -> Fault | None:
    if not covers(seat, at):
        return Fault.NOT_YET if at < seat.since else Fault.OVER
    if not seat.person.is_active:
        return Fault.ACCOUNT_CLOSED
    return None if seat.post.active else Fault.POST_CLOSED


def _conditions(seat: Seat, scope: Scope, grounds: Grounds) -> tuple[Condition, ...]:
    """One line for each way that this kind of scope has, met or not."""
    if scope.everything:
        return (Condition(Way.EVERYTHING, True),)
    kind = ScopeKind(seat.post.role.scope)
    own = frozenset((seat.post.body_id,))
    found = [Condition(Way.OWN, grounds.person)]
    if kind is not ScopeKind.OWN:
        found.append(_bodies(Way.BODY, scope.bodies & own, grounds))
    if kind is ScopeKind.UNIT_TREE:
        found.append(_bodies(Way.BELOW, scope.bodies - own, grounds))
    if kind in (ScopeKind.AREA, ScopeKind.AREA_TREE):
        met = bool(grounds.areas)
        found.append(Condition(Way.AREA, met, scope.roots, grounds.areas & scope.roots or grounds.areas))
    return tuple(found)


def _bodies(way: Way, reach: frozenset[int], grounds: Grounds) -> Condition:
    return Condition(way, bool(reach & grounds.bodies), reach, reach & grounds.bodies)
