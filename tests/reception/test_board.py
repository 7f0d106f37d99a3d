"""The shift leader's board: seats and their states, what is red by post, today beside a week ago (S1-37, S1-38)."""

from datetime import timedelta

import pytest

from citygrid.organization.models import Desk
from citygrid.process import Refusal
from citygrid.reception.models import Call, Sitting
from citygrid.reception.shifts import figures, seats
from tests.cases.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk.objects.get(body__code="centre", number="1")


def test_one_person_a_seat_and_one_seat_a_person(world, desk) -> None:
    taker, leader = world.who("calltaker1"), world.who("shiftleader1")
    first = seats.sit(taker, desk.pk, world.now)
    assert isinstance(first, Sitting) and seats.sit(taker, desk.pk, world.now + timedelta(minutes=9)) == first
    refused = seats.sit(leader, desk.pk, world.now)
    assert isinstance(refused, Refusal) and refused.code == "desk_taken"
    assert refused.params["person"] == str(taker.person)
    other = Desk.objects.get(body__code="centre", number="2")
    later = world.now + timedelta(hours=1)
    moved = seats.sit(taker, other.pk, later)
    assert isinstance(moved, Sitting) and Sitting.objects.get(pk=first.pk).until == later
    assert isinstance(seats.sit(leader, desk.pk, later), Sitting), "the first seat is free now"
    seats.leave(taker, later)
    assert seats.mine(taker.person.pk) is None


def test_a_seat_of_another_centre_cannot_be_taken(world, desk) -> None:
    stranger = world.who("east_calltaker")
    answer = seats.sit(stranger, desk.pk, world.now)
    assert isinstance(answer, Refusal) and answer.code == "no_desk"


def test_a_pause_is_the_persons_own_and_not_during_a_call(world, desk) -> None:
    taker = world.who("calltaker1")
    nowhere = seats.turn(taker, "pause", world.now)
    assert isinstance(nowhere, Refusal) and nowhere.code == "not_seated"
    seats.sit(taker, desk.pk, world.now)
    paused = seats.turn(taker, "pause", world.now)
    assert isinstance(paused, Sitting) and paused.state == Sitting.State.PAUSED
    Sitting.objects.update(state=Sitting.State.TALKING)
    refused = seats.turn(taker, "pause", world.now)
    assert isinstance(refused, Refusal) and refused.code == "on_a_call"
    Sitting.objects.update(state=Sitting.State.WRAPPING)
    ready = seats.turn(taker, "ready", world.now)
    assert isinstance(ready, Sitting) and ready.state == Sitting.State.FREE


def test_the_board_shows_seats_calls_and_what_is_red(world, sign, desk) -> None:
    case = world.report()
    taker = sign("calltaker1")
    assert taker.post("/seat/change/", {"desk": desk.pk}).status_code == 302
    assert "您自" in taker.get("/seat/").text
    assert taker.get("/board/").status_code == 403, "the leader's room"
    Call.objects.create(body=desk.body, came_at=world.now - timedelta(minutes=3))
    leader = sign("shiftleader1")
    board = leader.get("/board/").text
    assert "程远" in board and "空闲" in board and "空席" in board and "1 个来电等候" in board
    assert str(case) in board
    world.now += timedelta(hours=2)
    loads = {row.role: row for row in figures.loads(desk.body_id, world.now)}
    assert (loads["call_taker"].total, loads["call_taker"].red) == (1, 1)
    assert 'class="cg-num rc-red">1<' in sign("shiftleader1").get("/board/").text, "signed in anew: the session ran out"
    assert str(case) not in sign("east_shiftleader").get("/board/").text, "another centre's board"


def test_today_stands_beside_the_same_hours_a_week_ago(world, sign) -> None:
    world.report()
    world.now += timedelta(days=7)
    world.report(class_id="cjt214-2007:event:0103")
    world.report()
    leader = world.who("shiftleader1")
    day = timedelta(days=1)
    assert figures.acts(leader.scope, world.now - day, world.now + day)["report"] == 2
    assert figures.acts(leader.scope, world.now - 8 * day, world.now - 6 * day)["report"] == 1
    assert figures.acts(world.who("east_shiftleader").scope, world.now - day, world.now + day) == {}


def test_the_softphone_does_not_count(world, desk) -> None:
    for simulated, answered in ((False, True), (False, False), (True, True)):
        state = Call.State.ENDED if answered else Call.State.ABANDONED
        moment = world.now + timedelta(seconds=25) if answered else None
        Call.objects.create(
            body=desk.body, came_at=world.now, state=state, answered_at=moment, simulated=simulated
        )  # fmt: skip
    found = figures.calls(desk.body_id, world.now, world.now + timedelta(hours=1))
    assert (found.came, found.answered, found.lost, found.longest) == (2, 1, 1, 25)
