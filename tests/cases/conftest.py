"""The second city for the tests of cases: loaded once, every test rolled back to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from citygrid.areas import locating
from citygrid.cases import directory, partitions
from citygrid.cases.numbers import numbers
from citygrid.rulebook import slices
from tests.cases import world as worlds


def forget() -> None:
    for one in (locating, directory, partitions, numbers, slices):
        one.forget()


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The city inside a transaction that every test's own is nested in."""
    folder = tmp_path_factory.mktemp("city")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media", DATA=folder):
        block = transaction.atomic()
        block.__enter__()
        forget()
        worlds.make()
        yield folder
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    forget()


@pytest.fixture
def world(city: Path, db: None, settings: Any) -> Iterator[worlds.World]:
    settings.MEDIA_STORE, settings.DATA = city / "media", city
    forget()
    yield worlds.World()
    forget()
