"""Content security policy: scripts, pictures and data from this server (and the push server) only; nothing inline."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from citygrid.web.addresses import push_url

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self' %s; font-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


def content_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. Style attributes are allowed (charts and maps set them), scripts only from this server's files."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        push = push_url(request)
        response.headers.setdefault("Content-Security-Policy", POLICY % (push if push.startswith("http") else ""))
        return response

    return respond
