"""Accounts: made, given a new password, closed and opened again (三员分立: who makes accounts gives no posts)."""

import re
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from citygrid.organization import keys
from citygrid.organization.models import Person
from citygrid.organization.pinyin import key
from citygrid.organization.signing import sign_ins
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def make(login: str, name: str, by: Person, now: datetime) -> tuple[Person, str] | Refusal:
    """A new account and its password, which is good for one sign-in and kept nowhere.

    Refused: `bad_login` (2 to 60 small letters, digits, . _ -), `no_name`, `login_taken`."""
    if not LOGIN.fullmatch(login):
        return Refusal("bad_login", "A login is 2 to 60 small letters, digits, dots, _ and -.", {})
    if not name.strip() or len(name) > 60:
        return Refusal("no_name", "A person has a name of at most 60 signs.", {})
    password = _password()
    facts = {"name": name.strip(), "pinyin": key(name.strip()), "must_change_password": True}
    try:
        with transaction.atomic():
            person = Person.objects.create_user(login, password, **facts)
            _note(now, "make_account", person, by)
    except IntegrityError:
        return Refusal("login_taken", "The login %(login)s is taken.", {"login": login})
    return person, password


def new_password(person: Person, by: Person, now: datetime) -> str:
    """A password for one sign-in; the old one and all sessions with it end at once."""
    password = _password()
    with transaction.atomic():
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        sign_ins.end_all(person, "by_administrator", now)
        _note(now, "new_password", person, by)
    return password


def set_active(person: Person, active: bool, by: Person, now: datetime) -> Refusal | None:
    """Close an account (its sessions end at once, its posts stay on record) or open it again; not one's own."""
    if person.pk == by.pk:
        return Refusal("own_account", "Nobody closes or opens their own account.", {})
    with transaction.atomic():
        person.is_active = active
        person.save(update_fields=["is_active"])
        if not active:
            sign_ins.end_all(person, "by_administrator", now)
        if not active:
            keys.revoke_of(person.seats.values_list("pk", flat=True), now, by)
        _note(now, "open_account" if active else "close_account", person, by)
    return None


def _password() -> str:
    return secrets.token_urlsafe(12)


def _note(now: datetime, act: str, person: Person, by: Person) -> None:
    audit.record(now, act, subject=("person", str(person.pk)), person=by.pk)
