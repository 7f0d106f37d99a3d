"""二级平台: own queue, own units with inner clocks, back from below, up to the city and what came of it (S0-42, S2-23).

east runs its own centre; its sanitation office is given a unit of its own."""

from datetime import timedelta

import pytest

from citygrid.cases import directory, reading
from citygrid.organization import tree
from citygrid.organization.models import Body, Person, Post, Role, Seat
from citygrid.rulebook import slices
from citygrid.rulebook.models import VariantRow
from tests.cases.world import EAST, START, World

PAGE = "/second-level/"


@pytest.fixture
def crew(world: World) -> Body:
    """A unit below the sanitation office of the east, with a desk and somebody at it."""
    above = Body.objects.get(code="east_sanitation")
    body = Body.objects.create(code="crew", name="东区环卫一队", kind="unit", side="handling", level="street",
                               parent=above, areas=["990101"])  # fmt: skip
    post = Post.objects.create(code="crew_desk", name="一队值班岗", body=body, role=Role.objects.get(code="unit_desk"))
    person = Person.objects.create(login="crew_desk", name="步云", password="!")
    Seat.objects.create(person=person, post=post, since=world.now - timedelta(days=1))
    tree.bump()
    directory.forget()
    return body


def of_the_east(world: World):
    case = world.report(where=EAST, login="collector1")
    world.do("east_calltaker", case, "accept", distinct=True)
    world.do("east_calltaker", case, "file_case", condition="1")
    return case


def handling(world: World):
    """A case that the east's sanitation office has signed for."""
    case = of_the_east(world)
    world.do("east_dispatcher", case, "dispatch", body=world.body("east_sanitation"))
    world.do("east_sanitation_desk", case, "sign")
    return case


def test_a_case_is_handed_down_and_runs_by_the_inner_clock_of_the_unit_below(world: World, sign, crew: Body) -> None:
    case = handling(world)
    client = sign("east_sanitation_desk", "east_sanitation_desk")
    page = client.get(PAGE).text
    assert f"/cases/{case}/acts/forward/" in page and "东区环卫一队" in page
    due = reading.case_for(world.who("dispatcher1").scope, case).due
    world.do("east_sanitation_desk", case, "forward", body=crew.pk)
    page = client.get(PAGE).text
    theirs = page.split('id="theirs"')[1]
    assert str(case) in theirs and "东区环卫一队" in theirs
    found = reading.case_for(world.who("dispatcher1").scope, case)
    assert found.due is not None and found.assignments[0].state == "forwarded"
    assert due is not None and found.assignments[0].due == due, "the city's limit stays"


def test_what_a_unit_below_sends_back_is_decided_by_the_centre_above_it(world: World, sign, crew: Body) -> None:
    case = handling(world)
    world.do("east_sanitation_desk", case, "forward", body=crew.pk)
    world.do("crew_desk", case, "request", request="return", reason="车辆不足")
    ours = sign("east_sanitation_desk", "east_sanitation_desk").get(PAGE).text.split('id="units"')[0]
    assert 'data-kind="approve"' in ours and str(case) in ours
    # Who decides is data: a city lets the desk above approve what its own units ask.
    for row in VariantRow.objects.filter(code="district_run"):
        row.text = row.text.replace("\napprove = [", '\napprove = ["unit_desk", ')
        row.save()
    slices.touch()
    number = reading.case_for(world.who("dispatcher1").scope, case).requests[-1].no
    item = next(i.no for i in reading.case_for(world.who("dispatcher1").scope, case).work if i.kind == "approve")
    world.do("east_sanitation_desk", case, "approve", item=item, granted=True)
    found = reading.case_for(world.who("dispatcher1").scope, case)
    assert found.requests[number - 1].state == "granted"
    assert any(i.kind == "handle" and i.holder.body == world.body("east_sanitation") for i in found.work)


def test_a_district_hands_up_what_it_cannot_dispatch_and_sees_what_came_of_it(world: World, sign) -> None:
    case = of_the_east(world)
    assert str(case) in sign("east_dispatcher").get("/dispatch/").text
    assert str(case) not in sign("dispatcher1").get("/dispatch/").text
    world.do("east_dispatcher", case, "escalate", reason="跨区，无法确定责任单位")
    assert str(case) not in sign("east_dispatcher").get("/dispatch/").text
    assert str(case) in sign("dispatcher1").get("/dispatch/").text
    up = sign("east_dispatcher").get(PAGE).text.split('id="up"')[1]
    assert str(case) in up and "赭石市数字城管中心" in up
    world.do("dispatcher1", case, "dispatch", body=world.body("power"))
    up = sign("east_dispatcher").get(PAGE).text.split('id="up"')[1]
    assert "赭石供电公司" in up


def test_a_districts_centre_sees_the_units_at_work_there(world: World, sign) -> None:
    case = of_the_east(world)
    world.do("east_dispatcher", case, "dispatch", body=world.body("east_sanitation"))
    page = sign("east_dispatcher").get(PAGE).text
    assert "赭东区环卫处" in page.split('id="units"')[1] and "赭西区环卫处" not in page
    assert str(case) in page.split('id="theirs"')[1]


def test_who_has_no_units_and_hands_nothing_up_has_no_such_page(world: World, sign) -> None:
    assert START
    for login, post in (("collector3", None), ("power_desk", "power_desk"), ("supervisor1", None)):
        client = sign(login, post)
        assert client.get(PAGE).status_code == 403, login
        assert f'href="{PAGE}"' not in client.get("/").text
