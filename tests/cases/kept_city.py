"""The second city for all tests of a module: made once, in a transaction that is taken back at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    """What the process keeps of a city: of this one before another test looks, of none in the end."""
    for one in (locating, directory, partitions, numbers, slices):
        one.forget()


@contextmanager
def kept_city(blocker: Any, folder: Path) -> Iterator[worlds.World]:
    """`blocker`: pytest-django's; `folder`: of this city's files. Taken back too when what is done in it fails."""
    try:
        with blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder), transaction.atomic():
            forget()
            worlds.make()
            yield worlds.World()
            transaction.set_rollback(True)
    finally:
        forget()


def town_of(done: Callable[[worlds.World], None] = lambda world: None) -> Any:
    """The fixture `town` of a module: the city, in which `done` was done. Beside it the module wants `fresh`."""

    @pytest.fixture(scope="module", name="town")
    def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
        with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
            done(world)
            yield world

    return town


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    """What a test does is taken back, the clock too, and the process remembers nothing of it."""
    clock = town.now
    forget()
    yield
    town.now = clock
    forget()


def signed_in(login: str, language: str = "en") -> Client:
    """At the last of the person's posts by role."""
    client = Client()
    person = Person.objects.get(login=login)
    client.force_login(person)
    session = client.session
    session[SESSION_KEY] = Seat.objects.filter(person=person).order_by("post__role__code").last().pk
    session.save()
    client.cookies["django_language"] = language
    return client
