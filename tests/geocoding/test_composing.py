"""Crossings, offsets, gates and numbers between numbers, on the roads of the demo city."""

import random
from pathlib import Path

import pytest
import shapely
from bench import geocoding_questions as questions

from citygrid.geocoding import crossings, keeping, search
from citygrid.geocoding.drafts import Draft
from citygrid.geocoding.keeping import Who
from citygrid.geocoding.models import Crossing, Kind, Place
from tests.geocoding.conftest import DEMO, NOW, Someone

WAYS = [
    "福州路与四川中路交叉口",
    "福州路四川中路路口",
    "四川中路福州路",
    "四川中路/福州路",
    "福州路近四川中路",
    "福州路和四川中路口",
]


@pytest.mark.parametrize("asked", WAYS)
def test_a_crossing_by_any_words(city: Path, asked: str) -> None:
    found = search.find(asked, at=NOW)[0]
    assert found.how == "crossing"
    assert questions.metres((found.lon, found.lat), (121.48442, 31.23731)) < 20


def test_streets_that_meet_twice_give_both(city: Path) -> None:
    found = [one for one in search.find("世纪大道与陆家嘴环路路口", at=NOW) if one.how == "crossing"]
    assert len(found) == 2
    assert questions.metres(*[(one.lon, one.lat) for one in found]) > 300


def test_streets_that_do_not_meet_give_no_crossing(city: Path) -> None:
    """福州路 is west of the river, 东方路 east of it."""
    assert all(one.how != "crossing" for one in search.find("福州路与东方路交叉口", at=NOW))


@pytest.mark.parametrize(("side", "east", "north"), [("东", 1, 0), ("西", -1, 0), ("南", 0, -1), ("北", 0, 1)])
def test_so_far_in_a_direction(city: Path, side: str, east: int, north: int) -> None:
    start = search.find("上海大厦", at=NOW)[0]
    found = search.find(f"上海大厦{side}侧100米", at=NOW)[0]
    assert found.how == "offset"
    assert questions.metres((found.lon, found.lat), (start.lon, start.lat)) == pytest.approx(100, abs=1)
    assert (found.lon - start.lon) * east + (found.lat - start.lat) * north > 0.0008


def test_a_gate_is_on_its_side_of_the_building(city: Path) -> None:
    middle = search.find("中融碧玉蓝天大厦", at=NOW)[0]
    gate = search.find("中融碧玉蓝天大厦东门", at=NOW)[0]
    assert gate.how == "gate"
    assert 10 < questions.metres((gate.lon, gate.lat), (middle.lon, middle.lat)) < 80
    assert gate.lon > middle.lon


def test_opposite_is_across_the_road(city: Path) -> None:
    found = search.find("上海大厦对面", at=NOW)[0]
    assert found.how == "opposite"
    assert found.lat < search.find("上海大厦", at=NOW)[0].lat


def test_between_two_places(city: Path) -> None:
    found = search.find("上海市公安局与花旗集团大厦之间", at=NOW)[0]
    assert found.how == "between"
    assert 121.4830 < found.lon < 121.4955


def plates(owner: Someone, *numbers: int) -> None:
    """Plates of a new straight street, at a metre of longitude for each number."""
    line = shapely.LineString([(121.50, 31.2420), (121.51, 31.2420)])
    keeping.save("psx", Draft(Kind.STREET, "试新街", 121.505, 31.242, shape=line), None, Who(owner.signed), NOW)
    for number in numbers:
        lon = 121.50 + number * 1e-4
        draft = Draft(Kind.DOOR_PLATE, f"试新街{number}号", lon, 31.2421, road="试新街", number=f"{number}号")
        keeping.save(f"ps{number}", draft, None, Who(owner.signed), NOW)


def test_a_missing_number_is_estimated_and_said_to_be(owner: Someone) -> None:
    plates(owner, 10, 20, 31)
    found = search.find("试新街16号", at=NOW)[0]
    assert found.how == "interpolated"
    assert questions.metres((found.lon, found.lat), (121.5016, 31.2421)) < 3
    assert found.accuracy >= 15


def test_a_known_number_is_no_estimate(owner: Someone) -> None:
    plates(owner, 10, 20)
    found = search.find("试新街20号", at=NOW)[0]
    assert (found.how, found.words) == ("exact", "试新街20号")


def test_a_part_of_a_number_falls_back_to_the_whole(owner: Someone) -> None:
    plates(owner, 12, 20)
    found = search.find("试新街12-1号", at=NOW)[0]
    assert questions.metres((found.lon, found.lat), (121.5012, 31.2421)) < 3


def test_a_number_far_beyond_is_only_the_street(owner: Someone) -> None:
    plates(owner, 10, 20)
    found = search.find("试新街900号", at=NOW)[0]
    assert found.accuracy > 300


def test_a_new_street_has_its_crossings_at_once_and_loses_them(owner: Someone) -> None:
    road = Place.objects.filter(name="世纪大道", kind=Kind.STREET).order_by("pk")[0]
    shape = shapely.from_wkb(bytes(road.shape or b""))
    lon, lat = shape.centroid.x, shape.centroid.y
    line = shapely.LineString([(lon, lat - 0.01), (lon, lat + 0.01)])
    keeping.save("pst", Draft(Kind.STREET, "试横街", lon, lat, shape=line), None, Who(owner.signed), NOW)
    made = Place.objects.get(code="pst")
    assert crossings.of_streets([made.pk], [road.pk])
    assert search.find("试横街与世纪大道路口", at=NOW)[0].how == "crossing"
    keeping.retire("pst", NOW.date(), Who(owner.signed), NOW)
    assert not Crossing.objects.filter(first=made).exists()


@pytest.mark.parametrize("make", [questions.crossings, questions.offsets])
def test_the_right_point_is_first_nearly_always(city: Path, make: object) -> None:
    """150 questions of the bench's, on the demo city: at least 90 % first, 97 % among five."""
    on_map = questions.Map(DEMO, "EPSG:4549")
    chosen = questions.take(make(on_map, random.Random(7)), 150)
    ranks = [
        [one.right(match.words, match.lon, match.lat) for match in search.find(one.text, 5, at=NOW)] for one in chosen
    ]
    assert sum(rank[:1] == [True] for rank in ranks) >= 0.90 * len(chosen)
    assert sum(any(rank) for rank in ranks) >= 0.97 * len(chosen)
