"""Phones of one's people: which there are, and one that was lost is blocked (S1-39)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from citygrid.collection.models import Device
from citygrid.organization.models import Person, Seat
from citygrid.organization.seats import Signed
from citygrid.organization.signing import sign_ins
from citygrid.trust import audit


def within(signed: Signed) -> QuerySet[Device]:
    """Phones of people on posts of the bodies in one's scope, but one's own."""
    held = Seat.objects.filter(until=None, post__active=True).exclude(person=signed.person)
    if not signed.scope.everything:
        held = held.filter(post__body__in=signed.scope.bodies)
    found = Device.objects.filter(person__in=held.values("person"))
    return found.select_related("person", "post__body", "blocked_by")


def search(signed: Signed, words: str, after: tuple[str, int] | None, most: int) -> list[Device]:
    """A page of them by login, at most `most`. `words`: part of a name or login. `after`: of the row before."""
    found = within(signed)
    if words:
        found = found.filter(Q(person__name__icontains=words) | Q(person__login__icontains=words))
    if after is not None:
        login, pk = after
        found = found.filter(Q(person__login__gt=login) | Q(person__login=login, pk__gt=pk))
    return list(found.order_by("person__login", "pk")[:most])


def block(device: Device, reason: str, by: Signed, now: datetime) -> None:
    """Stop a phone, whoever uses it, and end the sessions of the person that it was found with."""
    with transaction.atomic():
        rows = Device.objects.filter(device=device.device, blocked_at=None)
        rows.update(blocked_at=now, blocked_by=by.person, reason=reason.strip()[:200])
        ended = sign_ins.end_all(device.person, "device_blocked", now)
        _note("block_phone", device.device, device.person, by, now, {"ended": ended})


def unblock(device: Device, by: Signed, now: datetime) -> None:
    """Let a phone send again: it was found."""
    with transaction.atomic():
        Device.objects.filter(device=device.device).update(blocked_at=None, blocked_by=None, reason="")
        _note("unblock_phone", device.device, device.person, by, now, {})


def _note(act: str, device: UUID, person: Person, by: Signed, now: datetime, more: dict[str, object]) -> None:
    audit.record(
        now, act, subject=("phone", str(device)), params={"of": person.pk, **more}, person=by.person.pk,
        seat=by.seat.pk, post=by.post.pk,
    )  # fmt: skip
