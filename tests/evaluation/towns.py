"""The second city with cases made act by act, for pages of the evaluation: set up once for the tests of a module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client, override_settings

from citygrid.areas import locating
from citygrid.cases import directory, partitions
from citygrid.cases.numbers import numbers
from citygrid.organization.models import Person, Seat
from citygrid.organization.seats import SESSION_KEY
from citygrid.rulebook import slices
from tests.cases import world as worlds


def forget() -> None:
    for one in (locating, directory, partitions, numbers, slices):
        one.forget()


@contextmanager
def town(blocker: Any, folder: Path) -> Iterator[worlds.World]:
    """The city in a transaction that is taken back at the end."""
    with blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        block = transaction.atomic()
        block.__enter__()
        forget()
        worlds.make()
        yield worlds.World()
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    forget()


def signed_in(login: str, language: str = "en") -> Client:
    client = Client()
    person = Person.objects.get(login=login)
    client.force_login(person)
    session = client.session
    session[SESSION_KEY] = Seat.objects.filter(person=person).order_by("post__role__code").last().pk
    session.save()
    client.cookies["django_language"] = language
    return client
