"""The frame of every page: who is signed in, both languages, what the post may open, the security policy."""

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from citygrid.organization.models import Body, Person, Post, Role, Seat
from citygrid.web import navigation

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def zhang(db: None) -> Person:
    """Zhang holds one post: dispatcher of the city centre."""
    body = Body.objects.create(code="c", name="市监督指挥中心", kind="centre", side="supervising", level="city")
    role = Role.objects.create(code="dispatcher", name="派遣员", side="supervising", scope="all")
    post = Post.objects.create(code="p", name="派遣岗", name_en="Dispatch desk", body=body, role=role)
    person = Person.objects.create_user("zhang", "pw-Zhang-2026", name="张敏")
    Seat.objects.create(person=person, post=post, since=SINCE)
    return person


def test_a_stranger_sees_the_sign_in_page_in_both_languages(db: None, client: Client) -> None:
    page = client.get("/sign-in/")
    assert 'lang="zh-Hans"' in page.text and "登录" in page.text
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert "Sign in" in client.get("/sign-in/").text


def test_the_bar_shows_person_and_post_and_the_way_out(zhang: Person, client: Client) -> None:
    client.force_login(zhang)
    page = client.get("/posts/").text
    for words in ("张敏", "派遣岗", "市监督指挥中心", 'action="/sign-out/"', 'href="#main"'):
        assert words in page


def test_no_script_stands_in_the_page_itself(zhang: Person, client: Client) -> None:
    client.force_login(zhang)
    answer = client.get("/posts/")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "<script>" not in answer.text and "onclick" not in answer.text and "javascript:" not in answer.text


def test_push_is_asked_at_the_next_port(zhang: Person, client: Client) -> None:
    client.force_login(zhang)
    answer = client.get("/posts/", headers={"host": "localhost:8000"})
    assert 'name="push-url" content="http://localhost:8001/events"' in answer.text
    assert "http://localhost:8001/events" in answer.headers["Content-Security-Policy"]


def test_an_unknown_address_says_what_to_do_next(zhang: Person, client: Client) -> None:
    client.force_login(zhang)
    answer = client.get("/nothing-here/")
    assert answer.status_code == 404 and "返回工作台" in answer.text


def test_the_bar_holds_only_what_the_post_may_open(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_ENTRIES", [])
    navigation.add(navigation.Entry("organization:posts", "Posts", "id", may=lambda seat: seat == "yes"))
    assert [e["here"] for e in navigation.bar("yes", "/posts/")] == [True]
    assert navigation.bar("no", "/posts/") == []


def test_the_daily_work_of_a_role_stands_right_behind_its_desk(zhang: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_ENTRIES", [])
    monkeypatch.setattr(navigation, "_address", lambda route: f"/{route}/")
    navigation.add(navigation.Entry("desk", "Desk", "id", navigation.FIRST))
    navigation.add(navigation.Entry("cases", "Cases", "id", 20))
    navigation.add(navigation.Entry("scores", "Scores", "id", 60, work_of=frozenset({"dispatcher"})))
    seat = Post.objects.get(code="p")
    assert [one["label"] for one in navigation.bar(seat, "/")] == ["Desk", "Scores", "Cases"]
    seat.role.code = "leader"
    assert [one["label"] for one in navigation.bar(seat, "/")] == ["Desk", "Cases", "Scores"]


def test_what_does_not_fit_in_the_bar_goes_into_its_menu() -> None:
    entries = [{"url": f"/{n}/"} for n in range(navigation.MOST + 1)]
    assert navigation.fitting(entries[:-1]) == (entries[:-1], [])
    shown, more = navigation.fitting(entries)
    assert shown + more == entries and len(shown) < navigation.MOST and len(more) > 1


def test_the_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/?kind=close&after=7")
    shown = Template("{% load web %}{% pager '9' %}").render(Context({"request": request}))
    assert "?kind=close&amp;after=9" in shown and 'href="?kind=close"' in shown
