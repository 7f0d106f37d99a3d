"""派遣台: the suggested unit with its reasons, one key, two at once, a unit that ended (S0-25, S0-34..36, S4-21).

East's dispatcher is the colleague of another district, the unit's desk and the collector are strangers to the desk."""

import re
import uuid

import pytest
from django.test import Client

from citygrid.cases import directory, reading
from citygrid.coordination.dispatching import picking, sending, suggesting
from citygrid.organization import tree
from citygrid.organization.models import Body
from citygrid.process.states import State
from citygrid.rulebook.models import Responsibility
from citygrid.rulebook.slices import touch
from tests.cases.pages import hidden
from tests.cases.world import EAST, GARBAGE, START, WEST, World


def case_of(world: World, case: uuid.UUID):
    return reading.case_for(world.who("dispatcher1").scope, case)


def send(client: Client, case: uuid.UUID, page, **data: object):
    kept = {name: hidden(page, name) for name in ("act_id", "item")}
    return client.post(f"/dispatch/cases/{case}/send/", {**kept, **data}, headers={"HX-Request": "true"})


def test_the_desk_shows_who_answers_and_by_which_rule(world: World, sign) -> None:
    case = world.filed()
    page = sign("dispatcher1").get("/dispatch/")
    assert page.status_code == 200
    assert f'data-case="{case}"' in page.text and "西区环卫" in page.text
    rule = Responsibility.objects.get(pk=int(re.search(r"规则 (\d+)", page.text)[1]))
    assert rule.body.code == "west_sanitation" and "990102" in rule.area


def test_one_step_accepts_the_suggestion_and_the_entry_cites_what_answered(world: World, sign) -> None:
    case = world.filed()
    client = sign("dispatcher1")
    page = client.get(f"/dispatch/cases/{case}/")
    body = re.search(r'name="body" value="(\d+)"', page.text)[1]
    answer = send(client, case, page, body=body)
    assert answer.status_code == 200 and f'data-dispatched="{case}"' in answer.text
    found = case_of(world, case)
    assert found.state is State.ASSIGNED and found.current.body == world.body("west_sanitation")
    entry = reading.timeline(found)[-1]
    reason, number = entry.data["said"]["rule"].split(":")
    assert reason in ("class_area", "owner", "maintainer")
    assert Responsibility.objects.get(pk=int(number)).body_id == found.current.body


def test_another_unit_with_an_assisting_one_and_a_note(world: World, sign) -> None:
    case = world.filed()
    client = sign("dispatcher1")
    page = client.get(f"/dispatch/cases/{case}/")
    main, other = world.body("power"), world.body("water")
    answer = send(client, case, page, body=main, assisting=[other], note="先设围挡")
    assert answer.status_code == 200, answer.text
    found = case_of(world, case)
    assert {(a.body, a.assisting) for a in found.assignments} == {(main, False), (other, True)}
    said = reading.timeline(found)[-1].data["said"]
    assert "rule" not in said, "no rule suggested it: a person chose"


def test_the_second_of_two_dispatchers_is_told_who_took_it_and_when(world: World, sign) -> None:
    case = world.filed()
    client = sign("dispatcher1")
    page = client.get(f"/dispatch/cases/{case}/")
    world.do("dispatcher1", case, "dispatch", body=world.body("power"))
    answer = send(client, case, page, body=world.body("west_sanitation"))
    assert answer.status_code == 422
    assert "data-taken" in answer.text and "方晴" in answer.text and "供电" in answer.text
    assert case_of(world, case).current.body == world.body("power")


def test_the_same_key_twice_dispatches_once(world: World, sign) -> None:
    case = world.filed()
    client = sign("dispatcher1")
    page = client.get(f"/dispatch/cases/{case}/")
    first = send(client, case, page, body=world.body("west_sanitation"))
    again = send(client, case, page, body=world.body("west_sanitation"))
    assert first.status_code == again.status_code == 200
    assert len(case_of(world, case).assignments) == 1


def test_a_unit_that_ended_while_it_was_suggested_is_refused_and_no_longer_suggested(world: World, sign) -> None:
    case = world.filed()
    client = sign("dispatcher1")
    page = client.get(f"/dispatch/cases/{case}/")
    ended = world.body("west_sanitation")
    Body.objects.filter(pk=ended).update(active_until=world.now.date())
    tree.bump()
    directory.forget()
    answer = send(client, case, page, body=ended, note="记在这里")
    assert answer.status_code == 422 and 'data-code="unknown_body"' in answer.text
    assert "记在这里" in answer.text, "what was typed stays"
    assert case_of(world, case).state is State.FILED
    reasons = sending.reasons_of(case_of(world, case), world.now)
    assert ended not in [one.body for one in reasons]


def test_rules_that_only_the_order_of_trial_parts_are_called_equal(world: World) -> None:
    case = case_of(world, world.filed())
    first = sending.reasons_of(case, world.now)[0]
    row = Responsibility.objects.get(pk=first.rule)
    Responsibility.objects.create(
        classes=row.classes, area=row.area, body_id=world.body("power"), kind=row.kind, trial=row.trial + 1,
        valid_from=START,
    )  # fmt: skip
    touch()
    found = sending.reasons_of(case, world.now)
    assert [one.equal for one in found[:2]] == [False, True]
    assert found[1].body == world.body("power")


def test_just_over_the_border_another_unit_would_come_first(world: World) -> None:
    near = case_of(world, world.filed(where=("111.0101000", "30.0005000")))
    far = case_of(world, world.filed(where=WEST))
    found = suggesting.borders(sending.placing(near), 111.0101, 30.0005, world.now)
    assert [one.name for one in found] == ["赭东区环卫处"] and found[0].metres <= 50
    assert suggesting.borders(sending.placing(far), float(WEST[0]), float(WEST[1]), world.now) == []


def test_an_ownerless_case_is_tried_by_territory_first(world: World) -> None:
    Responsibility.objects.create(
        classes="*", area="990102", body_id=world.body("west_roads"), kind="territory", valid_from=START
    )
    touch()
    case = world.filed()
    usual = sending.reasons_of(case_of(world, case), world.now)
    assert usual[0].reason != "territory"
    world.do("shiftleader1", case, "declare_ownerless", reason="查无产权单位")
    found = sending.reasons_of(case_of(world, case), world.now)
    assert found[0].reason == "territory" and {one.body for one in found} == {one.body for one in usual}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("dnc", None), ("西区环卫", "west_sanitation"), ("xqhw", "west_sanitation"), ("power", "power"),
     ("zheshigong", "power"), ("West San", "west_sanitation")],
)  # fmt: skip
def test_units_are_found_by_name_pinyin_initials_and_code(world: World, typed: str, code: str | None) -> None:
    found = [one.code for one in picking.find(typed)]
    assert (found[:1] == [code]) if code else found == []
    assert not {"centre", "centre_west"} & set(found), "whoever judges does not handle"


def test_the_queue_is_of_the_posts_own_body(world: World, sign) -> None:
    west, east = world.filed(), world.report(where=EAST, login="collector1")
    text = sign("east_dispatcher").get("/dispatch/").text
    assert str(west) not in text and str(east) not in text
    assert sign("east_dispatcher").get(f"/dispatch/cases/{west}/").status_code == 404


@pytest.mark.parametrize("login", ["west_sanitation_desk", "collector3", "calltaker1", "supervisor1"])
def test_who_may_not_dispatch_has_no_desk(world: World, sign, login: str) -> None:
    case = world.filed()
    client = sign(login)
    assert client.get("/dispatch/").status_code == 403
    assert client.get(f"/dispatch/cases/{case}/").status_code == 404
    assert client.post(f"/dispatch/cases/{case}/send/", {"act_id": str(uuid.uuid4()), "body": 1}).status_code == 404
    assert 'href="/dispatch/"' not in client.get("/").text
    assert case_of(world, case).state is State.FILED


def test_the_case_page_tells_why_this_unit(world: World, sign) -> None:
    case = world.filed()
    client = sign("dispatcher1")
    send(client, case, client.get(f"/dispatch/cases/{case}/"), body=world.body("west_sanitation"))
    page = client.get(f"/cases/{case}/").text
    assert f"/dispatch/cases/{case}/why/" in page
    why = client.get(f"/dispatch/cases/{case}/why/").text
    assert "赭西区环卫处" in why and "方晴" in why and 'data-cited="class_area:' in why
    assert sign("east_sanitation_desk").get(f"/dispatch/cases/{case}/why/").status_code == 404


def test_a_unit_chosen_by_hand_says_so_beside_what_the_rules_said(world: World, sign) -> None:
    case = world.filed(class_id=GARBAGE)
    world.do("dispatcher1", case, "dispatch", body=world.body("power"))
    why = sign("dispatcher1").get(f"/dispatch/cases/{case}/why/").text
    assert 'data-cited=""' in why and "人工选定" in why and "赭西区环卫处" in why
