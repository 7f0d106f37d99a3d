"""What an administrator does about how somebody signs in: staff number, second factor, sessions, device."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.organization.models import Device, Identity, Person, Seat
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.organization.signing import devices, second_factor, sign_ins
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.process.refusal import Refusal

RELEASE = "devices.release"


def may_read(signed: Signed | None) -> bool:
    """Whether the bar shows devices."""
    return may(signed, RELEASE)


def facts(one: Person, now: datetime) -> dict[str, Any]:
    """What the person's page says of how they sign in."""
    return {
        "has_factor": second_factor.in_use(one),
        "open_sessions": sign_ins.open_of(one, now).count(),
        "device": devices.bound(one),
        "identities": Identity.objects.filter(person=one).order_by("provider"),
    }


def set_number(one: Person, number: str, by: Person) -> Refusal | None:
    """The staff number, which single sign-on may ask for; empty for none."""
    number = number.strip()
    if len(number) > 40:
        return Refusal("bad_number", "A staff number has at most 40 signs.", {})
    try:
        with transaction.atomic():
            one.number = number
            one.save(update_fields=["number"])
    except IntegrityError:
        one.refresh_from_db(fields=["number"])
        return Refusal("number_taken", "The staff number %(number)s is somebody else's.", {"number": number})
    return None


@require_POST
@right_required("accounts.edit")
@recent_sign_in_required
def care(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """One act (`act`: number, factor, sessions, device, identity) on somebody else's sign-in."""
    from citygrid.organization import people_pages  # noqa: PLC0415 - it shows what this module knows

    one, act, now = get_object_or_404(Person, pk=pk), request.POST.get("act", ""), timezone.now()
    refusal: Refusal | None = None
    if one.pk == signed.person.pk:
        refusal = Refusal("own_account", "Nobody does this for their own account.", {})
    elif act == "number":
        refusal = set_number(one, request.POST.get("number", ""), signed.person)
    elif act not in _ACTS:
        return HttpResponse(status=400)
    if refusal is not None:
        return people_pages.shown(request, signed, one, refusal)
    if act in _ACTS:
        _ACTS[act](one, signed.person, now)
    if act in _NOTES:
        sign_ins.note(request, _NOTES[act], one, by=signed.person.pk)
    messages.success(request, _("Done."))
    return redirect("organization:person", pk)


@never_cache
@require_safe
@right_required(RELEASE)
def bound(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The devices of one's people, to be released."""
    return render(request, "organization/devices.html", {"devices": _within(signed)})


@require_POST
@right_required(RELEASE)
@recent_sign_in_required
def release(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Releases a device of one's people; a stranger's does not exist."""
    device = next((one for one in _within(signed) if one.pk == pk), None)
    if device is None:
        return HttpResponse(status=404)
    devices.release(device, signed.person, timezone.now())
    messages.success(request, _("The device is released. The next one that signs in is bound."))
    return redirect("organization:devices")


def _within(signed: Signed) -> list[Device]:
    """Bound devices of people on posts of the bodies in one's scope, but one's own."""
    held = Seat.objects.filter(until=None, post__active=True).exclude(person=signed.person)
    if not signed.scope.everything:
        held = held.filter(post__body__in=signed.scope.bodies)
    found = Device.objects.filter(released_at=None, person__in=held.values("person"))
    return list(found.select_related("person").order_by("person__login"))


def _drop_factor(one: Person, by: Person, now: datetime) -> None:
    second_factor.drop(one)
    sign_ins.end_all(one, "by_administrator", now)


def _end_sessions(one: Person, by: Person, now: datetime) -> None:
    sign_ins.end_all(one, "by_administrator", now)


def _release(one: Person, by: Person, now: datetime) -> None:
    device = devices.bound(one)
    if device is not None:
        devices.release(device, by, now)


def _unlink(one: Person, by: Person, now: datetime) -> None:
    Identity.objects.filter(person=one).delete()
    sign_ins.end_all(one, "by_administrator", now)


_ACTS = {"factor": _drop_factor, "sessions": _end_sessions, "device": _release, "identity": _unlink}
_NOTES = {
    "number": "set_staff_number",
    "factor": "reset_second_factor",
    "sessions": "end_sessions_of",
    "identity": "unlink_identity",
}
