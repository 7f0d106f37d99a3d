"""The second city with a few cases of March 2026: closed, being handled, filed; once for a module."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        world.closed()
        world.closed()
        world.handling()
        world.filed()
        yield world


@pytest.fixture
def fresh(town: worlds.World, db: None) -> Iterator[worlds.World]:
    clock = town.now
    forget()
    yield town
    town.now = clock
    forget()
