"""Access keys: read in the name of a seat, only there, only so long, only what the seat sees."""

import base64
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from citygrid.organization import keys, seats
from citygrid.organization.models import AccessKey, Person, Seat
from citygrid.trust.models import AuditRecord

from .conftest import seat_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second", "cheap_passwords")]


def asked(text: str, path: str = "/ogc/collections", method: str = "GET", basic: bool = False) -> HttpRequest:
    sent = "Basic " + base64.b64encode(f"anybody:{text}".encode()).decode() if basic else f"Bearer {text}"
    return RequestFactory().generic(method, path, headers={"Authorization": sent})


@pytest.fixture
def owner() -> Seat:
    return seat_of("leader1")


@pytest.fixture
def key(owner: Seat) -> str:
    return keys.make(owner, "desk map", "maps", 30, timezone.now())[1]


@pytest.mark.parametrize("basic", [True, False], ids=["basic", "bearer"])
def test_a_key_reads_in_the_name_of_its_seat(owner: Seat, key: str, basic: bool) -> None:
    who = seats.current(asked(key, basic=basic))
    assert who is not None
    assert (who.seat.pk, who.person.pk) == (owner.pk, owner.person_id)
    assert who.scope == seats.signed(owner.person, owner, timezone.now()).scope
    assert AccessKey.objects.get().last_used_on == timezone.localdate()


def test_only_the_hash_is_kept(key: str) -> None:
    row = AccessKey.objects.get()
    secret = key.split("_", 2)[2]
    assert secret not in (row.digest, row.prefix)
    assert len(row.digest) == 64


@pytest.mark.parametrize("path", ["/", "/api/v1/items", "/cases/", "/ogc"])
def test_a_key_opens_nothing_outside_its_scope(key: str, path: str) -> None:
    assert seats.current(asked(key, path)) is None


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_key_changes_nothing(key: str, method: str) -> None:
    assert seats.current(asked(key, method=method)) is None


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


def test_a_request_with_a_bad_key_does_not_fall_back_on_the_session(client: Client, owner: Seat) -> None:
    client.force_login(owner.person)
    assert client.get("/keys/").status_code == 200
    assert client.get("/keys/", headers={"Authorization": "Bearer cg_no_such"}).status_code == 302


def test_the_page_makes_a_key_shows_it_once_and_takes_it_back(client: Client, owner: Seat) -> None:
    owner.person.set_password("正确 horse")
    owner.person.save()
    client.force_login(owner.person)
    typed = {"name": "QGIS", "days": "90", "scope": "maps", "password": "wrong"}
    refused = client.post("/keys/", typed)
    assert (refused.status_code, AccessKey.objects.count()) == (422, 0)
    assert "QGIS" in refused.content.decode()
    assert AuditRecord.objects.filter(act="make_key", outcome="refused", code="wrong_password").exists()
    page = client.post("/keys/", {**typed, "password": "正确 horse"}).content.decode()
    text = page.split("data-key-text>")[1].split("<")[0]
    assert seats.current(asked(text)) is not None
    assert text not in client.get("/keys/").content.decode()
    prefix = AccessKey.objects.get().prefix
    assert client.post(f"/keys/{prefix}/revoke/").status_code == 302
    assert seats.current(asked(text)) is None
    assert set(AuditRecord.objects.values_list("act", flat=True)) >= {"make_key", "revoke_key"}


def test_a_stranger_cannot_take_a_key_back(client: Client, key: str) -> None:
    client.force_login(seat_of("calltaker1").person)
    prefix = AccessKey.objects.get().prefix
    assert client.post(f"/keys/{prefix}/revoke/").status_code == 404
    assert AccessKey.objects.get().revoked_at is None
    assert prefix not in client.get("/keys/").content.decode()
