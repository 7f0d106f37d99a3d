"""Change requests from the field: asked once, decided by somebody else, seen by the asker (S1-08, S0-64)."""

import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from citygrid.basedata import asking, versions
from citygrid.basedata.asking import Asked
from citygrid.basedata.models import ChangeRequest, Component
from citygrid.media.storing import store
from citygrid.process.refusal import Refused
from tests.basedata.people import at_desk, client
from tests.basedata.test_survey_round import published
from tests.basedata.town import AT, LAMP, lamps, spots, write


def photo(login: str, shade: int = 1) -> uuid.UUID:
    out = BytesIO()
    Image.new("RGB", (64, 48), (shade * 23 % 256, 90, 120)).save(out, "JPEG")
    return store(out.getvalue(), "photo.jpg", at_desk(login).person.pk, AT).pk


@pytest.fixture
def lamp(second: None, tmp_path: Path, settings: Any) -> Component:
    settings.MEDIA_STORE = tmp_path / "media"
    published(write(tmp_path / "lamps.csv", lamps(3)))
    return Component.objects.get(key="P1")


def broken(lamp: Component, login: str = "surveyor1", **more: Any) -> Asked:
    said = {"cells": {"state": "damaged"}, "reason": "灯罩掉落", "photos": (photo(login),), **more}
    return Asked(id=uuid.uuid4(), kind="state", code=lamp.code, **said)


def ask(asked: Asked, login: str = "surveyor1") -> ChangeRequest:
    return asking.ask(asked, at_desk(login), AT)[0]


def refused(asked: Asked, login: str = "surveyor1") -> str:
    with pytest.raises(Refused) as told:
        ask(asked, login)
    assert not ChangeRequest.objects.filter(pk=asked.id).exists()
    return told.value.refusal.code


@pytest.mark.django_db
def test_an_approved_request_makes_a_version_and_the_asker_sees_it(lamp: Component) -> None:
    row = ask(broken(lamp))
    assert Component.objects.get(code=lamp.code).state == "intact"
    steward = client("steward1")
    assert "灯罩掉落" in steward.get("/basedata/requests/").text
    answer = steward.post(f"/basedata/requests/{row.pk}/approve/", {"answer": "已核实"}, follow=True)
    assert answer.status_code == 200, answer.text
    now = Component.objects.get(code=lamp.code)
    assert (now.state, now.version) == ("damaged", 2)
    newest = versions.history(lamp.code)[0]
    assert (newest.why, newest.request, newest.reason) == ("request", row.pk, "灯罩掉落")
    page = client("surveyor1").get(f"/basedata/requests/{row.pk}/").text
    assert "已核实" in page
    assert f"/media/{row.photos[0]}" in client("steward1").get(f"/basedata/components/{lamp.code}/").text


@pytest.mark.django_db
def test_nobody_decides_on_their_own_request(lamp: Component) -> None:
    row = ask(broken(lamp, "steward1"), "steward1")
    answer = client("steward1").post(f"/basedata/requests/{row.pk}/approve/", {"answer": ""})
    assert answer.status_code == 422 and 'data-code="request_party"' in answer.text
    assert ChangeRequest.objects.get(pk=row.pk).status == "open"
    assert client("surveyor1").get(f"/basedata/requests/{row.pk}/").status_code == 404


@pytest.mark.django_db
def test_refusing_wants_a_reason_and_keeps_the_component(lamp: Component) -> None:
    row = ask(broken(lamp))
    steward = client("steward1")
    answer = steward.post(f"/basedata/requests/{row.pk}/refuse/", {"answer": " "})
    assert answer.status_code == 422 and 'data-code="request_answer"' in answer.text
    steward.post(f"/basedata/requests/{row.pk}/refuse/", {"answer": "照片不清"})
    row.refresh_from_db()
    assert (row.status, row.answer) == ("refused", "照片不清")
    assert Component.objects.get(code=lamp.code).version == 1
    again = steward.post(f"/basedata/requests/{row.pk}/approve/", {"answer": ""})
    assert 'data-code="request_closed"' in again.text


@pytest.mark.django_db
def test_what_is_missing_or_wrong_is_refused_and_leaves_nothing(lamp: Component) -> None:
    lon, lat = spots(5)[4]
    assert refused(broken(lamp, reason=" ")) == "request_reason"
    assert refused(broken(lamp, photos=())) == "request_photo"
    assert refused(broken(lamp, photos=(photo("steward1", 7),))) == "request_photo_unknown"
    assert refused(broken(lamp, cells={"state": "fallen"})) == "not_choice"
    assert refused(broken(lamp, cells={"wings": "2"})) == "request_field"
    assert refused(broken(lamp, cells={})) == "request_nothing"
    seen = (photo("surveyor1", 3),)
    assert refused(Asked(uuid.uuid4(), "state", code="999", reason="x", photos=seen)) == "no_component"
    assert refused(Asked(uuid.uuid4(), "paint", code=lamp.code, reason="x", photos=seen)) == "request_kind"
    unclear = Asked(uuid.uuid4(), "new", class_id="none", lon=lon, lat=lat, reason="x", photos=seen)
    assert refused(unclear) == "request_class"
    away = Asked(uuid.uuid4(), "new", class_id=LAMP, lon=10.0, lat=10.0, reason="x", photos=seen)
    assert refused(away) == "request_outside"
    assert refused(broken(lamp), "calltaker1") == "request_right"


@pytest.mark.django_db
def test_a_new_component_a_move_and_a_loss(lamp: Component) -> None:
    lon, lat = spots(9)[8]
    decider = at_desk("steward1")
    new = ask(Asked(uuid.uuid4(), "new", class_id=LAMP, lon=lon, lat=lat, cells={"state": "intact", "source": "survey"},
                    reason="新装", photos=(photo("surveyor1"),)))  # fmt: skip
    made = asking.decide(new.pk, True, "", decider, AT)
    assert Component.objects.get(code=made.code).class_id == LAMP and made.version == 1
    move = ask(Asked(uuid.uuid4(), "move", code=lamp.code, lon=lon, lat=lat - 0.00005, reason="位置不对",
                     photos=(photo("surveyor1"),)))  # fmt: skip
    asking.decide(move.pk, True, "", decider, AT)
    assert Component.objects.get(code=lamp.code).lon == pytest.approx(lon)
    gone = ask(Asked(uuid.uuid4(), "missing", code=lamp.code, reason="已拆除", photos=(photo("surveyor1"),)))
    asking.decide(gone.pk, True, "", decider, AT)
    assert Component.objects.get(code=lamp.code).valid_to is not None
    assert refused(broken(lamp)) == "component_gone"


@pytest.mark.django_db
def test_the_api_takes_the_same_request_once(lamp: Component) -> None:
    app = client("surveyor1")
    said = {"id": str(uuid.uuid4()), "kind": "state", "code": lamp.code, "cells": {"state": "damaged"}, "reason": "坏",
            "photos": [str(photo("surveyor1"))]}  # fmt: skip
    first, second = (app.post("/api/v1/components/requests", said, "application/json") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200) and second.json()["repeated"]
    other = app.post("/api/v1/components/requests", said | {"reason": "别的"}, "application/json")
    assert other.status_code == 409 and other.json()["code"] == "request_other_body"
    assert ChangeRequest.objects.count() == 1
    assert client("calltaker1").post("/api/v1/components/requests", said, "application/json").status_code == 403
    assert client("calltaker1").get(f"/api/v1/components/requests/{said['id']}").status_code == 404
    near = app.get("/api/v1/components/near", {"lon": lamp.lon, "lat": lamp.lat, "metres": 5}).json()
    assert [one["code"] for one in near] == [lamp.code] and near[0]["metres"] == 0
    one = app.get(f"/api/v1/components/{lamp.code}").json()
    assert one["state"] == "intact" and "state" in [field["name"] for field in one["fields"]]
    assert app.get("/api/v1/components/near", {"lon": 200, "lat": 0}).status_code == 422


@pytest.mark.django_db
def test_the_form_offers_each_kind_and_keeps_what_was_typed(lamp: Component) -> None:
    form = client("surveyor1").get("/basedata/requests/new/", {"code": lamp.code}).text
    for kind in ("state", "attributes", "move", "missing"):
        assert f'type="radio" name="kind" value="{kind}"' in form, kind
    answer = client("surveyor1").post(
        "/basedata/requests/new/", {"code": lamp.code, "kind": "state", "cell:state": "damaged", "reason": "灯杆歪斜"}
    )
    assert answer.status_code == 422 and 'data-code="request_photo"' in answer.text
    assert "灯杆歪斜" in answer.text and '<option value="damaged" selected>' in answer.text
