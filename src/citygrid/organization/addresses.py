"""From where a request comes: what the audit writes and what a lock counts."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The client's address; behind `CITYGRID_PROXIES` proxies of ours, the one that the outermost of them saw.

    Further addresses of X-Forwarded-For are the client's own words and are never believed. None when there is none.
    """
    seen = [request.META.get("REMOTE_ADDR", "")]
    if settings.PROXIES:
        told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        seen = [*told, *seen][-settings.PROXIES - 1 :]
    try:
        return str(ipaddress.ip_address(seen[0]))
    except ValueError:
        return None
