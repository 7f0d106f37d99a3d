"""Maps get areas only when somebody is signed in."""

import pytest
from django.contrib.auth import get_user_model

from tests.areas.world import plain_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    client.force_login(get_user_model().objects.create(login="member", name="Member"))
    return client


def test_a_stranger_sees_no_map(client):
    assert client.get("/areas/grid.geojson").status_code == 302


def test_areas_of_a_box(member):
    plain_city()
    answer = member.get("/areas/grid.geojson?bbox=10.0001,20.0001,10.0015,20.0005")
    assert [f["properties"]["code"] for f in answer.json()["features"]] == ["G012", "G013"]
    assert len(member.get("/areas/grid.geojson").json()["features"]) == 16
    assert member.get("/areas/grid.geojson?at=2019-01-01").json()["features"] == []
    again = member.get("/areas/grid.geojson", headers={"If-None-Match": member.get("/areas/grid.geojson")["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/areas/planet.geojson", 404),
        ("/areas/grid.geojson?bbox=1,2,3", 400),
        ("/areas/grid.geojson?bbox=1,2,nan,4", 400),
        ("/areas/grid.geojson?bbox=3,2,1,4", 400),
        ("/areas/grid.geojson?at=yesterday", 400),
    ],
)
def test_a_bad_question_is_answered_plainly(member, address, status):
    assert member.get(address).status_code == status
