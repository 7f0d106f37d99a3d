"""Sessions: how long they last, by role; where one is signed in; ending them (等级保护三级, S3-14)."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from citygrid.organization import checking
from citygrid.organization.files import Files
from citygrid.organization.models import Person, Post, Role, Seat, SignIn
from citygrid.organization.signing import sign_ins
from citygrid.standards.reports import Report
from citygrid.trust.models import AuditRecord

from .conftest import AT
from .signing import sign_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]
MINUTE = timedelta(minutes=1)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


@pytest.fixture
def owner() -> Person:
    return with_password("calltaker1")


def limits(role: str, **facts: int) -> None:
    one = Role.objects.get(code=role)
    for name, value in facts.items():
        setattr(one, name, value)
    one.save()


def back_in_time(client: Client, ago: timedelta) -> None:
    """As if everything in the session had happened so much earlier."""
    key = client.session.session_key
    row, stored = SignIn.objects.get(session_key=key), Session.objects.get(pk=key)
    row.began_at, row.seen_at, stored.expire_date = row.began_at - ago, row.seen_at - ago, stored.expire_date - ago
    row.save()
    stored.save()


def test_an_idle_session_ends(client: Client, owner: Person) -> None:
    limits("call_taker", idle_minutes=30)
    sign_in(client, "calltaker1")
    back_in_time(client, 29 * MINUTE)
    assert client.get("/account/").status_code == 200
    back_in_time(client, 29 * MINUTE)
    assert client.get("/account/").status_code == 200, "somebody was there in between"
    back_in_time(client, 31 * MINUTE)
    assert client.get("/account/")["Location"].startswith("/sign-in/")


def test_a_session_ends_at_its_longest_even_when_somebody_is_there(client: Client, owner: Person) -> None:
    limits("call_taker", idle_minutes=40, longest_hours=1)
    sign_in(client, "calltaker1")
    for _ in range(2):
        back_in_time(client, 29 * MINUTE)
        assert client.get("/account/").status_code == 200
    back_in_time(client, 3 * MINUTE)
    assert client.get("/account/").status_code == 302


def test_writing_into_a_session_does_not_make_it_longer(client: Client, owner: Person) -> None:
    limits("call_taker", idle_minutes=30)
    sign_in(client, "calltaker1")
    before = Session.objects.get(pk=client.session.session_key).expire_date
    session = client.session
    session["x"] = "y"
    session.save()
    assert Session.objects.get(pk=session.session_key).expire_date == before


def test_without_a_word_of_the_role_the_settings_count(settings: Any, owner: Person) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_LONGEST_HOURS = 25, 5
    asked = sign_ins.terms_of(owner, timezone.now())
    assert (asked.idle, asked.longest) == (25 * MINUTE, 300 * MINUTE)


def test_of_several_posts_the_strictest_counts(owner: Person) -> None:
    Seat.objects.create(person=owner, post=Post.objects.get(code="shift"), since=AT)
    limits("call_taker", idle_minutes=90, longest_hours=3)
    limits("shift_leader", idle_minutes=15, longest_hours=9)
    asked = sign_ins.terms_of(owner, timezone.now())
    assert (asked.idle, asked.longest) == (15 * MINUTE, 180 * MINUTE)


def test_a_stricter_role_counts_for_who_is_in_already(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    limits("call_taker", idle_minutes=5)
    back_in_time(client, 2 * MINUTE)
    assert client.get("/account/").status_code == 200
    back_in_time(client, 6 * MINUTE)
    assert client.get("/account/").status_code == 302


def test_being_there_is_written_once_a_minute(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    row = SignIn.objects.get(person=owner)
    client.get("/keys/")
    row.refresh_from_db()
    first = row.seen_at
    client.get("/keys/")
    row.refresh_from_db()
    assert row.seen_at == first
    back_in_time(client, 2 * MINUTE)
    client.get("/keys/")
    row.refresh_from_db()
    assert row.seen_at > first


def test_what_a_page_asks_by_itself_is_nobody_being_there(client: Client, owner: Person) -> None:
    limits("call_taker", idle_minutes=30)
    sign_in(client, "calltaker1")
    back_in_time(client, 29 * MINUTE)
    assert client.get("/keys/", headers={"CityGrid-Unattended": "1"}).status_code == 200
    back_in_time(client, 2 * MINUTE)
    assert client.get("/keys/").status_code == 302


def test_a_session_of_the_store_alone_opens_nothing(client: Client, owner: Person) -> None:
    """A row slipped into the session table, or one from before, has no sign-in."""
    sign_in(client, "calltaker1")
    SignIn.objects.all().delete()
    assert client.get("/account/").status_code == 302


def test_where_i_am_signed_in(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1", HTTP_USER_AGENT=CHROME, REMOTE_ADDR="10.1.2.3")
    other = Client()
    sign_in(other, "calltaker1", REMOTE_ADDR="10.9.9.9")
    stranger = Client()
    stranger.force_login(Person.objects.get(login="office1"))
    page = client.get("/account/", REMOTE_ADDR="10.1.2.3").content.decode()
    assert "Chrome · Windows" in page
    assert "10.1.2.3" in page
    assert "10.9.9.9" in page
    assert "10.9.9.9" not in stranger.get("/account/").content.decode()


def test_another_session_of_mine_is_ended_and_only_mine(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    other, stranger = Client(), Client()
    sign_in(other, "calltaker1")
    stranger.force_login(Person.objects.get(login="office1"))
    theirs = SignIn.objects.get(session_key=other.session.session_key)
    assert stranger.post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert other.get("/account/").status_code == 200
    assert client.post(f"/account/sessions/{theirs.pk}/end/").status_code == 302
    assert other.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    theirs.refresh_from_db()
    assert theirs.ended_why == "by_person"


def test_all_others_are_ended(client: Client, owner: Person) -> None:
    others = [Client(), Client()]
    for one in (client, *others):
        sign_in(one, "calltaker1")
    client.post("/account/sessions/end-others/")
    assert [one.get("/account/").status_code for one in (client, *others)] == [200, 302, 302]
    assert AuditRecord.objects.get(act="end_other_sessions").params == {"ended": 2}


def test_a_new_password_ends_the_others_and_keeps_this_one(client: Client, owner: Person) -> None:
    other = Client()
    for one in (client, other):
        sign_in(one, "calltaker1")
    new = {"old_password": "正确 horse 9", "new_password1": "更好 battery 9", "new_password2": "更好 battery 9"}
    assert client.post("/password/", new).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert list(sign_ins.open_of(owner, timezone.now()).values_list("session_key", flat=True)) == [
        client.session.session_key
    ]


def test_signing_out_is_noted_and_the_old_key_is_worth_nothing(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    key = client.session.session_key
    client.post("/sign-out/")
    assert SignIn.objects.get(session_key=key).ended_why == "signed_out"
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/account/").status_code == 302


def test_what_ran_out_is_put_away(client: Client, owner: Person, settings: Any) -> None:
    sign_in(client, "calltaker1")
    now = timezone.now()
    assert sign_ins.clear(now) == 0
    assert client.get("/account/").status_code == 200
    sign_ins.clear(now + timedelta(days=3))
    row = SignIn.objects.get(person=owner)
    assert row.ended_why == "limit"
    assert not Session.objects.exists()
    sign_ins.clear(now + timedelta(days=4 + settings.SIGN_INS_KEPT_DAYS))
    assert not SignIn.objects.exists()


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("idle_minutes", 0, "not_in_range"),
        ("idle_minutes", "30", "not_in_range"),
        ("longest_hours", 999, "not_in_range"),
        ("longest_hours", True, "not_in_range"),
        ("second_factor", 1, "not_a_flag"),
        ("one_device", "yes", "not_a_flag"),
    ],
)
def test_bad_words_of_a_role_are_told(key: str, value: object, code: str) -> None:
    report = Report()
    role = {"name": "x", "side": "neutral", "scope": "own", key: value}
    checking.check(Files(roles={"x": role}), frozenset(), report, AT.date())
    assert [(problem.code, problem.field) for problem in report.problems] == [(code, f"x.{key}")]
