"""Requests with an access key: no session counts beside it, nobody forges it, and the audit says that it was used."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from citygrid.organization import keys
from citygrid.organization.addresses import address_of
from citygrid.organization.key_scopes import READING
from citygrid.organization.models import AccessKey, Seat
from citygrid.trust import audit


def keyed(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, after the one that knows the session. Whatever carries an `Authorization` is a program's request:
    its cookie is put aside, and it asks in the name of its key's seat or of nobody."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if "Authorization" not in request.headers:
            return get_response(request)
        now = timezone.now()
        seat = _alone(request, keys.holder(request, now))
        key = keys.presented(request, now)
        if key is None:
            return get_response(request)
        keys.used(key, request, now)
        with audit.by_key(key.prefix):
            answer = get_response(request)
            if seat is not None and request.method not in READING and answer.status_code < 400:
                _note(request, key, seat, answer.status_code)
        return answer

    return respond


def _alone(request: HttpRequest, seat: Seat | None) -> Seat | None:
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.user = AnonymousUser()
    if seat is not None:
        request.user = seat.person
        seat.person.only_seat = seat.pk
        # The header of a program is not sent by a browser on its own, so no form of another site can bring it along.
        request._dont_enforce_csrf_checks = keys.by_bearer(request)  # type: ignore[attr-defined]  # Django's own mark
    return seat


def _note(request: HttpRequest, key: AccessKey, seat: Seat, status: int) -> None:
    audit.record(
        timezone.now(),
        "write_with_key",
        subject=("key", key.prefix),
        params={"method": request.method, "path": request.path_info[:200], "status": status},
        person=seat.person_id,
        seat=seat.pk,
        post=seat.post_id,
        address=address_of(request),
    )
