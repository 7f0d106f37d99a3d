"""The second city, loaded once for the session of a test module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from citygrid.rulebook import slices
from tests.rulebook.cities import SECOND, copy_of, load, make_areas, organize


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What another test loaded and rolled back is not remembered."""
    slices.forget()
    yield
    slices.forget()


@pytest.fixture
def areas(db: None) -> dict[str, int]:
    """Area ids of the second city by code, with its bodies there."""
    ids = make_areas(SECOND)
    organize(SECOND)
    return ids


@pytest.fixture
def second(areas: dict[str, int], tmp_path: Path) -> Path:
    """The second city, loaded from a copy of its folder that a test may edit."""
    folder = copy_of(SECOND, tmp_path / "second")
    report = load(folder)
    assert report.ok, [str(problem) for problem in report.problems]
    return folder
