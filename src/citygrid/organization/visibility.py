"""What a seat may see, as id sets: the ground of every query (DESIGN sections 3 and 7; S0-04, S3-19).

Which rows exist for a person is decided here and nowhere else. A role says how far (own, unit, unit_tree,
area,
area_tree, all); the post and its body say where from. Own work is always within the scope, and so are the
cases of the own body for every kind but `own`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q

from citygrid.areas import tree as area_tree
from citygrid.areas import versions
from citygrid.organization import tree
from citygrid.organization.models import Post, Relation, ScopeKind, Seat
from citygrid.organization.rosters import cityclock
from citygrid.organization.unit_models import RelationKind

Fragment = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a row is within a scope: which of its ids are the scope's own. False when none is."""

    everything: bool = False
    person: bool = False
    bodies: frozenset[int] = frozenset()
    areas: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or self.person or bool(self.bodies) or bool(self.areas)


@dataclass(frozen=True, slots=True)
class Scope:
    """Id sets. `areas` has all areas below too; `roots` only the topmost, for rows that keep the whole
    path."""

    everything: bool
    bodies: frozenset[int]
    areas: frozenset[int]
    person: int
    post: int
    roots: frozenset[int] = frozenset()

    def sql(self, alias: str) -> Fragment:
        """Condition and parameters for a table with `bodies`, `areas` (the whole path from the unit grid
        up) and `persons`, each bigint[] with a GIN index."""
        if self.everything:
            return "true", []
        return self._any_of(
            [
                (f"{alias}.persons && %s::bigint[]", [self.person]),
                (f"{alias}.bodies && %s::bigint[]", self.bodies),
                (f"{alias}.areas && %s::bigint[]", self.roots),
            ]
        )

    def sql_one(
        self, alias: str, *, body: str | None = None, area: str | None = None, person: str | None = None
    ) -> Fragment:
        """The same for a table with single ids; name the columns that it has."""
        if self.everything:
            return "true", []
        return self._any_of(
            [
                (f"{alias}.{column} = any(%s::bigint[])", ids)
                for column, ids in ((person, [self.person]), (body, self.bodies), (area, self.areas))
                if column
            ]
        )

    def holds(self, *, bodies: Iterable[int] = (), areas: Iterable[int] = (), persons: Iterable[int] = ()) -> bool:
        """Whether one row with these ids is within the scope (for live push and single objects)."""
        return bool(self.grounds(bodies=bodies, areas=areas, persons=persons))

    def grounds(self, *, bodies: Iterable[int] = (), areas: Iterable[int] = (), persons: Iterable[int] = ()) -> Grounds:
        """Why one row with these ids is within the scope: `holds`, and the page that explains it, ask here."""
        return Grounds(
            self.everything, self.person in persons, self.bodies.intersection(bodies), self.areas.intersection(areas)
        )

    def _any_of(self, terms: list[tuple[str, Iterable[int]]]) -> Fragment:
        used = [(text, sorted(ids)) for text, ids in terms if ids]
        if not used:
            return "false", []
        return "(" + " or ".join(text for text, _ in used) + ")", [ids for _, ids in used]


NOTHING = Scope(False, frozenset(), frozenset(), 0, 0)


def scope_of(seat: Seat, at: datetime) -> Scope:
    """What the seat may see at that moment; `NOTHING` when it is not held then, or its post or person is
    not active.

    Kept in memory by seat, organization version, area version and day (relations begin and end by days).
    """
    if not covers(seat, at):
        return NOTHING
    newest = versions.current()
    return _scope(seat.pk, tree.version(), newest.digest if newest else "", cityclock.day_of(at))


def scope_at(seat: Seat, at: datetime, organization: int, areas: str) -> Scope:
    """The same for a caller who has read the states of organization and areas already."""
    return _scope(seat.pk, organization, areas, cityclock.day_of(at)) if covers(seat, at) else NOTHING


def covers(seat: Seat, at: datetime) -> bool:
    """Whether the seat is held at that moment."""
    return seat.since <= at and (seat.until is None or at < seat.until)


@lru_cache(maxsize=4096)
def _scope(seat_id: int, organization: int, areas: str, day: date) -> Scope:
    seat = Seat.objects.select_related("person", "post__body", "post__role").get(pk=seat_id)
    if not (seat.person.is_active and seat.post.active):
        return NOTHING
    kind = ScopeKind(seat.post.role.scope)
    if kind is ScopeKind.ALL:
        return Scope(True, frozenset(), frozenset(), seat.person_id, seat.post_id)
    roots, below = _areas(seat.post, kind)
    return Scope(False, _bodies(seat.post, kind, day), below, seat.person_id, seat.post_id, roots)


def _bodies(post: Post, kind: ScopeKind, day: date) -> frozenset[int]:
    if kind is ScopeKind.OWN:
        return frozenset()
    if kind is ScopeKind.UNIT_TREE:
        return tree.descendants({post.body_id} | _supervised(post.body_id, day))
    return frozenset([post.body_id])


def _supervised(body: int, day: date) -> frozenset[int]:
    """监管: bodies that a body supervises by a relation in force, wherever they stand in the tree (S1-47, S1-48)."""
    rows = Relation.objects.filter(Q(until=None) | Q(until__gt=day), Q(since=None) | Q(since__lte=day), body=body)
    return frozenset(rows.filter(kind=RelationKind.SUPERVISES).values_list("other_id", flat=True))


def _areas(post: Post, kind: ScopeKind) -> tuple[frozenset[int], frozenset[int]]:
    if kind not in (ScopeKind.AREA, ScopeKind.AREA_TREE):
        return frozenset(), frozenset()
    roots = area_tree.ids_by_code(post.areas or post.body.areas)
    return roots, area_tree.descendants(roots) if kind is ScopeKind.AREA_TREE else roots
