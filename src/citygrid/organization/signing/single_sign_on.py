"""Signing in with an account at a provider (OpenID Connect, authorization code with PKCE; S3-14).

authlib does the protocol: state, nonce and PKCE verifier stay in the session; the ID token's signature, issuer,
audience, times and nonce are checked. Here is who the answer's subject is: the first time the person whom the
administrator's claim names (login or staff number), from then on the one that is linked. Nobody gets an account or a
post by it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from joserfc.errors import JoseError

from citygrid.organization.models import Identity, Person
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

SECONDS = 10
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that only the provider has; neither `none` nor a shared secret."""
FRESH = 120  # seconds: so long ago the person may have signed in there when we asked for it anew


class ProviderError(Exception):
    """The provider did not answer, or its answer is not to be believed; `code` for the record."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Provider:
    """As config/oidc.py reads it."""

    code: str
    name: str
    name_en: str
    issuer: str
    client_id: str
    client_secret: str
    claim: str
    matches: str
    scope: str
    second_factor: bool

    def __str__(self) -> str:
        chinese = (get_language() or "zh").startswith("zh")
        return (self.name if chinese or not self.name_en else self.name_en) or self.code


def providers() -> list[Provider]:
    """Those of this installation."""
    return [Provider(code=code, **facts) for code, facts in settings.OIDC_PROVIDERS.items()]


def provider(code: str) -> Provider | None:
    return next((one for one in providers() if one.code == code), None)


def linked(person: Person) -> list[Provider]:
    """The providers at which the person's account is known."""
    known = set(Identity.objects.filter(person=person).values_list("provider", flat=True))
    return [one for one in providers() if one.code in known]


def go(request: HttpRequest, to: Provider, back: str, *, anew: bool = False) -> HttpResponseBase:
    """Sends the browser to the provider, which sends it back to the address `back`. `anew`: whoever is signed in there
    is asked again. ProviderError."""
    further = {"prompt": "login", "max_age": "0"} if anew else {}
    try:
        answer: HttpResponseBase = _client(to).authorize_redirect(request, back, **further)
    except (AuthlibBaseError, requests.RequestException, ValueError, RuntimeError) as error:
        raise ProviderError("no_answer") from error
    _genuine(to)
    return answer


def claims(request: HttpRequest, of: Provider) -> dict[str, Any]:
    """What the provider tells of who came back: the checked claims of the ID token, with those of the userinfo endpoint
    where the token lacks the claim that names the person. ProviderError."""
    client = _client(of)
    wanted = {
        "iss": {"essential": True, "value": of.issuer},
        "aud": {"essential": True, "value": of.client_id},
        "nonce": {"essential": True},
    }
    try:
        client.load_server_metadata()
        _genuine(of)
        token = client.authorize_access_token(request, claims_options=wanted)
        told = dict(token.get("userinfo") or {})
        if not told:
            raise ProviderError("no_id_token")
        if of.claim not in told and client.server_metadata.get("userinfo_endpoint"):
            more = dict(client.userinfo(token=token))
            if more.get("sub") != told["sub"]:
                raise ProviderError("other_subject")
            told = {**more, **told}
    except AuthlibBaseError as error:
        raise ProviderError("denied" if error.error == "access_denied" else "bad_answer") from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderError("bad_token") from error
    except (requests.RequestException, RuntimeError) as error:
        raise ProviderError("no_answer") from error
    return told


def is_fresh(told: dict[str, Any], now: datetime) -> bool:
    """Whether the person signed in at the provider just now."""
    at = told.get("auth_time")
    return isinstance(at, int | float) and abs(now.timestamp() - at) <= FRESH


def person_of(told: dict[str, Any], of: Provider, now: datetime) -> Person | Refusal:
    """The person whom the subject is linked to; the first time it is linked to the one whom the claim names.

    Refused: `unknown_subject`, `other_subject` (that person came as another subject before), `account_closed`."""
    subject = str(told["sub"])
    known = Identity.objects.filter(provider=of.code, subject=subject).select_related("person").first()
    person = known.person if known is not None else _named(told, of)
    if person is None:
        message = "%(provider)s does not tell of an account here. Ask your administrator."
        return Refusal("unknown_subject", message, {"provider": str(of)})
    if not person.is_active:
        return Refusal("account_closed", "This account is closed.", {})
    if known is None:
        try:
            with transaction.atomic():
                Identity.objects.create(person=person, provider=of.code, subject=subject, linked_at=now)
                params = {"provider": of.code}
                audit.record(now, "link_identity", subject=("person", str(person.pk)), params=params, person=person.pk)
        except IntegrityError:
            message = "This account is linked to another account at %(provider)s. Ask your administrator."
            return Refusal("other_subject", message, {"provider": str(of)})
    return person


def _named(told: dict[str, Any], of: Provider) -> Person | None:
    value = told.get(of.claim)
    if not isinstance(value, str) or not value:
        return None
    return Person.objects.filter(**{of.matches: value}).first()


def _genuine(of: Provider) -> None:
    """The provider's own description is that of the issuer that we were told of, and names no weak signature."""
    metadata = _client(of).server_metadata
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
    if metadata.get("issuer") != of.issuer:
        _client.cache_clear()
        raise ProviderError("other_issuer")


@lru_cache(maxsize=16)
def _client(of: Provider) -> Any:
    oauth = OAuth()
    return oauth.register(
        of.code,
        client_id=of.client_id,
        client_secret=of.client_secret,
        server_metadata_url=f"{of.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": of.scope, "code_challenge_method": "S256", "default_timeout": SECONDS},
    )
