"""Guessing passwords: locked by login and address, told when to come back, nobody else hindered (等级保护三级)."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.utils import timezone

from citygrid.organization.addresses import address_of
from citygrid.organization.models import Person
from citygrid.trust.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]
RIGHT = "正确 horse"


@pytest.fixture
def owner() -> Person:
    person = Person.objects.get(login="calltaker1")
    person.set_password(RIGHT)
    person.save()
    return person


def tried(client: Client, password: str, login: str = "calltaker1", address: str = "10.0.0.7") -> int:
    sent = {"username": login, "password": password}
    return client.post("/sign-in/", sent, REMOTE_ADDR=address).status_code


def locked_out(client: Client) -> None:
    for number in range(4):
        assert tried(client, f"guess {number}") == 422
    assert tried(client, "guess 5") == 429


def test_five_wrong_passwords_lock_the_login_for_this_address(client: Client, owner: Person) -> None:
    locked_out(client)
    answer = client.post("/sign-in/", {"username": "calltaker1", "password": RIGHT}, REMOTE_ADDR="10.0.0.7")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "15" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    row = AuditRecord.objects.latest("id")
    assert (row.person, row.code, row.address) == (owner.pk, "locked", "10.0.0.7")


def test_others_are_not_hindered(client: Client, owner: Person) -> None:
    locked_out(client)
    assert tried(client, RIGHT, address="10.0.0.8") == 302
    assert tried(Client(), "wrong", login="office1") == 422


def test_the_lock_ends_by_itself(client: Client, owner: Person) -> None:
    locked_out(client)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert tried(client, RIGHT) == 302


def test_a_right_password_starts_the_count_anew(client: Client, owner: Person) -> None:
    for _ in range(2):
        for number in range(4):
            assert tried(Client(), f"guess {number}") == 422
        assert tried(Client(), RIGHT) == 302


def test_what_was_typed_is_not_kept(client: Client, owner: Person) -> None:
    tried(client, "a secret that was typed")
    kept = AccessAttempt.objects.get()
    assert "a secret that was typed" not in f"{kept.post_data} {kept.get_data} {kept.username}"


@pytest.mark.parametrize(
    ("proxies", "told", "expected"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 8.8.8.8", "1.1.1.1"),
        (1, "not an address", None),
        (1, "", None),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: Any, rf: RequestFactory, proxies: int, told: str, expected: str | None
) -> None:
    settings.PROXIES = proxies
    assert address_of(rf.get("/", REMOTE_ADDR="9.9.9.9", headers={"X-Forwarded-For": told})) == expected


@pytest.mark.parametrize(
    ("new", "good"),
    [
        ("Aa1 短了", False),
        ("onlysmalletters", False),
        ("smallletters123456", False),
        ("Calltaker1!", False),
        ("更好的 battery 9", True),
        ("Battery9Horses", True),
    ],
)
def test_a_new_password_must_be_good(client: Client, owner: Person, new: str, good: bool) -> None:
    client.force_login(owner)
    sent = {"old_password": RIGHT, "new_password1": new, "new_password2": new}
    assert client.post("/password/", sent).status_code == (302 if good else 422)
