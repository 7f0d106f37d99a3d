"""Devices: how one is called, and the one device that a person of a role with `one_device` signs in from.

The first device binds itself; from another nobody signs in with that account until a team lead or the administrator
has released the first. A device is known by a signed cookie; the database keeps its hash.
"""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from citygrid.organization.models import Device, Person
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

COOKIE = f"{settings.COOKIE_PREFIX}citygrid_device"
SALT = "citygrid.device"
LONGEST: Final = 400 * 24 * 3600  # seconds: what browsers keep at most; each sign-in sets it anew

_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)
_PROGRAMS = (
    ("WeChat", r"MicroMessenger"),
    ("DingTalk", r"DingTalk"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("QQ", r"QQBrowser"),
    ("UC", r"UCBrowser"),
    ("Firefox", r"Firefox|FxiOS"),
    ("Opera", r"OPR/"),
    ("Chrome", r"Chrome|CriOS"),
    ("Safari", r"Safari"),
)


def named(agent: str) -> str:
    """`Chrome · Windows` from a User-Agent header; what it does not tell is left out."""
    found = [_first(agent, _PROGRAMS), _first(agent, _SYSTEMS)]
    return " · ".join(word for word in found if word)


def bound(person: Person) -> Device | None:
    """The device that the person is bound to."""
    return Device.objects.filter(person=person, released_at=None).first()


def admit(request: HttpRequest, person: Person, now: datetime) -> str | Refusal:
    """The device's id when the person may sign in from it; the first one is bound. Refused: `other_device`."""
    device = request.get_signed_cookie(COOKIE, default=None, salt=SALT)
    held = bound(person)
    if held is None:
        device = device or secrets.token_urlsafe(24)
        name = named(request.headers.get("User-Agent", ""))
        try:
            with transaction.atomic():
                made = Device.objects.create(person=person, digest=_digest(device), name=name, bound_at=now)
                _note(now, "bind_device", made, person)
        except IntegrityError:  # another device was quicker
            return _refused()
        return device
    if device is None or not secrets.compare_digest(held.digest, _digest(device)):
        return _refused()
    return device


def mark(response: HttpResponse, device: str) -> None:
    """The browser keeps the device's id."""
    response.set_signed_cookie(
        COOKIE, device, salt=SALT, max_age=LONGEST, httponly=True, secure=settings.HTTPS, samesite="Lax"
    )


def release(device: Device, by: Person, now: datetime) -> bool:
    """The next device that the person signs in from is bound instead. False when it was released before."""
    with transaction.atomic():
        changed = Device.objects.filter(pk=device.pk, released_at=None).update(released_at=now, released_by=by)
        if changed:
            _note(now, "release_device", device, by)
    return bool(changed)


def _refused() -> Refusal:
    message = "This account is bound to another device. Your team lead or the administrator can release it."
    return Refusal("other_device", message, {})


def _note(now: datetime, act: str, device: Device, by: Person) -> None:
    audit.record(now, act, subject=("person", str(device.person_id)), params={"device": device.pk}, person=by.pk)


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")


def _digest(device: str) -> str:
    """The id has 192 random bits: a fast hash is enough."""
    return hashlib.sha256(device.encode()).hexdigest()
