"""Who uses the app: posts that the variant lets report, verify or check; on a phone they land in it (S1-45)."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from citygrid.collection.models import Device

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
PASSWORD = "正确 horse battery"


@pytest.fixture
def signs_in(world, settings):
    """`signs_in(login, agent, next)` -> where they come out."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def go(login, agent, **form):
        person = world.who(login).person
        person.password, person.must_change_password = make_password(PASSWORD), False
        person.save(update_fields=["password", "must_change_password"])
        client = Client(headers={"user-agent": agent})
        answer = client.post("/sign-in/", {"username": login, "password": PASSWORD, **form})
        assert answer.status_code == 302, answer.content
        return answer["Location"]

    return go


def test_a_collector_lands_in_the_app_on_a_phone_and_at_the_desk_elsewhere(signs_in):
    assert signs_in("collector1", PHONE) == "/collector/"
    assert signs_in("collector2", DESK) == "/"


def test_who_asked_for_a_page_gets_that_page(signs_in):
    assert signs_in("collector1", PHONE, next="/account/") == "/account/"


def test_a_dispatcher_on_a_phone_lands_at_the_desk(signs_in):
    assert signs_in("dispatcher1", PHONE) == "/"


def test_the_session_says_who_is_there_and_what_they_may(phone):
    told = phone("collector1").client.get("/api/v1/collection/session").json()
    assert {"report", "verify", "check"} <= set(told["may"])
    assert told["csrf"] and told["language"] == "zh-hans"
    assert phone("dispatcher1").client.get("/api/v1/collection/session").json()["may"] == []


def test_a_stranger_is_told_nothing(client, world):
    answer = client.get("/api/v1/collection/session")
    assert answer.status_code == 401 and "csrf" not in answer.json()
    assert Device.objects.count() == 0


def test_the_app_stands_in_the_bar_for_those_who_use_it_alone(phone):
    assert 'href="/collector/"' in phone("collector1").client.get("/").text
    assert 'href="/collector/"' not in phone("dispatcher1").client.get("/").text
