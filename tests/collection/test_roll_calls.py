"""点名抽查: called, answered, missed; the draw can be drawn again; nobody calls people who are not theirs."""

import uuid
from datetime import timedelta

import pytest

from citygrid.collection.models import Called, RollCall
from citygrid.collection.teams import roll_calls
from citygrid.collection.teams.roll_calls import Answered, Wanted
from citygrid.messages.models import Notice
from citygrid.process.refusal import Refusal
from tests.collection import phones
from tests.collection.crews import on_shift

WEST_PLACE = (111.0155, 30.0005, 8.0)


def called(world, login="teamlead1", **given):
    wanted = Wanted(**{"id": uuid.uuid4(), "minutes": 15, "photo": False, "number": 2, **given})
    return roll_calls.call(wanted, world.who(login), world.now)


def test_two_of_four_are_drawn_and_hear_of_it(world):
    on_shift()
    made = called(world)
    people = set(made.called.values_list("person", flat=True))
    assert len(people) == 2 and people <= set(made.eligible) and len(made.eligible) == 4
    assert set(Notice.objects.filter(code="roll_called").values_list("person", flat=True)) == people
    assert roll_calls.proved(made) is True


def test_a_record_that_was_changed_is_seen_by_drawing_again(world):
    on_shift()
    made = called(world, number=1)
    one = made.called.get()
    one.person_id = next(person for person in made.eligible if person != one.person_id)
    one.save()
    assert roll_calls.proved(made) is False


def test_the_same_call_twice_is_one(world):
    on_shift()
    one = uuid.uuid4()
    first, second = called(world, id=one), called(world, id=one)
    assert first == second and RollCall.objects.count() == 1
    stranger = called(world, "inspector1", id=one)
    assert isinstance(stranger, Refusal) and stranger.code == "same_id"


def test_only_who_is_on_duty_and_ones_own_can_be_called(world):
    on_shift(("collector_1",))
    nobody = called(world, persons=(world.person("collector3"),))
    assert isinstance(nobody, Refusal) and nobody.code == "not_of_yours"
    assert called(world, persons=(world.person("collector1"),)).called.count() == 1
    assert called(world, "west_shiftleader", number=1).code == "nobody"


@pytest.mark.parametrize(("given", "code"), [({"minutes": 0}, "bad_minutes"), ({"minutes": 999}, "bad_minutes"),
                                             ({"number": 0}, "nobody"), ({"number": 9999}, "too_many")])  # fmt: skip
def test_bad_calls_are_refused(world, given, code):
    on_shift()
    refused = called(world, **given)
    assert isinstance(refused, Refusal) and refused.code == code and not RollCall.objects.exists()


def answered(world, made, login, minutes=5, made_at=None, **given):
    said = Answered(given.pop("entry", uuid.uuid4()), made_at, given.pop("place", WEST_PLACE), **given)
    return roll_calls.answer(made.pk, world.person(login), said, made.at + timedelta(minutes=minutes))


def test_in_time_late_claimed_and_missed(world):
    """What comes late is late, unless the device says that it was made in time: that is told apart."""
    on_shift()
    made = called(world, persons=tuple(world.person(f"collector{n}") for n in (1, 2, 3, 4)))
    answered(world, made, "collector3", 5)
    answered(world, made, "collector4", 40, made.at + timedelta(minutes=5))
    answered(world, made, "collector1", 40, made.at + timedelta(minutes=30))
    later = made.due + timedelta(hours=1)
    found = {one.person.login: roll_calls.result(one, later) for one in made.called.all()}
    assert found == {"collector3": "in_time", "collector4": "claimed", "collector1": "late", "collector2": "missed"}
    assert roll_calls.result(made.called.get(person__login="collector2"), made.at) == "waiting"


def test_the_place_is_compared_with_the_duty_grid(world):
    on_shift()
    made = called(world, persons=(world.person("collector3"), world.person("collector1")))
    assert answered(world, made, "collector3").inside is True
    assert answered(world, made, "collector1").inside is False, "that is the other district"


def test_an_answer_is_kept_once(world):
    on_shift()
    made = called(world, persons=(world.person("collector3"),), photo=True)
    assert answered(world, made, "collector3").code == "no_photo"
    photo, entry = uuid.UUID(world.photo(3)), uuid.uuid4()
    first = answered(world, made, "collector3", entry=entry, photo=photo)
    again = answered(world, made, "collector3", 9, entry=entry, photo=photo)
    assert first.received_at == again.received_at and str(again.photo_id) == str(photo)
    assert answered(world, made, "collector3", photo=photo).code == "answered"
    assert answered(world, made, "collector4").code == "not_called"


def test_from_the_phone(world, phone, sign):
    """The entry `roll_answer`, exactly once, and the lead's page says so; a stranger's page does not."""
    on_shift()
    made = called(world, persons=(world.person("collector3"),))
    entry = phones.entry("roll_answer", call=str(made.pk), lon=111.0155, lat=30.0005, accuracy=9, mock=True)
    device = phone("collector3")
    for _time in range(2):
        (told,) = device.sync(entry)
        assert told["state"] == "done", told
    one = Called.objects.get()
    assert (one.inside, one.mock, one.accuracy) == (True, True, 9)
    page = sign("teamlead1").get(f"/collection/roll-calls/{made.pk}/")
    assert 'data-result="in_time"' in page.text
    assert sign("east_shiftleader").get(f"/collection/roll-calls/{made.pk}/").status_code == 404
    assert sign("collector3").get("/collection/roll-calls/").status_code == 403


def test_a_lead_calls_at_the_page(world, sign):
    on_shift()
    client = sign("teamlead1")
    sent = {"id": str(uuid.uuid4()), "chosen": "at_random", "number": "1", "minutes": "10", "photo": "on"}
    answer = client.post("/collection/roll-calls/", sent, follow=True)
    assert answer.status_code == 200 and RollCall.objects.get().called.count() == 1
    wrong = client.post("/collection/roll-calls/", {**sent, "id": str(uuid.uuid4()), "minutes": "0"})
    assert wrong.status_code == 422 and RollCall.objects.count() == 1
    assert sign("contractor1").post("/collection/roll-calls/", sent).status_code == 403
