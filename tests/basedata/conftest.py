"""The second city for the tests of base data; files of surveys go to a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from citygrid.areas import locating
from citygrid.rulebook import slices
from tests.basedata import town


@pytest.fixture
def second(db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATA = tmp_path / "var"
    town.load()
    yield
    locating.forget()
    slices.forget()
