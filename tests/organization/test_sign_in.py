"""Signing in, choosing a post; nobody takes a post that is not theirs."""

from pathlib import Path

import pytest
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from citygrid.organization import pushed, seats
from citygrid.organization.models import Person, Post, Seat
from citygrid.trust.models import AuditRecord

from .conftest import AT, seat_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


@pytest.fixture
def owner(second: Path) -> Person:
    person = Person.objects.get(login="calltaker1")
    person.set_password("正确 horse")
    person.save()
    return person


def sign_in(client: Client, login: str, password: str = "正确 horse", next: str = "") -> HttpResponse:
    return client.post("/sign-in/", {"username": login, "password": password, "next": next})


def test_one_post_is_taken_by_itself(client: Client, owner: Person) -> None:
    assert client.get("/sign-in/").status_code == 200
    answer = sign_in(client, "calltaker1", next="/posts/")
    assert (answer.status_code, answer["Location"]) == (302, "/posts/")
    page = client.get("/posts/").content.decode()
    assert "受理岗" in page
    assert AuditRecord.objects.get(act="sign_in").person == owner.pk


def test_a_wrong_password_is_refused_and_audited_without_what_was_typed(client: Client, owner: Person) -> None:
    for login, code in (("calltaker1", "wrong_password"), ("secret typed here", "unknown_login")):
        answer = sign_in(client, login, "wrong")
        assert answer.status_code == 422
        row = AuditRecord.objects.latest("id")
        assert (row.outcome, row.code) == ("refused", code)
        assert "secret" not in str(row.params) + row.subject_id
    assert "_auth_user_id" not in client.session


def test_the_session_id_changes_on_signing_in(client: Client, owner: Person) -> None:
    client.get("/sign-in/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    sign_in(client, "calltaker1")
    assert client.session.session_key != before


def test_no_way_out_to_other_sites(client: Client, owner: Person) -> None:
    answer = sign_in(client, "calltaker1", next="https://evil.example/")
    assert answer["Location"] == "/"
    assert sign_in(client, "calltaker1", next="//evil.example/")["Location"] == "/"


def test_several_posts_are_chosen_from(client: Client, owner: Person) -> None:
    shift = Seat.objects.create(person=owner, post=Post.objects.get(code="shift"), since=AT)
    assert sign_in(client, "calltaker1")["Location"] == "/posts/"
    assert client.post("/posts/", {"seat": shift.pk, "next": "/"}).status_code == 302
    assert client.session[seats.SESSION_KEY] == shift.pk


@pytest.mark.parametrize("wanted", ["other", "", "0", "-1", "٣", "9" * 19, "1; drop table"])
def test_the_post_of_somebody_else_is_refused(client: Client, owner: Person, wanted: str) -> None:
    sign_in(client, "calltaker1")
    seat = str(seat_of("office1").pk) if wanted == "other" else wanted
    answer = client.post("/posts/", {"seat": seat})
    assert answer.status_code == 403
    assert seats.SESSION_KEY not in client.session
    assert AuditRecord.objects.latest("id").code == "not_your_post"


def test_a_seat_that_ended_is_no_longer_used(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    held = seat_of("calltaker1")
    Seat.objects.filter(pk=held.pk).update(until=AT)
    assert "受理岗" not in client.get("/posts/").content.decode().split("<main")[1]


def test_signing_out_ends_it(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/posts/")["Location"].startswith("/sign-in/?next=")


def test_a_first_password_must_be_changed(client: Client, owner: Person) -> None:
    Person.objects.filter(pk=owner.pk).update(must_change_password=True)
    assert sign_in(client, "calltaker1")["Location"] == "/password/"
    assert client.post("/password/", {"old_password": "no"}).status_code == 422
    new = {"old_password": "正确 horse", "new_password1": "更好 battery 9", "new_password2": "更好 battery 9"}
    assert client.post("/password/", new).status_code == 302
    owner.refresh_from_db()
    assert not owner.must_change_password
    assert client.get("/posts/").status_code == 200


@seats.seat_required
def page(request: HttpRequest, signed: seats.Signed, word: str) -> HttpResponse:
    return HttpResponse(f"{signed.post.code} {signed.side} {word}")


def test_a_page_gets_who_is_signed(rf: RequestFactory, owner: Person) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/x/")
    known = {auth.SESSION_KEY: str(owner.pk), auth.HASH_SESSION_KEY: owner.get_session_auth_hash()}
    request.user, request.session = owner, known
    assert page(request, "hello").content == b"calltaker supervising hello"
    stranger = rf.get("/x/")
    stranger.user, stranger.session = AnonymousUser(), {}
    assert page(stranger, "hello")["Location"] == "/sign-in/?next=/x/"


def test_a_neutral_role_acts_on_the_side_of_its_body() -> None:
    for login, side in (("dispatcher1", "supervising"), ("water_desk", "handling"), ("supervisor1", "neutral")):
        held = seat_of(login)
        assert seats.signed(held.person, held, AT).side == side


def test_live_topics_are_ones_own(owner: Person) -> None:
    held = seat_of("calltaker1")
    body = held.post.body_id
    own = [f"person:{owner.pk}", f"post:{held.post_id}", f"body:{body}", f"queue:{body}:{held.post.role.code}"]
    assert pushed.topics(owner.pk) == own
    assert pushed.topics(owner.pk, held) == own
    assert pushed.topics(owner.pk, seat_of("office1")) == own[:1]
