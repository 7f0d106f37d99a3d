"""The test city for the import tests."""

from collections.abc import Iterator

import pytest

from tests.history import city


@pytest.fixture
def bay(db: None, settings: object) -> Iterator[None]:
    """The city of Bay."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]  # the fixture passes any setting on
    city.load()
    yield
    city.fresh()
