"""Stolen, old, tampered and foreign sessions, forms without their token, and live push with a session that ended."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.test import Client

from citygrid.config import push
from citygrid.organization.models import Person
from tests.cases.pages import Sign, hidden
from tests.cases.world import World

pytestmark = pytest.mark.django_db
RIGHT, OTHER = "正确 horse 1", "另外 horse 2"


@pytest.fixture
def owner(world: World, settings: Any) -> Person:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person = Person.objects.get(login="calltaker1")
    person.set_password(RIGHT)
    person.save()
    return person


def sign_in(client: Client, password: str = RIGHT) -> int:
    return client.post("/sign-in/", {"username": "calltaker1", "password": password}).status_code


def cookie(client: Client) -> str:
    return str(client.cookies[site.SESSION_COOKIE_NAME].value)


def opens(key: str) -> bool:
    client = Client()
    client.cookies[site.SESSION_COOKIE_NAME] = key
    return client.get("/cases/").status_code == 200


def test_a_session_given_before_sign_in_is_not_the_one_afterwards(owner: Person) -> None:
    """Session fixation: the attacker's own session, planted in the owner's browser, is worth nothing after sign-in."""
    attacker = Client()
    attacker.get("/sign-in/")
    session = attacker.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    victim = Client()
    victim.cookies[site.SESSION_COOKIE_NAME] = planted
    assert sign_in(victim) == 302
    assert cookie(victim) != planted and not opens(planted) and opens(cookie(victim))
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_session_that_nobody_was_given_is_none(owner: Person) -> None:
    client = Client()
    sign_in(client)
    good = cookie(client)
    for wrong in (
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        good.upper(),
        "",
        "0" * 32,
        good + "'--",
        "../" + good,
    ):
        assert not opens(wrong), wrong


def test_after_sign_out_the_old_cookie_opens_nothing(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither pages nor live push, which reads the session in another process."""
    monkeypatch.setattr(push, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(push, "close_old_connections", lambda: None)
    client = Client()
    sign_in(client)
    kept = cookie(client)
    assert opens(kept) and push.topics_of(f"{site.SESSION_COOKIE_NAME}={kept}")
    client.post("/sign-out/")
    assert not opens(kept)
    assert push.topics_of(f"{site.SESSION_COOKIE_NAME}={kept}") is None


def test_a_new_password_ends_the_other_sessions(owner: Person) -> None:
    thief, client = Client(), Client()
    sign_in(thief)
    sign_in(client)
    sent = {"old_password": RIGHT, "new_password1": OTHER, "new_password2": OTHER}
    assert client.post("/password/", sent).status_code == 302
    assert not opens(cookie(thief)) and opens(cookie(client))


def test_session_data_cannot_be_written_from_outside(owner: Person) -> None:
    """What the row holds is signed: a row that somebody wrote into the database without the key is empty."""
    client = Client()
    sign_in(client)
    row = Session.objects.get(session_key=cookie(client))
    head, colon, tail = row.session_data.partition(":")
    for wrong in (head[:-2] + "AA" + colon + tail, row.session_data[:-3], "e30:1a:forged", ""):
        Session.objects.filter(pk=row.pk).update(session_data=wrong)
        assert not opens(row.session_key), wrong


def test_no_form_without_its_token(addresses: list[str], world: World) -> None:
    """Every address: a POST from elsewhere (the cookie comes along, the token does not) changes nothing."""
    client = Client(enforce_csrf_checks=True)
    one = world.who("calltaker1")
    client.force_login(one.person)
    open_ones = []
    for address in addresses:
        for kind in ("application/x-www-form-urlencoded", "application/json", "text/plain"):
            answer = client.generic("POST", address, b"{}" if "json" in kind else b"x=1", content_type=kind)
            if answer.status_code not in (400, 401, 403, 404, 405, 415):
                open_ones.append((address, kind, answer.status_code))
    assert not open_ones


def test_the_token_of_another_session_is_worth_nothing(sign: Sign, world: World) -> None:
    case = world.handling()
    client = sign("west_sanitation_desk")
    page = client.get(f"/cases/{case}/acts/comment/")
    client.handler.enforce_csrf_checks = True
    foreign = Client()
    foreign.get("/sign-in/")
    sent = {"act_id": str(uuid.uuid4()), "text": "x", "csrfmiddlewaretoken": "a" * 64}
    assert client.post(f"/cases/{case}/acts/comment/", sent).status_code == 403
    sent["csrfmiddlewaretoken"] = hidden(foreign.get("/sign-in/"), "csrfmiddlewaretoken")
    assert client.post(f"/cases/{case}/acts/comment/", sent).status_code == 403
    sent["csrfmiddlewaretoken"] = hidden(page, "csrfmiddlewaretoken")
    assert client.post(f"/cases/{case}/acts/comment/", sent).status_code in (302, 422)


def test_an_act_sent_twice_is_one_act_and_another_persons_copy_is_none(sign: Sign, world: World) -> None:
    """A request recorded on the wire and sent again changes nothing; with another body or person it is refused."""
    case = world.handling()
    desk, colleague = sign("west_sanitation_desk"), sign("dispatcher1")
    sent = {"act_id": str(uuid.uuid4()), "text": "once"}
    address = f"/cases/{case}/acts/comment/"
    seqs = []
    for _ in range(2):
        assert desk.post(address, sent).status_code == 302
        seqs.append(len(desk.get(f"/api/v1/cases/{case}").json()["timeline"]))
    assert desk.post(address, {**sent, "text": "twice"}).status_code == 422
    assert colleague.post(address, sent).status_code == 422
    seqs.append(len(desk.get(f"/api/v1/cases/{case}").json()["timeline"]))
    assert len(set(seqs)) == 1
