"""Short answers that ask nothing of the database: why a request is not let in. JSON for programs, a page for people."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; frame-ancestors 'none'"
OVERSIZED = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def answer(
    request: HttpRequest,
    status: int,
    code: str,
    message: str,
    params: Mapping[str, Any] | None = None,
    retry_after: int | None = None,
) -> HttpResponse:
    """`code` for machines, `message` in the reader's language. `retry_after`: seconds, also as the header."""
    told: HttpResponse
    if for_program(request):
        told = JsonResponse({"code": code, "message": message, "params": dict(params or {})}, status=status)
    else:
        told = HttpResponse(render_to_string("web/brief.html", {"code": code, "message": message}), status=status)
        told["Content-Security-Policy"] = POLICY
    if retry_after is not None:
        told["Retry-After"] = str(retry_after)
    told["Cache-Control"] = "no-store"
    return told


def for_program(request: HttpRequest) -> bool:
    """Whether the answer is read by a program: an address of the API, or a client that does not ask for a page."""
    return request.path_info.startswith(("/api/", "/ogc/")) or "text/html" not in request.headers.get("Accept", "")


def too_large(request: HttpRequest) -> HttpResponse:
    """413 for more fields or files than are taken, or a body that turned out too long."""
    return answer(request, 413, "too_large", _("What was sent has more parts or is longer than is taken here."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django cannot read (handler400)."""
    if isinstance(exception, OVERSIZED):
        return too_large(request)
    if isinstance(exception, MultiPartParserError):
        return answer(request, 400, "unreadable", _("What was sent is broken: send it again."))
    return answer(request, 400, "unreadable", _("What was asked cannot be read."))


def missing(request: HttpRequest) -> HttpResponse:
    """404 for a program."""
    return answer(request, 404, "not_found", _("There is nothing at this address."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 as JSON below /api/, else the usual page (handler404).

    A picture or script that is not there leaves the cookies alone: a browser fetches it beside a page, and a new CSRF
    cookie would make that page's forms worthless."""
    if request.path_info.startswith("/api/"):
        return missing(request)
    found = defaults.page_not_found(request, exception)
    if "text/html" not in request.headers.get("Accept", "text/html"):
        found.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
    return found
