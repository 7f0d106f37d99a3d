"""Keys of others: seen, limited and taken back by the administrators, and by nobody else (三员分立, S3-19)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from citygrid.organization import keys
from citygrid.organization.models import AccessKey, Seat
from citygrid.trust.models import AuditRecord

from .conftest import seat_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


@pytest.fixture
def key() -> AccessKey:
    return keys.make(seat_of("leader1"), "wall screen", ["maps"], 30, timezone.now())[0]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of somebody who owes nothing at the sign-in."""

    def client(login: str) -> Client:
        found = Client()
        found.force_login(seat_of(login).person)
        return found

    return client


@pytest.mark.parametrize("login", ["admin1", "security1"])
def test_both_administrators_see_and_take_back(page: Any, key: AccessKey, login: str) -> None:
    client = page(login)
    seen = client.get("/keys/all/").content.decode()
    assert key.prefix in seen and "wall screen" in seen and key.seat.person.name in seen
    assert client.post(f"/keys/{key.prefix}/withdraw/").status_code == 302
    key.refresh_from_db()
    assert key.revoked_by == seat_of(login).person
    line = AuditRecord.objects.get(act="revoke_key")
    assert (line.subject_id, line.person, line.params) == (key.prefix, key.revoked_by_id, {"holder": "leader1"})
    assert key.prefix not in client.get("/keys/all/").content.decode()
    assert key.prefix in client.get("/keys/all/?all=1").content.decode()


@pytest.mark.parametrize("login", ["auditor1", "leader1", "calltaker1"])
def test_nobody_else_does(page: Any, key: AccessKey, login: str) -> None:
    client = page(login)
    assert client.get("/keys/all/").status_code == 403
    for act in ("withdraw", "limit"):
        assert client.post(f"/keys/{key.prefix}/{act}/", {"per_minute": "5"}).status_code == 403
    key.refresh_from_db()
    assert (key.revoked_at, key.per_minute) == (None, None)


def test_only_the_administrator_sets_limits(page: Any, key: AccessKey) -> None:
    typed = {"per_minute": "5", "per_day": "70"}
    assert page("security1").post(f"/keys/{key.prefix}/limit/", typed).status_code == 403
    assert page("admin1").post(f"/keys/{key.prefix}/limit/", typed).status_code == 302
    key.refresh_from_db()
    assert (key.per_minute, key.per_day) == (5, 70)
    assert AuditRecord.objects.get(act="limit_key").params == {"per_minute": 5, "per_day": 70}
    assert page("admin1").post(f"/keys/{key.prefix}/limit/", {"per_minute": "", "per_day": ""}).status_code == 302
    key.refresh_from_db()
    assert (key.per_minute, key.per_day) == (None, None)


@pytest.mark.parametrize("bad", ["0", "-1", "x", "1e3", "９", "100001", "999999999999999999999"])
def test_a_wrong_limit_is_told_and_kept_on_the_page(page: Any, key: AccessKey, bad: str) -> None:
    answer = page("admin1").post(f"/keys/{key.prefix}/limit/", {"per_minute": bad, "per_day": "9"})
    assert answer.status_code == 422
    assert f'value="{bad[:8]}' in answer.content.decode()
    key.refresh_from_db()
    assert (key.per_minute, key.per_day) == (None, None)


def test_found_by_login_name_purpose_and_beginning(page: Any, key: AccessKey) -> None:
    client = page("admin1")
    for words in ("leader1", key.seat.person.name, "wall", f"cg_{key.prefix}", key.prefix[:4]):
        assert key.prefix in client.get("/keys/all/", {"q": words}).content.decode(), words
    assert key.prefix not in client.get("/keys/all/", {"q": "nobody at all"}).content.decode()


def test_every_reason_why_a_key_opens_nothing_is_told(page: Any, key: AccessKey) -> None:
    from citygrid.organization.key_listing import shown

    def state() -> str:
        rows = AccessKey.objects.select_related("seat__person", "seat__post")
        return str(shown(list(rows), timezone.now())[0]["state"])

    assert state() == "good"
    now = timezone.now()
    person = key.seat.person
    type(person).objects.update(is_active=False)
    assert state() == "account"
    Seat.objects.filter(pk=key.seat_id).update(until=now)
    assert state() == "seat"
    AccessKey.objects.update(made_at=now - timedelta(days=2), expires_at=now)
    assert state() == "run_out"
    keys.revoke(key, now)
    assert state() == "revoked"


def test_a_second_page_follows(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from citygrid.organization import all_keys_pages

    monkeypatch.setattr(all_keys_pages, "PAGE", 2)
    made = [keys.make(seat_of("leader1"), f"n{n}", ["maps"], 30, timezone.now())[0] for n in range(3)]
    client = page("admin1")
    first = client.get("/keys/all/").content.decode()
    assert [key.prefix in first for key in made] == [False, True, True]
    second = client.get(f"/keys/all/?after={made[1].pk}").content.decode()
    assert [key.prefix in second for key in made] == [True, False, False]
