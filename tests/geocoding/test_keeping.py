"""Places are kept by those who may: versions stay, two people do not overwrite each other, others are refused."""

import uuid

import pytest

from citygrid.geocoding.models import Place, PlaceVersion
from citygrid.trust.models import AuditRecord
from tests.geocoding.conftest import Someone

FACTS = {
    "kind": "landmark",
    "name": "试新亭",
    "lon": "121.4855",
    "lat": "31.2462",
    "weight": "5",
    "aliases": "凉亭\n老亭",
}


def add(who: Someone, **more: str) -> tuple[int, str]:
    answer = who.client.post("/geocoding/places/new/", {"id": str(uuid.uuid4()), **FACTS, **more})
    return answer.status_code, answer.headers.get("Location", "")


def test_the_owner_adds_a_place_once_however_often_the_form_is_sent(owner: Someone) -> None:
    key = str(uuid.uuid4())
    for _turn in range(2):
        assert add(owner, id=key)[0] == 302
    place = Place.objects.get(name="试新亭")
    assert place.code == f"p{uuid.UUID(key).hex}"
    assert place.grid
    assert place.aliases == ["凉亭", "老亭"]
    assert place.address.endswith("试新亭")
    assert AuditRecord.objects.filter(act="geocoding.add", subject_id=place.code).count() == 1


def test_a_stranger_reads_and_changes_nothing(owner: Someone, stranger: Someone) -> None:
    address = add(owner)[1]
    assert stranger.client.get(address).status_code == 200
    assert 'name="version"' not in stranger.client.get(address).content.decode()
    assert add(stranger)[0] == 403
    assert stranger.client.post(address, {**FACTS, "version": "1", "name": "别名"}).status_code == 404
    assert stranger.client.post(f"{address}alias/", {"alias": "别名"}).status_code == 403
    assert stranger.client.post(f"{address}retire/", {"last": "2027-01-01"}).status_code == 403
    assert Place.objects.get(name="试新亭").version == 1


def test_of_two_colleagues_the_second_sees_that_the_first_changed_it(owner: Someone, colleague: Someone) -> None:
    address = add(owner)[1]
    changed = {**FACTS, "version": "1", "name": "试新亭东", "why": "改名"}
    assert owner.client.post(address, changed).status_code == 302
    answer = colleague.client.post(address, {**FACTS, "version": "1", "name": "试新亭西"})
    assert answer.status_code == 422
    assert "试新亭西" in answer.content.decode()
    place = Place.objects.get(code=address.rstrip("/").rpartition("/")[2])
    assert (place.name, place.version) == ("试新亭东", 2)
    former = PlaceVersion.objects.get(place=place)
    assert (former.facts["name"], former.person_name, former.why) == ("试新亭", "owner", "改名")


def test_sending_the_same_facts_changes_nothing(owner: Someone) -> None:
    address = add(owner)[1]
    owner.client.post(address, {**FACTS, "version": "1"})
    assert Place.objects.get(name="试新亭").version == 1


@pytest.mark.parametrize(
    ("field", "value"), [("lon", "181"), ("lat", "x"), ("name", ""), ("weight", "101"), ("kind", "door_plate")]
)
def test_a_wrong_form_keeps_what_was_typed(owner: Someone, field: str, value: str) -> None:
    answer = owner.client.post(
        "/geocoding/places/new/", {"id": str(uuid.uuid4()), **FACTS, field: value, "note": "别丢"}
    )
    assert answer.status_code == 422
    assert "别丢" in answer.content.decode()
    assert not Place.objects.filter(name="试新亭").exists()


def test_another_name_twice_is_once_and_leaves_a_version(owner: Someone) -> None:
    address = add(owner)[1]
    for _turn in range(2):
        owner.client.post(f"{address}alias/", {"alias": "六角亭"})
    place = Place.objects.get(name="试新亭")
    assert (place.aliases[-1], place.version) == ("六角亭", 2)


def test_retired_it_is_listed_as_retired(owner: Someone) -> None:
    address = add(owner)[1]
    owner.client.post(f"{address}retire/", {"last": "2020-01-01"})
    assert Place.objects.get(name="试新亭").valid_to is None, "it cannot end before it began"
    today = Place.objects.get(name="试新亭").valid_from
    owner.client.post(f"{address}retire/", {"last": today.isoformat(), "why": "拆了"})
    assert "试新亭" not in owner.client.get("/geocoding/places/?q=试新亭").content.decode().partition("<tbody>")[2]
    assert (
        "试新亭"
        in owner.client.get("/geocoding/places/?q=试新亭&state=retired").content.decode().partition("<tbody>")[2]
    )


def test_the_list_is_found_by_any_name(stranger: Someone, owner: Someone) -> None:
    add(owner)
    for q in ("试新", "老亭"):
        assert "试新亭" in stranger.client.get("/geocoding/places/", {"q": q}).content.decode()
