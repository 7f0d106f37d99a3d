"""The demo city with its places, loaded once; every test is rolled back to it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from citygrid.areas import locating
from citygrid.console.city import import_city
from citygrid.geocoding import words
from citygrid.organization import seats
from citygrid.organization.models import Person, Seat
from citygrid.organization.seats import Signed
from citygrid.rulebook import slices

DEMO = Path(__file__).resolve().parents[2] / "src/citygrid/demo/city"
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def forget() -> None:
    for one in (locating, slices, words):
        one.forget()


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The demo city inside a transaction that every test's own is nested in."""
    folder = tmp_path_factory.mktemp("geocoding")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        block = transaction.atomic()
        block.__enter__()
        forget()
        report = import_city(DEMO)
        assert report.ok, [str(problem) for problem in report.problems]
        yield folder
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    forget()


@pytest.fixture
def city(demo: Path, db: None, settings: Any) -> Iterator[Path]:
    settings.DATA, settings.MEDIA_STORE = demo, demo / "media"
    forget()
    yield demo
    forget()


class Someone:
    """A person at a post of a role: their client and what follows from the seat."""

    def __init__(self, login: str, role: str) -> None:
        self.person = Person.objects.create_user(login, "a long password", name=login)
        seat = Seat.objects.filter(post__role__code=role).select_related("post__body", "post__role").first()
        assert seat is not None, role
        self.seat = Seat.objects.create(person=self.person, post=seat.post, since=datetime(2024, 1, 1, tzinfo=UTC))
        self.client = Client()
        self.client.force_login(self.person)

    @property
    def signed(self) -> Signed:
        return seats.signed(self.person, self.seat, NOW)


@pytest.fixture
def owner(city: Path) -> Someone:
    """Keeps the city's base data."""
    return Someone("owner", "data_steward")


@pytest.fixture
def colleague(city: Path) -> Someone:
    """Keeps them as well."""
    return Someone("colleague", "data_steward")


@pytest.fixture
def stranger(city: Path) -> Someone:
    """Signed in, without the right to keep places."""
    return Someone("stranger", "collector")
