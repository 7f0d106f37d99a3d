"""Whose people somebody leads: those on posts that go out and look, within the scope of the seat (visible_to).

Which posts go out is the variant's to say: their role may verify, check or handle by itself. A post lies within a scope
by its body, or by its areas; a scope by areas must hold one of the post's own, or all of its body's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from citygrid.areas.models import Area, DutyMembership
from citygrid.cases.delegations import variants_at
from citygrid.organization import tree
from citygrid.organization.duty_models import Leave
from citygrid.organization.models import Body, Post, Seat
from citygrid.organization.rosters import cityclock, watches
from citygrid.organization.rosters.watching import Watch, present
from citygrid.organization.visibility import Scope
from citygrid.process.states import Side

OUTDOORS = ("verify", "check", "self_report")
"""Acts of those who stand in front of the thing."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on such a post. `areas`: codes of the post's areas, mostly duty grids."""

    person: int
    name: str
    login: str
    post: int
    post_name: str
    role: str
    body: int
    areas: tuple[str, ...] = ()


def field_roles(at: datetime) -> frozenset[str]:
    """Roles that may do one of `OUTDOORS` in a variant in force."""
    return frozenset(role for one in variants_at(at) for act in OUTDOORS for role in one.acts.get(act, frozenset()))


def members(scope: Scope, start: datetime, end: datetime | None = None, at: datetime | None = None) -> list[Member]:
    """Whoever holds such a post at `start`, or at any moment up to `end`, and lies within the scope: by body and login.
    `at`: the moment of the rules (`start`). Somebody on two posts stands there twice."""
    held = Q(since__lte=start, person__is_active=True) if end is None else Q(since__lt=end)
    seats = Seat.objects.filter(
        held,
        Q(until=None) | Q(until__gt=start),
        post__role__code__in=field_roles(at or start),
        post__role__side=Side.SUPERVISING,
    ).select_related("person", "post__body", "post__role")
    seats = seats.order_by("post__body__code", "person__login", "post__code")
    rows = list(seats)
    known = None if scope.everything else _area_ids(rows)
    found: dict[tuple[int, int], Member] = {}
    for seat in rows:
        if known is None or _within(scope, seat, known):
            one, post = seat.person, seat.post
            found[one.pk, post.pk] = Member(
                one.pk, str(one), one.login, post.pk, str(post), post.role.code, post.body_id, tuple(post.areas)
            )
    return list(found.values())


def by_person(crew: Iterable[Member]) -> dict[int, Member]:
    """The first post of each."""
    found: dict[int, Member] = {}
    for one in crew:
        found.setdefault(one.person, one)
    return found


def _within(scope: Scope, seat: Seat, known: Mapping[str, frozenset[int]]) -> bool:
    if seat.person_id == scope.person or seat.post.body_id in scope.bodies:
        return True
    if not scope.areas:
        return False
    if seat.post.areas:
        return any(known.get(code, frozenset()) & scope.areas for code in seat.post.areas)
    own = seat.post.body.areas
    return bool(own) and all(known.get(code, frozenset()) & scope.areas for code in own)


def _area_ids(seats: Iterable[Seat]) -> dict[str, frozenset[int]]:
    """Code -> ids of the areas with it, on any day; a duty grid stands for its unit grids too."""
    codes = {code for seat in seats for code in (*seat.post.areas, *seat.post.body.areas)}
    found: dict[str, set[int]] = {}
    for pk, code in Area.objects.filter(code__in=codes).values_list("pk", "code"):
        found.setdefault(code, set()).add(pk)
    rows = DutyMembership.objects.filter(duty_grid__code__in=codes).values_list("duty_grid__code", "grid_id")
    for code, grid in rows:
        found.setdefault(code, set()).add(grid)
    return {code: frozenset(ids) for code, ids in found.items()}


@dataclass(frozen=True, slots=True)
class OnShift:
    """From when to when somebody works where (codes of duty grids), by the roster."""

    starts: datetime
    ends: datetime
    places: tuple[str, ...]


def on_shift(at: datetime) -> dict[int, OnShift]:
    """Who works a watch in a duty grid at this moment; leave and stand-ins are counted in."""
    day, zone = cityclock.day_of(at), cityclock.zone(at)
    plan = watches.plan(day - timedelta(days=1), day, zone)  # what was begun the day before may still go on
    found: dict[int, OnShift] = {}
    for place, rows in plan.by_grid.items():
        there = [watch for watch in rows if watch.on(at)]
        dated = [watch for watch in there if watch.dated] or there
        for watch in dated:
            person = present(watch, at, plan.people)
            if person is not None:
                found[person] = _joined(found.get(person), OnShift(watch.starts, watch.ends, (place,)))
    return found


def _joined(had: OnShift | None, new: OnShift) -> OnShift:
    if had is None:
        return new
    places = tuple(sorted({*had.places, *new.places}))
    return OnShift(min(had.starts, new.starts), max(had.ends, new.ends), places)


def days_on_duty(
    first: date, last: date, now: datetime, bodies: Collection[int] | None = None
) -> dict[int, set[date]]:  # fmt: skip
    """The days of this span on which a watch of somebody in a duty grid has begun by now; leave is counted in.
    `bodies`: only watches that they stood for one of these (None: for anybody)."""
    if last < first:
        return {}
    plan = watches.plan(first, last, cityclock.zone(now))
    found: dict[int, set[date]] = {}
    worked: list[tuple[Watch, int]] = []
    for rows in plan.by_grid.values():
        for watch in rows:
            if watch.starts <= now:
                person = present(watch, watch.starts, plan.people)
                if person is not None:
                    worked.append((watch, person))
    theirs = _stood_for(worked) if bodies is not None else {}
    for watch, person in worked:
        if bodies is None or theirs[watch, person] in bodies:
            found.setdefault(person, set()).add(watch.day)
    return found


def _stood_for(worked: Iterable[tuple[Watch, int]]) -> dict[tuple[Watch, int], int | None]:
    """For which body each watch was stood: that of its post; where it names a person only, of the post on which they
    began last before it."""
    listed = list(worked)
    bodies = dict(Post.objects.filter(pk__in={watch.post for watch, _ in listed}).values_list("pk", "body_id"))
    alone = {person for watch, person in listed if watch.post is None}
    seats = list(Seat.objects.filter(person__in=alone).order_by("since", "pk").select_related("post"))

    def held(person: int, at: datetime) -> int | None:
        on = [s for s in seats if s.person_id == person and s.since <= at and (s.until is None or at < s.until)]
        return on[-1].post.body_id if on else None

    return {
        (watch, person): held(person, watch.starts) if watch.post is None else bodies.get(watch.post)
        for watch, person in listed
    }


def on_leave(persons: Iterable[int], day: date) -> frozenset[int]:
    """Those of these people who have leave on that day."""
    rows = Leave.objects.filter(
        state=Leave.State.GRANTED, person__in=list(persons), first_day__lte=day, last_day__gte=day
    )
    return frozenset(rows.values_list("person_id", flat=True))


def bodies_below(body: int) -> frozenset[int]:
    """A body and those below it."""
    return tree.descendants([body])


def bodies_of(crew: Iterable[Member]) -> list[Body]:
    """The bodies of these people, by code."""
    return list(Body.objects.filter(pk__in={one.body for one in crew}).order_by("code"))
