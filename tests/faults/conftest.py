"""The second city, committed, so that several connections see it: made once for a module, put back after each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import standing
from tests.cases import world as worlds
from tests.cases.conftest import forget


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[standing.Rows]:
    forget()
    with standing.committed(django_db_blocker, tmp_path_factory.mktemp("city"), worlds.make) as rows:
        yield rows
    forget()


@pytest.fixture
def committed(settled: standing.Rows) -> Iterator[worlds.World]:
    forget()
    yield worlds.World()
    standing.put_back(settled)
    forget()
