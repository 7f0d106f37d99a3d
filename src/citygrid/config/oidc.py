"""Providers of single sign-on (OpenID Connect): `oidc.toml` in the data folder, or CITYGRID_OIDC_*.

# The short name stands in the address that the provider sends people back to.
[city]
name = "统一身份认证"
name_en = "City sign-on"
issuer = "https://sso.example.gov.cn/realms/city"
client_id = "citygrid"
client_secret_file = "keys/oidc_city"   # beside the file; or client_secret
claim = "preferred_username"            # what the provider tells that names the person ...
matches = "login"                       # ... and what it is here: login, or number (staff number)
scope = "openid profile"
second_factor = false                   # true: the provider asks for one, so the site does not again
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

FILE = "oidc.toml"
OWN_MACHINE = frozenset(("localhost", "127.0.0.1", "::1"))
DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "name_en": "",
    "issuer": "",
    "client_id": "",
    "client_secret": "",
    "claim": "preferred_username",
    "matches": "login",
    "scope": "openid profile",
    "second_factor": False,
}
MATCHES = ("login", "number")


def providers(data: Path, env: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Each provider by its short name, complete. ImproperlyConfigured says what is wrong, and where."""
    found: dict[str, dict[str, Any]] = {}
    file = data / FILE
    if file.exists():
        try:
            raw = tomllib.loads(file.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ImproperlyConfigured(f"{file}: {error}") from error
        found = {code: _complete(f"{FILE} [{code}]", facts, data) for code, facts in raw.items()}
    if env.get("CITYGRID_OIDC_ISSUER"):
        asked = {name: env.get(f"CITYGRID_OIDC_{name.upper()}", "") for name in (*DEFAULTS, "client_secret_file")}
        told = {name: value for name, value in asked.items() if value}
        facts = {**told, "second_factor": told.get("second_factor") == "1"}
        found["oidc"] = _complete("CITYGRID_OIDC_*", facts, data)
    for code in found:
        if not re.fullmatch(r"[a-z0-9-]{1,40}", code):
            raise ImproperlyConfigured(f"{FILE}: a provider's short name is small letters, digits and -, not {code!r}.")
    return found


def _complete(where: str, facts: Any, data: Path) -> dict[str, Any]:
    if not isinstance(facts, dict):
        raise ImproperlyConfigured(f"{where} is not a table.")
    facts = dict(facts)
    secret_file = facts.pop("client_secret_file", None)
    if unknown := sorted(facts.keys() - DEFAULTS.keys()):
        raise ImproperlyConfigured(f"{where}: there is no setting {', '.join(unknown)}.")
    if secret_file is not None:
        try:
            facts["client_secret"] = (data / str(secret_file)).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{where}: client_secret_file cannot be read: {error}") from error
    made = {**DEFAULTS, **facts}
    for name, value in made.items():
        if type(value) is not type(DEFAULTS[name]):
            raise ImproperlyConfigured(f"{where}: {name} is of the wrong kind.")
    if missing := [name for name in ("issuer", "client_id", "client_secret") if not made[name]]:
        raise ImproperlyConfigured(f"{where}: {', '.join(missing)} is missing.")
    _check(where, made)
    return made


def _check(where: str, made: Mapping[str, Any]) -> None:
    address = urlsplit(made["issuer"])
    if not (address.scheme == "https" or (address.scheme == "http" and address.hostname in OWN_MACHINE)):
        raise ImproperlyConfigured(f"{where}: the issuer's address begins with https://.")
    if made["matches"] not in MATCHES:
        raise ImproperlyConfigured(f"{where}: matches is one of {', '.join(MATCHES)}.")
    if "openid" not in made["scope"].split():
        raise ImproperlyConfigured(f"{where}: scope needs openid.")
