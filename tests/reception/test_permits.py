"""Permits: where, when and for which class they hold; the panel that proposes the refusal with their number (S2-45)."""

import re
import uuid
from datetime import UTC, date, datetime, time
from html import unescape

import pytest

from citygrid.process import Refusal
from citygrid.reception.models import Permit
from citygrid.reception.permits import hours, keeping
from citygrid.reception.permits.valid import valid_at
from citygrid.trust import redactable
from citygrid.trust.models import AuditRecord
from tests.cases.pages import hidden, take
from tests.cases.world import EAST, GARBAGE, WEST
from tests.reception.permitted import CELLS, NIGHT, kinds, permit

LON, LAT = float(WEST[0]), float(WEST[1])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("22:00-06:00", (time(22), time(6))), ("7:30 至 9:00", (time(7, 30), time(9))), ("", None),
        ("20：00－次日5:00".replace("－", "-"), (time(20), time(5))), ("8:00-24:00", (time(8), time(0))),
    ],
)  # fmt: skip
def test_hours_are_read_as_offices_write_them(text: str, found: hours.Hours | None) -> None:
    assert hours.parse(text) == found


@pytest.mark.parametrize("text", ["nights", "22-6", "25:00-26:00", "22:00"])
def test_what_is_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        hours.parse(text)


def test_what_began_on_the_last_day_goes_on_past_its_midnight() -> None:
    first, last, span = date(2026, 3, 1), date(2026, 3, 2), (time(22), time(6))
    held = {
        (1, 21, 59): False, (1, 22, 0): True, (2, 5, 59): True, (2, 6, 0): False, (3, 5, 59): True, (3, 22, 0): False,
        (1, 5, 0): False,
    }  # fmt: skip
    for (day, hour, minute), wanted in held.items():
        at = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
        assert hours.holds(first, last, span, at) is wanted, at


def test_a_permit_holds_near_its_place_in_its_hours_for_its_classes(world) -> None:
    row = permit(world)
    world_night = _local(world, 2026, 3, 1, 23)
    assert [one.code for one in valid_at(NIGHT, LON, LAT, world_night)] == [row.code]
    assert [one.number for one in valid_at(NIGHT, LON + 0.0005, LAT, world_night)] == ["夜施2026-17"], "48 m away"
    assert valid_at(NIGHT, LON + 0.0008, LAT, world_night) == [], "77 m away, its kind says 60"
    assert valid_at(GARBAGE, LON, LAT, world_night) == [], "it does not cover garbage"
    assert valid_at(None, LON, LAT, world_night) == []
    assert valid_at(NIGHT, LON, LAT, _local(world, 2026, 3, 1, 12)) == [], "by day"
    assert valid_at(NIGHT, LON, LAT, _local(world, 2026, 3, 11, 23)) == [], "over"
    keeping.take_back(row, world.now, world.person("shiftleader1"))
    assert valid_at(NIGHT, LON, LAT, world_night) == []


def _local(world, *parts: int) -> datetime:
    from citygrid.rulebook.slices import profile_at

    return datetime(*parts, tzinfo=profile_at(world.now).timezone)


def test_an_area_covers_what_lies_in_it(world) -> None:
    ring = "111.0101 30.0001, 111.0161 30.0001, 111.0161 30.0009, 111.0101 30.0009, 111.0101 30.0001"
    row = permit(world, lon="", lat="", shape=f"POLYGON (({ring}))", hours="", metres="0")
    at = _local(world, 2026, 3, 1, 12)
    assert [one.code for one in valid_at(NIGHT, 111.013, 30.0005, at)] == [row.code]
    assert valid_at(NIGHT, 111.0165, 30.0005, at) == []


def test_the_holder_can_be_forgotten_and_the_permit_stays(world) -> None:
    row = permit(world, hours="")
    assert row.holder is not None
    redactable.redact(row.holder, world.now, "retention")
    found = valid_at(NIGHT, LON, LAT, _local(world, 2026, 3, 1, 12))
    assert [(one.number, one.holder) for one in found] == [("夜施2026-17", "")]


def test_the_case_page_proposes_a_refusal_with_the_number_and_it_is_taken(world, sign) -> None:
    row = permit(world, hours="")
    case = world.report(class_id=NIGHT)
    client = sign("calltaker1")
    panel = client.get(f"/permits/of-case/{case}/")
    assert "夜施2026-17" in panel.text and "赭石建工一公司" in panel.text
    address = unescape(re.search(r'hx-get="(/cases/[^"]+refuse/[^"]+)"', panel.text)[1])
    form = client.get(address, headers={"HX-Request": "true"})
    assert row.code in form.text and "夜施2026-17" in form.text, "number and reason stand in the form"
    answer = take(client, case, "refuse", reason="许可范围内", permit=row.code)
    assert answer.status_code == 200, answer.text
    assert "夜施2026-17" in client.get(f"/cases/{case}/").text, "its number stands in the timeline, not our code"
    page = sign("shiftleader1").get(f"/permits/{row.pk}/")
    assert str(case) in page.text, "what was refused under it stands on its page"
    assert str(case) not in sign("east_shiftleader").get(f"/permits/{row.pk}/").text, "a stranger to the case sees none"


def test_a_case_that_no_permit_covers_shows_nothing(world, sign) -> None:
    permit(world, hours="")
    case = world.report(class_id=GARBAGE)
    assert sign("calltaker1").get(f"/permits/of-case/{case}/").text.strip() == ""
    stranger = sign("east_shiftleader")
    assert stranger.get(f"/permits/of-case/{case}/").status_code == 404


def test_the_call_form_asks_for_a_point(world, sign) -> None:
    permit(world, hours="")
    client = sign("calltaker1")
    asked = {"class_id": NIGHT, "lon": WEST[0], "lat": WEST[1]}
    assert "夜施2026-17" in client.get("/permits/here/", asked).text
    for other in ({"lon": EAST[0], "lat": EAST[1]}, {"lon": "far"}, {"lon": "nan"}, {"class_id": GARBAGE}):
        assert client.get("/permits/here/", {**asked, **other}).text.strip() == "", other


def test_entering_needs_the_right_and_keeps_what_was_typed(world, sign) -> None:
    kinds()
    for login in ("calltaker1", "dispatcher1", "west_sanitation_desk"):
        assert sign(login).get("/permits/new/").status_code == 403, login
    leader = sign("shiftleader1")
    uid = hidden(leader.get("/permits/new/"), "uid")
    wrong = leader.post("/permits/new/", {**CELLS, "uid": uid, "hours": "nights", "last_day": "2026-02-01"})
    assert wrong.status_code == 422 and "赭石建工一公司" in wrong.text and 'value="nights"' in wrong.text
    assert not Permit.objects.exists()
    for _twice in range(2):
        assert leader.post("/permits/new/", {**CELLS, "uid": uid}).status_code == 302
    row = Permit.objects.get()
    assert AuditRecord.objects.filter(act="enter_permit", subject_id=str(row.pk)).count() == 1
    again = leader.post("/permits/new/", {**CELLS, "uid": str(uuid.uuid4())})
    assert again.status_code == 422 and "已有" in again.text, "the number is taken"
    changed = leader.post(f"/permits/{row.pk}/change/", {**CELLS, "uid": uid, "metres": "15"})
    assert changed.status_code == 302 and Permit.objects.get().metres == 15
    assert leader.post(f"/permits/{row.pk}/take-back/").status_code == 302
    assert Permit.objects.get().ended_by_id == world.person("shiftleader1")


def test_the_list_is_for_those_who_decide_on_reports(world, sign) -> None:
    row = permit(world)
    listed = sign("calltaker1").get("/permits/", {"on": "2026-03-01"})
    assert row.number in listed.text and "22:00-06:00" in listed.text
    assert row.number not in sign("calltaker1").get("/permits/", {"on": "2026-04-01"}).text
    assert row.number not in sign("calltaker1").get("/permits/", {"on": "", "q": "占"}).text
    assert sign("west_sanitation_desk").get("/permits/").status_code == 403


def test_the_process_takes_the_code_of_a_permit(world) -> None:
    row = permit(world, hours="")
    case = world.report(class_id=NIGHT)
    answer = world.send("calltaker1", case, "refuse", reason="有许可", permit=row.code)
    assert not isinstance(answer, Refusal), answer
    assert answer.entry.data["said"]["permit"] == row.code
