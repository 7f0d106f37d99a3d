"""What is not ours is passed on with a record: to whom, when, what the caller was told (S0-22)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from citygrid.reception.call_models import Call, Transfer
from citygrid.trust import redactable
from tests.cases.pages import hidden
from tests.cases.world import World

pytestmark = pytest.mark.django_db
Sign = Callable[..., Client]


def sent(client: Client, **more: Any) -> dict[str, Any]:
    page = client.get("/hotline/")
    return {
        **{name: hidden(page, name) for name in ("act_id", "case")}, "call": "", "call_kind": "complaint",
        "outcome": "transferred", "text": "邻居夜里唱歌", "ground": "not_ours", "to_name": "公安机关（110）",
        "told": "已告知拨打 110", **more,
    }  # fmt: skip


def test_it_is_kept_to_whom_why_and_what_was_told_once(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    form = sent(client)
    for _ in range(2):
        assert client.post("/hotline/save/", form).status_code == 302
    one = Transfer.objects.get()
    assert (one.to_name, one.ground, one.person_id) == ("公安机关（110）", "not_ours", world.person("calltaker1"))
    assert one.call.outcome == "transferred"
    assert redactable.get_many([one.told])[one.told].text == "已告知拨打 110"
    listed = client.get("/hotline/transfers/").text
    assert "公安机关（110）" in listed
    assert "已告知拨打 110" in listed
    assert "公安机关（110）" not in client.get("/hotline/transfers/?ground=outside").text


def test_to_a_body_of_the_city_it_is_named_by_it(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    body = world.body("water")
    client.post("/hotline/save/", sent(client, to_name="", to_body=str(body)))
    assert Transfer.objects.get().to_body_id == body


def test_to_nobody_or_without_a_ground_nothing_is_kept(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    for wrong in ({"to_name": ""}, {"ground": ""}, {"to_name": "", "to_body": "999999"}):
        assert client.post("/hotline/save/", sent(client, **wrong)).status_code == 422, wrong
    assert Transfer.objects.count() == 0


def test_another_centre_sees_its_own_only(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    client.post("/hotline/save/", sent(client))
    call = Call.objects.get()
    east = sign("east_calltaker")
    assert "公安机关" not in east.get("/hotline/transfers/").text
    assert east.get(f"/hotline/calls/{call.pk}/").status_code == 404
    assert sign("west_sanitation_desk").get("/hotline/transfers/").status_code == 404
