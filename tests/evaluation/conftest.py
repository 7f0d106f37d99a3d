"""Tables of cases filled from random walks of the process, once; the second city lends its time zone and projection."""

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from citygrid.cases import partitions
from citygrid.process.states import OPEN
from citygrid.rulebook import slices
from tests.evaluation import lives
from tests.process.city import CHEN, UnexpectedError, text
from tests.process.walker import Walk
from tests.rulebook.cities import SECOND, load, make_areas, organize

SINCE = date(2020, 1, 1)


def _forget() -> None:
    partitions.forget()
    slices.forget()


@pytest.fixture(scope="package")
def base(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The profile of the second city, inside a transaction that every test's own is nested in."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        _forget()
        make_areas(SECOND)
        organize(SECOND, SINCE)
        assert load(SECOND, SINCE).ok
        yield
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    _forget()


@pytest.fixture
def city(base: None, db: None) -> Iterator[None]:
    _forget()
    yield
    _forget()


@pytest.fixture(scope="package")
def walks() -> list[Walk]:
    """A thousand acts each: every kind of life, decided by the real process."""
    return [_with_a_merge(Walk(seed).run(1200)) for seed in (1, 2, 4)]


def _with_a_merge(walk: Walk) -> Walk:
    """Walks merge seldom and undo it soon: at the end one filed case is merged into another, wherever that may be."""
    story = walk.story
    filed = [case.id for case in story.cases.values() if case.filed_at is not None and case.state in OPEN]
    for child, main in permutations(filed, 2):
        story.id = child
        try:
            story.do(CHEN, "merge", into=str(main), reason=text("the same place"))
        except UnexpectedError:
            continue
        break
    return walk


@pytest.fixture(scope="module")
def walked(base: None, django_db_blocker: Any, walks: list[Walk]) -> Iterator[list[Walk]]:
    """The walks in the database, for the tests of one module."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        _forget()
        lives.write([entries for walk in walks for entries in walk.story.entries.values()])
        yield walks
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    _forget()
