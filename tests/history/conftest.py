"""The test city for the import tests: loaded once for a module, every test rolled back to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from citygrid.rulebook.slices import rules_at
from tests.history import city


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The city of Bay inside a transaction that every test's own is nested in."""
    with django_db_blocker.unblock(), transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=True):
            city.load()
            rules_at(timezone.now())
        yield
        transaction.set_rollback(True)
    city.fresh()


@pytest.fixture
def bay(standing: None, db: None) -> Iterator[None]:
    """The city of Bay."""
    city.fresh()
    yield
    city.fresh()
