"""The second city for the tests of reception: loaded once, every test rolled back to it."""

from tests.cases.conftest import city, world
from tests.cases.pages import sign

__all__ = ["city", "sign", "world"]
