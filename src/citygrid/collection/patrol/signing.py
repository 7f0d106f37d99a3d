"""What a device sends about a patrol: sign-in, sign-out, the daily log (`syncing/kinds.py`)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.collection.models import DayLog, Patrol
from citygrid.collection.patrol import shifts
from citygrid.collection.patrol.ground import Ground, ground_of
from citygrid.collection.patrol.in_force import rules_on
from citygrid.collection.patrol.rules import Signing
from citygrid.collection.positions import things
from citygrid.collection.positions_models import Positioned
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import profile_at
from citygrid.trust import audit

MOST_TEXT = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device says it is; degrees, metres."""

    lon: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    mock: bool | None = None


def sign_in(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """A patrol begins. The shift is the one by the roster, the duty grids its own, else those of the post.

    A second sign-in for the same shift while the first is open is refused with the id of the first, which the device
    goes on with; a patrol of another shift that nobody signed out of stays as it is, and is told of."""
    at, place = _moment(sent, now), _place(sent.data)
    if place is None:
        return _refused("place", _("The place of the sign-in cannot be read."))
    rules = rules_on(cityclock.day_of(at))
    if now - at > timedelta(hours=rules.signing.oldest_hours):
        return _refused("too_old", _("The sign-in was made too long ago to count."))
    _one_at_a_time(signed)
    planned = shifts.fitting(signed.person.pk, signed.post.pk, at, timedelta(minutes=rules.signing.early_minutes))
    day, shift = (planned.day, planned.shift) if planned is not None else (cityclock.day_of(at), "")
    mine = Patrol.objects.filter(person=signed.person)
    known = mine.filter(out_at=None, day=day, shift=shift).first() or mine.filter(in_at=at).first()
    if known is not None:
        return _refused("already_signed_in", _("You are signed in already."), {"patrol": str(known.pk)})
    codes = planned.duty_grids if planned is not None else tuple(signed.post.areas)
    ground = _ground(codes, day, at)
    patrol = Patrol(
        id=sent.id, person=signed.person, post=signed.post, body=signed.body, day=day, shift=shift,
        planned_starts=planned.starts if planned else None, planned_ends=planned.ends if planned else None,
        duty_grids=list(codes), areas=list(ground.areas), bodies=[signed.body.pk], persons=[signed.person.pk],
        device=sent.device, in_at=at, in_received_at=now, in_lon=place.lon, in_lat=place.lat,
        in_accuracy=place.accuracy, in_mock=place.mock, in_metres=_metres(ground, place),
    )  # fmt: skip
    if Patrol.objects.filter(pk=sent.id).exists():
        return _refused("id_taken", _("The id is taken: send it under another."))
    patrol.save(force_insert=True)
    _noted("patrol_sign_in", patrol, signed, now)
    return Answer("done", facts=_facts(patrol, rules.signing))


def sign_out(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """The patrol that the device names, or the newest open one of the person, ends."""
    place, at = _place(sent.data), _moment(sent, now)
    if place is None:
        return _refused("place", _("The place of the sign-out cannot be read."))
    _one_at_a_time(signed)
    mine = Patrol.objects.filter(person=signed.person, out_at=None).order_by("-in_at")
    named = _uuid(sent.data.get("patrol"))
    patrol = mine.filter(pk=named).first() if named is not None else mine.first()
    if patrol is None:
        return _refused("not_signed_in", _("You are not signed in."))
    ground = _ground(patrol.duty_grids, patrol.day, at)
    patrol.out_id, patrol.out_at, patrol.out_received_at = sent.id, max(at, patrol.in_at), now
    patrol.out_lon, patrol.out_lat, patrol.out_accuracy, patrol.out_mock = (
        place.lon, place.lat, place.accuracy, place.mock,
    )  # fmt: skip
    patrol.out_metres = _metres(ground, place)
    patrol.counted_at = None
    patrol.save()
    _noted("patrol_sign_out", patrol, signed, now)
    return Answer("done", facts=_facts(patrol, rules_on(patrol.day).signing))


def day_log(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """A text about a day of the person's own."""
    text, at = sent.data.get("text"), _moment(sent, now)
    if not isinstance(text, str) or not text.strip():
        return _refused("empty", _("The log is empty."))
    if len(text) > MOST_TEXT:
        return _refused("too_long", _("The log is longer than %(most)d characters.") % {"most": MOST_TEXT})
    day = _day(sent.data.get("day"), cityclock.day_of(at))
    if day is None or day > cityclock.day_of(now):
        return _refused("day", _("The day of the log cannot be read, or is still to come."))
    named = _uuid(sent.data.get("patrol"))
    patrol = Patrol.objects.filter(person=signed.person, pk=named).first() if named is not None else None
    log = DayLog(
        id=sent.id, person=signed.person, post=signed.post, body=signed.body, patrol=patrol, day=day,
        text=text.strip().replace("\0", ""), made_at=at, received_at=now,
    )  # fmt: skip
    if DayLog.objects.filter(pk=sent.id).exists():
        return _refused("id_taken", _("The id is taken: send it under another."))
    log.save(force_insert=True)
    return Answer("done", facts={"day": day.isoformat()})


def _moment(sent: Sent, now: datetime) -> datetime:
    """When it was made; never later than now, whatever the device's clock says."""
    return min(sent.made_at, now) if sent.made_at is not None else now


def _one_at_a_time(signed: Signed) -> None:
    """Two devices of one person wait for each other."""
    thing = things.of_person(signed)
    Positioned.objects.select_for_update().get(pk=thing.pk)


def _ground(codes: list[str] | tuple[str, ...], day: date, at: datetime) -> Ground:
    return ground_of(codes, day, profile_at(at).data["metric_crs"])


def _metres(ground: Ground, place: Place) -> float | None:
    return ground.metres_from(place.lon, place.lat) if place.lon is not None and place.lat is not None else None


def _place(data: Mapping[str, Any]) -> Place | None:
    """The place of an entry; none sent is no fault. None: what was sent is no place."""
    lon, lat, accuracy, mock = (data.get(key) for key in ("lon", "lat", "accuracy", "mock"))
    if lon is None and lat is None:
        return Place()
    if not (_number(lon, 180) and _number(lat, 90) and (accuracy is None or _number(accuracy, 1e6))):
        return None
    return Place(float(lon), float(lat), accuracy, mock if isinstance(mock, bool) else None)


def _number(value: Any, most: float) -> TypeGuard[float]:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and abs(value) <= most and math.isfinite(value)


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def _day(value: Any, otherwise: date) -> date | None:
    if value is None:
        return otherwise
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _facts(patrol: Patrol, rule: Signing) -> dict[str, Any]:
    late = patrol.planned_starts is not None and patrol.in_at > patrol.planned_starts + timedelta(
        minutes=rule.grace_minutes
    )
    return {
        "patrol": str(patrol.pk),
        "day": patrol.day.isoformat(),
        "shift": patrol.shift,
        "starts": patrol.planned_starts.isoformat() if patrol.planned_starts else None,
        "ends": patrol.planned_ends.isoformat() if patrol.planned_ends else None,
        "duty_grids": patrol.duty_grids,
        "metres": patrol.in_metres if patrol.out_at is None else patrol.out_metres,
        "late": late,
    }


def _noted(act: str, patrol: Patrol, signed: Signed, now: datetime) -> None:
    audit.record(
        now, act, subject=("patrol", str(patrol.pk)), person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk,
    )  # fmt: skip


def _refused(code: str, message: str, facts: Mapping[str, Any] | None = None) -> Answer:
    return Answer("refused", code, message, facts or {})
