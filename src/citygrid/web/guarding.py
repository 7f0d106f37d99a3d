"""What no request may be: larger than its address takes, or holding signs that no text has (NUL, half signs).

Asked before a body is read: a file is written to the disk while it comes in, whoever sends it.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from citygrid.media.limits import largest
from citygrid.organization import seats
from citygrid.web import brief

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MARGIN = 1_000_000
"""Bytes of a form beside its files."""
_LARGER: dict[str, Callable[[], int]] = {"media:upload": largest}
_HALF = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def take_more(routes: Iterable[str], most: Callable[[], int]) -> None:
    """Let these routes (`app:name`) take files of so many bytes together; call it in `AppConfig.ready`."""
    for route in routes:
        _LARGER[route] = most


def most_of(request: HttpRequest) -> int:
    """Bytes that the body of this request may have."""
    if seats.current(request) is None:
        return settings.BODY_OF_STRANGERS
    if request.path_info.startswith("/api/"):
        return settings.API_BODY_BYTES
    try:
        most = _LARGER.get(resolve(request.path_info).view_name)
    except Resolver404:
        most = None
    return max(settings.BODY_MOST, (most() if most else 0) + MARGIN)


class Guard:
    """Middleware. It stands behind the session, so that it knows who asks, and behind CSRF, which reads the form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            return brief.answer(request, 411, "no_length", _("Say how long the content is (Content-Length)."))
        size = _size(request)
        if size > settings.BODY_OF_STRANGERS and size > (most := most_of(request)):
            sentence = _("What was sent has %(size)s MB; at most %(most)s MB are taken here.")
            told = sentence % {"size": -(-size // 1_000_000), "most": most // 1_000_000}
            return brief.answer(request, 413, "body_too_large", told)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return _odd(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """The form or the JSON, now that it may be read."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        kind = request.content_type
        if request.path_info.startswith("/api/") and kind in FORMS:
            return brief.answer(request, 415, "json_only", _("The API takes JSON."))
        if kind == "application/json" and not _json_is_text(request.body):
            return _odd(request)
        if kind in FORMS and any("\0" in one for name, values in request.POST.lists() for one in (name, *values)):
            return _odd(request)
        return None


def _size(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _json_is_text(body: bytes) -> bool:
    """Whether all texts can be written as UTF-8 and kept in the database. What is no JSON is refused further on."""
    if not _HALF.search(body):
        return True
    try:
        plain = json.dumps(json.loads(body), ensure_ascii=False)
        plain.encode()
    except UnicodeEncodeError:
        return False
    except (ValueError, RecursionError):
        return True
    return "\\u0000" not in plain


def _odd(request: HttpRequest) -> HttpResponse:
    return brief.answer(request, 400, "odd_signs", _("What was sent holds signs that are no text."))
