"""点名抽查: who is called, how they answer, who did not. The choice can be drawn again (`drawing.py`)."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from citygrid.areas import locating
from citygrid.areas.models import Area
from citygrid.collection.models import Called, RollCall
from citygrid.collection.teams import crew, drawing
from citygrid.collection.teams.roll_words import EVENT
from citygrid.media.models import File
from citygrid.messages import sending
from citygrid.messages.people import To
from citygrid.organization.models import Person
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

MOST, LONGEST = 200, 240
"""So many people at once; so many minutes to answer."""
MESSAGES: dict[str, str] = {
    "nobody": "Nobody is there to be called.",
    "too_many": "At most %(most)s people are called at once.",
    "bad_minutes": "Give from 1 to %(most)s minutes to answer.",
    "not_of_yours": "Somebody of the list is not on duty, or not one of your people.",
    "same_id": "This was sent before, with other content.",
    "not_called": "You were not called by this roll call.",
    "answered": "You have answered this roll call already.",
    "no_photo": "This roll call wants a photo.",
    "bad_place": "The place is not on the earth.",
}
IN_TIME, CLAIMED, LATE, MISSED, WAITING = "in_time", "claimed", "late", "missed", "waiting"
"""`claimed`: it came too late, but the device says that it was answered in time (there was no signal)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be called: `persons` by hand, or `number` at random. `id`: of the roll call, chosen by the page."""

    id: UUID
    minutes: int
    photo: bool
    persons: tuple[int, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer from a device. `place`: lon, lat in degrees and accuracy in metres, where the device knew it."""

    entry: UUID
    made_at: datetime | None
    place: tuple[float, float, float | None] | None = None
    mock: bool | None = None
    photo: UUID | None = None


def there(signed: Signed, at: datetime) -> list[crew.Member]:
    """Who can be called: on a watch now, of one's own scope, not oneself."""
    on_shift = crew.on_shift(at)
    mine = crew.by_person(crew.members(signed.scope, at)).values()
    return [one for one in mine if one.person in on_shift and one.person != signed.person.pk]


def call(wanted: Wanted, signed: Signed, at: datetime, seed: str | None = None) -> RollCall | Refusal:
    """Calls them and tells them. The same id again gives the same roll call. `seed`: for tests; else drawn here."""
    if not 1 <= wanted.minutes <= LONGEST:
        return _refuse("bad_minutes", most=LONGEST)
    eligible = {one.person: one for one in there(signed, at)}
    chosen, seed = _chosen(wanted, eligible, seed or secrets.token_hex(16))
    if isinstance(chosen, Refusal):
        known = RollCall.objects.filter(pk=wanted.id, by=signed.person.pk).first()
        return known or chosen
    with transaction.atomic():
        facts = {
            "body": signed.body, "by_id": signed.person.pk, "at": at, "due": at + timedelta(minutes=wanted.minutes),
            "photo": wanted.photo, "seed": seed, "eligible": sorted(eligible),
            "chosen": RollCall.Chosen.BY_HAND if wanted.persons else RollCall.Chosen.AT_RANDOM,
        }  # fmt: skip
        made, new = RollCall.objects.get_or_create(id=wanted.id, defaults=facts)
        if not new:
            return made if made.by_id == signed.person.pk else _refuse("same_id")
        people = [eligible[person] for person in chosen]
        Called.objects.bulk_create(
            Called(call=made, person_id=one.person, post_id=one.post, body_id=one.body) for one in people
        )
        params = {"call": str(made.pk), "by": signed.person.pk, "due": made.due.isoformat()}
        tell = [To(person=one.person) for one in people]
        sending.send([sending.Draft(EVENT, str(made.pk), {"called": tell}, None, params)], at)
        _note(made, "call_the_roll", {"people": len(people), "random": not wanted.persons}, signed, at)
    return made


def _chosen(wanted: Wanted, eligible: Mapping[int, Any], seed: str) -> tuple[Sequence[int] | Refusal, str]:
    """Whom, and the seed by which (empty when they were chosen by hand)."""
    if wanted.persons:
        if not set(wanted.persons) <= set(eligible):
            return _refuse("not_of_yours"), ""
        found = sorted(set(wanted.persons))
        return (_refuse("too_many", most=MOST) if len(found) > MOST else found), ""
    number = wanted.number or 0
    if number > MOST:
        return _refuse("too_many", most=MOST), ""
    if number < 1 or not eligible:
        return _refuse("nobody"), ""
    return [int(key) for key in drawing.ranked(seed, [str(one) for one in eligible])[:number]], seed


def proved(made: RollCall) -> bool | None:
    """Whether drawing again from what is kept gives the same people; None: they were chosen by hand."""
    if made.chosen == RollCall.Chosen.BY_HAND:
        return None
    called = {str(one) for one in made.called.values_list("person_id", flat=True)}
    return set(drawing.ranked(made.seed, [str(one) for one in made.eligible])[: len(called)]) == called


def answer(call_id: UUID, person: int, said: Answered, at: datetime) -> Called | Refusal:
    """Keeps an answer, once; one that comes after the time is kept too, and says so (`result`)."""
    with transaction.atomic():
        rows = Called.objects.select_for_update(of=("self",)).select_related("call")
        one = rows.filter(call=call_id, person=person).first()
        if one is None:
            return _refuse("not_called")
        if one.received_at is not None:
            return one if one.entry == said.entry else _refuse("answered")
        if one.call.photo and said.photo is None:
            return _refuse("no_photo")
        if said.place is not None and not (-180 <= said.place[0] <= 180 and -90 <= said.place[1] <= 90):
            return _refuse("bad_place")
        one.entry, one.received_at, one.mock = said.entry, at, said.mock
        one.made_at = min(said.made_at, at) if said.made_at is not None else None
        one.photo = File.objects.filter(pk=said.photo).first() if said.photo is not None else None
        if said.place is not None:
            one.lon, one.lat, one.accuracy = said.place
            one.inside = _inside(one, said.place[0], said.place[1])
        one.save()
    return one


def _inside(one: Called, lon: float, lat: float) -> bool | None:
    """Whether the place lies in a duty grid that the person worked when they were called; else one of the post's."""
    shift = crew.on_shift(one.call.at).get(one.person_id)
    codes = set(shift.places) if shift else {
        code for code in one.post.areas if Area.objects.filter(code=code, kind="duty_grid").exists()
    }  # fmt: skip
    if not codes:
        return None
    place = locating.locate(lon, lat, one.call.at)
    if place is None:
        return False
    found = {ref.code for ref in place.duty_grids}
    if place.duty_grid is not None:
        found.add(place.duty_grid.code)
    return bool(found & codes)


def result(one: Called, now: datetime) -> str:
    """How somebody answered (`in_time`, `claimed`, `late`), or `missed`, or `waiting` while there is time."""
    due = one.call.due
    if one.received_at is None:
        return MISSED if now >= due else WAITING
    if one.received_at <= due:
        return IN_TIME
    return CLAIMED if one.made_at is not None and one.call.at <= one.made_at <= due else LATE


def open_for(person: int, at: datetime) -> list[Called]:
    """Roll calls of somebody that still wait for an answer, the soonest due first."""
    rows = Called.objects.filter(person=person, received_at=None, call__due__gt=at, call__at__lte=at)
    return list(rows.select_related("call", "call__by").order_by("call__due"))


def told_of(persons: Collection[int]) -> dict[int, str]:
    """Names of people."""
    return {one.pk: str(one) for one in Person.objects.filter(pk__in=list(persons))}


def _refuse(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(made: RollCall, act: str, params: Mapping[str, Any], signed: Signed, at: datetime) -> None:
    audit.record(
        at, act, subject=("roll_call", str(made.pk)), params=params, person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk,
    )  # fmt: skip
