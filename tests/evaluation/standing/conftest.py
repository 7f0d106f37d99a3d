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
TEXT = """[[set]]
code = "clean"
zh = "环卫"
en = "Sanitation"
draw = 1
pass = 80
late = 60
missed = 0

[[duty]]
code = "square"
set = "clean"
zh = "广场"
en = "Square"
sort = "place"
place = "人民广场"
area = "990102"
lon = 111.0155000
lat = 30.0005000
unit = "west_sanitation"
supervisor = "dept"
every = "week"
days = 2
photos = 1
count = {least = 7, zh = "清扫", en = "Sweeps"}
since = 2026-03-01
case_class = "cjt214-2007:event:0102"
standard_zh = "干净"
standard_en = "Clean"
[[duty.check]]
key = "ground"
zh = "地面"
en = "Ground"
points = 60
[[duty.check]]
key = "bins"
zh = "果皮箱"
en = "Bins"
points = 40

[[duty]]
code = "market"
set = "clean"
zh = "市场"
en = "Market"
sort = "market"
unit = "west_sanitation"
every = "month"
since = 2026-03-05
standard_zh = "干净"
standard_en = "Clean"
[[duty.check]]
key = "all"
zh = "整体"
en = "Whole"
points = 10

[[duty]]
code = "east_square"
set = "clean"
zh = "东广场"
en = "East Square"
sort = "place"
area = "990101"
unit = "east_sanitation"
every = "day"
since = 2026-03-01
standard_zh = "干净"
standard_en = "Clean"
[[duty.check]]
key = "all"
zh = "整体"
en = "Whole"
points = 10
"""


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
