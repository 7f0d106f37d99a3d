"""Access keys: act in the name of a seat, only where their scopes say, only so long, only what the seat may (S3-19)."""

import base64
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from citygrid.organization import accounts, assignment, key_scopes, keys, seats
from citygrid.organization.models import AccessKey, Person, Seat
from citygrid.trust.models import AuditRecord

from .conftest import seat_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


def asked(text: str, path: str = "/ogc/collections", method: str = "GET", basic: bool = False) -> HttpRequest:
    sent = "Basic " + base64.b64encode(f"anybody:{text}".encode()).decode() if basic else f"Bearer {text}"
    return RequestFactory().generic(method, path, headers={"Authorization": sent})


@pytest.fixture
def owner() -> Seat:
    return seat_of("leader1")


@pytest.fixture
def key(owner: Seat) -> str:
    return keys.make(owner, "desk map", ["maps"], 30, timezone.now())[1]


@pytest.mark.parametrize("basic", [True, False], ids=["basic", "bearer"])
def test_a_key_reads_in_the_name_of_its_seat(owner: Seat, key: str, basic: bool) -> None:
    who = seats.current(asked(key, basic=basic))
    assert who is not None
    assert (who.seat.pk, who.person.pk) == (owner.pk, owner.person_id)
    assert who.scope == seats.signed(owner.person, owner, timezone.now()).scope


def test_only_the_hash_is_kept(key: str) -> None:
    row = AccessKey.objects.get()
    secret = key.split("_", 2)[2]
    assert secret not in (row.digest, row.prefix)
    assert len(row.digest) == 64


@pytest.mark.parametrize("path", ["/", "/api/v1/items", "/cases/", "/ogc", "/ogcx/", "/keys/", "/people/"])
def test_a_key_opens_nothing_outside_its_scope(key: str, path: str) -> None:
    assert seats.current(asked(key, path)) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_key_for_reading_changes_nothing(key: str, method: str) -> None:
    assert seats.current(asked(key, method=method)) is None


OPENED = {
    "cases.read": [("GET", "/api/v1/cases/x"), ("GET", "/api/v1/items")],
    "cases.act": [("POST", "/api/v1/cases"), ("POST", "/api/v1/cases/x/acts")],
    "basedata.read": [("GET", "/api/v1/components/near"), ("GET", "/api/v1/components/requests")],
    "basedata.request": [("POST", "/api/v1/components/requests")],
    "geocoding.read": [("GET", "/api/v1/geocoding/search"), ("POST", "/api/v1/geocoding/batch")],
    "media.read": [("GET", "/media/x/")],
    "media.send": [("POST", "/media/")],
    "maps": [("GET", "/ogc/collections")],
}


@pytest.mark.parametrize("code", OPENED)
def test_each_scope_opens_its_own_addresses_and_no_other(owner: Seat, code: str) -> None:
    """Reading and writing are apart: `cases.read` acts on nothing, `cases.act` reads nothing."""
    text = keys.make(owner, "one", [code], 30, timezone.now())[1]
    opened = {(m, p) for pairs in OPENED.values() for m, p in pairs if seats.current(asked(text, p, m)) is not None}
    assert opened == set(OPENED[code])


def test_a_key_may_have_several_scopes(owner: Seat) -> None:
    text = keys.make(owner, "both", ["cases.read", "cases.act"], 30, timezone.now())[1]
    assert seats.current(asked(text, "/api/v1/items")) is not None
    assert seats.current(asked(text, "/api/v1/cases", "POST")) is not None
    assert seats.current(asked(text)) is None


def test_nothing_is_changed_with_basic_authentication(owner: Seat) -> None:
    """A browser repeats it by itself, so a form of another site could bring it along."""
    text = keys.make(owner, "both", ["cases.read", "cases.act"], 30, timezone.now())[1]
    assert seats.current(asked(text, "/api/v1/items", basic=True)) is not None
    assert seats.current(asked(text, "/api/v1/cases", "POST", basic=True)) is None


def test_a_scope_that_is_no_longer_offered_opens_nothing(owner: Seat) -> None:
    AccessKey.objects.update(scopes=["gone"])
    assert not key_scopes.opens(["gone"], "GET", "/api/v1/items")
    with pytest.raises(ValueError, match="gone"):
        keys.make(owner, "old", ["gone"], 30, timezone.now())
    with pytest.raises(ValueError, match=r"\[\]"):
        keys.make(owner, "none", [], 30, timezone.now())


@pytest.mark.parametrize("broken", ["", "cg", "cg_", "cg_{prefix}_", "cg_{prefix}_x", "{key}x", "xx_{rest}", "ü"])
def test_a_changed_key_opens_nothing(key: str, broken: str) -> None:
    text = broken.format(prefix=key.split("_")[1], key=key, rest=key[3:])
    assert seats.current(asked(text, basic=True)) is None


def test_a_key_ends_with_its_days_its_seat_and_its_person(owner: Seat, key: str) -> None:
    now = timezone.now()
    AccessKey.objects.update(made_at=now - timedelta(days=2), expires_at=now)
    assert seats.current(asked(key)) is None
    AccessKey.objects.update(expires_at=now + timedelta(days=2))
    assert seats.current(asked(key)) is not None
    Seat.objects.filter(pk=owner.pk).update(until=now)
    assert seats.current(asked(key)) is None
    Seat.objects.filter(pk=owner.pk).update(until=None)
    Person.objects.filter(pk=owner.person_id).update(is_active=False)
    assert seats.current(asked(key)) is None
    Person.objects.filter(pk=owner.person_id).update(is_active=True, must_change_password=True)
    assert seats.current(asked(key)) is None


def test_keys_are_taken_back_when_the_post_is(owner: Seat, key: str) -> None:
    """A seat that is given again later does not bring old keys back to life."""
    assignment.release(owner, timezone.now(), seat_of("calltaker1").person)
    Seat.objects.filter(pk=owner.pk).update(until=None)
    assert seats.current(asked(key)) is None
    assert AccessKey.objects.get().revoked_by == seat_of("calltaker1").person


def test_keys_are_taken_back_when_the_account_is_closed(owner: Seat, key: str) -> None:
    accounts.set_active(owner.person, False, seat_of("calltaker1").person, timezone.now())
    accounts.set_active(owner.person, True, seat_of("calltaker1").person, timezone.now())
    assert seats.current(asked(key)) is None


def test_a_key_counts_for_its_own_post_only(owner: Seat, key: str) -> None:
    """Whoever asks for the seats of the person gets this one: files of cases of another post stay unseen."""
    other = Seat.objects.create(person=owner.person, post=seat_of("calltaker1").post, since=owner.since)
    held = keys.holder(asked(key), timezone.now())
    assert held is not None
    person = held.person
    assert {one.pk for one in seats.seats_of(person, timezone.now())} == {owner.pk, other.pk}
    person.only_seat = held.pk
    assert [one.pk for one in seats.seats_of(person, timezone.now())] == [owner.pk]


def test_a_request_with_a_bad_key_does_not_fall_back_on_the_session(client: Client, owner: Seat) -> None:
    client.force_login(owner.person)
    assert client.get("/keys/").status_code == 200
    assert client.get("/keys/", headers={"Authorization": "Bearer cg_no_such"}).status_code == 302
    assert client.get("/password/", headers={"Authorization": "Bearer cg_no_such"}).status_code == 302
    assert client.get("/password/").status_code == 200  # and the session is still there


def test_the_page_makes_a_key_shows_it_once_and_takes_it_back(client: Client, owner: Seat) -> None:
    owner.person.set_password("正确 horse")
    owner.person.save()
    client.force_login(owner.person)
    typed = {"name": "QGIS", "days": "90", "scope": ["maps", "cases.read"], "password": "wrong"}
    refused = client.post("/keys/", typed)
    assert (refused.status_code, AccessKey.objects.count()) == (422, 0)
    page = refused.content.decode()
    assert "QGIS" in page and page.count(" checked") == 2
    assert AuditRecord.objects.filter(act="make_key", outcome="refused", code="wrong_password").exists()
    right = {**typed, "password": "正确 horse"}
    for wrong in ({"scope": []}, {"scope": ["maps", "everything"]}, {"days": "9999"}, {"name": " "}):
        assert client.post("/keys/", {**right, **wrong}).status_code == 422
    assert AccessKey.objects.count() == 0
    page = client.post("/keys/", right).content.decode()
    text = page.split("data-key-text>")[1].split("<")[0]
    assert seats.current(asked(text)) is not None
    assert AccessKey.objects.get().scopes == ["maps", "cases.read"]
    assert text not in client.get("/keys/").content.decode()
    prefix = AccessKey.objects.get().prefix
    assert client.post(f"/keys/{prefix}/revoke/").status_code == 302
    assert seats.current(asked(text)) is None
    assert set(AuditRecord.objects.values_list("act", flat=True)) >= {"make_key", "revoke_key"}


def test_a_stranger_cannot_take_a_key_back(client: Client, key: str) -> None:
    client.force_login(seat_of("calltaker1").person)
    prefix = AccessKey.objects.get().prefix
    for act in ("revoke", "withdraw", "limit"):
        assert client.post(f"/keys/{prefix}/{act}/", {"per_minute": "1"}).status_code in (403, 404)
    row = AccessKey.objects.get()
    assert (row.revoked_at, row.per_minute) == (None, None)
    assert prefix not in client.get("/keys/").content.decode()
    assert client.get("/keys/all/").status_code == 403
