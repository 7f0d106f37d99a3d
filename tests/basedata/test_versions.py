"""One change at a time: history, as of a day, taking back, ending (issue 3: versions and history of each component)."""

from datetime import timedelta
from pathlib import Path

import pytest
import shapely

from citygrid.basedata import components, versions
from citygrid.basedata.models import Component, ComponentVersion
from citygrid.process.refusal import Refused
from tests.basedata.test_survey_round import published
from tests.basedata.town import AT, DAY, LAMP, colleague, lamps, spots, write

WHY = ComponentVersion.Why
LATER = AT + timedelta(days=10)


@pytest.fixture
def lamp(second: None, tmp_path: Path) -> str:
    published(write(tmp_path / "lamps.csv", lamps(2)))
    return Component.objects.get(key="P1").code


@pytest.mark.django_db
def test_a_change_is_a_version_and_the_past_stays(lamp: str) -> None:
    version = versions.change(
        lamp, {"state": "破损"}, None, by=colleague(), at=LATER, why=WHY.CORRECTION, reason="巡查"
    )
    assert (version.version, version.valid_from, version.state) == (2, DAY + timedelta(days=10), "damaged")
    before, after = versions.as_of(lamp, DAY + timedelta(days=9)), versions.as_of(lamp, DAY + timedelta(days=10))
    assert before is not None and after is not None and (before.state, after.state) == ("intact", "damaged")
    assert versions.as_of(lamp, DAY - timedelta(days=1)) is None
    assert versions.differences(before, after) == [("state", "intact", "damaged")]
    assert (now := components.find(lamp)) is not None and (now.state, now.version) == ("damaged", 2)
    assert (now.key, now.owner) == ("P1", "power"), "what the change does not say stays"


@pytest.mark.django_db
def test_a_change_is_taken_back_by_a_new_version(lamp: str) -> None:
    lon, lat = spots(8)[7]
    versions.change(lamp, {}, shapely.Point(lon, lat), by=colleague(), at=LATER, why=WHY.CORRECTION)
    back = versions.undo(lamp, colleague(), LATER, "看错了")
    assert (back.version, back.why, (back.lon, back.lat)) == (3, "undo", spots(1)[0])
    assert [one.version for one in versions.history(lamp)] == [3, 2, 1]


@pytest.mark.django_db
def test_an_ended_component_is_gone_from_that_day_and_keeps_its_code(lamp: str) -> None:
    versions.change(lamp, {}, None, by=colleague(), at=LATER, why=WHY.REQUEST, ended=True)
    assert versions.as_of(lamp, DAY + timedelta(days=10)) is None
    assert versions.as_of(lamp, DAY + timedelta(days=9)) is not None
    lon, lat = spots(1)[0]
    assert [one.code for one in components.near(lon, lat, 5, at=AT)] == []
    with pytest.raises(Refused):
        versions.change(lamp, {}, None, by=colleague(), at=LATER, why=WHY.REQUEST, ended=True)
    facts = {"state": "完好", "source": "实测", "owner": "power"}
    fresh = versions.change(
        "", facts, shapely.Point(lon, lat), class_id=LAMP, by=colleague(), at=LATER, why=WHY.REQUEST
    )
    assert fresh.code != lamp and fresh.code[:-6] == lamp[:-6]


@pytest.mark.django_db
def test_wrong_stale_and_empty_changes_leave_no_trace(lamp: str) -> None:
    for cells, more, code in (
        ({"state": "坏透了"}, {}, "wrong_facts"),
        ({"state": "完好"}, {}, "no_change"),
        ({"state": "破损"}, {"based_on": 7}, "stale"),
    ):
        with pytest.raises(Refused) as refused:
            versions.change(lamp, cells, None, by=colleague(), at=LATER, why=WHY.CORRECTION, **more)
        assert refused.value.refusal.code == code
    with pytest.raises(Refused) as refused:
        versions.change(lamp, {}, shapely.Point(0, 0), by=colleague(), at=LATER, why=WHY.CORRECTION)
    assert refused.value.refusal.code == "wrong_facts"
    assert ComponentVersion.objects.filter(code=lamp).count() == 1


@pytest.mark.django_db
def test_a_preview_tells_of_a_neighbour_of_the_same_class(lamp: str) -> None:
    lon, lat = spots(1)[0]
    facts = {"state": "完好", "source": "实测"}
    seen = versions.preview("", facts, shapely.Point(lon, lat), LATER, class_id=LAMP)
    assert [one["code"] for one in seen.problems] == ["near_component"] and seen.problems[0]["params"]["code"] == lamp


@pytest.mark.django_db
def test_near_and_box_go_by_metres(lamp: str) -> None:
    lon, lat = spots(1)[0]
    found = components.near(lon, lat + 3 / 111_000, 5, at=AT)
    assert [one.code for one in found] == [lamp] and found[0].metres == pytest.approx(3, abs=0.05)
    x, y = Component.objects.get(code=lamp).point
    assert [row[0] for row in components.in_box(x - 1, y - 1, x + 1, y + 1)] == [lamp]
    assert components.in_box(x - 1, y - 1, x + 1, y + 1, after=lamp) == []
    assert sum(row[2] for row in components.counts("district")) == 2
