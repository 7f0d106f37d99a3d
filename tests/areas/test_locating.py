"""S0-03, S2-19, S3-04, S4-02: a point has exactly one unit grid on a day, and everything above it follows."""

from datetime import UTC, date, datetime

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citygrid.areas import locating
from citygrid.areas.locating import Outside, Place, locate, located
from citygrid.areas.models import Area, AreaVersion
from citygrid.areas.versions import bump, current
from tests.areas.world import STEP, area, duty, plain_city, service, square

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)


def test_place_names_everything_above_the_grid():
    city, district, street, community, grids = plain_city()
    place = locate(10.0005, 20.0005, DAY)
    assert place is not None
    assert place.grid is not None and place.grid.id == grids[0, 0].id
    assert place.city == locating.AreaRef(city.id, "C", "The Plain")
    assert place.ids == (grids[0, 0].id, community.id, street.id, district.id, city.id)
    assert place.version == current().text
    assert place.duty_grid is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.floats(0, 4 * STEP), st.floats(0, 4 * STEP))
def test_every_point_of_the_city_is_in_exactly_the_first_grid_that_covers_it(x, y):
    if not Area.objects.exists():
        plain_city()
    point = shapely.Point(10 + x, 20 + y)
    covering = [
        row.code
        for row in Area.objects.filter(kind="grid").order_by("code")
        if shapely.from_wkb(bytes(row.geometry)).covers(point)
    ]
    place = locate(point.x, point.y, DAY)
    assert place.grid.code == covering[0] if covering else place is None or place.grid is not None


def test_a_shared_corner_goes_to_the_lowest_code():
    plain_city()
    assert locate(10 + STEP, 20 + STEP, DAY).grid.code == "G008"


def test_a_seam_of_a_rounding_belongs_to_a_neighbour():
    plain_city(1)
    assert locate(10 - 5e-8, 20.0005, DAY).grid.code == "G000"
    assert locate(10 - 5e-7, 20.0005, DAY) is None


@pytest.mark.parametrize(
    "point", [(9.99, 20.0), (10.0041, 20.001), (200, 20), (10, -91), (float("nan"), 20), (float("inf"), 20)]
)
def test_outside(point):
    plain_city()
    assert locate(*point, DAY) is None
    answer = located(*point, DAY)
    assert isinstance(answer, Outside) and answer.code == "outside_area" and answer.since is None


def test_a_grid_holds_from_its_first_day_to_the_day_before_its_last():
    _, _, _, community, grids = plain_city()
    old = grids[0, 0]
    Area.objects.filter(id=old.id).update(valid_to=date(2023, 1, 1))
    area("grid", "G900", square(0, 0), community, start=date(2023, 1, 1))
    bump()
    assert locate(10.0005, 20.0005, date(2022, 12, 31)).grid.code == "G012"
    assert locate(10.0005, 20.0005, date(2023, 1, 1)).grid.code == "G900"


def test_a_moment_counts_on_the_citys_day():
    _, _, _, community, grids = plain_city()
    Area.objects.filter(id=grids[0, 0].id).update(valid_to=date(2023, 1, 1))
    area("grid", "G900", square(0, 0), community, start=date(2023, 1, 1))
    bump()
    assert locate(10.0005, 20.0005, datetime(2022, 12, 31, 15, 59, tzinfo=UTC)).grid.code == "G012"
    assert locate(10.0005, 20.0005, datetime(2022, 12, 31, 16, 0, tzinfo=UTC)).grid.code == "G900"


def test_outside_says_since_when_and_from_when():
    *_, grids = plain_city()
    Area.objects.filter(id=grids[0, 0].id).update(valid_to=date(2023, 1, 1))
    Area.objects.filter(id=grids[1, 0].id).update(valid_from=date(2030, 1, 1))
    bump()
    gone = located(10.0005, 20.0005, DAY)
    assert (gone.code, gone.since) == ("no_longer_in_area", date(2023, 1, 1))
    assert gone.message % gone.params == "The point is not in the area of this system since 2023-01-01."
    soon = located(10.0015, 20.0005, DAY)
    assert (soon.code, soon.until) == ("not_yet_in_area", date(2030, 1, 1))


def test_the_service_area_bounds_where_the_system_works():
    plain_city()
    service(square(0, 0, 1.5, 4))
    assert isinstance(located(10.0005, 20.0005, DAY), Place)
    assert isinstance(located(10.0014, 20.0005, DAY), Place)
    refused = located(10.0016, 20.0005, DAY)
    assert isinstance(refused, Outside) and refused.code == "outside_service_area"
    assert refused.place.grid.code == "G013"
    assert locate(10.0016, 20.0005, DAY).grid.code == "G013"


def test_a_service_area_that_was_given_up_says_since_when():
    plain_city()
    service(square(0, 0, 4, 4), end=date(2022, 7, 1))
    service(square(0, 0, 2, 4), start=date(2022, 7, 1), code="2")
    answer = located(10.0035, 20.0005, DAY)
    assert (answer.code, answer.since) == ("no_longer_in_area", date(2022, 7, 1))


def test_duty_grid_of_the_day():
    *_, grids = plain_city()
    first = duty("R1", [grids[0, 0], grids[1, 0]], end=date(2024, 1, 1))
    second = duty("R2", [grids[0, 0]], start=date(2024, 1, 1))
    assert locate(10.0005, 20.0005, date(2023, 12, 31)).duty_grid.id == first.id
    assert locate(10.0005, 20.0005, DAY).duty_grid.id == second.id
    assert locate(10.0015, 20.0005, DAY).duty_grid is None


def test_a_renamed_parent_is_the_parent_of_its_day():
    _, district, street, community, _ = plain_city()
    Area.objects.filter(id=street.id).update(valid_to=date(2022, 1, 1))
    area("street", "S", square(0, 0, 4, 4), district, start=date(2022, 1, 1), name="New Street")
    bump()
    assert locate(10.0005, 20.0005, date(2021, 1, 1)).street.name == "S"
    assert locate(10.0005, 20.0005, DAY).street.name == "New Street"
    assert community.parent_id == street.id


def test_a_community_without_grids_answers_itself():
    *_, street, _, _ = plain_city()
    area("community", "Village", square(10, 10, 3, 3), street)
    bump()
    place = locate(10.0115, 20.0115, DAY)
    assert place.grid is None and place.community.code == "Village" and place.ids[0] == place.community.id


def test_the_version_follows_the_content():
    plain_city()
    before = current()
    assert bump().pk == before.pk
    Area.objects.filter(code="G000").update(name="Corner")
    after = bump()
    assert after.text != before.text
    assert locate(10.0005, 20.0035, DAY).grid.name == "Corner"
    Area.objects.filter(code="G000").update(name="G000")
    assert bump().text == before.text and AreaVersion.objects.count() == 3


def test_another_processs_change_is_seen_when_looked_at(monkeypatch, django_assert_num_queries):
    plain_city()
    assert locate(10.0005, 20.0005, DAY) is not None
    with django_assert_num_queries(0):
        locate(10.0005, 20.0005, DAY)
        locate(10.0005, 20.0005, DAY, version=current_text())
    Area.objects.filter(kind="grid").update(name="Changed elsewhere")
    AreaVersion.objects.create(digest="e" * 64)
    assert locate(10.0005, 20.0005, DAY, version="e" * 16).grid.name == "Changed elsewhere"
    Area.objects.filter(kind="grid").update(name="Again")
    AreaVersion.objects.create(digest="f" * 64)
    monkeypatch.setattr(locating, "LOOK_EVERY", 0.0)
    assert locate(10.0005, 20.0005, DAY).grid.name == "Again"


def current_text():
    return locating._Held.atlas.version


def test_without_any_areas_every_point_is_outside():
    locating.forget()
    assert locate(10, 20, DAY) is None
    assert located(10, 20, DAY).code == "outside_area"
