"""Programs act on cases with an access key: as their seat may, once for each act id, and the audit says so (S2-37)."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from citygrid.cases.models import CaseMedia, EntryRow
from citygrid.organization import keys
from citygrid.trust.models import AuditRecord
from tests.cases.test_api import call
from tests.cases.world import GARBAGE, picture


@pytest.fixture
def key(world):
    def make(login, *scopes):
        return keys.make(world.who(login).seat, "program", scopes, 30, timezone.now())

    return make


def send(text, address, body=None, client=None, **more):
    client = client or Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {text}"}
    if body is None:
        return client.get(address, headers=headers, **more)
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers, **more)


def test_a_program_opens_a_case_once(key):
    row, text = key("calltaker1", "cases.act")
    body = call()
    first, again = send(text, "/api/v1/cases", body), send(text, "/api/v1/cases", body)
    assert first.status_code == 200, first.json()
    assert again.json() == {**first.json(), "repeated": True}
    assert EntryRow.objects.count() == 1
    lines = AuditRecord.objects.filter(act="write_with_key")
    assert {(one.subject_id, one.params["by_key"], one.params["path"]) for one in lines} == {
        (row.prefix, row.prefix, "/api/v1/cases")
    }


def test_the_same_id_with_another_body_is_refused(key):
    text = key("calltaker1", "cases.act")[1]
    body = call()
    send(text, "/api/v1/cases", body)
    body["data"] = {**body["data"], "text": "另一件事"}
    assert send(text, "/api/v1/cases", body).status_code == 409
    assert EntryRow.objects.count() == 1


def test_a_refusal_in_the_audit_names_the_key(key):
    row, text = key("calltaker1", "cases.act")
    assert send(text, "/api/v1/cases", call(lon="112.0000000")).status_code == 409
    assert AuditRecord.objects.get(outcome="refused").params["by_key"] == row.prefix


def test_a_key_may_do_no_more_than_its_seat(world, key):
    """A unit's desk of the other district sees nothing of the case, whatever its key opens."""
    case = world.handling()
    text = key("east_roads_desk", "cases.read", "cases.act")[1]
    assert send(text, f"/api/v1/cases/{case}").status_code == 404
    body = {"id": str(uuid.uuid4()), "name": "comment", "data": {"text": "?"}}
    assert send(text, f"/api/v1/cases/{case}/acts", body).json()["code"] == "no_such_case"
    text = key("calltaker1", "cases.read", "cases.act")[1]
    before = EntryRow.objects.count()
    act = {"id": str(uuid.uuid4()), "name": "close", "data": {}}
    assert send(text, f"/api/v1/cases/{case}/acts", act).status_code == 409
    assert EntryRow.objects.count() == before


def test_reading_and_acting_are_apart(world, key):
    case = world.handling()
    reads, acts = key("calltaker1", "cases.read")[1], key("calltaker1", "cases.act")[1]
    assert send(reads, f"/api/v1/cases/{case}").status_code == 200
    assert send(reads, "/api/v1/cases", call()).status_code == 401
    assert send(acts, f"/api/v1/cases/{case}").status_code == 401


def test_a_key_and_a_session_never_mix(world, key):
    """The session of one who may open cases does not help a key that may not, nor the other way round."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.who("calltaker1").person)
    reads = key("calltaker1", "cases.read")[1]
    assert send(reads, "/api/v1/cases", call(), client).status_code == 401
    assert send("cg_bad_key", "/api/v1/items", client=client).status_code == 401
    answer = client.post("/api/v1/cases", json.dumps(call()), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")  # without a key the token is needed
    assert client.get("/api/v1/items").status_code == 200


def test_files_go_with_a_key_of_that_scope_and_only_to_who_may_see_them(world, key):
    world.handling()
    file = CaseMedia.objects.values_list("file_id", flat=True)[0]
    asked = [("west_sanitation_desk", "media.read"), ("east_roads_desk", "media.read"),
             ("west_sanitation_desk", "cases.read")]  # fmt: skip
    seen = [send(key(*one)[1], f"/media/{file}/").status_code for one in asked]
    assert seen == [200, 404, 302]


def test_a_program_sends_a_photo_and_reports_with_it(key):
    """The whole way of an app in the field: files first, then the act that names them."""
    text = key("collector3", "media.send", "cases.act")[1]
    client, headers = Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {text}"}
    files = [SimpleUploadedFile(f"{n}.jpg", picture(n)) for n in (1, 2)]
    sent = [client.post("/media/", {"file": file}, headers=headers) for file in files]
    assert [one.status_code for one in sent] == [201, 201]
    body = call(source="collector", class_id=GARBAGE, media=[one.json()["id"] for one in sent])
    answer = send(text, "/api/v1/cases", {**body, "name": "report"})
    assert answer.status_code == 200, answer.json()
    no_scope = key("collector3", "cases.act")[1]
    refused = client.post("/media/", {"file": SimpleUploadedFile("3.jpg", picture(3))},
                          headers={"Authorization": f"Bearer {no_scope}"})  # fmt: skip
    assert refused.status_code in (401, 403)


@pytest.mark.parametrize("body", ["{", "[1", '{"a": NaN}', "[" * 100_000, '"\\ud800"', '{"id": "\\u0000"}', "\x00"])
def test_what_cannot_be_read_is_refused_with_a_sentence(key, body):
    text = key("calltaker1", "cases.act")[1]
    answer = Client().post("/api/v1/cases", body, "application/json", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 400, answer.content
    assert answer.json()["message"]
    assert EntryRow.objects.count() == 0


def test_every_operation_of_the_api_is_opened_by_exactly_one_scope_or_by_none_on_purpose():
    """A new operation must say which keys open it (`key_scopes.add`) or stand here as one for sessions only."""
    from citygrid.config.urls import api

    sessions_only: set[tuple[str, str]] = set()
    described = api.get_openapi_schema()
    opened = {(method, path): operation["x-key-scopes"] for path, operations in described["paths"].items()
              for method, operation in operations.items()}  # fmt: skip
    assert {key for key, scopes in opened.items() if len(scopes) != 1} == sessions_only
    assert {"KeyAuth", "SeatAuth"} == set(described["components"]["securitySchemes"])
    for operations in described["paths"].values():
        for operation in operations.values():
            assert {"KeyAuth": []} in operation["security"] and {"SeatAuth": []} in operation["security"]
