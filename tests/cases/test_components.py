"""Cases and the register of components: picked on the form, linked on the page, its owner first (S0-25, S1-60)."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from citygrid.areas import locating
from citygrid.basedata.models import Component
from citygrid.cases import options, reading
from citygrid.organization.models import Body
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from tests.cases.pages import Sign, sign
from tests.cases.world import COVER, WEST, World

__all__ = ["sign"]

AT = datetime(2026, 5, 6, 2, tzinfo=UTC)


@pytest.fixture
def component(world: World) -> Component:
    """A manhole cover in the west, owned by a unit that no rule of the manual names first."""
    lon, lat = (float(part) for part in WEST)
    point = metric(profile_at(AT).data["metric_crs"])(lon, lat)
    place = locating.locate(lon, lat, AT)
    assert place is not None and place.grid is not None and place.community is not None
    assert place.street is not None and place.district is not None
    return Component.objects.create(
        code="9901020101000001",
        class_id=COVER,
        name="井盖",
        lon=lon,
        lat=lat,
        point=point,
        grid=place.grid.code,
        community=place.community.code,
        street=place.street.code,
        district=place.district.code,
        owner="east_roads",
        valid_from=date(2026, 1, 1),
    )


def test_a_component_is_picked_by_code_and_brings_place_and_class(component: Component, sign: Sign) -> None:
    page = sign("calltaker1").get("/pick/component/", {"words": component.code}).text
    sets = json.loads(re.search(r'data-pick-sets="([^"]*)"', page)[1].replace("&quot;", '"'))
    assert sets["class_id"] == component.class_id
    assert float(sets["lon"]) == pytest.approx(component.lon)


def test_with_a_place_and_no_words_the_near_ones_are_offered(component: Component, sign: Sign) -> None:
    client = sign("calltaker1")
    near = client.get("/pick/component/", {"words": "", "lon": component.lon, "lat": component.lat}).text
    assert component.code in near
    assert (
        component.code
        not in client.get("/pick/component/", {"words": "", "lon": component.lon + 0.01, "lat": component.lat}).text
    )
    for bad in ("", "x", "nan", "999"):
        assert client.get("/pick/component/", {"words": "", "lon": bad, "lat": bad}).status_code == 200


def test_a_stranger_picks_nothing(component: Component, client: Client) -> None:
    assert client.get("/pick/component/", {"words": component.code}).status_code == 302


def test_its_owner_is_suggested_first(component: Component, world: World) -> None:
    owner = Body.objects.get(code=component.owner)
    case = world.report(component=component.code, class_id=component.class_id)
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None
    assert options.suggestions(found, AT)[0][0] == owner.pk


def test_the_case_page_leads_to_it_for_who_may_see_it(component: Component, world: World, sign: Sign) -> None:
    case = world.report(component=component.code, class_id=component.class_id)
    assert f"/basedata/components/{component.code}/" in sign("calltaker1").get(f"/cases/{case}/").text
    unknown = world.report(component="9901010101999999", class_id=component.class_id)
    page = sign("calltaker1").get(f"/cases/{unknown}/").text
    assert "9901010101999999" in page
    assert "/basedata/components/9901010101999999/" not in page
