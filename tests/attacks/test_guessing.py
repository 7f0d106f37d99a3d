"""Guessing passwords over all logins from one address, and for one login from many addresses (issue 4: brute force)."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from citygrid.organization.models import Person
from citygrid.trust.models import AuditRecord

pytestmark = pytest.mark.django_db
RIGHT = "正确 horse 1"


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.GUESSES_OF_ADDRESS, settings.GUESSES_OF_LOGIN = 12, 12


@pytest.fixture
def owner() -> Person:
    made: Person = get_user_model().objects.create_user("owner", RIGHT, name="owner")
    return made


def tried(login: str, password: str, address: str, agent: str = "x") -> int:
    sent = {"username": login, "password": password}
    return Client().post("/sign-in/", sent, REMOTE_ADDR=address, headers={"User-Agent": agent}).status_code


def test_one_address_cannot_spray_one_password_over_all_logins(owner: Person) -> None:
    for number in range(12):
        assert tried(f"stranger{number}", "Spring2026!", "10.9.9.9", f"agent {number}") == 422
    assert tried("another", "Spring2026!", "10.9.9.9") == 429
    assert tried("owner", RIGHT, "10.9.9.9") == 429, "the right password neither, while it is locked"
    assert AuditRecord.objects.latest("id").code == "locked"
    assert tried("owner", RIGHT, "10.9.9.8") == 302, "others are not hindered"


def test_many_addresses_cannot_guess_on_for_one_login(owner: Person) -> None:
    for number in range(12):
        assert tried("owner", f"guess {number}", f"10.8.0.{number}") == 422
    assert tried("owner", "guess", "10.8.1.1") == 429
    assert tried("owner", RIGHT, "10.8.1.2") == 429


def test_a_crowd_of_guessers_does_not_keep_the_owner_out_at_the_usual_desk(owner: Person) -> None:
    assert tried("owner", RIGHT, "10.0.0.5") == 302
    for number in range(12):
        tried("owner", f"guess {number}", f"10.8.0.{number}")
    assert tried("owner", "guess", "10.8.1.1") == 429
    assert tried("owner", RIGHT, "10.0.0.5") == 302
    assert tried("owner", "guess", "10.0.0.5") == 422, "and a wrong password there is only wrong"


def test_an_own_account_does_not_wipe_the_count(owner: Person) -> None:
    """Signing in rightly in between starts the count of that login anew, not that of the address."""
    for number in range(12):
        assert tried(f"stranger{number}", "Spring2026!", "10.9.9.9") == 422
        if number == 6:
            assert tried("owner", RIGHT, "10.9.9.9") == 302
    assert tried("stranger99", "Spring2026!", "10.9.9.9") == 429


def test_the_locks_end_by_themselves(owner: Person, settings: Any) -> None:
    for number in range(12):
        tried(f"stranger{number}", "Spring2026!", "10.9.9.9")
    counted = AccessAttempt.objects.aggregate(n=Sum("failures_since_start"))
    for _ in range(3):
        assert tried("owner", RIGHT, "10.9.9.9") == 429
    assert AccessAttempt.objects.aggregate(n=Sum("failures_since_start")) == counted, (
        "trying meanwhile lengthens nothing"
    )
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME * 1.01)
    assert tried("owner", RIGHT, "10.9.9.9") == 302
