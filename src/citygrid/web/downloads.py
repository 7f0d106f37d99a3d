"""Every file that somebody takes away is a line of the audit, whatever page gave it (等级保护三级; S0-06).

Here, and not in each page: a page that gives a new file cannot forget it.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from citygrid.organization import seats
from citygrid.organization.addresses import address_of
from citygrid.trust import audit

ACT = "download"


def noted(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after those that know the session and the key."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        answer = get_response(request)
        taken = answer.status_code == 200 and answer.headers.get("Content-Disposition", "").startswith("attachment")
        if taken and request.method != "HEAD":
            _note(request)
        return answer

    return respond


def _note(request: HttpRequest) -> None:
    """Which address with which ids, and what was asked by name only: words of a search may be somebody's data."""
    signed, match = seats.current(request), request.resolver_match
    if signed is None or match is None:
        return
    audit.record(
        timezone.now(),
        ACT,
        subject=("page", match.view_name),
        params={"of": {name: str(value)[:64] for name, value in match.kwargs.items()}, "asked": sorted(request.GET)},
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
        address=address_of(request),
    )
