"""The heat of cases on the city map: each post has the squares of its own cases, a stranger none; class and days are
chosen; a square opens to as many cases (S0-06, S3-19)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from citygrid.evaluation.insight import heat_layer
from citygrid.maps import register
from citygrid.maps.layer_file import own
from citygrid.maps.models import Layer
from citygrid.maps.tiling import SCHEMES
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in
from tests.cases.world import COVER, EAST, GARBAGE, WEST

ITEMS = "/ogc/collections/heat/items?limit=100&f=json"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """Three cases at one western corner, one of them forty days old; one in the east. Now is now: the layer asks the
    clock."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        now = timezone.now()
        world.now = now - timedelta(days=40)
        world.old = world.report(where=WEST)
        world.now = now - timedelta(hours=3)
        world.west = [world.report(where=WEST), world.report(where=WEST)]
        world.east = world.report(where=EAST)
        facts = own().layers["heat"]
        Layer.objects.get_or_create(code="heat", defaults={
            "name": facts["name"], "kind": "source", "source": facts["source"], "style": facts["style"],
            "published": True, "sharing": "city",
        })  # fmt: skip
        register.touch()
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def squares(client: Client) -> dict[str, dict[str, str]]:
    """Key -> properties of the smallest squares."""
    answer = client.get(ITEMS)
    if answer.status_code != 200:
        return {}
    rows = {one["id"]: one["properties"] for one in answer.json()["features"]}
    return {key: one for key, one in rows.items() if one["side"] == "200"}


def counts(client: Client) -> list[int]:
    return sorted(int(one["name"]) for one in squares(client).values())


def tile(client: Client, more: str) -> bytes:
    """The tile of the western corner."""
    scheme = SCHEMES["WebMercatorQuad"]
    x, y = scheme.project(float(WEST[0]), float(WEST[1]))
    side = scheme.span / 2**14
    row, column = int((scheme.top - float(y)) // side), int((float(x) - scheme.left) // side)
    answer = client.get(f"/ogc/collections/heat/tiles/WebMercatorQuad/14/{row}/{column}?f=mvt&v=1{more}")
    assert answer.status_code == 200, answer.content
    return bytes(answer.content)


def test_the_leader_sees_the_city_a_district_its_own_and_a_stranger_nothing() -> None:
    assert counts(signed_in("leader1")) == [1, 2]
    assert counts(signed_in("east_shiftleader")) == [1]
    assert counts(signed_in("west_sanitation_desk")) == [], "a unit that has nothing to do with them"
    assert squares(Client()) == {}


def test_the_three_sizes_have_the_same_cases() -> None:
    rows = signed_in("leader1").get(ITEMS).json()["features"]
    sums: dict[str, int] = {}
    for one in rows:
        facts = one["properties"]
        sums[facts["side"]] = sums.get(facts["side"], 0) + int(facts["name"])
        assert 1 <= int(facts["tone"]) <= 5
    assert sums == {"200": 3, "800": 3, "3200": 3}


def test_days_and_class_are_chosen_and_nobody_gets_anothers_tile() -> None:
    leader = signed_in("leader1")
    month, quarter, covers = (tile(leader, more) for more in ("", "&days=90&class=", f"&days=30&class={COVER}"))
    assert month and quarter and month != quarter, "forty days ago there was one more"
    assert covers == b"", "no cover was reported"
    assert b"1~" in tile(leader, f"&days=30&class={GARBAGE}"), "all of them are garbage"
    assert tile(signed_in("east_shiftleader"), "") not in (b"", month), "one of its own, in the same tile"
    assert tile(leader, "&days=x&class=") == month, "what is no answer counts as not said"


def test_a_tile_of_another_layer_takes_no_such_words() -> None:
    assert heat_layer.Chosen.of({"days": "7"}) == heat_layer.Chosen(7, "")
    answer = signed_in("leader1").get("/ogc/collections/heat/tiles/WebMercatorQuad/14/1/1?f=mvt&unit=3")
    assert answer.status_code == 400


def test_a_square_opens_to_as_many_cases() -> None:
    leader = signed_in("leader1")
    for key, facts in squares(leader).items():
        text = leader.get("/evaluation/insight/heat/", {"square": key}).content.decode()
        assert text.count("<tr data-row>") == int(facts["name"])
    west = next(key for key, facts in squares(leader).items() if facts["name"] == "2")
    text = signed_in("east_shiftleader").get("/evaluation/insight/heat/", {"square": west}).content.decode()
    assert "<tr data-row>" not in text, "a square of others opens to nothing"


@pytest.mark.parametrize("key", ["~", "1~2~3~30", "2~1~1~30~", "1~x~1~30~", "9" * 60])
def test_what_is_no_square_is_refused(key: str) -> None:
    assert signed_in("leader1").get("/evaluation/insight/heat/", {"square": key}).status_code == 422


@pytest.mark.parametrize("key", ["", "1~1~1~31~x", "1~-5~9~0~"])
def test_a_square_of_nothing_is_the_page_or_an_empty_list(key: str) -> None:
    assert signed_in("leader1").get("/evaluation/insight/heat/", {"square": key}).status_code == 200


def test_the_squares_of_the_page_open_too() -> None:
    leader = signed_in("leader1")
    days = (timezone.now() - timedelta(days=60)).date(), (timezone.now() + timedelta(days=1)).date()
    found = leader.get(f"/evaluation/insight/heat/?from={days[0]}&to={days[1]}").context["shapes"]["features"]
    assert sorted(int(one["properties"]["label"]) for one in found) == [1, 3]
    for one in found:
        text = leader.get("/evaluation/insight/heat/" + one["properties"]["url"]).content.decode()
        assert text.count("<tr data-row>") == int(one["properties"]["label"])


def test_the_map_has_the_layer_its_legend_and_the_form() -> None:
    leader = signed_in("leader1")
    (layer,) = [one for one in leader.get("/maps/layers.json").json()["layers"] if one["code"] == "heat"]
    assert layer["link"] == "/evaluation/insight/heat/?square={key}"
    assert sum(bool(rule.get("name")) for rule in layer["style"]["rules"]) == 5, "five shades are told"
    text = leader.get("/maps/").content.decode()
    assert 'data-heat-layer' in text and 'name="days"' in text
    (of_collector,) = [
        one for one in signed_in("collector3").get("/maps/layers.json").json()["layers"] if one["code"] == "heat"
    ]
    assert of_collector["link"] == "", "who reads no decision support is not led there"
