"""The second city with a few cases of March 2026: closed, being handled, filed; once for a module."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
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


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    folder: Path = tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        block = transaction.atomic()
        block.__enter__()
        forget()
        worlds.make()
        world = worlds.World()
        world.closed()
        world.closed()
        world.handling()
        world.filed()
        yield world
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    forget()


@pytest.fixture
def fresh(town: worlds.World, db: None) -> Iterator[worlds.World]:
    forget()
    yield town
    forget()


def signed_in(login: str) -> Client:
    client = Client()
    person = Person.objects.get(login=login)
    client.force_login(person)
    session = client.session
    session[SESSION_KEY] = Seat.objects.filter(person=person).order_by("post__role__code").last().pk
    session.save()
    client.cookies["django_language"] = "en"
    return client
