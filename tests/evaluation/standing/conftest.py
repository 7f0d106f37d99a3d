"""The second city of the evaluation's pages, with two duties of west_sanitation and one of east_sanitation."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing.duties import Duty
from citygrid.media.storing import store
from citygrid.organization.seats import Signed
from tests.cases import world as worlds
from tests.evaluation.test_pages import fresh, town

__all__ = ["fresh", "town"]
MARCH_9 = datetime(2026, 3, 9, 2, tzinfo=UTC)
"""A Monday, in the middle of the day on the city's clocks."""
TEXT = (worlds.FOLDER / "standing.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def duties(town: worlds.World, fresh: None) -> Iterator[None]:
    report = city_files.keep(city_files.DUTIES, TEXT, date(2026, 3, 1))
    assert report.ok, [str(one) for one in report.problems]
    yield


def duty(code: str = "square") -> Duty:
    return city_files.book_at(date(2026, 3, 9)).duties[code]


def who(login: str) -> Signed:
    found: Signed = worlds.World().who(login)
    return found


def photo(login: str, shade: int = 1) -> UUID:
    file: Any = store(worlds.picture(shade), "photo.jpg", who(login).person.pk, MARCH_9)
    return UUID(str(file.pk))
