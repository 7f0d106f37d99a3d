"""Where the push server stands, seen from a request."""

from django.conf import settings
from django.http import HttpRequest


def push_url(request: HttpRequest) -> str:
    """PUSH_URL when it is set (a proxy in front), else the same host at the next port, as `serve` starts it."""
    given: str = getattr(settings, "PUSH_URL", "")
    if given:
        return given
    host, _, port = request.get_host().rpartition(":")
    if not host or not port.isdigit():
        return ""
    return f"{request.scheme}://{host}:{int(port) + 1}/events"
