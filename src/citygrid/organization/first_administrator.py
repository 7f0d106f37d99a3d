"""The first account of an installation: an administrator with a password for one sign-in (三员分立)."""

import secrets
from datetime import datetime

from django.db import transaction

from citygrid.organization.assignment import assign
from citygrid.organization.models import Person, Post, Seat
from citygrid.organization.pinyin import key
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

ADMINISTRATOR = "administrator"


def make(login: str, name: str, now: datetime) -> str | Refusal:
    """A person on the first administrator's post; the answer is the password, which is kept nowhere and must be
    changed at the first sign-in. Refused when somebody can sign in as administrator already, when the login is taken,
    or when the city has no such post yet."""
    with transaction.atomic():
        post = Post.objects.filter(role__code=ADMINISTRATOR, active=True).order_by("id").first()
        if post is None:
            return Refusal("no_such_post", "There is no post of an administrator: import a city first.", {})
        if any(seat.person.has_usable_password() for seat in _administrators()):
            return Refusal("there_is_one", "There is an administrator already, who makes further accounts.", {})
        if Person.objects.filter(login=login).exists():
            return Refusal("login_taken", "The login %(login)s is taken.", {"login": login})
        password = secrets.token_urlsafe(12)
        person = Person.objects.create_user(login, password, name=name, pinyin=key(name), must_change_password=True)
        seat = assign(person, post, now)
        if isinstance(seat, Refusal):
            transaction.set_rollback(True)
            return seat
        audit.record(now, "first_administrator", subject=("person", str(person.pk)), params={"post": post.code})
        return password


def _administrators() -> list[Seat]:
    held = Seat.objects.filter(until=None, post__role__code=ADMINISTRATOR, post__active=True, person__is_active=True)
    return list(held.select_related("person"))
