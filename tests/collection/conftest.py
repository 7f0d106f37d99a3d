"""The second city for the tests of collection: loaded once, every test rolled back to it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cases.conftest import city, world
from tests.cases.pages import sign
from tests.collection.phones import Phone, signed_in

__all__ = ["city", "sign", "world"]


@pytest.fixture
def phone(world: Any) -> Callable[[str], Phone]:
    """A phone of the person with that login."""
    return lambda login: Phone(signed_in(world, login))
