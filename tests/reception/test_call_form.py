"""The call form: a case registered, gone on with, joined; an enquiry answered; nothing typed is lost (S1-46, S0-21)."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from citygrid.cases import reading, searching
from citygrid.reception.call_models import Call
from citygrid.reception.hotline.telling import Told, tell
from citygrid.reception.knowledge import articles
from citygrid.reception.knowledge.articles import Written
from tests.cases.pages import hidden
from tests.cases.world import COVER, EAST, GARBAGE, WEST, World

pytestmark = pytest.mark.django_db
Sign = Callable[..., Client]
HX = {"HX-Request": "true"}
NUMBER = "13911112222"


def form(client: Client, **more: Any) -> dict[str, Any]:
    """The form as it stands when a call comes, filled in for a heap of garbage."""
    page = client.get("/hotline/")
    assert page.status_code == 200, page.status_code
    ids = {name: hidden(page, name) for name in ("act_id", "case")}
    return {
        **ids, "call": "", "source": "hotline", "call_kind": "complaint", "outcome": "case", "text": "路口有一堆垃圾",
        "place": "路口", "address": "路口", "lon": WEST[0], "lat": WEST[1], "class_id": GARBAGE, "caller": "王女士",
        "phone": NUMBER, "accept": "on", **more,
    }  # fmt: skip


def cases_of(world: World) -> list[searching.Listed]:
    return searching.search(world.who("calltaker1").scope, searching.Query())


def test_a_call_becomes_a_case_with_the_call_linked(world: World, sign: Sign) -> None:
    key = world.who("admin1")
    call = tell(uuid.uuid4(), Told("ringing", world.now, "601", NUMBER), key, world.now)
    client = sign("calltaker1")
    client.post(f"/api/v1/calls/{call.pk}/answered", {}, content_type="application/json")
    assert NUMBER in client.get("/hotline/waiting/").text
    answer = client.post("/hotline/save/", form(client, call=str(call.pk)), headers=HX)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/hotline/")
    (case,) = cases_of(world)
    call.refresh_from_db()
    assert (call.case_id, call.outcome, call.kind) == (case.id, "case", "complaint")
    assert (case.source, case.class_id) == ("hotline", GARBAGE)


def test_the_same_form_again_registers_nothing_new(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    sent = form(client)
    for _ in range(2):
        assert client.post("/hotline/save/", sent).status_code == 302
    assert len(cases_of(world)) == Call.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [({"text": " "}, "text"), ({"lon": "", "lat": ""}, "place"), ({"call_kind": "x"}, "call_kind"),
     ({"outcome": "transferred"}, "ground"), ({"outcome": "answered", "text": ""}, "text")],
)  # fmt: skip
def test_a_refused_form_keeps_everything_and_says_where(
    world: World, sign: Sign, change: dict[str, str], told: str
) -> None:
    client = sign("calltaker1")
    sent = form(client, **change)
    answer = client.post("/hotline/save/", sent, headers=HX)
    assert answer.status_code == 422
    assert told in answer.context["errors"]
    for value in (sent["act_id"], sent["case"], "王女士", NUMBER, sent["text"].strip()):
        assert value in answer.text
    assert (cases_of(world), Call.objects.count()) == ([], 0)


def test_an_enquiry_is_answered_from_the_knowledge_base_without_a_case(world: World, sign: Sign) -> None:
    written = Written("lamp", "路灯不亮找谁修？", "说明位置。", "路灯")
    article = articles.keep(written, None, world.now, world.now.date())
    client = sign("calltaker1")
    assert f'data-article="{article.pk}"' in client.get("/hotline/ask/?ask=ldbl").text
    sent = form(client, outcome="answered", call_kind="enquiry", article=str(article.pk), text="", reply_wanted="on")
    assert client.post("/hotline/save/", sent).status_code == 302
    call = Call.objects.get()
    assert (call.kind, call.outcome, call.article, call.case_id) == ("enquiry", "answered", article, None)
    assert cases_of(world) == []
    assert f"/hotline/calls/{call.pk}/called-back/" in client.get("/hotline/replies/").text
    client.post(f"/hotline/calls/{call.pk}/called-back/")
    assert not Call.objects.get().reply_wanted


def test_likely_duplicates_safety_and_the_unit_are_shown_before_saving(world: World, sign: Sign) -> None:
    """asks 6; S4-24: nothing is saved yet."""
    old = world.report()
    client = sign("calltaker1")
    near = client.get("/hotline/look/", {"class_id": GARBAGE, "lon": WEST[0], "lat": WEST[1], "source": "hotline"})
    assert str(old) in near.text
    assert str(old) not in client.get("/hotline/look/", {"class_id": GARBAGE, "lon": EAST[0], "lat": EAST[1]}).text
    cover = client.get("/hotline/look/", {"class_id": COVER, "lon": WEST[0], "lat": WEST[1]})
    assert (near.context["beside"].safety, cover.context["beside"].safety) == (False, True)
    assert 'class="cg-note error" role="alert"' in cover.text
    outside = client.get("/hotline/look/", {"class_id": GARBAGE, "lon": "100.5", "lat": "30.0"})
    assert outside.context["beside"].outside
    assert client.get("/hotline/look/", {"class_id": "x'", "lon": "a", "lat": ""}).status_code == 200


def test_a_report_of_the_same_problem_joins_the_case_that_is_open(world: World, sign: Sign) -> None:
    old = world.report()
    client = sign("calltaker1")
    sent = form(client, join=str(old))
    assert client.post("/hotline/save/", sent).status_code == 302
    call = Call.objects.get()
    assert call.outcome == "joined"
    joined = reading.case_for(world.who("calltaker1").scope, call.case_id)
    assert (joined.state.value, joined.parent) == ("merged", old)


def test_who_may_not_log_calls_has_no_desk(world: World, sign: Sign) -> None:
    for login in ("dispatcher1", "west_sanitation_desk", "collector3"):
        client = sign(login)
        for address in ("/hotline/", "/hotline/waiting/", "/hotline/look/", "/hotline/ask/"):
            assert client.get(address).status_code == 404, (login, address)
        assert client.post("/hotline/save/", {}).status_code == 404
    assert Client().get("/hotline/").status_code == 302
