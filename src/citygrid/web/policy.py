"""Content security policy: scripts from this server only, nothing inline; pictures and data from it, from the push
server and from the hosts that packages above name (registered base maps)."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from citygrid.web.addresses import push_url

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:%s; "
    "connect-src 'self' %s%s; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)

OWN_MEDIA = "; media-src 'self' blob:"
"""For a page on which people hear what they recorded before it is sent."""

Hosts = Callable[[], Iterable[str]]
_HOSTS: list[Hosts] = []


def add_hosts(hosts: Hosts) -> None:
    """Admit the hosts (scheme://host) that a package names; asked at every page: it must be quick and never fail."""
    if hosts not in _HOSTS:
        _HOSTS.append(hosts)


def admit(response: HttpResponseBase, hosts: Iterable[str]) -> None:
    """Admit further hosts (scheme://host) in this one answer: the preview of a layer that is not published."""
    response.more_hosts = tuple(hosts)  # type: ignore[attr-defined]  # read by the middleware below


def admit_own_media(response: HttpResponseBase) -> None:
    """Let this one page play sound and film that lie on the device."""
    response.own_media = True  # type: ignore[attr-defined]  # read by the middleware below


def content_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. Style attributes are allowed (charts and maps set them), scripts only from this server's files."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        push = push_url(request)
        if not response.has_header("Content-Security-Policy"):
            page = response.headers.get("Content-Type", "").startswith("text/html") and response.status_code < 500
            asked = _HOSTS if page else []  # only pages load maps; what answers without a database stays so
            named = [*(host for hosts in asked for host in hosts()), *getattr(response, "more_hosts", ())]
            others = "".join(f" {host}" for host in named)
            live = push if push.startswith("http") else ""
            played = OWN_MEDIA if getattr(response, "own_media", False) else ""
            response["Content-Security-Policy"] = POLICY % (others, live, others) + played
        if not response.has_header("Cache-Control"):
            # What one person saw is not left in the browser for the next one at this desk.
            response["Cache-Control"] = "private, no-store"
        return response

    return respond
