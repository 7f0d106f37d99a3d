"""Acts that were not offered, states that were typed, times that were claimed: what comes next is decided here."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from citygrid.cases.models import EntryRow
from citygrid.process.acts import ACTS
from tests.cases.pages import Sign, hidden
from tests.cases.world import World

pytestmark = pytest.mark.django_db


def send(client: Any, case: Any, name: str, **more: Any) -> Any:
    body = {"id": str(uuid.uuid4()), "name": name, "data": {}, **more}
    return client.post(f"/api/v1/cases/{case}/acts", json.dumps(body), content_type="application/json")


@pytest.mark.parametrize(
    "login", ["west_sanitation_desk", "collector3", "calltaker1", "leader1", "evaluator1", "admin1"]
)
def test_what_is_not_offered_is_not_done(sign: Sign, world: World, login: str) -> None:
    """Every act that there is, at a case that is being handled: whatever the page does not offer is refused."""
    case = world.handling()
    client = sign(login)
    seen = client.get(f"/api/v1/cases/{case}")
    offered = {one["name"] for one in seen.json()["acts"]} if seen.status_code == 200 else set()
    before = EntryRow.objects.filter(case_id=case).count()
    for name in sorted(ACTS.keys() - offered):
        answer = send(client, case, name)
        assert answer.status_code in (404, 409), (name, answer.json())
        form = client.post(f"/cases/{case}/acts/{name}/", {"act_id": str(uuid.uuid4())})
        assert form.status_code in (404, 422), (name, form.status_code)
    assert EntryRow.objects.filter(case_id=case).count() == before
    state = sign("shiftleader1").get(f"/api/v1/cases/{case}").json()["state"]
    assert state == "handling"


def test_the_systems_own_acts_are_nobody_elses(sign: Sign, world: World) -> None:
    case = world.handling()
    inner = [name for name, spec in ACTS.items() if spec.internal]
    assert inner
    for login in ("shiftleader1", "leader1", "admin1"):
        for name in inner:
            assert send(sign(login), case, name).json()["code"] in (
                "not_your_role",
                "no_such_case",
                "field_missing",
                "wrong_state",
            )


def test_a_state_in_the_form_is_no_state(sign: Sign, world: World) -> None:
    case = world.handling()
    client = sign("west_sanitation_desk")
    address = f"/cases/{case}/acts/comment/"
    sent = {
        "act_id": hidden(client.get(address), "act_id"),
        "text": "x",
        "state": "closed",
        "outcome": "qualified",
        "next": "closed",
        "seq": "99",
    }
    assert client.post(address, sent).status_code == 302
    assert client.get(f"/api/v1/cases/{case}").json()["state"] == "handling"


def test_the_name_in_the_address_counts_not_the_one_in_the_form(sign: Sign, world: World) -> None:
    case = world.handling()
    client = sign("west_sanitation_desk")
    address = f"/cases/{case}/acts/comment/"
    sent = {"act_id": hidden(client.get(address), "act_id"), "name": "close", "act": "close", "text": "x"}
    client.post(address, sent)
    assert EntryRow.objects.filter(case_id=case).latest("seq").type == "comment"


def test_a_step_is_not_skipped(sign: Sign, world: World) -> None:
    """Straight from the unit's hands to closed: by the shift leader, whose act closing is, but not yet."""
    case = world.handling()
    answer = send(sign("shiftleader1"), case, "close", data={"outcome": "qualified"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_an_old_form_after_the_case_went_on(sign: Sign, world: World) -> None:
    """The form was opened while the act was on offer; when it is sent it no longer is."""
    case = world.filed()
    client = sign("dispatcher1")
    address = f"/cases/{case}/acts/dispatch/"
    form = client.get(address)
    sent = {"act_id": hidden(form, "act_id"), "item": hidden(form, "item"), "body": world.body("west_roads")}
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert EntryRow.objects.filter(case_id=case, type="dispatch").count() == 1


def test_a_claimed_time_buys_nothing(sign: Sign, world: World) -> None:
    """Done tomorrow, or long before it was asked: the first is refused, the second counts from the asking at most."""
    case = world.handling()
    desk = sign("west_sanitation_desk")
    tomorrow = (world.now + timedelta(days=1)).isoformat()
    assert send(desk, case, "comment", data={"text": "x"}, claimed=tomorrow).json()["code"] == "future"
    asked = EntryRow.objects.get(case_id=case, type="dispatch").effective_at
    assert send(desk, case, "arrive", claimed="2001-01-01T00:00:00Z", data={"media": [world.photo(3)]}).status_code in (
        200,
        409,
    )
    assert EntryRow.objects.filter(case_id=case).latest("seq").effective_at >= asked
