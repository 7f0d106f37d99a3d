"""`/maps/layers.json`: what the map component needs, by person and language; layers whose data is overdue."""

from datetime import date

import pytest

from citygrid.maps import editing, listing
from citygrid.maps.models import Layer, LayerGroup
from tests.maps.world import NOW, signed


def layers(client, **headers):
    return client.get("/maps/layers.json", headers=headers).json()


def test_layers_stand_in_their_order_with_what_draws_them(world, owner):
    world.layer("lamps", world.points(5), group=LayerGroup.objects.get(code="base"), order=15, attribution="© us")
    found = layers(owner)
    base = [one["code"] for one in found["layers"] if one["group"] == "base"]
    assert base[:3] == ["places", "lamps", "rails"]
    assert [one["code"] for one in found["groups"]].index("areas") < [one["code"] for one in found["groups"]].index(
        "base"
    )
    lamps = next(one for one in found["layers"] if one["code"] == "lamps")
    assert lamps["geometry"] == "point" and lamps["attribution"] == "© us"
    assert {one["name"]: one["type"] for one in lamps["properties"]} == {
        "name": "text", "kind": "text", "height": "number", "lit": "bool",
    }  # fmt: skip
    tile = lamps["tiles"].replace("{z}", "14").replace("{y}", "6694").replace("{x}", "13721")
    assert owner.get(tile).status_code == 200 and owner.get(lamps["items"] + "000001").json()["id"] == "000001"
    west, south, east, north = found["extent"]
    assert west < found["centre"][0] < east and south < found["centre"][1] < north


def test_names_come_in_the_readers_language(world, owner):
    def name(language):
        found = layers(owner, **{"Accept-Language": language})["layers"]
        return next(one["name"] for one in found if one["code"] == "roads")

    assert (name("zh-hans"), name("en")) == ("道路", "Roads")


def test_the_state_changes_with_the_data_and_with_nothing_else(world, owner):
    answer = owner.get("/maps/layers.json")
    assert owner.get("/maps/layers.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    world.layer("lamps", world.points(5))
    after = owner.get("/maps/layers.json", headers={"If-None-Match": answer["ETag"]})
    assert after.status_code == 200 and after.json()["state"] != answer.json()["state"]


@pytest.mark.parametrize(
    ("data_date", "refresh", "days"),
    [(None, 30, 0), (date(2026, 1, 1), 0, 0), (date(2026, 1, 1), 30, 95), (date(2026, 4, 30), 30, 0)],
)
def test_data_that_should_have_been_renewed_is_told(data_date, refresh, days):
    layer = Layer(code="x", name="x", data_date=data_date, refresh=refresh)
    assert listing.overdue(layer, date(2026, 5, 6)) == days


def test_a_layer_of_one_class_shows_only_that(world, owner):
    layer = Layer(code="north", name="北", kind="source", source="areas.district", sharing="city", published=True)
    codes = [one["id"] for one in owner.get("/ogc/collections/district/items").json()["features"]]
    layer.filter = {"code": codes[:2]}
    editing.save(layer, signed("steward1"), NOW)
    assert layer.geometry == "polygon"
    assert [one["id"] for one in owner.get("/ogc/collections/north/items").json()["features"]] == codes[:2]
    assert owner.get(f"/ogc/collections/north/items/{codes[2]}").status_code == 404
