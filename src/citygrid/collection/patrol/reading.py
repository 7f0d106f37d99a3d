"""Patrols of a day, for whoever may see them: those that were, and shifts for which nobody signed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from citygrid.collection.models import Patrol
from citygrid.collection.patrol import attendance, shifts
from citygrid.collection.patrol.ground import ground_of
from citygrid.collection.patrol.in_force import rules_on
from citygrid.organization.models import Body, Person, Post
from citygrid.organization.visibility import Scope
from citygrid.rulebook.slices import profile_at


@dataclass(frozen=True, slots=True)
class Row:
    """One person on one shift of a day. `patrol` None: nobody signed in. `figures` as `figures.Looked.figures`, empty
    until they were counted at `counted_at`."""

    person: Person
    post: Post | None
    body: Body
    day: date
    shift: str
    planned_starts: datetime | None
    planned_ends: datetime | None
    duty_grids: Sequence[str]
    patrol: UUID | None = None
    in_at: datetime | None = None
    out_at: datetime | None = None
    in_metres: float | None = None
    findings: Sequence[attendance.Finding] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    counted_at: datetime | None = None

    @property
    def grids_share(self) -> float | None:
        """Unit grids visited of all, 0 to 1."""
        return _share(self.figures, "grids_visited", "grids")

    @property
    def squares_share(self) -> float | None:
        """Squares seen of all, 0 to 1."""
        return _share(self.figures, "squares_seen", "squares")


def visible(scope: Scope) -> "QuerySet[Patrol]":
    """All patrols within a scope: of the person, of the bodies, in the areas."""
    rows = Patrol.objects.select_related("person", "post", "body")
    if scope.everything:
        return rows
    within = Q(persons__overlap=[scope.person])
    if scope.bodies:
        within |= Q(bodies__overlap=sorted(scope.bodies))
    if scope.roots:
        within |= Q(areas__overlap=sorted(scope.roots))
    return rows.filter(within)


def one(scope: Scope, patrol: UUID) -> Patrol | None:
    """A patrol within the scope; None for any other."""
    return visible(scope).filter(pk=patrol).first()


def of_day(scope: Scope, day: date, now: datetime) -> list[Row]:
    """Patrols of the day and shifts without one, by beginning; figures as they were last counted (a job does it every
    five minutes)."""
    grace, edge = _tolerances(day)
    rows = []
    met: set[tuple[int, str]] = set()
    for patrol in visible(scope).filter(day=day).order_by("in_at"):
        met.add((patrol.person_id, patrol.shift))
        rows.append(_row(patrol, now, grace, edge))
    for planned in _without(scope, day, met):
        times = attendance.Times(planned.planned_starts, planned.planned_ends, None, None)
        found = attendance.findings(times, now, grace, edge)
        rows.append(_with(planned, found))
    return rows


def row(patrol: Patrol, now: datetime) -> Row:
    """One patrol, with what is to be said of its sign-in and sign-out now."""
    return _row(patrol, now, *_tolerances(patrol.day))


def _tolerances(day: date) -> tuple[timedelta, float]:
    rules = rules_on(day)
    return timedelta(minutes=rules.signing.grace_minutes), rules.track.edge_metres


def _row(patrol: Patrol, now: datetime, grace: timedelta, edge: float) -> Row:
    times = attendance.Times(patrol.planned_starts, patrol.planned_ends, patrol.in_at, patrol.out_at, patrol.in_metres)
    return Row(
        patrol.person, patrol.post, patrol.body, patrol.day, patrol.shift, patrol.planned_starts, patrol.planned_ends,
        patrol.duty_grids, patrol.pk, patrol.in_at, patrol.out_at, patrol.in_metres,
        attendance.findings(times, now, grace, edge), patrol.figures, patrol.counted_at,
    )  # fmt: skip


def _without(scope: Scope, day: date, met: set[tuple[int, str]]) -> list[Row]:
    """Shifts of the day for which nobody signed in, within the scope."""
    planned = [one for one in shifts.of_day(day) if (one.person, one.shift) not in met and one.post is not None]
    posts = Post.objects.select_related("body").in_bulk([one.post for one in planned if one.post is not None])
    people = Person.objects.in_bulk([one.person for one in planned])
    found = []
    for one in planned:
        post, person = posts.get(one.post or 0), people.get(one.person)
        if post is None or person is None or not _may(scope, one, post):
            continue
        found.append(Row(person, post, post.body, one.day, one.shift, one.starts, one.ends, one.duty_grids))
    return found


def _may(scope: Scope, planned: shifts.Planned, post: Post) -> bool:
    if scope.holds(bodies=[post.body_id], persons=[planned.person]):
        return True
    if not scope.roots:
        return False
    areas = ground_of(planned.duty_grids, planned.day, profile_at(planned.starts).data["metric_crs"]).areas
    return not scope.roots.isdisjoint(areas)


def _with(row: Row, found: Sequence[attendance.Finding]) -> Row:
    return Row(
        row.person, row.post, row.body, row.day, row.shift, row.planned_starts, row.planned_ends, row.duty_grids,
        findings=found,
    )  # fmt: skip


def _share(figures: Mapping[str, Any], part: str, whole: str) -> float | None:
    return figures[part] / figures[whole] if figures.get(whole) else None
