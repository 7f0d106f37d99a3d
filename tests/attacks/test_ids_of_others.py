"""Ids of others in forms and bodies: another's case, work item, request, photo, seat, key, upload, survey row (S0-04).

Which page opens for whom is walked elsewhere (tests/organization); here it is what a permitted page is told."""

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.cases.models import EntryRow
from citygrid.geocoding.models import Batch
from citygrid.media.storing import store
from citygrid.organization import seats
from citygrid.organization.models import Person, Seat
from tests.cases.pages import Sign, hidden
from tests.cases.world import EAST, World, picture

pytestmark = pytest.mark.django_db


def entries() -> int:
    return EntryRow.objects.count()


def act(client: Client, case: Any, name: str, item: Any = None, **data: Any) -> Any:
    body = {"id": str(uuid.uuid4()), "name": name, "data": data, "item": item}
    return client.post(f"/api/v1/cases/{case}/acts", json.dumps(body), content_type="application/json")


def test_a_case_out_of_sight_takes_no_act_by_any_name(sign: Sign, world: World) -> None:
    """The unit of the west, at a case of the east: by form and API, as if it were not there."""
    case = world.report(where=EAST, login="collector1")
    stranger = sign("west_roads_desk")
    before = entries()
    for name in ("sign", "feed_back", "comment", "request", "close", "void", "dispatch"):
        answer = act(stranger, case, name, text="x")
        assert answer.status_code in (404, 409) and answer.json()["code"] in ("no_such_case", "unknown_act"), (
            answer.json()
        )
        assert (
            stranger.post(f"/cases/{case}/acts/{name}/", {"act_id": str(uuid.uuid4()), "text": "x"}).status_code == 404
        )
    assert entries() == before


def test_a_work_item_of_another_is_not_answered(sign: Sign, world: World) -> None:
    """Own case, the number of an item that somebody else holds."""
    case = world.handling()
    client = sign("west_roads_desk")
    before = entries()
    for item in range(1, 12):
        assert act(client, case, "feed_back", item, media=[world.photo(1)]).status_code in (404, 409)
    world.do("west_sanitation_desk", case, "comment", text="x")
    desk = sign("west_sanitation_desk")
    for item in range(20, 24):
        assert (
            act(desk, case, "feed_back", item, media=[world.photo(1), world.photo(2)]).json()["code"] == "item_closed"
        )
    assert entries() == before + 1


def test_a_photo_of_a_stranger_is_not_opened_by_naming_it(sign: Sign, world: World) -> None:
    """By form and API; before and afterwards the photo does not exist for who named it."""
    photo = str(store(picture(77), "x.jpg", world.person("collector1"), world.now).id)
    case = world.handling()
    desk = sign("west_sanitation_desk")
    address = f"/cases/{case}/acts/feed_back/"
    form = desk.get(address)
    sent = {
        "act_id": str(uuid.uuid4()),
        "item": hidden(form, "item"),
        "media": [photo],
        "culprit": "unknown",
        "text": "x",
    }
    before = entries()
    assert desk.post(address, sent).status_code == 422
    assert act(desk, case, "comment", text="x", media=[photo]).status_code == 409
    assert desk.get(f"/media/{photo}/small").status_code == 404 and desk.get(f"/media/{photo}/").status_code == 404
    assert entries() == before
    assert sign("collector1").get(f"/media/{photo}/small").status_code == 200


def test_the_refused_form_shows_no_photo_of_a_stranger(sign: Sign, world: World) -> None:
    """A refused form keeps its photos: only those that the sender may see have a picture there."""
    photo = str(store(picture(78), "x.jpg", world.person("collector1"), world.now).id)
    case = world.handling()
    answer = sign("west_sanitation_desk").post(
        f"/cases/{case}/acts/feed_back/", {"act_id": str(uuid.uuid4()), "media": [photo], "culprit": ""}
    )
    assert answer.status_code == 422 and f"/media/{photo}/small" not in answer.text


def test_merging_into_a_case_out_of_sight(sign: Sign, world: World) -> None:
    """A case that the merger may not see is none to merge into, and says nothing of itself."""
    mine = world.report(where=EAST, login="collector1")
    world.do("east_calltaker", mine, "accept", distinct=True)
    hidden_case, none = world.filed(), str(uuid.uuid4())
    client = sign("east_shiftleader")
    assert client.get(f"/api/v1/cases/{mine}").status_code == 200
    assert client.get(f"/api/v1/cases/{hidden_case}").status_code == 404
    before = entries()
    answers = [act(client, mine, "merge", into=str(one)).json() for one in (hidden_case, none)]
    assert answers[0]["code"] == answers[1]["code"] != "not_your_role", answers
    assert entries() == before
    assert str(hidden_case) not in json.dumps(answers[0]) and "report_no" not in json.dumps(answers[0])


def test_a_seat_of_another_is_not_taken(sign: Sign, world: World) -> None:
    client = sign("collector1")
    own = world.who("collector1").seat.pk
    for seat in [
        *Seat.objects.exclude(person__login="collector1").values_list("pk", flat=True)[:40],
        0,
        10**18,
        10**30,
        -1,
    ]:
        assert client.post("/posts/", {"seat": seat}).status_code == 403
    assert client.session[seats.SESSION_KEY] == own


def test_a_seat_is_released_of_its_own_holder_only(sign: Sign, world: World) -> None:
    """The number of another's seat below one's own address."""
    client = sign("security1")
    one, other = world.who("collector1"), world.who("collector2")
    answer = client.post(f"/people/{one.person.pk}/posts/{other.seat.pk}/release/")
    assert answer.status_code == 404 or "release" not in str(answer.headers.get("Location"))
    assert Seat.objects.get(pk=other.seat.pk).until is None and Seat.objects.get(pk=one.seat.pk).until is None


def test_nobody_helps_themselves_to_a_post(sign: Sign, world: World) -> None:
    client = sign("security1")
    me = Person.objects.get(login="security1")
    before = Seat.objects.count()
    for post in ("auditor", "administrator", "shift"):
        client.post(f"/people/{me.pk}/posts/", {"post": post})
    assert Seat.objects.count() == before


def test_a_file_on_its_way_belongs_to_who_sent_it(sign: Sign, world: World) -> None:
    """Files of surveys and of addresses: looked at, mapped, replaced by nobody else."""
    owner, colleague = sign("steward1"), sign("surveyor1")
    upload = str(uuid.uuid4())
    given = {"upload": upload, "title": "x", "target": "components"}
    table = "code,name\n1,灯\n".encode()
    sent = owner.post("/basedata/surveys/new/", {**given, "file": SimpleUploadedFile("a.csv", table)})
    assert sent.status_code == 302
    assert colleague.get(f"/basedata/surveys/new/{upload}/").status_code in (302, 404)
    assert (
        colleague.post(
            "/basedata/surveys/new/", {**given, "file": SimpleUploadedFile("a.csv", b"code\n2\n")}
        ).status_code
        == 422
    )
    assert "灯" in owner.get(f"/basedata/surveys/new/{upload}/").text
    batch = str(uuid.uuid4())
    places = "地址\n上海大厦\n".encode()
    assert (
        owner.post("/geocoding/files/", {"id": batch, "file": SimpleUploadedFile("a.csv", places)}).status_code == 302
    )
    for address in (f"/geocoding/files/{batch}/", f"/geocoding/files/{batch}/answer/"):
        assert colleague.get(address).status_code == 404
    assert (
        colleague.post("/geocoding/files/", {"id": batch, "file": SimpleUploadedFile("b.csv", b"a\n")}).status_code
        == 404
    )
    assert colleague.post(f"/geocoding/files/{batch}/", {"column": "地址", "crs": "EPSG:4490"}).status_code == 404
    assert Batch.objects.get().name == "a.csv"


def test_the_id_of_a_case_of_another_is_taken(sign: Sign, world: World) -> None:
    """A client chooses the id of a new case: another's stays what it was, and nothing of it is told."""
    case = world.report(where=EAST, login="collector1")
    before = entries()
    photos = [world.photo(1), world.photo(2)]
    body = {
        "id": str(uuid.uuid4()),
        "case": str(case),
        "name": "report",
        "data": {
            "source": "collector",
            "class_id": "cjt214-2007:event:0102",
            "lon": EAST[0],
            "lat": EAST[1],
            "media": photos,
        },
    }
    answer = sign("collector3").post("/api/v1/cases", json.dumps(body), content_type="application/json")
    assert answer.status_code == 409 and answer.json() == {
        "code": "case_exists",
        "message": answer.json()["message"],
        "params": {},
    }
    assert entries() == before
