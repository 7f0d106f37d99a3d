"""Fields that nobody asked for: a form or an API takes what it names and nothing else (mass assignment)."""

import json
import uuid
from typing import Any

import pytest

from citygrid.cases.models import EntryRow
from citygrid.maps.models import Layer
from citygrid.organization.models import AccessKey, Person, Seat
from tests.cases.pages import Sign, take
from tests.cases.world import GARBAGE, WEST, World

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "is_active": "",
    "is_superuser": "on",
    "is_staff": "on",
    "must_change_password": "",
    "only_seat": "1",
    "password": "Chosen-1-by-me",
    "role": "administrator",
    "side": "supervising",
    "scope": "all",
    "post": "administrator",
    "posts": "administrator",
    "person": "1",
    "id": "1",
    "pk": "1",
    "seat": "1",
    "body": "1",
    "state": "closed",
    "due": "2099-01-01T00:00:00Z",
    "at": "2020-01-01T00:00:00Z",
    "actor": "1",
    "uploader": "1",
    "asked_by": "1",
    "decided_by": "1",
    "status": "approved",
    "at_once": "yes",
    "published": "on",
    "public": "on",
    "sharing": "public",
    "roles": "leader",
    "code": "other",
    "kind": "features",
    "revoked_at": "",
    "digest": "x",
    "prefix": "x",
    "illustration": "",
}


def test_a_new_account_is_only_an_account(sign: Sign, world: World) -> None:
    answer = sign("admin1").post("/people/new/", {**EVERYTHING, "login": "fresh", "name": "新人"})
    assert answer.status_code in (200, 302), answer.text[:500]
    made = Person.objects.get(login="fresh")
    assert made.is_active and made.must_change_password and not made.check_password("Chosen-1-by-me")
    assert not Seat.objects.filter(person=made).exists()


def test_whoever_gives_posts_makes_no_accounts_and_the_other_way_round(sign: Sign, world: World) -> None:
    """The three administrators' powers are not joined by sending each other's fields."""
    target = Person.objects.get(login="collector1")
    before = Person.objects.values().get(pk=target.pk)
    sign("admin1").post(f"/people/{target.pk}/posts/", {**EVERYTHING, "post": "administrator"})
    assert not Seat.objects.filter(person=target, post__code="administrator").exists()
    assert sign("security1").post(f"/people/{target.pk}/account/", {**EVERYTHING, "act": "close"}).status_code == 403
    assert Person.objects.values().get(pk=target.pk) == before


def test_an_act_by_form_is_by_whoever_sends_it(sign: Sign, world: World) -> None:
    case = world.handling()
    extra = {name: value for name, value in EVERYTHING.items() if name not in ("kind",)}
    answer = take(sign("west_sanitation_desk"), case, "comment", **{**extra, "text": "做完了"})
    assert answer.status_code == 200 and "HX-Redirect" in answer.headers, answer.text[:800]
    entry = EntryRow.objects.filter(case_id=case).latest("seq")
    who = world.who("west_sanitation_desk")
    assert (entry.type, entry.person, entry.post, entry.role) == ("comment", who.person.pk, who.post.pk, who.role.code)
    assert set(entry.data) <= {"text"} | set(entry.data) - EVERYTHING.keys()
    assert abs((entry.recorded_at - world.now).total_seconds()) < 60


@pytest.mark.parametrize("where", ["body", "data"])
def test_an_act_by_api_takes_its_own_fields_only(sign: Sign, world: World, where: str) -> None:
    case, act = str(uuid.uuid4()), str(uuid.uuid4())
    photos = [world.photo(1), world.photo(2)]
    data = {"source": "collector", "class_id": GARBAGE, "lon": WEST[0], "lat": WEST[1], "media": photos, "text": "垃圾"}
    body: dict[str, Any] = {"id": act, "case": case, "name": "report", "data": data}
    extra = {
        name: value for name, value in EVERYTHING.items() if name not in body and name not in data and name != "kind"
    }
    (body if where == "body" else data).update(extra)
    answer = sign("collector3").post("/api/v1/cases", json.dumps(body), content_type="application/json")
    if where == "data":
        assert (answer.status_code, answer.json()["code"]) == (409, "field_unknown")
        assert not EntryRow.objects.filter(case_id=case).exists()
        return
    assert answer.status_code in (200, 422), answer.json()
    if answer.status_code == 200:
        entry = EntryRow.objects.get(case_id=case)
        assert entry.person == world.person("collector3") and answer.json()["state"] in ("reported", "unverified")


def test_a_key_is_what_its_form_says(sign: Sign, world: World, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client = sign("steward1")
    other = world.who("leader1").seat.pk
    client.post(
        "/keys/",
        {
            **EVERYTHING,
            "seat": other,
            "name": "x",
            "scope": "maps",
            "scopes": ["maps"],
            "days": "36500",
            "password": "x",
        },
    )
    assert not AccessKey.objects.filter(seat=other).exists() and not AccessKey.objects.exists()


def test_a_layers_code_and_kind_never_change(sign: Sign, world: World) -> None:
    layer = Layer.objects.create(code="mine", name="x", kind="features", sharing="centre")
    client = sign("steward1")
    client.post(
        "/maps/manage/layers/mine/",
        {
            "name": "y",
            "order": "1",
            "min_zoom": "0",
            "max_zoom": "20",
            "sharing": "centre",
            "style": "{}",
            "code": "other",
            "kind": "xyz",
            "address": "http://10.0.0.1/",
            "source": "areas.grid",
        },
    )
    layer.refresh_from_db()
    assert (layer.code, layer.kind, layer.address, layer.source) == ("mine", "features", "", "")
