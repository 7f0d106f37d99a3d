"""Being sent elsewhere, hosts that are not ours, headers that are slipped in."""

import asyncio
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from citygrid.config import push
from citygrid.maps.models import Layer
from citygrid.organization.models import Person
from tests.cases.pages import Sign
from tests.cases.world import World

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "http://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "//evil.example@testserver",
    "http://testserver@evil.example/",
    "http://testserver.evil.example",
    "%2f%2fevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
]


def stays(answer: Any) -> bool:
    """Whether an answer leads on within the site, as a browser reads its header."""
    place = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "/"
    plain = "".join(sign for sign in place if sign not in "\t\r\n ").replace("\\", "/")
    meant = urlsplit(urljoin("http://testserver/some/page/", plain))
    return (meant.scheme, meant.netloc) == ("http", "testserver") and not plain.startswith("//")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_sent_elsewhere(sign: Sign, world: World, settings: Any, where: str) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    owner = Person.objects.get(login="calltaker1")
    owner.set_password("正确 horse 1")
    owner.save()
    sent = {"username": "calltaker1", "password": "正确 horse 1", "next": where}
    answer = Client().post("/sign-in/", sent)
    assert answer.status_code == 302 and stays(answer)
    client = sign("calltaker1")
    assert stays(client.get("/sign-in/", {"next": where}))
    seat = world.who("calltaker1").seat.pk
    assert stays(client.post("/posts/", {"seat": seat, "next": where}))
    assert stays(client.post("/language/", {"language": "en", "next": where}))
    assert stays(client.post("/language/", {"language": "en"}, headers={"Referer": where.strip()}))


def test_an_address_that_looks_like_another_host_is_asked_for_again_as_a_path(world: World) -> None:
    """`//evil.example/` as a path of ours: sign-in keeps it, and what comes after signing in is the start page."""
    answer = Client().get("//evil.example/cases/")
    assert stays(answer)


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b", "testserver\t", ""]
)
def test_only_our_own_hosts_are_answered(host: str, settings: Any, world: World) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(raise_request_exception=False)
    assert client.get("/sign-in/", headers={"Host": host}).status_code == 400


def test_a_forwarded_host_is_nobodys_word(world: World) -> None:
    told = {"X-Forwarded-Host": "evil.example", "X-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = Client().get("/sign-in/?next=/cases/", headers=told)
    assert "evil.example" not in answer.text and "evil.example" not in str(answer.headers)


def test_no_header_is_slipped_in(sign: Sign, world: World) -> None:
    Layer.objects.create(code="mine", name="x", kind="features", sharing="centre")
    client = sign("steward1")
    answer = client.post(
        reverse("maps:order"), {"codes": ["mine", "x\r\nSet-Cookie: a=b"], "move": "x\r\nSet-Cookie: a=b"}
    )
    assert answer.status_code == 302 and "\n" not in answer["Location"] and "a" not in answer.cookies
    for name in ("language", "next"):
        answer = client.post("/language/", {"language": "en", "next": "/", name: "en\r\nX-A: b"})
        assert "X-A" not in answer.headers


def status(headers: dict[str, str]) -> int:
    """What live push answers to a request with these headers."""
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "path": "/events",
            "method": "GET",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await push.Push()._http(scope, receive, send)

    asyncio.run(ask())
    return int(sent[0]["status"])


def test_live_push_answers_our_own_pages_only(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = ["city.example"]
    monkeypatch.setattr(push, "topics_of", lambda *_: None)
    assert status({"host": "city.example:8001"}) == 401
    assert status({"host": "city.example:8001", "origin": "http://city.example:8000"}) == 401
    assert status({"host": "city.example:8001", "origin": "http://evil.example"}) == 403
    assert status({"host": "city.example:8001", "origin": "null"}) == 403
    assert status({"host": "evil.example", "origin": "http://evil.example"}) == 403
    assert status({}) == 403


def test_a_stream_ends_with_the_session_that_opened_it(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed out, closed, or on another post: what was heard before is not heard for ever."""
    settings.ALLOWED_HOSTS = ["city.example"]
    monkeypatch.setattr(push, "HEARTBEAT", 0.01)
    monkeypatch.setattr(push, "RECHECK", 0.0)
    heard = push.Heard(7, frozenset({"body:3"}))
    answers = iter([heard, heard, None])
    monkeypatch.setattr(push, "topics_of", lambda *_: next(answers))
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:
            await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "path": "/events",
            "method": "GET",
            "query_string": b"",
            "headers": [(b"host", b"city.example")],
        }
        await asyncio.wait_for(push.Push()._http(scope, receive, send), 5)

    asyncio.run(ask())
    assert sent[0]["status"] == 200
    assert sent[-1] == {"type": "http.response.body", "body": push.RELOAD.encode(), "more_body": False}
