"""Tables of cases filled from random walks of the process; the second city lends its profile (time zone, projection)."""

from collections.abc import Iterator
from datetime import date

import pytest

from citygrid.cases import partitions
from citygrid.rulebook import slices
from tests.process.walker import Walk
from tests.rulebook.cities import SECOND, load, make_areas, organize


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What another test loaded and rolled back is not remembered."""
    partitions.forget()
    slices.forget()
    yield
    partitions.forget()
    slices.forget()


@pytest.fixture
def city(db: None) -> None:
    make_areas(SECOND)
    organize(SECOND, date(2020, 1, 1))
    assert load(SECOND, date(2020, 1, 1)).ok


@pytest.fixture(scope="session")
def walks() -> list[Walk]:
    """A few hundred acts each: every kind of life, decided by the real process."""
    return [Walk(seed).run(1500) for seed in (1, 2, 3)]
