"""Components in the field: the card is on the phone, a change goes for approval, the collector sees what became of it
(S1-08, S1-60); and what the code in a label is."""

from datetime import date, time

import pytest

from citygrid.basedata import asking
from citygrid.basedata.models import ChangeRequest, Component
from citygrid.collection.surveys import owners
from citygrid.organization.models import Body, Duty, Post
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from tests.cases.world import COVER, NOW, picture
from tests.collection import border_reference as reference
from tests.collection.phones import entry, signed_in
from tests.collection.test_app_modules import NODE, run

PLACE = (111.0155, 30.0005)


def needed():
    """Whatever the class of manhole covers cannot do without."""
    values = {"number": 1, "bool": True, "date": "2020-01-01", "text": "甲"}
    wanted = {one.name: one for one in asking.fields_for(COVER, NOW) if one.required}
    facts = {name: one.choices[0].code if one.choices else values[one.type] for name, one in wanted.items()}
    columns = {one.name for one in Component._meta.get_fields()}
    own = {name: facts[name] for name in facts if name not in columns}
    return {name: facts[name] for name in facts if name in columns} | {"attributes": own}


def component(code, lon=PLACE[0], lat=PLACE[1], grid="99010201001016", **more):
    point = metric(profile_at(NOW).data["metric_crs"])(lon, lat)
    facts = needed() | {"class_id": COVER, "name": "井盖", "state": "intact", "valid_from": date(2020, 1, 1), **more}
    return Component.objects.create(
        code=code, lon=lon, lat=lat, point=point, grid=grid, community="99010201001", street="99010201",
        district="990102", **facts,
    )  # fmt: skip


@pytest.fixture
def on_duty(world):
    Duty.objects.create(
        duty_grid="D990102", post=Post.objects.get(code="collector_3"), weekdays=127, starts=time(0), ends=time(0),
        first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
    )  # fmt: skip


@pytest.fixture
def cover(world):
    return component("9901020101000001", grid="99010201001006")


def change(collector, cover, photos=1, **more):
    files = tuple(collector.upload(picture(n)) for n in range(photos))
    said = {"kind": "state", "code": cover.code, "class_id": cover.class_id, "cells": {"state": "damaged"},
            "reason": "破了"}  # fmt: skip
    one = entry("component_change", files=files)
    return one | {"data": said | more}


def section(collector, name):
    return collector.pack(only=name)["sections"][name]["data"]


def test_the_card_is_on_the_phone_of_the_duty_grid_alone(phone, on_duty, cover):
    told = section(phone("collector3"), "cards")
    assert told["may"] is True and told["rows"][cover.code]["cells"]["state"] == "intact"
    keys = told["classes"][COVER]["fields"]
    state = next(told["fields"][key] for key in keys if told["fields"][key]["name"] == "state")
    assert "damaged" in [code for code, _words in state["choices"]]
    assert section(phone("collector4"), "cards")["rows"] == {}


def test_a_change_waits_for_somebody_else_and_the_collector_sees_what_became_of_it(world, phone, on_duty, cover):
    collector = phone("collector3")
    one = change(collector, cover)
    for _ in range(2):
        (told,) = collector.sync(one)
        assert told["state"] == "done", told["message"]
    (row,) = ChangeRequest.objects.all()
    assert (str(row.pk), row.status, len(row.photos)) == (one["id"], "open", 1)
    assert Component.objects.get().state == "intact", "nothing changes before it is approved"
    assert [told["status"] for told in section(collector, "component_changes")] == ["open"]
    steward = signed_in(world, "steward1")
    assert steward.post(f"/basedata/requests/{row.pk}/refuse/", {"answer": "不属实"}).status_code == 302
    (told,) = section(collector, "component_changes")
    assert (told["status"], told["answer"]) == ("refused", "不属实")
    assert section(phone("collector4"), "component_changes") == []


@pytest.mark.parametrize(
    ("more", "photos", "code"),
    [
        ({"code": "0"}, 1, "no_component"),
        ({"cells": {}}, 1, "request_nothing"),
        ({"reason": " "}, 1, "request_reason"),
        ({}, 0, "request_photo"),
        ({"cells": [1]}, 1, "change_malformed"),
        ({"kind": "paint"}, 1, "request_kind"),
        ({"kind": "new", "lon": 121.5, "lat": 31.2}, 1, "request_outside"),
        ({"lon": "x"}, 1, "change_malformed"),
    ],
)
def test_what_is_wrong_is_refused_with_why(phone, on_duty, cover, more, photos, code):
    collector = phone("collector3")
    (told,) = collector.sync(change(collector, cover, photos, **more))
    assert (told["state"], told["code"]) == ("refused", code) and told["message"]
    assert not ChangeRequest.objects.exists()


def test_two_owners_side_by_side_are_asked_of_and_one_alone_is_not(world, on_duty):
    water, power = (Body.objects.get(code=one) for one in ("water", "power"))
    metre = 1 / (reference.METRES_A_DEGREE * 0.866)
    grid = "99010201001006"
    component("9901020101000001", grid=grid, owner=water.code)
    component("9901020101000002", lon=PLACE[0] + 6 * metre, grid=grid, owner=power.code)
    given = owners.section(world.who("collector3"), NOW)
    found = reference.sides(*PLACE, 10, COVER, given)
    assert [(one.body, one.code[-1]) for one in found] == [(water.pk, "1"), (power.pk, "2")]
    assert len(reference.sides(PLACE[0] + 14 * metre, PLACE[1], 9, COVER, given)) == 1


@pytest.mark.skipif(NODE is None, reason="no node: the modules of the app are only run in the journeys")
def test_the_code_in_a_label():
    labels = ["https://city.example/basedata/components/9901020101000001/", "9901020101000001", " AB12 ",
              "https://elsewhere.example/", "维护电话 12345", ""]  # fmt: skip
    told = run("components/label.js", "given.map((text) => m.codeOf(text))", labels)
    assert told == ["9901020101000001", "9901020101000001", "AB12", "", "", ""]
