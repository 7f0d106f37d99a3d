"""Who is signed in where, and for how long: idle and absolute limits by role, one session for roles with one device.

A role says `idle_minutes` and `longest_hours` (roles.toml), the settings say the rest; of several posts the strictest
counts. When somebody was there is written at most once a minute, and not for what pages ask by themselves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.organization.addresses import address_of
from citygrid.organization.models import Person, Role, SignIn
from citygrid.organization.sessions import SessionStore
from citygrid.organization.signing.devices import named
from citygrid.trust import audit

EVERY = timedelta(minutes=1)
UNATTENDED = "CityGrid-Unattended"
"""Header of what a page asks by itself: nobody need be there."""
WAY = "citygrid.way"
"""Where a request says how the person proved who they are, before `login` (META); else it was the password."""
PASSWORD = "password"  # noqa: S105 - the name of a way
WAY_KEY = "way"
"""In the session: how the person proved who they are."""
CONFIRMED = "confirmed"
"""In the session: when the person last proved who they are (seconds)."""
WHY: dict[str, Any] = {
    "signed_out": _("signed out"),
    "replaced": _("signed in on another device"),
    "by_person": _("ended from another session"),
    "by_administrator": _("ended by the administrator"),
    "password": _("the password was changed"),
    "factor": _("the second factor was changed"),
    "device_blocked": _("the phone was blocked"),
    "limit": _("idle, or at its longest"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What roles together ask of a sign-in."""

    idle: timedelta
    longest: timedelta
    second_factor: bool
    one_device: bool

    def end(self, began: datetime, seen: datetime) -> datetime:
        return min(began + self.longest, seen + self.idle)


def terms(roles: Collection[Role]) -> Terms:
    """The strictest of each; without a role, the settings'."""
    idle = [role.idle_minutes or settings.SESSION_IDLE_MINUTES for role in roles]
    longest = [role.longest_hours or settings.SESSION_LONGEST_HOURS for role in roles]
    return Terms(
        timedelta(minutes=min(idle, default=settings.SESSION_IDLE_MINUTES)),
        timedelta(hours=min(longest, default=settings.SESSION_LONGEST_HOURS)),
        any(role.second_factor for role in roles),
        any(role.one_device for role in roles),
    )


def terms_of(person: Person, at: datetime) -> Terms:
    """What the posts that the person holds at that moment ask."""
    held = Q(posts__seats__until=None) | Q(posts__seats__until__gt=at)
    roles = Role.objects.filter(held, posts__seats__person=person, posts__seats__since__lte=at, posts__active=True)
    return terms(list(roles.distinct()))


def watch() -> None:
    """Connects the signals; called once when the app is ready."""
    user_logged_in.connect(_began, dispatch_uid="organization sign-in")
    user_logged_out.connect(_left, dispatch_uid="organization sign-out")


def open_of(person: Person, at: datetime) -> QuerySet[SignIn]:
    """The person's sessions that are good at that moment, the newest first."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return SignIn.objects.filter(person=person, ended_at=None, session_key__in=alive).order_by("-seen_at")


def end(found: QuerySet[SignIn], why: str, now: datetime) -> int:
    """Ends them at once; how many there were."""
    with transaction.atomic():
        keys = list(found.filter(ended_at=None).select_for_update().values_list("session_key", flat=True))
        SignIn.objects.filter(session_key__in=keys).update(ended_at=now, ended_why=why)
        Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all(person: Person, why: str, now: datetime, *, but: str | None = None) -> int:
    """Ends every session of a person, but for the one with that key."""
    return end(SignIn.objects.filter(person=person).exclude(session_key=but or ""), why, now)


def touch(request: HttpRequest, roles: Collection[Role], now: datetime) -> None:
    """Somebody is there: the idle time begins anew, by the roles as they are now. One write a minute at most."""
    store: Any = getattr(request, "session", None)
    seen = getattr(store, "seen_at", None)
    if seen is None or now - seen < EVERY or UNATTENDED in request.headers:
        return
    store.seen_at, store.ends_at = now, terms(roles).end(store.began_at, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "with seen as (update organization_signin set seen_at = %s, address = %s"
            " where session_key = %s and ended_at is null returning session_key)"
            " update django_session set expire_date = %s where session_key in (select session_key from seen)",
            [now, address_of(request), store.session_key, store.ends_at],
        )


def clear(now: datetime) -> int:
    """Notes the end of sign-ins whose session ran out, takes away those that ended long ago and dead sessions."""
    Session.objects.filter(expire_date__lte=now).delete()
    alive = Session.objects.values("session_key")
    gone = SignIn.objects.filter(ended_at=None).exclude(session_key__in=alive)
    gone.update(ended_at=now, ended_why="limit")
    old = SignIn.objects.filter(ended_at__lt=now - timedelta(days=settings.SIGN_INS_KEPT_DAYS))
    return old.delete()[0]


def _began(sender: type[Any], request: HttpRequest, user: Any, **_facts: Any) -> None:
    """After every `login`, whatever the way: a row for the session, and its first end."""
    now, store = timezone.now(), cast(SessionStore, request.session)
    asked = terms_of(user, now)
    with transaction.atomic():
        if asked.one_device and (ended := end_all(user, "replaced", now, but=store.session_key)):
            note(request, "replace_session", user, params={"ended": ended})
        SignIn.objects.update_or_create(
            session_key=store.session_key,
            defaults={
                "person": user,
                "way": request.META.get(WAY, PASSWORD),
                "began_at": now,
                "seen_at": now,
                "address": address_of(request),
                "device": named(request.headers.get("User-Agent", "")),
                "ended_at": None,
            },
        )
    store.began_at = store.seen_at = now
    store.ends_at = asked.end(now, now)
    store[WAY_KEY] = request.META.get(WAY, PASSWORD)
    store[CONFIRMED] = int(now.timestamp())


def _left(sender: type[Any], request: HttpRequest, user: Any, **_facts: Any) -> None:
    if request.session.session_key:
        left = SignIn.objects.filter(session_key=request.session.session_key, ended_at=None)
        left.update(ended_at=timezone.now(), ended_why="signed_out")


def note(
    request: HttpRequest,
    act: str,
    person: Person | None,
    outcome: str = audit.DONE,
    code: str = "",
    *,
    by: int | None = None,
    params: dict[str, Any] | None = None,
) -> None:
    """A line of the audit about a person's account; `by` is somebody else who does it."""
    audit.record(
        timezone.now(),
        act,
        subject=("person", str(person.pk)) if person is not None else ("", ""),
        outcome=outcome,
        code=code,
        params=params,
        person=by if by is not None else person.pk if person is not None else None,
        address=address_of(request),
    )
