"""The day is the city's own, not the server's: they differ for two hours each night (S3-20)."""

from datetime import UTC, date, datetime

from citygrid.areas import locating
from citygrid.areas.changing import Who
from citygrid.areas.citywide import localday
from citygrid.areas.models import Area
from citygrid.areas.places import Place
from citygrid.areas.versions import bump
from tests.cases.world import WEST, World

LATE = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
"""23:30 in this city, half past one of the next day on the server."""


def test_today_is_the_citys_day(world: World) -> None:
    assert localday(LATE) == Who(LATE).today == date(2026, 3, 1)


def test_a_grid_that_ends_tomorrow_still_holds_tonight(world: World) -> None:
    lon, lat = float(WEST[0]), float(WEST[1])
    here = locating.located(lon, lat, LATE)
    assert isinstance(here, Place) and here.grid is not None
    Area.objects.filter(pk=here.grid.id).update(valid_to=date(2026, 3, 2))
    bump()
    still = locating.located(lon, lat, LATE)
    assert isinstance(still, Place) and still.grid == here.grid
    tomorrow = locating.locate(lon, lat, date(2026, 3, 2))
    assert tomorrow is None or tomorrow.grid != here.grid
