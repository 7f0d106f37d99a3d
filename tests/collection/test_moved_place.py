"""A place that was moved by hand: how far from the device stays on the record (issue 6, evidence)."""

import math
import random

import pytest

from citygrid.cases.models import EntryRow
from tests.cases.world import WEST, picture
from tests.collection.phones import report
from tests.collection.test_app_modules import LAT, LON, NODE, run

needs_node = pytest.mark.skipif(NODE is None, reason="no node: the modules of the app are only run in the journeys")


def test_the_metres_stand_in_the_first_entry_and_on_the_case_page(phone, sign):
    owner = phone("collector3")
    one = report(WEST, owner.upload(picture(1)), owner.upload(picture(2)), moved=37)
    assert owner.sync(one)[0]["state"] == "done"
    case = one["data"]["case"]
    assert EntryRow.objects.get(case_id=case, type="report").data["said"]["moved"] == 37
    page = sign("calltaker1").get(f"/cases/{case}/").content.decode()
    assert "人工移位（米）" in page or "Moved by hand (metres)" in page


@pytest.mark.parametrize("wrong", [-1, 3.5, "40", True])
def test_what_is_no_number_of_metres_is_refused(phone, wrong):
    owner = phone("collector3")
    (told,) = owner.sync(report(WEST, owner.upload(picture(1)), owner.upload(picture(2)), moved=wrong))
    assert told["state"] == "refused"


def test_nobody_types_it_at_a_desk(sign):
    assert 'name="moved"' not in sign("collector3").get("/cases/new/report/").content.decode()


def place(**more):
    return {"lon": LON, "lat": LAT, "accuracy": 12, "by": "gps", "at": 0, "mock": None} | more


@needs_node
def test_a_tap_on_the_sketch_is_a_place_and_its_distance_is_told():
    """The middle is the phone; the edges lie as far as a place may be moved."""
    dice = random.Random(4)
    taps = [(dice.random(), dice.random()) for _ in range(60)]
    told = run(
        "report/shift.js",
        "given.taps.map(([x, y]) => { const from = m.origin(given.place), at = m.touched(from, x, y);"
        " return [m.reach(from), m.moved({...at, from}), at.lon - from.lon, at.lat - from.lat]; })",
        {"taps": taps, "place": place()},
    )
    for (x, y), (reach, metres, east, north) in zip(taps, told, strict=True):
        assert reach == 100
        assert metres == pytest.approx(math.hypot((x * 2 - 1) * reach, (1 - y * 2) * reach), abs=1.5)
        assert (east > 0) == (x > 0.5) and (north > 0) == (y < 0.5), "right is east, up is north"


@needs_node
def test_steps_go_so_far_and_no_farther():
    told = run(
        "report/shift.js",
        "(() => { const from = m.origin(given); let at = given; const seen = [];"
        " for (let n = 0; n < 30; n++) { at = {...at, ...m.stepped(at, from, [1, 0]), from}; seen.push(m.moved(at)); }"
        " return seen; })()",
        place(),
    )
    assert told[:3] == [5, 10, 15] and told[-1] == 100


@needs_node
def test_what_nobody_moved_says_nothing():
    assert run("report/shift.js", "[m.moved(given), m.moved(null), m.origin(null)]", place()) == [None, None, None]
