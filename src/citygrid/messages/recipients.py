"""What is known of recipients: addresses (sealed), browsers that take push, language, and what they switched off."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_noop

from citygrid.messages.channels import outside
from citygrid.messages.models import Address, Subscription, Wish
from citygrid.trust import redactable
from citygrid.trust.algorithms import algorithm_at

MOST_BROWSERS = 10
MESSAGES = {
    "address_phone": gettext_noop("This is no telephone number."),
    "address_email": gettext_noop("This is no e-mail address."),
    "address_name": gettext_noop("Letters, digits and . _ - @ + only, at most 64."),
    "push_info": gettext_noop("The browser did not give a complete push subscription."),
    "push_host": gettext_noop("Messages are not sent to this push service: %(host)s."),
    "push_many": gettext_noop("At most %(most)s browsers can take messages; take one out first."),
}
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")
_NAME = re.compile(r"[A-Za-z0-9._@+-]{1,64}")
_KEY = re.compile(r"[A-Za-z0-9_=-]{16,120}")


class RefusedError(Exception):
    """Nothing was kept; `code` is a key of MESSAGES."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person is reached."""

    language: str
    off: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    subscriptions: tuple[int, ...] = ()

    def refuses(self, event: str, channel: str) -> bool:
        return f"{event}:{channel}" in self.off


@dataclass(slots=True)
class _Found:
    channels: set[str] = field(default_factory=set)
    subscriptions: list[int] = field(default_factory=list)


def reach(persons: Iterable[int]) -> Mapping[int, Reach]:
    """Of all these persons at once; three questions to the database."""
    wanted = sorted(set(persons))
    if not wanted:
        return {}
    wishes = {one.person: one for one in Wish.objects.filter(pk__in=wanted)}
    found = {person: _Found() for person in wanted}
    for person, channel in Address.objects.filter(person__in=wanted).values_list("person", "channel"):
        found[person].channels.add(channel)
    for person, pk in Subscription.objects.filter(person__in=wanted).order_by("pk").values_list("person", "pk"):
        found[person].subscriptions.append(pk)
    return {
        person: Reach(
            wishes[person].language if person in wishes else settings.LANGUAGE_CODE,
            frozenset(wishes[person].off if person in wishes else ()),
            frozenset(one.channels),
            tuple(one.subscriptions),
        )
        for person, one in found.items()
    }


def wish(person: int, language: str, off: Iterable[str]) -> None:
    """What the person wants from now on."""
    known = dict(settings.LANGUAGES)
    Wish.objects.update_or_create(
        person=person,
        defaults={"language": language if language in known else settings.LANGUAGE_CODE, "off": sorted(set(off))},
    )


def keep_address(person: int, channel: str, text: str, at: datetime) -> bool:
    """The person's address on a channel; empty takes it out. False: it was so. Raises RefusedError.

    The former value is forgotten, with a proof."""
    check(channel, text)
    text = text.strip()
    known = Address.objects.filter(person=person, channel=channel).first()
    before = redactable.get_many([known.value]) if known is not None else {}
    if (before[known.value].text if known is not None and known.value in before else None) == (text or None):
        return False
    with transaction.atomic():
        if known is not None:
            redactable.redact(known.value, at, "address_changed", person=person)
            known.delete()
        if text:
            ref = redactable.put(redactable.STAFF_ADDRESS, text, at, algorithm_at(at))
            Address.objects.create(person=person, channel=channel, value=ref.id, at=at)
    return True


def addresses(person: int) -> dict[str, str]:
    """The person's own addresses by channel, opened: for the person alone."""
    rows = {one.channel: one.value for one in Address.objects.filter(person=person)}
    opened = redactable.get_many(rows.values())
    return {channel: opened[value].text or "" for channel, value in rows.items() if value in opened}


def check(channel: str, text: str) -> None:
    """Raises RefusedError for what is no address of that channel; nothing at all is none to check."""
    text = text.strip()
    if not text:
        return
    if channel == "sms":
        if not _PHONE.fullmatch(text):
            raise RefusedError("address_phone")
    elif channel == "email":
        try:
            validate_email(text)
        except ValidationError:
            raise RefusedError("address_email") from None
    elif not _NAME.fullmatch(text):
        raise RefusedError("address_name")


def subscribe(person: int, info: Any, device: str, at: datetime) -> Subscription:
    """A browser takes push messages of this person; the same browser again is one row, whoever had it before."""
    endpoint, keys = _browser(info)
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    with transaction.atomic():
        others = Subscription.objects.filter(person=person).exclude(digest=digest).count()
        if others >= MOST_BROWSERS:
            raise RefusedError("push_many", most=MOST_BROWSERS)
        return Subscription.objects.update_or_create(
            digest=digest,
            defaults={"person": person, "info": {"endpoint": endpoint, "keys": keys}, "device": device[:100], "at": at},
        )[0]


def _browser(info: Any) -> tuple[str, dict[str, str]]:
    endpoint, keys = (info.get("endpoint"), info.get("keys")) if isinstance(info, dict) else (None, None)
    if not isinstance(endpoint, str) or not 10 <= len(endpoint) <= 2000 or not isinstance(keys, dict):
        raise RefusedError("push_info")
    found = {name: keys.get(name) for name in ("p256dh", "auth")}
    if not all(isinstance(one, str) and _KEY.fullmatch(one) for one in found.values()):
        raise RefusedError("push_info")
    host = outside.push_host(endpoint)
    if host is not None:
        raise RefusedError("push_host", host=host[:100])
    return endpoint, {name: str(one) for name, one in found.items()}


def unsubscribe(person: int, subscription: int) -> bool:
    """False when it is not the person's."""
    return bool(Subscription.objects.filter(person=person, pk=subscription).delete()[0])


def by_phone(phone: UUID) -> str | None:
    """A sealed number, opened to be dialled; None when it was forgotten."""
    row = redactable.get_many([phone]).get(phone)
    return row.text if row is not None else None
