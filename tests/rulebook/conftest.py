"""The second city, loaded once for a test module; every test rolled back to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from citygrid.rulebook import slices
from tests.rulebook.cities import SECOND, copy_of, load, make_areas, organize


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What another test loaded and rolled back is not remembered."""
    slices.forget()
    yield
    slices.forget()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """The city with its areas and bodies, inside a transaction that every test's own is nested in; area ids by code."""
    with django_db_blocker.unblock(), transaction.atomic():
        ids = make_areas(SECOND)
        organize(SECOND)
        report = load(SECOND)
        assert report.ok, [str(problem) for problem in report.problems]
        yield ids
        transaction.set_rollback(True)
    slices.forget()


@pytest.fixture
def areas(standing: dict[str, int], db: None) -> dict[str, int]:
    """Area ids of the second city by code, with its bodies there."""
    return standing


@pytest.fixture
def second(areas: dict[str, int], tmp_path: Path) -> Path:
    """The folder that the second city was loaded from, a copy that a test may edit."""
    return copy_of(SECOND, tmp_path / "second")
