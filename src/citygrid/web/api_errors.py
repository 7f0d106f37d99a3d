"""What the API answers when it cannot do what was asked: always code, message and params, as refusals are told."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from citygrid.web import brief

SAID = {
    400: ("unreadable", gettext_noop("What was sent cannot be read: it must be JSON.")),
    401: ("signed_out", gettext_noop("Nobody is signed in, or the access key does not open this.")),
    403: ("csrf", gettext_noop("The CSRF token of the page is missing: load the page again.")),
}


def register(api: NinjaAPI) -> None:
    """Tell the API how to answer."""
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(RequestDataTooBig, _too_large)


def _missing(request: HttpRequest, error: Http404 | type[Http404]) -> HttpResponse:
    return brief.missing(request)


def _too_large(request: HttpRequest, error: RequestDataTooBig | type[RequestDataTooBig]) -> HttpResponse:
    return brief.too_large(request)


def _http(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)
    code, message = SAID.get(error.status_code, ("refused", ""))
    return brief.answer(request, error.status_code, code, _(message) if message else error.message)


def _invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """The first value that is missing or wrong, and all of them in `params`."""
    assert isinstance(error, ValidationError)
    found = [{"where": ".".join(map(str, one["loc"])), "why": str(one["msg"])} for one in error.errors]
    first: dict[str, Any] = found[0] if found else {"where": "", "why": ""}
    message = _("%(where)s: %(why)s") % first
    return brief.answer(request, 422, "invalid", message, {**first, "all": found})
