"""What a phone asks before a report goes, and with what it answers tasks (workflow 3.8; subsystems 2.1; issue 6)."""

from datetime import date, time

import pytest
from django.test import Client

from citygrid.cases.models import EntryRow
from citygrid.organization.models import Duty, Post
from citygrid.process.acts import ACTS
from tests.cases.world import EAST, WEST, picture
from tests.collection.phones import API, CLASS, report


@pytest.fixture
def on_duty(world):
    """collector4 works the western duty grid, where collector3 has reported."""
    Duty.objects.create(
        duty_grid="D990102", post=Post.objects.get(code="collector_4"), weekdays=127, starts=time(0), ends=time(0),
        first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
    )  # fmt: skip


@pytest.fixture
def reported(phone):
    """The case that collector3 reported in the west, with its number."""
    owner = phone("collector3")
    (told,) = owner.sync(report(WEST, owner.upload(picture(1)), owner.upload(picture(2))))
    return told["facts"]


def near(phone, where, class_id=CLASS):
    answer = phone.client.get(API + "near", {"class_id": class_id, "lon": where[0], "lat": where[1]})
    assert answer.status_code == 200, answer.content
    return answer.json()


def beside(where, metres):
    return f"{float(where[0]) + metres / 96_000:.7f}", where[1]


def test_the_owner_hears_which_case_it_is(phone, reported):
    (told,) = near(phone("collector3"), beside(WEST, 20))
    assert (told["case"], told["report_no"]) == (reported["case"], reported["report_no"])
    assert 15 <= told["metres"] <= 25 and told["state"]


def test_a_colleague_on_duty_there_hears_that_there_is_one_and_not_which(phone, reported, on_duty):
    (told,) = near(phone("collector4"), WEST)
    assert (told["case"], told["report_no"], told["metres"]) == (None, "", 0)


def test_who_is_not_on_duty_there_hears_nothing(phone, reported):
    assert near(phone("collector4"), WEST) == []


def test_another_class_or_another_place_is_no_duplicate(phone, reported):
    owner = phone("collector3")
    assert near(owner, WEST, "cjt214-2007:event:0101") == near(owner, EAST) == near(owner, beside(WEST, 400)) == []


def test_a_stranger_who_reports_nothing_hears_nothing(phone, reported):
    assert near(phone("dispatcher1"), WEST) == []


def test_who_is_not_signed_in_is_not_answered(reported):
    assert Client().get(API + "near", {"class_id": CLASS, "lon": WEST[0], "lat": WEST[1]}).status_code == 401


@pytest.mark.parametrize("wrong", [{"lon": "200"}, {"lat": "x"}, {"class_id": "a" * 81}])
def test_a_place_that_is_none_is_refused(phone, wrong):
    asked = {"class_id": CLASS, "lon": WEST[0], "lat": WEST[1]} | wrong
    assert phone("collector3").client.get(API + "near", asked).status_code == 422


def test_that_it_is_another_one_stays_on_the_record(phone):
    """The call-taker sees it at acceptance: 确认非重复 in the first entry."""
    owner = phone("collector3")
    one = report(WEST, owner.upload(picture(3)), owner.upload(picture(4)), distinct=True)
    assert owner.sync(one)[0]["state"] == "done"
    assert EntryRow.objects.get(case_id=one["data"]["case"]).data["said"]["distinct"] is True


def test_the_answers_choices_come_from_the_act_in_both_languages(phone):
    acting = phone("collector3").pack(only="acting")["sections"]["acting"]["data"]
    assert set(acting["answers"]) == {"check", "verify"}
    fields = {one["name"]: one for one in acting["answers"]["check"]["fields"]}
    assert [choice[0] for choice in fields["result"]["choices"]] == list(ACTS["check"].field("result").choices)
    assert ["fixed", "已解决", "Fixed"] in fields["result"]["choices"]
    true = next(one for one in acting["answers"]["verify"]["fields"] if one["name"] == "true")
    assert true["required"] and [choice[0] for choice in true["choices"]] == [True, False]


def test_a_post_that_answers_no_tasks_gets_no_forms_of_answers(phone):
    assert phone("dispatcher1").pack(only="acting")["sections"]["acting"]["data"]["answers"] == {}
