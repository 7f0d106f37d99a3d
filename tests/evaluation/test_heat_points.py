"""When and where cases came stands in a table of its own: it follows every act, a rebuild gives the same, and who sees
everything counts the same from it as from the cases (S0-06)."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import facts
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.insight import heat
from citygrid.evaluation.periods import period
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city
from tests.cases.world import COVER, WEST

WHY = "the caller meant the other gate"
EAST = ("111.0165000", "30.0005000")
LAT = 30.0


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """One case is filed at the western place, one at the eastern."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        world.west, world.east = world.filed(), world.filed(where=EAST)
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def points(town: worlds.World) -> dict[UUID, tuple[Any, ...]]:
    """Case -> what is kept; after a rebuild the same, and each count as the cases themselves give it."""
    of = period(date(2026, 3, 1), date(2026, 3, 31), zone_at(town.now), town.now)
    ask = (of, str(zone_at(town.now)), "true", [])
    rows = "select case_id, class_id, district, lon, lat, received_at from evaluation_heat order by case_id"
    with plain() as connection:
        facts.refresh(connection)
        kept = connection.execute(rows).fetchall()
        assert heat.cells(connection, *ask, LAT, whole=True) == heat.cells(connection, *ask, LAT)
        for way in heat.WAYS:
            assert heat.matrix(connection, way, *ask, whole=True) == heat.matrix(connection, way, *ask)
        for x, y, n in heat.cells(connection, *ask, LAT):
            assert heat.number(connection, heat.in_square((x, y), *ask, LAT)) == n
        facts.rebuild(connection)
        assert connection.execute(rows).fetchall() == kept
    return {row[0]: row[1:] for row in kept}


def test_each_case_stands_where_it_came(town: worlds.World) -> None:
    found = points(town)
    assert set(found) == {town.west, town.east}
    assert found[town.west][2:4] == (float(WEST[0]), float(WEST[1]))


def test_a_case_that_is_moved_or_gets_another_class_is_found_there(town: worlds.World) -> None:
    town.do("calltaker1", town.west, "relocate", lon=EAST[0], lat=EAST[1], reason=WHY)
    assert points(town)[town.west][2:4] == (float(EAST[0]), float(EAST[1]))
    town.do("calltaker1", town.west, "reclassify", class_id=COVER, condition="1", reason=WHY)
    assert points(town)[town.west][0] == COVER


def test_merged_it_is_none_and_out_of_the_merger_one_again(town: worlds.World) -> None:
    town.do("calltaker1", town.west, "merge", into=str(town.east), reason=WHY)
    assert set(points(town)) == {town.east}
    town.do("calltaker1", town.west, "unmerge", reason=WHY)
    assert set(points(town)) == {town.west, town.east}


def test_an_act_that_moves_nothing_writes_nothing(town: worlds.World) -> None:
    points(town)
    place = "select ctid::text from evaluation_heat where case_id = %s"
    with plain() as connection:
        before = connection.execute(place, [town.east]).fetchone()
    town.do("dispatcher1", town.east, "comment", text="seen")
    with plain() as connection:
        assert facts.refresh(connection) == 1
        assert connection.execute(place, [town.east]).fetchone() == before
