"""Access keys: a program reads, or acts, in the name of a seat, with some scopes, until a day (S2-02; 等级保护三级).

A key is shown once and kept as a hash. It is sent as `Authorization: Bearer <key>`, or, for reading only, as the
password of basic authentication with any user name, which is what QGIS, GDAL and OWSLib can do: browsers repeat basic
authentication by themselves, so nothing may be changed with it. A key opens only the addresses of its scopes; what it
sees and may do is what its seat sees and may do at that moment.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from citygrid.organization import key_scopes
from citygrid.organization.addresses import address_of
from citygrid.organization.key_scopes import READING
from citygrid.organization.models import AccessKey, Person, Seat

MARK = "cg"
MOST_DAYS = 366
NOTED_EVERY = timedelta(minutes=1)
_KEPT = "citygrid.key"


def make(
    seat: Seat,
    name: str,
    scopes: Iterable[str],
    days: int,
    now: datetime,
    *,
    per_minute: int | None = None,
    per_day: int | None = None,
) -> tuple[AccessKey, str]:
    """A new key and its text, which is not kept. ValueError for no scope, an unknown one, a life not from 1 to 366
    days. Limits are requests; None: the settings' own."""
    wanted = list(dict.fromkeys(scopes))
    if not wanted or not key_scopes.known().keys() >= set(wanted) or not 1 <= days <= MOST_DAYS:
        raise ValueError(wanted)
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = AccessKey.objects.create(
        seat=seat,
        name=name[:60],
        prefix=prefix,
        digest=_digest(secret),
        scopes=wanted,
        per_minute=per_minute,
        per_day=per_day,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    return key, f"{MARK}_{prefix}_{secret}"


def revoke(key: AccessKey, now: datetime, by: Person | None = None) -> bool:
    """From now on the key opens nothing; it stays on record. False when it was taken back before."""
    return bool(AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now, revoked_by=by))


def revoke_of(seats: Iterable[int], now: datetime, by: Person | None = None) -> int:
    """Take back all keys of seats that end; the number of them."""
    held = AccessKey.objects.filter(seat__in=list(seats), revoked_at=None)
    return held.update(revoked_at=now, revoked_by=by)


def good(now: datetime) -> Q:
    """Condition on keys: neither taken back, nor run out, nor ended with the seat, the post or the account
    (an account that must change its password has to be signed in to first)."""
    seat = Q(seat__until=None) | Q(seat__until__gt=now)
    alive = Q(seat__person__is_active=True, seat__person__must_change_password=False, seat__post__active=True)
    return seat & alive & Q(revoked_at=None, expires_at__gt=now)


def sent(request: HttpRequest) -> str | None:
    """The key of the request as it was sent, None without one."""
    if "Authorization" not in request.headers:
        return None
    kind, value = _parts(request)
    if kind == "bearer":
        return value
    if kind != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def by_bearer(request: HttpRequest) -> bool:
    """Whether a program put the key there itself; basic authentication may be a browser's own doing."""
    return _parts(request)[0] == "bearer"


def presented(request: HttpRequest, now: datetime) -> AccessKey | None:
    """The key of the request when it is good now, whatever it asks for; read once a request."""
    if _KEPT not in request.META:
        request.META[_KEPT] = _presented(sent(request), now)
    found: AccessKey | None = request.META[_KEPT]
    return found


def holder(request: HttpRequest, now: datetime) -> Seat | None:
    """The seat in whose name the request asks, None when its key does not open this address now."""
    method = request.method or ""
    key = presented(request, now)
    if key is None or not (by_bearer(request) or method in READING):
        return None
    return key.seat if key_scopes.opens(key.scopes, method, request.path_info) else None


def used(key: AccessKey, request: HttpRequest, now: datetime) -> None:
    """The moment and the address of the last use: one write a minute, not one a tile."""
    if key.last_used_at is not None and now - key.last_used_at < NOTED_EVERY:
        return
    AccessKey.objects.filter(pk=key.pk).update(last_used_at=now, last_used_from=address_of(request))


def _presented(text: str | None, now: datetime) -> AccessKey | None:
    mark, _first, rest = (text or "").partition("_")
    prefix, _second, secret = rest.partition("_")
    if mark != MARK or not prefix.isalnum() or not prefix.isascii():
        return None
    found = AccessKey.objects.filter(good(now), prefix=prefix, made_at__lte=now)
    key = found.select_related("seat__post__body", "seat__post__role", "seat__person").first()
    return key if key is not None and constant_time_compare(key.digest, _digest(secret)) else None


def _parts(request: HttpRequest) -> tuple[str, str]:
    kind, _blank, value = request.headers.get("Authorization", "").partition(" ")
    return kind.lower(), value.strip()


def _digest(secret: str) -> str:
    """The secret has 256 random bits: a fast hash is enough, there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
