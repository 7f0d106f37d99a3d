"""How often one may ask: each access key by its own limits, strangers by their address (settings.RATE_LIMITS).

Whoever is signed in is not counted here. While the database does not answer nobody is stopped.
"""

import ipaddress
import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import auth
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.organization import keys, tallies
from citygrid.organization.addresses import address_of
from citygrid.organization.models import AccessKey
from citygrid.trust import audit
from citygrid.web import brief

log = logging.getLogger(__name__)


def limited(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: 429 with Retry-After for who asks too often, before anything else is done for them."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        try:
            stopped = _stopped(request, timezone.now())
        except DatabaseError:
            log.warning("requests are not counted: the database does not answer")
            stopped = None
        return stopped or get_response(request)

    return respond


def _stopped(request: HttpRequest, now: datetime) -> HttpResponse | None:
    key = keys.presented(request, now)
    if key is not None:
        return _by_key(request, key, now)
    rule = rule_of(request)
    most = settings.RATE_LIMITS[rule] if rule else 0
    if not most:
        return None
    counted = tallies.count(f"{rule}:{network(address_of(request))}", most, now)
    if not counted.wait:
        return None
    if counted.minute == most + 1:
        _note(request, now, ("rate", rule), most)
    return _refuse(request, counted.wait)


def rule_of(request: HttpRequest) -> str:
    """The limit that holds for a request without a good key; empty for whoever is signed in."""
    if request.method == "POST" and request.path_info.startswith(settings.SIGN_IN_ADDRESSES):
        return "sign_in"
    if "Authorization" in request.headers:
        return "bad_key"
    if request.path_info == "/health/":
        return "health"
    return "" if request.session.get(auth.SESSION_KEY) is not None else "public"


def network(address: str | None) -> str:
    """What counts as one asker: an IPv4 address, or the /64 that one connection of IPv6 has."""
    if address is None:
        return "-"
    one = ipaddress.ip_address(address)
    return address if one.version == 4 else str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _by_key(request: HttpRequest, key: AccessKey, now: datetime) -> HttpResponse | None:
    per_minute, per_day = key.per_minute or settings.KEY_PER_MINUTE, key.per_day or settings.KEY_PER_DAY
    counted = tallies.count(f"key:{key.pk}", per_minute, now, per_day)
    if not counted.wait:
        return None
    if counted.minute == per_minute + 1 or counted.day == per_day + 1:
        _note(request, now, ("key", key.prefix), per_minute if counted.day is None else per_day, key)
    return _refuse(request, counted.wait)


def _refuse(request: HttpRequest, wait: int) -> HttpResponse:
    message = _("Too many requests. Ask again in %(seconds)d seconds.") % {"seconds": wait}
    return brief.answer(request, 429, "too_many", message, {"seconds": wait}, wait)


def _note(
    request: HttpRequest, now: datetime, subject: tuple[str, str], most: int, key: AccessKey | None = None
) -> None:
    """One line when a limit is reached, not one for each request beyond it."""
    seat = key.seat if key else None
    audit.record(
        now,
        "ask_too_often",
        subject=subject,
        outcome=audit.REFUSED,
        code="too_many",
        params={"most": most},
        person=seat.person_id if seat else None,
        seat=seat.pk if seat else None,
        post=seat.post_id if seat else None,
        address=address_of(request),
    )
