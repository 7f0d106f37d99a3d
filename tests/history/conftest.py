"""The test city for the import tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from citygrid.rulebook.slices import rules_at
from tests.history import city


@pytest.fixture
def bay(db: None, settings: object, django_capture_on_commit_callbacks: Any) -> Iterator[None]:
    """The city of Bay."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_capture_on_commit_callbacks(execute=True):
        city.load()
        rules_at(timezone.now())
    yield
    city.fresh()
