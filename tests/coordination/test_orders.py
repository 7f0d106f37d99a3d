"""督办, 催办, 批示: orders with their answers, who was urged how often (S1-34, S1-48)."""

from datetime import timedelta

import pytest

from citygrid.coordination.months import month_of
from citygrid.coordination.orders import reading
from citygrid.process.moments import stamp

DESK, OTHER = "west_sanitation_desk", "east_roads_desk"


@pytest.fixture
def ordered(world):
    case = world.handling()
    world.do("leader1", case, "supervise", note="请尽快办结", due=stamp(world.now + timedelta(days=1)))
    world.do("calltaker1", case, "urge", note="市民再次来电")
    world.do("leader1", case, "instruct", text="举一反三")
    return case


def found(world, kind, login="office1", **more):
    return reading.orders(world.who(login).scope, kind, world.now, **more)


def test_an_order_is_open_then_overdue_then_answered_with_the_reply(world, ordered):
    [one] = found(world, "supervise", state="open")
    assert one.case == ordered and one.holder == world.body("west_sanitation") and one.due is not None
    assert found(world, "supervise", state="overdue") == []
    world.now += timedelta(days=2)
    assert len(found(world, "supervise", state="overdue")) == 1
    world.do(DESK, ordered, "answer", text="今日清运完毕")
    assert found(world, "supervise", state="open") == [] and found(world, "supervise", state="overdue") == []
    [done] = found(world, "supervise", state="answered")
    assert done.reply is not None and done.replied_by == world.person(DESK)


def test_the_unit_answers_on_the_page_and_a_stranger_sees_nothing(world, sign, ordered):
    page = sign(DESK, "west_sanitation_desk").get("/coordination/orders/")
    assert "请尽快办结" in page.text and f"/cases/{ordered}/acts/answer/" in page.text
    assert str(ordered) not in sign(OTHER, "east_roads_desk").get("/coordination/orders/").text
    assert sign("collector1").get("/coordination/orders/").status_code == 403
    assert sign("leader1").get("/coordination/orders/nothing/").status_code == 404


def test_the_leader_finds_instructions_and_may_instruct_again(world, sign, ordered):
    page = sign("leader1").get("/coordination/orders/instruct/")
    assert "举一反三" in page.text and f"/cases/{ordered}/acts/instruct/" in page.text


def test_urging_is_counted_by_unit_and_each_number_opens_its_list(world, sign, ordered):
    unit, month = world.body("west_sanitation"), month_of("2026-03", world.now)
    [row] = reading.by_unit(world.who("office1").scope, month)
    assert row == (unit, 1, 0, 1, 1)
    for kind, number in (("urge", 1), ("supervise", 1), ("instruct", 1)):
        assert len(found(world, kind, unit=unit, month=month)) == number
    assert found(world, "urge", unit=unit, month=month_of("2026-02", world.now)) == []
    assert reading.by_unit(world.who("east_dispatcher").scope, month) == []
    assert f'data-unit="{unit}"' in sign("leader1").get("/coordination/orders/by-unit/?month=2026-03").text
