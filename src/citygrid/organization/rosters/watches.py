"""The watches of some days as the database has them: standing duties, and rosters that go before them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from django.db.models import Q

from citygrid.organization.duty_models import Leave, Roster
from citygrid.organization.models import Duty, Person, Seat
from citygrid.organization.rosters.patterns import days
from citygrid.organization.rosters.watching import Held, People, Watch

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Watches that begin on some days, by duty grid and by post (desks have no duty grid), with their people."""

    by_grid: Mapping[str, Sequence[Watch]]
    by_post: Mapping[int, Sequence[Watch]]
    people: People
    rostered: frozenset[tuple[int, date]]
    """(body, day) of which a roster is in force."""

    def all(self) -> Iterable[Watch]:
        for group in (self.by_grid.values(), self.by_post.values()):
            for rows in group:
                yield from rows


def plan(first: date, last: date, zone: tzinfo, trial: Roster | None = None) -> Plan:
    """What is planned for these days, both included. `trial`: a draft that is taken as if it were published."""
    rosters = _rosters(first, last, trial)
    leading = _leading(rosters, first, last, trial)
    found = [*_standing(first, last, zone, rosters, leading), *_planned(first, last, zone, rosters, leading)]
    by_grid: dict[str, list[Watch]] = defaultdict(list)
    by_post: dict[int, list[Watch]] = defaultdict(list)
    for watch in found:
        if watch.place:
            by_grid[watch.place].append(watch)
        elif watch.post is not None:
            by_post[watch.post].append(watch)
    return Plan(by_grid, by_post, people_of(found, first, last, zone), frozenset(leading))


def _rosters(first: date, last: date, trial: Roster | None) -> dict[UUID, Roster]:
    """Rosters of these days, those with the greatest number last."""
    rows = Roster.objects.filter(state=Roster.State.PUBLISHED, first_day__lte=last, last_day__gte=first)
    found = {row.pk: row for row in rows.order_by("number")}
    if trial is not None:
        found[trial.pk] = trial
    return found


def _leading(
    rosters: Mapping[UUID, Roster], first: date, last: date, trial: Roster | None
) -> dict[tuple[int, date], UUID]:
    """The roster in force by body and day: a later one, but never for days before it was published."""
    leading: dict[tuple[int, date], UUID] = {}
    for row in rosters.values():
        since = row.first_day if row.since is None else max(row.first_day, row.since)
        for day in days(max(since, first), min(row.last_day, last)):
            leading[row.body_id, day] = row.pk
    return leading


def _standing(
    first: date,
    last: date,
    zone: tzinfo,
    rosters: Mapping[UUID, Roster],
    leading: Mapping[tuple[int, date], UUID],
) -> list[Watch]:
    rows = Duty.objects.filter(
        Q(post=None) | Q(post__active=True),
        Q(first_day=None) | Q(first_day__lte=last),
        Q(last_day=None) | Q(last_day__gte=first),
        roster=None,
    ).select_related("post")
    planned = {(grid, day) for (_, day), pk in leading.items() for grid in rosters[pk].grids}
    found = []
    for duty in rows.order_by("id"):
        for day in days(first, last):
            if not (duty.weekdays >> day.weekday() & 1) or not _holds(duty, day):
                continue
            replaced = (duty.post.body_id, day) in leading if duty.post else (duty.duty_grid, day) in planned
            if not replaced:
                found.append(_watch(duty, day, zone, dated=duty.first_day is not None))
    return found


def _planned(
    first: date,
    last: date,
    zone: tzinfo,
    rosters: Mapping[UUID, Roster],
    leading: Mapping[tuple[int, date], UUID],
) -> list[Watch]:
    used = set(leading.values())
    rows = Duty.objects.filter(Q(post=None) | Q(post__active=True), roster__in=used, first_day__range=(first, last))
    found = []
    for duty in rows.order_by("id"):
        day = duty.first_day
        assert day is not None and duty.roster_id is not None
        if leading.get((rosters[duty.roster_id].body_id, day)) == duty.roster_id:
            found.append(_watch(duty, day, zone, dated=True))
    return found


def _holds(duty: Duty, day: date) -> bool:
    return (duty.first_day is None or duty.first_day <= day) and (duty.last_day is None or day <= duty.last_day)


def _watch(duty: Duty, day: date, zone: tzinfo, *, dated: bool) -> Watch:
    starts, ends = span(day, duty.starts, duty.ends, zone)
    return Watch(
        duty.pk, duty.duty_grid, duty.post_id, duty.person_id, day, starts, ends, duty.shift, dated, duty.roster_id
    )


def span(day: date, starts: time, ends: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when to when a shift of that day goes; past midnight when its end is not after its start."""
    end = day if starts < ends else day + ONE_DAY
    return datetime.combine(day, starts, zone), datetime.combine(end, ends, zone)


def people_of(watches: Iterable[Watch], first: date, last: date, zone: tzinfo) -> People:
    """Seats, days off and closed accounts of whoever has to do with these watches."""
    listed = list(watches)
    opens, closes = datetime.combine(first, time(), zone), datetime.combine(last + 2 * ONE_DAY, time(), zone)
    held: dict[int, list[Held]] = defaultdict(list)
    posts = {watch.post for watch in listed if watch.post is not None}
    rows = Seat.objects.filter(Q(until=None) | Q(until__gt=opens), post__in=posts, since__lt=closes)
    for seat in rows.order_by("since", "id"):
        held[seat.post_id].append(Held(seat.person_id, seat.since, seat.until, seat.stand_in_for_id))
    persons = {watch.person for watch in listed if watch.person is not None}
    persons |= {seat.person for seats in held.values() for seat in seats}
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    granted = Leave.objects.filter(
        state=Leave.State.GRANTED, person__in=persons, first_day__lte=last, last_day__gte=first
    )
    for person, begins, ends in granted.values_list("person_id", "first_day", "last_day"):
        away[person].append((begins, ends))
    closed = Person.objects.filter(pk__in=persons, is_active=False).values_list("pk", flat=True)
    return People(held, away, frozenset(closed))
