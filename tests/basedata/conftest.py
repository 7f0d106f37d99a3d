"""The second city for the tests of base data: loaded once for a module, every test rolled back to it. (Not for all of
the package: some modules load cities of their own, and what is about several connections is committed.)"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from citygrid.areas import locating
from citygrid.rulebook import slices
from tests.basedata import town


def forget() -> None:
    locating.forget()
    slices.forget()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The city inside a transaction that every test's own is nested in; its data folder."""
    folder: Path = tmp_path_factory.mktemp("standing")
    with django_db_blocker.unblock(), override_settings(DATA=folder), transaction.atomic():
        forget()
        town.load()
        yield folder
        transaction.set_rollback(True)
    forget()


@pytest.fixture
def second(standing: Path, db: None, settings: Any) -> Iterator[None]:
    """Files of surveys go to the city's folder."""
    settings.DATA = standing
    forget()
    yield
    forget()
