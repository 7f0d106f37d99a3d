"""The JSON API: the same acts and refusals as the pages, idempotent, for whoever has taken a post (S0-54, S2-37)."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client

from citygrid.cases import directory
from citygrid.cases.models import EntryRow, Head
from tests.cases.world import WEST


@pytest.fixture
def sign_in(world):
    def client(login):
        one = world.who(login)
        found = Client()
        found.force_login(one.person)
        session = found.session
        session["seat"] = one.seat.pk
        session.save()
        return found

    return client


def post(client, address, **body):
    answer = client.post(address, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def call(**more):
    data = {"source": "video", "lon": WEST[0], "lat": WEST[1], "text": "路灯不亮", **more}
    return {"case": str(uuid.uuid4()), "id": str(uuid.uuid4()), "name": "log_call", "data": data}


def test_a_call_becomes_a_case(sign_in):
    body = call()
    status, answer = post(sign_in("calltaker1"), "/api/v1/cases", **body)
    assert (status, answer["state"], answer["seq"], answer["repeated"]) == (200, "reported", 1, False)
    assert Head.objects.filter(pk=body["case"]).exists()


def test_sent_twice_is_stored_once(sign_in):
    body = call()
    client = sign_in("calltaker1")
    first, again = post(client, "/api/v1/cases", **body), post(client, "/api/v1/cases", **body)
    assert again[1] == {**first[1], "repeated": True}
    assert EntryRow.objects.count() == 1


def test_a_refusal_has_code_and_sentence(sign_in):
    status, answer = post(sign_in("calltaker1"), "/api/v1/cases", **call(lon="112.0000000"))
    assert status == 409 and answer["code"] == "outside_area" and len(answer["message"]) > 5
    assert EntryRow.objects.count() == 0


def test_nobody_without_a_post_gets_in(world):
    assert post(Client(), "/api/v1/cases", **call())[0] == 401
    assert Client().get("/api/v1/items").status_code == 401


def test_a_stranger_is_told_nothing(world, sign_in):
    case = world.handling()
    assert sign_in("east_roads_desk").get(f"/api/v1/cases/{case}").status_code == 404
    body = {"id": str(uuid.uuid4()), "name": "comment", "data": {"text": "?"}}
    status, answer = post(sign_in("east_roads_desk"), f"/api/v1/cases/{case}/acts", **body)
    assert (status, answer["code"]) == (404, "no_such_case")


def test_a_unit_reads_its_case_and_what_it_may_do(world, sign_in):
    case = world.handling()
    answer = sign_in("west_sanitation_desk").get(f"/api/v1/cases/{case}").json()
    names = [one["name"] for one in answer["acts"]]
    assert "feed_back" in names and "close" not in names
    assert [one["act"] for one in answer["timeline"]][-1] == "sign"
    assert [one["kind"] for one in sign_in("west_sanitation_desk").get("/api/v1/items").json()] == ["handle"]


def test_malformed_bodies_are_answered_not_raised(sign_in):
    client = sign_in("calltaker1")
    assert client.post("/api/v1/cases", "{", content_type="application/json").status_code == 400
    assert post(client, "/api/v1/cases", case="x")[0] == 422
    body = call()
    body["data"]["lon"] = 121.5
    status, answer = post(client, "/api/v1/cases", **body)
    assert (status, answer["code"]) == (409, "field_wrong")
    body = call(text={"id": 1.5})
    assert post(client, "/api/v1/cases", **body)[1]["code"] == "field_wrong"


def test_a_report_asks_the_database_little(world, sign_in, django_assert_max_num_queries):
    """Session, seat, files; the writes go out in one pipeline below Django's count."""
    client, photos = sign_in("collector3"), [world.photo(), world.photo(1)]
    warm = call(source="collector")
    post(client, "/api/v1/cases", **{**warm, "name": "report"})
    directory.current()
    body = call(source="collector", class_id="cjt214-2007:event:0102", media=photos)
    with django_assert_max_num_queries(3, connection=connection):
        status, answer = post(client, "/api/v1/cases", **{**body, "name": "report"})
    assert status == 200, answer
