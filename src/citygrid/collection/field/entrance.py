"""Who uses the app: posts that the variant lets report, verify or check (rights as data); who lands in it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.organization import landing
from citygrid.organization.seats import Signed
from citygrid.process.rules import Variant
from citygrid.rulebook import slices
from citygrid.web import navigation

ACTS = ("report", "self_report", "verify", "check")
"""Acts that are done in the field."""
FIELD_WORK = frozenset(("verify", "check"))
"""Who does one of these works outside: the app is where they land on a phone."""
ADDRESS = "/collector/"


def acts_of(signed: Signed, at: datetime) -> tuple[str, ...]:
    """Which acts of the field the post may do by any variant in force; none when the city has no rules on that day."""
    try:
        variants = slices.rules_at(at).variants.values()
    except slices.NoRules:
        return ()
    return tuple(act for act in ACTS if any(_may(variant, act, signed.role.code) for variant in variants))


def _may(variant: Variant, act: str, role: str) -> bool:
    if role not in variant.acts.get(act, frozenset()):
        return False
    if act in FIELD_WORK or not variant.sources:
        return True
    return any(source.taken(act, role) for source in variant.sources.values())


def may_open(signed: Any) -> bool:
    """Whether the entry stands in the bar."""
    return signed is not None and bool(acts_of(signed, timezone.now()))


def landing_on_phone(request: HttpRequest, signed: Signed) -> str | None:
    """The app, for whoever does field work and signs in on a phone."""
    if not on_phone(request) or FIELD_WORK.isdisjoint(acts_of(signed, timezone.now())):
        return None
    return ADDRESS


def on_phone(request: HttpRequest) -> bool:
    """What the browser says of itself: the client hint, else the word that all browsers of phones have in common."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")


def register() -> None:
    """Called when the app starts."""
    landing.add(landing_on_phone)
    navigation.add(navigation.Entry("collection:app", _("Collector's app"), "device-mobile", 12, may_open))
