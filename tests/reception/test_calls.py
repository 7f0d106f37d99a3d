"""Where a call stands, from what was told of it: in any order, twice, by two people at once (S1-46; asks 5)."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from citygrid.organization.unit_models import Desk
from citygrid.reception.call_models import Call, CallEvent
from citygrid.reception.hotline import desk, outcomes, telling
from citygrid.reception.hotline.telling import CallRefusedError, Told
from citygrid.reception.shift_models import Sitting
from citygrid.reception.shifts import seats
from citygrid.trust import redactable
from citygrid.trust.models import AuditRecord
from tests.cases.world import NOW, World

pytestmark = pytest.mark.django_db
NUMBER = "13900001234"


def connector(world: World) -> Any:
    """The telephone system's key belongs to the administrator's post."""
    return world.who("admin1")


def sit(world: World, login: str, number: str = "1") -> Any:
    who = world.who(login)
    taken = seats.sit(who, Desk.objects.get(body=who.body, number=number).pk, NOW)
    assert isinstance(taken, Sitting), taken
    return who


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def ring(world: World, extension: str = "601", number: str = NUMBER) -> Call:
    return telling.tell(uuid4(), Told("ringing", NOW, extension, number, "12319"), connector(world), NOW)


def test_a_call_rings_for_whoever_sits_at_the_extension_s_seat(world: World) -> None:
    taker = sit(world, "calltaker1")
    call = ring(world)
    assert (call.state, call.person_id, call.desk.number) == ("ringing", taker.person.pk, "1")
    assert [one.pk for one in desk.in_hand(taker, NOW)] == [call.pk]
    assert Sitting.objects.get(person=taker.person, until=None).state == "ringing"


def test_at_an_empty_seat_it_rings_for_the_post_of_the_extension(world: World) -> None:
    call = ring(world)
    assert call.person_id is None
    assert [one.pk for one in desk.in_hand(world.who("calltaker1"), NOW)] == [call.pk]
    assert desk.in_hand(world.who("dispatcher1"), NOW) == [], "it rings for the other post"


def test_the_number_stands_nowhere_in_plain(world: World) -> None:
    """S3-14: sealed like callers' numbers; whoever has the call sees it, once in the audit."""
    taker = sit(world, "calltaker1")
    call = ring(world)
    assert call.number is not None
    assert redactable.get_many([call.number])[call.number].text == NUMBER
    assert NUMBER not in str(Call.objects.filter(pk=call.pk).values())
    for _ in range(2):
        assert desk.show(call, taker, NOW, None)[0] == NUMBER
    assert AuditRecord.objects.filter(act="see_call", subject_id=str(call.pk), person=taker.person.pk).count() == 1


TOLD = [
    Told("ringing", at(0), "601", NUMBER, "12319"), Told("answered", at(5), "601"), Told("held", at(20)),
    Told("resumed", at(40)), Told("ended", at(90)),
]  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(5)))[::13], ids=str)
def test_told_in_any_order_and_twice_it_comes_to_the_same(world: World, order: tuple[int, ...]) -> None:
    taker, key, call = sit(world, "calltaker1"), connector(world), uuid4()
    for n in (*order, *order):
        telling.tell(call, TOLD[n], key, at(100))
    found = Call.objects.get(pk=call)
    assert (found.state, found.held, found.person_id) == ("ended", False, taker.person.pk)
    assert (found.came_at, found.answered_at, found.ended_at) == (at(0), at(5), at(90))
    assert (found.line, found.number is not None) == ("12319", True)
    assert CallEvent.objects.filter(call=call).count() == 5


@pytest.mark.parametrize(("end", "state"), [("ended", "missed"), ("given_up", "abandoned")])
def test_a_call_that_nobody_answered_was_missed_or_given_up(world: World, end: str, state: str) -> None:
    taker = sit(world, "calltaker1")
    call = ring(world)
    ended = telling.tell(call.pk, Told(end, at(30)), connector(world), at(30))
    assert (ended.state, ended.answered_at) == (state, None)
    assert desk.in_hand(taker, at(31)) == []
    assert Sitting.objects.get(person=taker.person, until=None).state == "free"


def test_of_two_people_the_first_has_the_call_and_the_other_sees_who(world: World) -> None:
    call = ring(world, "609")  # at no seat: it rings for the whole centre
    first, second = world.who("calltaker1"), world.who("shiftleader1")
    telling.tell(call.pk, Told("answered", at(3)), first, at(3))
    with pytest.raises(CallRefusedError) as refused:
        telling.tell(call.pk, Told("answered", at(3)), second, at(4))
    assert refused.value.code == "answered_by_other"
    assert refused.value.params == {"person": first.person.name, "at": at(3)}
    again = telling.tell(call.pk, Told("answered", at(5)), first, at(5))
    assert (again.person_id, again.answered_at) == (first.person.pk, at(3)), "a double click changes nothing"


def test_a_person_tells_nothing_of_a_call_at_another_seat(world: World) -> None:
    sit(world, "calltaker1")
    call = ring(world)
    other = world.who("shiftleader1")
    for kind in ("answered", "held", "ended", "moved"):
        with pytest.raises(CallRefusedError) as refused:
            telling.tell(call.pk, Told(kind, at(9), "602"), other, at(9))
        assert refused.value.code == "not_your_call"
    with pytest.raises(CallRefusedError) as unknown:
        telling.tell(uuid4(), Told("ringing", at(9), "601"), other, at(9))
    assert unknown.value.code == "no_such_call"


def test_given_to_another_seat_it_rings_there_and_no_longer_here(world: World) -> None:
    giver = sit(world, "calltaker1")
    taker = sit(world, "dispatcher1", "2")
    call = ring(world)
    telling.tell(call.pk, Told("answered", at(2)), giver, at(2))
    moved = telling.tell(call.pk, Told("moved", at(10), "602"), giver, at(10))
    assert (moved.state, moved.person_id) == ("ringing", taker.person.pk)
    assert Sitting.objects.get(person=giver.person, until=None).state == "free"
    assert telling.tell(call.pk, Told("answered", at(14)), taker, at(14)).state == "answered"


def test_an_extension_that_there_is_not_is_refused_and_leaves_nothing(world: World) -> None:
    with pytest.raises(CallRefusedError) as refused:
        ring(world, "777")
    assert (refused.value.code, Call.objects.count()) == ("no_extension", 0)


def test_earlier_calls_and_open_cases_of_the_number_are_known_however_it_is_written(world: World) -> None:
    taker = sit(world, "calltaker1")
    case = uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", lon="111.0155000", lat="30.0005000", text="井盖丢了",
             caller="王女士", phone="139 0000 1234")  # fmt: skip
    old = ring(world, number="+86 139-0000-1234")
    telling.tell(old.pk, Told("given_up", at(3)), connector(world), at(3))
    known = desk.show(ring(world), taker, NOW, None)[1]
    assert [one.pk for one in known.calls] == [old.pk]
    assert [one.id for one in known.cases] == [case]
    east = desk.known(NUMBER, world.who("east_calltaker"))
    assert east.cases == [], "a case outside the scope is not told of"


def test_an_outcome_is_noted_once_for_a_call_and_frees_the_seat(world: World) -> None:
    taker = sit(world, "calltaker1")
    call = ring(world)
    telling.tell(call.pk, Told("answered", at(2)), taker, at(2))
    telling.tell(call.pk, Told("ended", at(30)), taker, at(30))
    assert Sitting.objects.get(person=taker.person, until=None).state == "wrapping"
    wanted = outcomes.Outcome("enquiry", "answered", words="问垃圾清运时间，已答复", phone=NUMBER)
    for _ in range(2):
        noted = outcomes.note(call, wanted, taker, at(40))
    assert (noted.outcome, noted.kind, noted.number) == ("answered", "enquiry", call.number)
    assert Sitting.objects.get(person=taker.person, until=None).state == "free"
    assert desk.in_hand(taker, at(41)) == []
    with pytest.raises(outcomes.NotNotedError):
        outcomes.note(call, wanted, world.who("shiftleader1"), at(42))
