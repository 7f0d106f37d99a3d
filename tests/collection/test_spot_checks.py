"""抽查: a drawn case goes to a collector who had nothing to do with it; what differs from the closing is listed
(asks 17)."""

import uuid
from datetime import date, time, timedelta

import pytest

from citygrid.cases import reading
from citygrid.cases.closing import inspections
from citygrid.collection.models import Campaign, SurveyAnswer
from citygrid.collection.surveys import answers, spots
from citygrid.collection.syncing.kinds import Sent
from citygrid.media.models import File
from citygrid.media.permission import may_see
from citygrid.organization.models import Duty, Post
from citygrid.process.refusal import Refused


def duty(grid, post):
    Duty.objects.create(
        duty_grid=grid, post=Post.objects.get(code=post), weekdays=127, starts=time(0), ends=time(0),
        first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
    )  # fmt: skip


def drawn(world):
    wanted = inspections.Wanted(date(2026, 3, 1), date(2026, 3, 31), 10, "unit")
    one = world.who("inspector1")
    return inspections.draw(one.scope, wanted, one.person.pk, world.now)


def give(world):
    return spots.give(drawn(world), world.who("inspector1"), world.now)


def test_who_reported_or_checked_it_does_not_get_it_and_the_nearest_other_does(world):
    duty("D990102", "collector_3")
    duty("D990102", "collector_4")
    duty("D990101", "collector_2")
    case = world.closed()
    row, left = give(world)
    (task,) = row.tasks.all()
    assert (task.key, left) == (str(case), 0)
    assert task.person == world.person("collector2"), "collector3 reported it, collector4 checked it"


def test_where_only_parties_work_nobody_gets_it(world):
    duty("D990102", "collector_4")
    world.closed()
    with pytest.raises(Refused) as error:
        give(world)
    assert error.value.refusal.code == "spot_nobody" and not Campaign.objects.exists()


def test_a_draw_is_given_once(world, sign):
    duty("D990101", "collector_2")
    world.closed()
    draw = drawn(world)
    inspector = sign("inspector1")
    for _ in range(2):
        assert inspector.post(f"/collection/spots/draws/{draw.pk}/give/").status_code == 302
    assert Campaign.objects.count() == 1
    assert sign("west_sanitation_desk").post(f"/collection/spots/draws/{draw.pk}/give/").status_code == 403
    assert sign("collector2").get("/collection/spots/").status_code == 403


def answer(world, task, result, note=""):
    entry, photo = uuid.uuid4(), uuid.UUID(world.photo(11))
    who = world.who("collector2")
    values = {"result": result} | ({"note": note} if note else {})
    said = {"task": task.pk, "values": values, "lon": task.lon, "lat": task.lat, "accuracy": 8}
    world.now += timedelta(hours=1)
    sent = Sent(entry, "survey_answer", entry, said, world.now, (), {uuid.uuid4(): photo})
    return answers.take(who, sent, world.now)


def test_the_collector_has_the_task_with_its_form_and_the_inspector_the_disagreement(world, sign):
    duty("D990101", "collector_2")
    case = world.closed()
    row, _left = give(world)
    (told,) = answers.section(world.who("collector2"), world.now)
    assert told["kind"] == "spot" and [code for code, _ in told["fields"][0]["choices"]] == ["in_order", "not_in_order"]
    assert answers.section(world.who("collector3"), world.now) == []
    assert answer(world, row.tasks.get(), "not_in_order", "井盖又破了").state == "done"
    page = sign("inspector1").get(f"/collection/spots/{row.pk}/").text
    assert "井盖又破了" in page and f"/cases/{case}/" in page and f"/inspections/{row.draw}/{case}/" in page
    (one,) = spots.compared(row, world.who("inspector1"))
    assert one.disagrees and one.unit == world.body("west_sanitation")


def test_what_agrees_is_no_disagreement(world):
    duty("D990101", "collector_2")
    world.closed()
    row, _left = give(world)
    answer(world, row.tasks.get(), "in_order")
    (one,) = spots.compared(row, world.who("inspector1"))
    assert one.result == "in_order" and not one.disagrees


def test_nobody_else_can_answer_a_spot_check(world):
    duty("D990101", "collector_2")
    duty("D990102", "collector_3")
    world.closed()
    row, _left = give(world)
    task, other = row.tasks.get(), world.who("collector3")
    said = {"task": task.pk, "values": {"result": "in_order"}, "lon": task.lon, "lat": task.lat}
    with pytest.raises(Refused) as error:
        answers.take(other, Sent(row.pk, "survey_answer", row.pk, said, world.now), world.now)
    assert error.value.refusal.code == "survey_no_task" and not SurveyAnswer.objects.exists()


def test_the_collector_sees_the_photos_of_the_case_while_it_is_theirs(world):
    duty("D990101", "collector_2")
    world.closed()
    photo = File.objects.get(pk=world.photo(7))
    who = world.who("collector2").person
    assert not may_see(who, photo)
    row, _left = give(world)
    assert may_see(who, photo)
    Campaign.objects.filter(pk=row.pk).update(status="ended")
    assert not may_see(who, photo)


def test_the_device_has_the_photos_of_the_case_to_take_the_same_view(world):
    """Issue 6 item 2, the earlier photo as a ghost over the camera, for spot checks too."""
    duty("D990101", "collector_2")
    case = world.closed()
    give(world)
    (told,) = answers.section(world.who("collector2"), world.now)
    (task,) = told["tasks"]
    whole = reading.case_for(world.who("inspector1").scope, case)
    assert task["photos"] == list(whole.media) and task["photos_after"] == list(whole.after_media)
    assert task["photos"] and task["photos_after"]
    who = world.who("collector2").person
    assert all(may_see(who, one) for one in File.objects.filter(pk__in=[*task["photos"], *task["photos_after"]]))
