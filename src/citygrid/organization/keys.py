"""Access keys: a program reads in the name of a seat, with one scope, until a day (S2-02; 等级保护三级 access control).

A key is shown once and kept as a hash. It is sent as `Authorization: Bearer <key>`, or as the password of basic
authentication with any user name, which is what QGIS, GDAL and OWSLib can do. It opens only the addresses of its
scope and only for reading; what it sees is what its seat sees at that moment.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from citygrid.organization.models import AccessKey, Seat

MARK = "cg"
MOST_DAYS = 366
READING = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True, slots=True)
class KeyScope:
    """What a key opens: addresses that begin so, for reading."""

    label: Any
    prefixes: tuple[str, ...]


SCOPES: Mapping[str, KeyScope] = {
    "maps": KeyScope(_("map services (OGC API) of the layers that the post sees"), ("/ogc/",)),
}


def make(seat: Seat, name: str, scope: str, days: int, now: datetime) -> tuple[AccessKey, str]:
    """A new key and its text, which is not kept. ValueError for an unknown scope or a life not from 1 to 366 days."""
    if scope not in SCOPES or not 1 <= days <= MOST_DAYS:
        raise ValueError(scope)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = AccessKey.objects.create(
        seat=seat,
        name=name[:60],
        prefix=prefix,
        digest=_digest(secret),
        scope=scope,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return key, f"{MARK}_{prefix}_{secret}"


def revoke(key: AccessKey, now: datetime) -> None:
    """From now on the key opens nothing; it stays on record."""
    AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def sent(request: HttpRequest) -> str | None:
    """The key of the request as it was sent, None without one."""
    kind, _blank, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def holder(request: HttpRequest, now: datetime) -> Seat | None:
    """The seat in whose name the request reads, None when its key does not open this address now."""
    mark, _first, rest = (sent(request) or "").partition("_")
    prefix, _second, secret = rest.partition("_")
    if mark != MARK or request.method not in READING:
        return None
    key = AccessKey.objects.filter(prefix=prefix).select_related("seat__post__body", "seat__post__role", "seat__person")
    found = key.first()
    if found is None or not constant_time_compare(found.digest, _digest(secret)):
        return None
    if found.revoked_at is not None or not found.made_at <= now < found.expires_at:
        return None
    if not request.path.startswith(SCOPES[found.scope].prefixes):
        return None
    _used(found, now)
    return found.seat if found.seat.person.is_active and found.seat.post.active else None


def _used(key: AccessKey, now: datetime) -> None:
    """The day of the last use: one write a day, not one a tile."""
    today = timezone.localdate(now)
    if key.last_used_on != today:
        AccessKey.objects.filter(pk=key.pk).update(last_used_on=today)


def _digest(secret: str) -> str:
    """The secret has 256 random bits: a fast hash is enough, there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
