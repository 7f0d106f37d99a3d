"""Addresses that this server may send to: only those that the settings name. A browser's push address was typed by
whoever sits there, so its host must be one of the known push services (no way into the inner network)."""

from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

SECONDS = (5, 15)
"""To connect, and to answer."""


def push_host(endpoint: str) -> str | None:
    """The host of a push address when it is none of the settings' (`PUSH_SERVICES`); None when it may be sent to.

    A name that begins with a dot stands for all hosts below it; `host:port` for one of the city's own over http."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return endpoint[:100]
    if "@" in parts.netloc:
        return host or endpoint[:100]
    for known in settings.PUSH_SERVICES:
        if known == f"{host}:{port}" and parts.scheme in ("http", "https"):
            return None
        named = host == known or (known.startswith(".") and host.endswith(known))
        if named and parts.scheme == "https" and port in (None, 443):
            return None
    return host or endpoint[:100]


def session() -> requests.Session:
    """A session without retries of its own; it asks no proxy or .netrc of the environment for passwords."""
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, HTTPAdapter(max_retries=0))
    return made
