"""The pack: what a phone needs without a network, and no more than its post may see (issue 6, offline first)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from citygrid.collection.models import Device
from citygrid.collection.syncing import pack
from citygrid.organization.models import Duty, Post
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.slices import touch
from tests.cases.world import EAST, GARBAGE, WEST
from tests.collection.phones import API, new_id


@pytest.fixture
def on_duty(world):
    """collector3 works the western duty grid all day long, every day."""
    Duty.objects.create(
        duty_grid="D990102", post=Post.objects.get(code="collector_3"), weekdays=127, starts=time(0), ends=time(0),
        first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
    )  # fmt: skip


def data(told, section):
    return told["sections"][section]["data"]


def test_a_collector_gets_their_duty_grid_with_its_unit_grids(phone, on_duty):
    told = phone("collector3").pack()
    assert data(told, "me")["grids"] == ["D990102"] and data(told, "me")["duty"][0]["on"] is True
    (grid,) = data(told, "grids")
    assert (grid["code"], len(grid["units"])) == ("D990102", 10)
    ring = grid["units"][0]["shape"]["coordinates"][0]
    assert [111.01, 30.0] in ring and ring[0] == ring[-1]


def test_who_has_no_duty_has_no_grids_and_still_a_pack(phone, on_duty):
    told = phone("collector4").pack()
    assert data(told, "me")["grids"] == data(told, "grids") == data(told, "near") == []
    assert {"classes", "tasks"} <= set(told["sections"])


def test_what_the_phone_holds_is_not_sent_again(phone, on_duty):
    collector = phone("collector3")
    first = collector.pack()
    have = ",".join(f"{name}:{one['etag']}" for name, one in first["sections"].items())
    again = collector.pack(have=have)
    assert again["sections"] == {} and set(again["same"]) == set(first["sections"])


def test_a_change_of_the_rules_makes_the_classes_new(phone):
    collector = phone("collector3")
    first = collector.pack(only="classes")
    assert set(first["sections"]) == {"classes"}
    ManagedClass.objects.filter(class_id=GARBAGE).update(before_photos=3)
    touch()
    again = collector.pack(only="classes", have=f"classes:{first['sections']['classes']['etag']}")
    rows = {one["id"]: one for one in data(again, "classes")}
    assert rows[GARBAGE]["before_photos"] == 3 and rows[GARBAGE]["initials"] and rows[GARBAGE]["conditions"]


def test_another_language_is_another_pack(phone):
    collector = phone("collector3")
    told = collector.pack(only="tasks")
    collector.client.cookies["django_language"] = "en"
    again = collector.pack(only="tasks", have=f"tasks:{told['sections']['tasks']['etag']}")
    labels = [one["label"] for one in data(again, "tasks")["forms"]["check"]]
    assert labels == ["Result", "Photos", "Note"]


def checking(world):
    case = world.handling()
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=[world.photo(7), world.photo(8)],
             culprit="unknown")  # fmt: skip
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    return case


def test_a_task_brings_all_that_it_takes_to_answer_it(phone, world):
    case = checking(world)
    (task,) = data(phone("collector4").pack(), "tasks")["rows"]
    assert (task["case"], task["kind"], task["class_id"]) == (str(case), "check", GARBAGE)
    assert (task["lon"], task["lat"]) == tuple(map(float, WEST)) and task["text"] == "路边有一堆垃圾"
    assert task["photos"] and task["photos_after"] and task["due"] and type(task["item"]) is int
    assert data(phone("collector3").pack(), "tasks")["rows"] == []


def test_near_cases_are_told_and_the_numbers_of_hidden_ones_are_not(phone, world, on_duty):
    world.now = timezone.now() - timedelta(hours=1)
    mine, theirs = world.report(WEST), world.report(("111.0125000", "30.0005000"), login="collector4")
    world.report(EAST, login="collector1")
    rows = data(phone("collector3").pack(), "near")
    assert sorted(one.get("case", "") for one in rows) == sorted(["", str(mine)])
    hidden = next(one for one in rows if "case" not in one)
    assert set(hidden) == {"class_id", "class_name", "lon", "lat", "received_at"}
    assert str(theirs) not in str(rows)


def test_what_was_reported_long_ago_is_no_duplicate(phone, world, on_duty):
    world.now = timezone.now() - timedelta(days=3)
    world.report(WEST)
    assert data(phone("collector3").pack(), "near") == []


def test_frequent_classes_are_those_of_the_person_and_of_the_ground(phone, world, on_duty):
    world.now = timezone.now() - timedelta(days=1)
    world.report(WEST)
    world.report(WEST, login="collector4")
    told = data(phone("collector3").pack(), "frequent")
    assert told == {"mine": [GARBAGE], "here": [GARBAGE]}
    assert data(phone("collector1").pack(), "frequent")["mine"] == []


def test_what_may_be_sent_stands_in_it(phone):
    me = data(phone("collector3").pack(), "me")
    assert [code for code, _words in me["creations"]["report"]][:1] == ["collector"]
    assert me["files"]["limits"]["image"]["bytes"] > me["files"]["piece"] > 0


def test_a_room_adds_a_section(phone, monkeypatch):
    tea = pack.Section("tea", lambda signed, now: {"cups": 2, "at": date(2026, 1, 1)})
    monkeypatch.setitem(pack._SECTIONS, "tea", tea)
    told = phone("collector3").pack(only="tea")
    assert data(told, "tea") == {"cups": 2, "at": "2026-01-01"}
    have = f"tea:{told['sections']['tea']['etag']},x"
    assert phone("collector3").pack(only="tea", have=have)["same"] == ["tea"]


def test_a_blocked_phone_gets_none(phone, world):
    collector = phone("collector3")
    collector.sync()
    Device.objects.update(blocked_at=datetime.now(UTC))
    answer = collector.client.get(API + "pack", {"device": collector.device})
    assert (answer.status_code, answer.json()["code"]) == (403, "device_blocked")
    assert collector.client.get(API + "pack", {"device": new_id()}).status_code == 200
    assert Client().get(API + "pack").status_code == 401
