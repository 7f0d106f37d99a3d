"""The JSON API: search, reverse, lists; for whoever is signed in (CJJ/T 106 地理编码: service to all others)."""

import json
from pathlib import Path

from django.test import Client

from citygrid.geocoding import reverse
from citygrid.standards.coordinates import CGCS2000, GCJ02, transform
from tests.geocoding.conftest import NOW, Someone

SEARCH, REVERSE, BATCH = (f"/api/v1/geocoding/{name}" for name in ("search", "reverse", "batch"))


def test_nobody_without_a_seat_is_answered(city: Path) -> None:
    for address in (f"{SEARCH}?q=上海大厦", f"{REVERSE}?lon=121.4855&lat=31.2462"):
        assert Client().get(address).status_code == 401


def test_search_says_place_grid_and_how(stranger: Someone) -> None:
    found = stranger.client.get(SEARCH, {"q": "shds", "limit": 3}).json()
    assert len(found["matches"]) <= 3
    best = found["matches"][0]
    assert (best["words"], best["how"], best["kind"]) == ("上海大厦", "initials", "landmark")
    assert best["grid"].startswith(best["street"])


def test_search_refuses_what_it_does_not_know(stranger: Someone) -> None:
    for query, code in (({"kinds": "moon"}, "unknown_place_kind"), ({"near": "here"}, "bad_point"),
                        ({"crs": "mars", "q": "121.5,31.2"}, "coordinate_system")):  # fmt: skip
        answer = stranger.client.get(SEARCH, {"q": "上海", **query})
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_swapped_axes_come_as_a_hint(stranger: Someone) -> None:
    found = stranger.client.get(SEARCH, {"q": "31.2462,121.4855"}).json()
    assert found["matches"] == []
    assert found["hints"][0]["code"] == "swapped_axes"


def test_reverse_says_it_as_a_person_would(stranger: Someone) -> None:
    said = stranger.client.get(REVERSE, {"lon": 121.4855, "lat": 31.2462}).json()
    assert said["sentence"].startswith("北苏州路20号")
    assert said["grid"]["code"] == "390103001003011"
    assert said["inside"] is True
    assert said["road"] == "北苏州路"


def test_reverse_of_a_phones_point_when_told(stranger: Someone) -> None:
    lon, lat = transform(121.4855, 31.2462, CGCS2000, GCJ02)
    told = stranger.client.get(REVERSE, {"lon": lon, "lat": lat, "crs": GCJ02}).json()
    assert told["grid"]["code"] == "390103001003011"
    assert stranger.client.get(REVERSE, {"lon": lon, "lat": lat}).json()["grid"] != told["grid"]


def test_outside_is_answered_so(stranger: Someone) -> None:
    said = stranger.client.get(REVERSE, {"lon": 120.0, "lat": 30.0}).json()
    assert (said["inside"], said["grid"], said["outside"]) == (False, None, "outside_area")


def test_a_short_list_at_once(stranger: Someone) -> None:
    items = {"items": ["上海大厦", "齉龘", "福州路与四川中路交叉口"]}
    found = stranger.client.post(BATCH, json.dumps(items), content_type="application/json").json()
    assert [[match["how"] for match in one["matches"]] for one in found] == [["exact"], [], ["crossing"]]
    long = {"items": ["上海大厦"] * 201}
    assert stranger.client.post(BATCH, json.dumps(long), content_type="application/json").status_code == 422


def test_describing_names_the_side(city: Path) -> None:
    """30 m north of a lone plate is north of it, in both languages' sentences."""
    south = reverse.describe(121.4975, 31.2385, NOW)
    assert south.place is not None
    assert str(south.place.name) in south.sentence
    assert south.place.metres <= reverse.NEAR_M
