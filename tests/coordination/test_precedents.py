"""Disputes and precedents: what is decided is kept and shown to the next dispute; withdrawn with a reason (asks 10)."""

import uuid
from datetime import timedelta

import pytest

from citygrid.cases import reading
from citygrid.coordination.dispute_models import Precedent
from citygrid.coordination.disputes import disputed, precedents
from citygrid.messages import relay
from citygrid.trust.models import AuditRecord
from tests.cases.world import EAST, GARBAGE, SAND, WEST

DESK, OTHER = "west_sanitation_desk", "west_roads_desk"


def returned(world, **data):
    case = world.handling(**data)
    world.do(DESK, case, "request", request="return", reason="归市政管", suggested=world.body("west_roads"))
    return case


@pytest.fixture
def settled(world):
    case = returned(world)
    world.do("dispatcher1", case, "settle", body=world.body("west_roads"), ground="权属清单第三条")
    relay.drain(world.now + timedelta(days=3650))  # outbox rows carry the time of the database
    return case


def test_a_decision_becomes_a_precedent_once(world, settled):
    row = Precedent.objects.get(case_id=settled)
    assert row.body == world.body("west_roads") and row.class_id == GARBAGE
    assert world.body("west_sanitation") in row.bodies and row.disputed_since is not None
    assert row.disputed_since < row.decided_at and row.decided_by == world.person("dispatcher1")
    case = reading.case_for(world.who("dispatcher1").scope, settled)
    entries = reading.timeline(case)
    entry = next(one for one in entries if one.type == "settle")
    assert precedents.write(case, entry, entries).pk == row.pk
    assert Precedent.objects.count() == 1
    assert precedents.by_code(row.code).pk == row.pk and precedents.by_code("P1999-1") is None
    assert precedents.by_code("x") is None and precedents.by_code("P2026-²") is None


def test_decisions_that_came_without_messages_are_caught_up_once(world):
    """An import, or the demo's story, writes no outbox rows."""
    case = returned(world)
    world.do("dispatcher1", case, "settle", body=world.body("west_roads"), ground="权属清单第三条")
    assert not Precedent.objects.exists()
    assert precedents.catch_up() == 1 and precedents.catch_up() == 0
    relay.drain(world.now + timedelta(days=3650))
    assert Precedent.objects.filter(case_id=case).count() == 1


def test_the_next_dispute_sees_it_the_nearer_first_and_another_class_does_not(world, settled):
    near = precedents.like(GARBAGE, *WEST, world.now)
    assert [one.nearness for one in near] == [0] and near[0].body == world.body("west_roads")
    assert precedents.like(GARBAGE, "111.0165000", "30.0005000", world.now)[0].nearness == 1
    assert precedents.like(GARBAGE, *EAST, world.now)[0].nearness == 4
    assert precedents.like(SAND, *WEST, world.now) == []
    assert precedents.like(GARBAGE, *WEST, world.now.replace(year=2020)) == []
    assert precedents.like(GARBAGE, "0.5", "0.5", world.now)[0].nearness == 4


def test_the_form_of_settling_shows_it_and_fills_itself_in(world, sign, settled):
    case = returned(world, where=("111.0165000", "30.0005000"))
    client = sign("dispatcher1")
    form = client.get(f"/cases/{case}/acts/settle/", headers={"HX-Request": "true"})
    assert f"/coordination/like/{case}/" in form.text
    told = client.get(f"/coordination/like/{case}/").text
    row = Precedent.objects.get(case_id=settled)
    assert row.code in told and "权属清单第三条" in told and f"&quot;body&quot;: &quot;{row.body}&quot;" in told
    assert sign("east_dispatcher").get(f"/coordination/like/{case}/").status_code == 404
    assert sign(DESK, "west_sanitation_desk").get(f"/coordination/like/{case}/").status_code == 403


def test_a_withdrawn_precedent_is_shown_no_more_and_stays_with_its_reason(world, sign, settled):
    row = Precedent.objects.get(case_id=settled)
    address = f"/coordination/precedents/{row.code}/withdraw/"
    world.now += timedelta(days=1)
    assert sign(DESK, "west_sanitation_desk").post(address, {"reason": "不服"}).status_code == 403
    client = sign("dispatcher1")
    client.post(address, {"reason": "  "})
    row.refresh_from_db()
    assert row.withdrawn_at is None
    client.post(address, {"reason": "权属清单已修订"})
    row.refresh_from_db()
    first = row.withdrawn_at
    assert first is not None and row.withdrawn_reason == "权属清单已修订"
    assert precedents.like(GARBAGE, *WEST, world.now) == []
    assert len(precedents.like(GARBAGE, *WEST, row.decided_at)) == 1
    world.now = world.now.replace(month=4)
    client = sign("dispatcher1")
    client.post(address, {"reason": "再来一次"})
    row.refresh_from_db()
    assert (row.withdrawn_at, row.withdrawn_reason) == (first, "权属清单已修订")
    assert AuditRecord.objects.filter(act="withdraw_precedent").count() == 1
    assert "权属清单已修订" in client.get("/coordination/precedents/").text
    assert client.post(f"/coordination/precedents/P1-{uuid.uuid4()}/withdraw/", {"reason": "x"}).status_code == 404


def test_disputes_list_what_waits_with_the_unit_that_was_suggested(world, sign):
    case = returned(world)
    rows = disputed.disputed(world.who("dispatcher1").scope)
    assert [(row.case, row.suggested, row.state) for row in rows] == [(case, world.body("west_roads"), "returning")]
    assert disputed.disputed(world.who("east_dispatcher").scope) == []
    page = sign("dispatcher1").get("/coordination/disputes/")
    assert f'data-dispute="{case}"' in page.text
    assert sign(DESK, "west_sanitation_desk").get("/coordination/disputes/").status_code == 403
