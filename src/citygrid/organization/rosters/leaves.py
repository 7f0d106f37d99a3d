"""Leave (请假): asked for by oneself, granted or refused by whoever leads the body; who has leave is on no shift."""

from collections.abc import Collection
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from citygrid.organization.duty_models import Leave, LeaveKind
from citygrid.organization.models import Person, Seat
from citygrid.organization.rosters import gaps, watches
from citygrid.organization.rosters.watching import Watch
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

MOST_DAYS = 366
OPEN = (Leave.State.ASKED, Leave.State.GRANTED)
MESSAGES: dict[str, str] = {
    "bad_days": "Leave goes from a day to the same or a later one, at most %(most)s days.",
    "past_days": "Leave is not asked for days that are over.",
    "no_kind": "There is no such kind of leave.",
    "too_long": "At most %(most)s days at once are given of this kind.",
    "leave_overlaps": "There is leave already from %(first)s to %(last)s.",
    "own_leave": "Nobody grants leave to themselves.",
    "decided": "This was decided already.",
    "begun": "This leave has begun: it can only be ended early.",
    "not_shorter": "Leave can only be ended on one of its own days that is not over.",
    "same_id": "This was sent before, with other content.",
}


def ask(
    one: UUID, person: Person, kind: str, first: date, last: date, by: Signed, at: datetime, today: date
) -> Leave | Refusal:
    """Ask for leave. The same id a second time gives the same answer."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        known = Leave.objects.filter(pk=one).first()
        if known is not None:
            same = (known.person_id, known.first_day, known.last_day) == (person.pk, first, last)
            return known if same else _refuse("same_id")
        wanted = LeaveKind.objects.filter(code=kind, active=True).first()
        fault = _fault(person, wanted, first, last, today)
        if fault is not None or wanted is None:
            return fault or _refuse("no_kind")
        leave = Leave.objects.create(
            id=one, person=person, kind=wanted, first_day=first, last_day=last, asked_by=by.person, asked_at=at
        )
        _note(leave, "ask_leave", by, at)
    return leave


def _fault(person: Person, kind: LeaveKind | None, first: date, last: date, today: date) -> Refusal | None:
    length = (last - first).days + 1
    if not 1 <= length <= MOST_DAYS:
        return _refuse("bad_days", most=MOST_DAYS)
    if last < today:
        return _refuse("past_days")
    if kind is None:
        return _refuse("no_kind")
    if kind.longest_days and length > kind.longest_days:
        return _refuse("too_long", most=kind.longest_days)
    other = Leave.objects.filter(person=person, state__in=OPEN, first_day__lte=last, last_day__gte=first).first()
    if other is not None:
        return _refuse("leave_overlaps", first=other.first_day.isoformat(), last=other.last_day.isoformat())
    return None


def decide(leave_id: UUID, grant: bool, by: Signed, at: datetime) -> Leave | Refusal:
    """Grant or refuse what was asked. The same answer by the same person a second time changes nothing."""
    state = Leave.State.GRANTED if grant else Leave.State.REFUSED
    with transaction.atomic():
        leave = Leave.objects.select_for_update().get(pk=leave_id)
        if leave.state == state and leave.decided_by_id == by.person.pk:
            return leave
        if leave.person_id == by.person.pk:
            fault = _refuse("own_leave")
        elif leave.state != Leave.State.ASKED:
            fault = _refuse("decided")
        else:
            leave.state, leave.decided_by, leave.decided_at = state, by.person, at
            leave.save()
            _note(leave, "grant_leave" if grant else "refuse_leave", by, at)
            return leave
    _note(leave, "grant_leave" if grant else "refuse_leave", by, at, fault)
    return fault


def end(leave_id: UUID, last: date | None, by: Signed, at: datetime, today: date) -> Leave | Refusal:
    """Take leave back before it begins (`last` None), or let it end on an earlier day."""
    with transaction.atomic():
        leave = Leave.objects.select_for_update().get(pk=leave_id)
        if leave.state not in OPEN:
            return leave if last is None and leave.state == Leave.State.WITHDRAWN else _refuse("decided")
        if last is None:
            if leave.state == Leave.State.GRANTED and leave.first_day <= today:
                return _refuse("begun")
            leave.state = Leave.State.WITHDRAWN
        else:
            if not max(leave.first_day, today - timedelta(days=1)) <= last <= leave.last_day:
                return _refuse("not_shorter")
            leave.last_day = last
        leave.save()
        _note(leave, "end_leave", by, at)
    return leave


def of_bodies(bodies: Collection[int], at: datetime) -> QuerySet[Leave]:
    """Leave of whoever holds a post in one of the bodies now, newest days first."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), post__body__in=list(bodies), since__lte=at)
    rows = Leave.objects.filter(person__in=held.values("person"))
    return rows.select_related("person", "kind", "asked_by", "decided_by").order_by("-first_day", "person__login")


def leads(bodies: Collection[int], person: int, at: datetime) -> bool:
    """Whether the person holds a post in one of the bodies."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), post__body__in=list(bodies), since__lte=at)
    return held.filter(person=person).exists()


def planned(person: int, first: date, last: date, zone: tzinfo) -> list[Watch]:
    """The watches of these days that name the person, or a post that the person holds then, in order."""
    plan = watches.plan(first, last, zone)
    mine = []
    for watch in plan.all():
        held = plan.people.seats.get(watch.post or 0, ())
        holds = watch.person is None and any(seat.person == person and seat.on(watch.starts) for seat in held)
        if watch.person == person or holds:
            mine.append(watch)
    return sorted(mine, key=lambda watch: (watch.starts, watch.place))


def uncovered(leave: Leave, zone: tzinfo, today: date) -> list[gaps.Gap]:
    """The gaps that are there because this person has leave, from today on."""
    first = max(leave.first_day, today)
    if leave.state != Leave.State.GRANTED or leave.last_day < first:
        return []
    found = gaps.report(first, leave.last_day, zone).gaps
    return [gap for gap in found if gap.why == "away" and leave.person_id in gap.persons]


def _refuse(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(leave: Leave, act: str, by: Signed, at: datetime, fault: Refusal | None = None) -> None:
    audit.record(
        at,
        act,
        subject=("leave", str(leave.pk)),
        outcome=audit.REFUSED if fault else audit.DONE,
        code=fault.code if fault else "",
        params={"person": leave.person_id, "first": str(leave.first_day), "last": str(leave.last_day)},
        person=by.person.pk,
        seat=by.seat.pk,
        post=by.post.pk,
    )
