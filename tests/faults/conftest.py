"""The second city, committed, so that several connections see it; taken away afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cases import world as worlds
from tests.cases.conftest import forget

TABLES = "cases_head, cases_entry, cases_case, cases_item, cases_assignment, cases_number, cases_media"


@pytest.fixture
def committed(transactional_db: None, tmp_path: Path, settings: Any) -> Iterator[worlds.World]:
    settings.MEDIA_STORE, settings.DATA = tmp_path / "media", tmp_path
    forget()
    worlds.make()
    yield worlds.World()
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {TABLES}")
    forget()
