"""Public safety: confirmed in minutes, rings the unit until it signs, muted on record, false rate (S4-24 to S4-26)."""

import uuid
from datetime import date, timedelta

from citygrid.reception.models import Mute
from citygrid.reception.safety import owed, rates
from citygrid.trust.models import AuditRecord
from tests.cases.world import COVER, GARBAGE, World

RINGING, QUIET = 'data-alarm="on"', 'data-alarm="off"'


def danger(world: World) -> uuid.UUID:
    return world.report(class_id=COVER)


def dispatched(world: World) -> uuid.UUID:
    case = danger(world)
    world.do("calltaker1", case, "confirm", true=True)
    world.do("calltaker1", case, "accept", distinct=True)
    world.do("shiftleader1", case, "file_case", condition="1")
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    return case


def test_it_rings_for_whoever_owes_the_confirmation_until_it_is_given(world, sign) -> None:
    taker = sign("calltaker1")
    assert RINGING not in taker.get("/safety/alarm/").text
    case = danger(world)
    assert RINGING in taker.get("/safety/alarm/").text and f"/cases/{case}/" in taker.get("/safety/").text
    assert "/safety/alarm/" in taker.get("/").text, "every page of the post asks for the line"
    world.do("calltaker1", case, "confirm", true=True)
    assert RINGING not in taker.get("/safety/alarm/").text


def test_other_cases_and_other_posts_stay_quiet(world, sign) -> None:
    world.report(class_id=GARBAGE)
    assert RINGING not in sign("calltaker1").get("/safety/alarm/").text
    danger(world)
    for login in ("east_calltaker", "west_sanitation_desk", "collector3"):
        assert RINGING not in sign(login).get("/safety/alarm/").text, login
    assert "/safety/alarm/" not in sign("evaluator1").get("/cases/").text


def test_the_unit_rings_until_it_signs(world, sign) -> None:
    case = dispatched(world)
    unit = sign("west_sanitation_desk")
    alarm = unit.get("/safety/alarm/").text
    assert RINGING in alarm and f"/cases/{case}/" in alarm and 'role="alert"' in alarm
    assert RINGING not in sign("east_sanitation_desk").get("/safety/alarm/").text
    world.do("west_sanitation_desk", case, "sign")
    assert RINGING not in unit.get("/safety/alarm/").text


def test_what_was_found_false_does_not_ring_the_unit(world, sign) -> None:
    case = danger(world)
    world.do("calltaker1", case, "confirm", true=False)
    who = world.who("west_sanitation_desk")
    assert owed.rings(who, world.now) == []


def test_a_mute_lasts_five_minutes_is_on_record_and_not_for_what_comes_new(world, sign) -> None:
    case = dispatched(world)
    unit = sign("west_sanitation_desk")
    assert QUIET in unit.post("/safety/alarm/mute/", headers={"HX-Request": "true"}).text
    row = Mute.objects.get()
    assert (row.cases, row.until - row.at) == ([case], timedelta(minutes=5))
    assert AuditRecord.objects.get(act="mute_alarm").params["cases"] == [str(case)]
    assert QUIET in unit.get("/safety/alarm/").text
    world.now += timedelta(minutes=5, seconds=1)
    assert RINGING in unit.get("/safety/alarm/").text
    unit.post("/safety/alarm/mute/")
    dispatched(world)
    assert RINGING in unit.get("/safety/alarm/").text, "a second danger rings at once"


def test_nothing_to_mute_makes_no_record(world, sign) -> None:
    assert sign("west_sanitation_desk").post("/safety/alarm/mute/").status_code == 302
    assert not Mute.objects.exists()


def test_the_false_rate_by_source_opens_its_lists(world, sign) -> None:
    so, not_so, late = danger(world), danger(world), danger(world)
    world.do("calltaker1", so, "confirm", minutes=1, true=True)
    world.do("calltaker1", not_so, "confirm", minutes=1, true=False)
    world.now += timedelta(minutes=30)
    leader = world.who("shiftleader1")
    month = date(2026, 3, 1)
    [row] = rates.rates(leader.scope, month, world.now)
    assert (row.source, row.asked, row.true, row.false, row.open, row.dropped) == ("collector", 3, 1, 1, 1, 0)
    assert row.percent == 50 and row.asked == row.true + row.false + row.open + row.dropped
    for what in rates.WHATS:
        found = rates.behind(leader.scope, month, "collector", what, world.now)
        assert len(found) == getattr(row, what), what
    assert late in {one.case for one in rates.behind(leader.scope, month, "", "late", world.now)}
    assert rates.rates(leader.scope, date(2026, 2, 1), world.now) == []
    assert rates.rates(world.who("east_shiftleader").scope, month, world.now) == []
    page = sign("shiftleader1").get("/safety/report/", {"month": "2026-03", "source": "collector", "what": "false"})
    assert str(not_so) in page.text and str(so) not in page.text and "50 %" in page.text
    assert sign("shiftleader1").get("/safety/report/", {"what": "nonsense"}).status_code == 404
    assert sign("west_sanitation_desk").get("/safety/report/").status_code == 403
