"""Providers of messages: `messages.toml` in the data folder. Nothing of it is in the database or a city's folder.

[email]
kind = "smtp"
host = "mail.example.gov.cn"
port = 465
tls = "tls"                       # tls, starttls, or none (own machine only)
user = "citygrid"
password_file = "keys/mail"       # beside the file; or password
sender = "城格 <citygrid@example.gov.cn>"

[sms]
kind = "http"                     # messages/channels/gateway.py says what stands here; kind = "file" to try it
address = "https://sms.example.gov.cn/send"
json = { mobile = "{to}", content = "{text}", request = "{key}" }
secret_file = "keys/sms"

[dingtalk]                        # wecom likewise: wecombot://KEY
kind = "apprise"
url = "dingtalk://SECRET@TOKEN/{to}"
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

FILE = "messages.toml"
CHANNELS = ("sms", "email", "wecom", "dingtalk")
OWN_MACHINE = frozenset(("localhost", "127.0.0.1", "::1"))
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "smtp": {"host": "", "port": 465, "tls": "tls", "user": "", "password": "", "sender": ""},
    "http": {"address": "", "json": {}, "form": {}, "headers": {}, "secret": "", "code": "", "good": [], "refused": [],
             "id": "", "once": False},
    "file": {"path": "sms/sent.jsonl"},
    "apprise": {"url": "", "host": ""},
}  # fmt: skip
SECRETS = {"smtp": "password", "http": "secret", "apprise": "url"}
NEEDED = {"smtp": ("host", "sender"), "http": ("address",), "file": ("path",), "apprise": ("url",)}
KINDS_OF = {"email": ("smtp", "apprise"), "sms": ("http", "file", "apprise"), "wecom": ("apprise", "http"),
            "dingtalk": ("apprise", "http")}  # fmt: skip


def providers(data: Path) -> dict[str, dict[str, Any]]:
    """Each channel's provider, complete. ImproperlyConfigured says what is wrong, and where."""
    file = data / FILE
    if not file.exists():
        return {}
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ImproperlyConfigured(f"{file}: {error}") from error
    return {name: _complete(name, facts, data) for name, facts in raw.items()}


def _complete(name: str, facts: Any, data: Path) -> dict[str, Any]:
    where = f"{FILE} [{name}]"
    if name not in CHANNELS or not isinstance(facts, dict):
        raise ImproperlyConfigured(f"{where} is none of the channels {', '.join(CHANNELS)}.")
    facts = dict(facts)
    kind = facts.pop("kind", "")
    if kind not in KINDS_OF[name]:
        raise ImproperlyConfigured(f"{where}: kind is one of {', '.join(KINDS_OF[name])}.")
    known, secret = DEFAULTS[kind], SECRETS.get(kind)
    path = facts.pop(f"{secret}_file", None)
    if unknown := sorted(facts.keys() - known.keys()):
        raise ImproperlyConfigured(f"{where}: there is no setting {', '.join(unknown)}.")
    if path is not None and secret is not None:
        try:
            facts[secret] = (data / str(path)).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{where}: {secret}_file cannot be read: {error}") from error
    made = {**known, **facts}
    for key, value in made.items():
        if type(value) is not type(known[key]):
            raise ImproperlyConfigured(f"{where}: {key} is of the wrong kind.")
    if missing := [key for key in NEEDED[kind] if not made[key]]:
        raise ImproperlyConfigured(f"{where}: {', '.join(missing)} is missing.")
    _check(where, kind, made)
    return {"kind": kind, **made}


def _check(where: str, kind: str, made: Mapping[str, Any]) -> None:
    """What carries numbers and passwords goes encrypted, but to this very machine."""
    if kind == "smtp":
        if made["tls"] not in ("tls", "starttls", "none"):
            raise ImproperlyConfigured(f"{where}: tls is tls, starttls or none.")
        if made["tls"] == "none" and made["host"] not in OWN_MACHINE:
            raise ImproperlyConfigured(f"{where}: without TLS only to this machine.")
    address = made.get("address") or made.get("host") if kind in ("http", "apprise") else ""
    if address:
        parts = urlsplit(address)
        if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in OWN_MACHINE)):
            raise ImproperlyConfigured(f"{where}: the address begins with https://.")
    if kind == "http" and bool(made["json"]) == bool(made["form"]):
        raise ImproperlyConfigured(f"{where}: give json or form, what the gateway takes.")
