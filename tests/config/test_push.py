"""Live push: who hears what, fifty at once, and what a stranger gets (DESIGN 5)."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from citygrid.config import push
from tests import database
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60
"""Seconds: of a busy machine, not of the server."""


@pytest.fixture(scope="module")
def port(django_db_setup: None) -> Iterator[int]:
    """A push process of its own on the test's database."""
    free = free_port()
    argv = ["granian", "--interface", "asgi", "--port", str(free), "--no-ws", "citygrid.config.asgi:application"]
    process = subprocess.Popen(
        [sys.executable, "-m", *argv],
        env=os.environ | {"DATABASE_URL": database.address(), "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 180
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", free), 1):
                break
            assert time.monotonic() < deadline and process.poll() is None, "the push process does not answer"
            time.sleep(0.05)
        yield free
    finally:
        process.terminate()
        process.wait(60)


def cookie_of(login: str) -> tuple[int, str]:
    """A person with an open session: (person id, Cookie header)."""
    person = get_user_model().objects.create_user(login, "long enough 1")
    client = Client()
    client.force_login(person)
    return person.pk, f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


async def notify(*topics: str) -> None:
    await tell(json.dumps({"topics": topics}))


async def tell(payload: str) -> None:
    def execute() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_notify('citygrid', %s)", [payload])
        finally:
            connection.close()  # this thread's own

    await asyncio.to_thread(execute)


class Browser:
    """One open connection to /events."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int, cookie: str = "", origin: str = "", query: str = "") -> "Browser":
        browser = cls(*await asyncio.open_connection("127.0.0.1", port))
        lines = [f"GET /events{query} HTTP/1.1", f"Host: localhost:{port}", f"Cookie: {cookie}"]
        lines += [f"Origin: {origin}"] if origin else []
        browser.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return browser

    async def head(self) -> str:
        return (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)).decode()

    async def here(self) -> "Browser":
        """Wait until the server counts this browser in."""
        assert " 200 " in await self.head()
        await self.until(": here")
        return self

    async def until(self, begin: str) -> str:
        while True:
            line = (await asyncio.wait_for(self.reader.readline(), PATIENCE)).decode().strip()
            if line.startswith(begin):
                return line

    async def note(self) -> dict[str, object]:
        line = await self.until("data:")
        found: dict[str, object] = json.loads(line.removeprefix("data:"))
        return found


def test_fifty_browsers_hear_their_own_topic_and_nobody_else_s(port: int) -> None:
    people = [cookie_of(f"person-{number}") for number in range(10)]

    async def all_of_them() -> None:
        opened = await asyncio.gather(*(Browser.open(port, people[n % 10][1]) for n in range(50)))
        browsers = await asyncio.gather(*(browser.here() for browser in opened))
        await notify(*(f"person:{pk}" for pk, _ in people))
        notes = await asyncio.gather(*(browser.note() for browser in browsers))
        assert notes == [{"topics": [f"person:{people[n % 10][0]}"]} for n in range(50)]

    asyncio.run(all_of_them())


def test_a_stranger_is_asked_to_sign_in(port: int) -> None:
    async def ask(cookie: str) -> str:
        return await (await Browser.open(port, cookie)).head()

    assert " 401 " in asyncio.run(ask(""))
    assert " 401 " in asyncio.run(ask("sessionid=invented"))


def test_another_site_s_page_gets_nothing_and_the_own_host_may_send_its_cookie(port: int) -> None:
    _, cookie = cookie_of("somebody")

    async def ask(origin: str) -> str:
        return (await (await Browser.open(port, cookie, origin)).head()).lower()

    assert " 403 " in asyncio.run(ask("http://elsewhere.example"))
    own = asyncio.run(ask("http://localhost:8000"))
    assert "access-control-allow-origin: http://localhost:8000" in own
    assert "access-control-allow-credentials: true" in own


def test_a_case_is_heard_only_by_who_may_see_it(port: int) -> None:
    """Whatever `?case=` asks for, a person without a post sees no case."""
    person, cookie = cookie_of("stranger")
    case = "01890000-0000-7000-8000-000000000000"

    async def ask() -> dict[str, object]:
        browser = await (await Browser.open(port, cookie, query=f"?case={case}&case=nonsense")).here()
        await notify(f"case:{case}")
        await notify(f"person:{person}")
        return await browser.note()

    assert asyncio.run(ask()) == {"topics": [f"person:{person}"]}


def test_a_notification_that_is_no_message_does_no_harm(port: int) -> None:
    person, cookie = cookie_of("listener")

    async def ask() -> dict[str, object]:
        browser = await (await Browser.open(port, cookie)).here()
        for payload in ("not json", "[]", '{"topics": 3}'):
            await tell(payload)
        await notify(f"person:{person}")
        return await browser.note()

    assert asyncio.run(ask()) == {"topics": [f"person:{person}"]}


def test_whoever_owes_a_password_of_their_own_has_not_come_in(port: int) -> None:
    """The pages send them to change it first; live push must not tell them anything before (S0-06)."""
    person, cookie = cookie_of("first-day")
    get_user_model().objects.filter(pk=person).update(must_change_password=True)

    async def ask() -> str:
        return await (await Browser.open(port, cookie)).head()

    assert " 401 " in asyncio.run(ask())
    get_user_model().objects.filter(pk=person).update(must_change_password=False)
    assert " 200 " in asyncio.run(ask())


def test_a_burst_is_told_together_and_the_first_at_once(port: int) -> None:
    person, cookie = cookie_of("busy")

    async def ask() -> tuple[int, set[str]]:
        browser = await (await Browser.open(port, cookie)).here()
        await notify(f"person:{person}")
        await browser.note()  # before any other is sent
        await asyncio.gather(*(notify(f"person:{person}") for _ in range(40)))
        found = await browser.note()
        events, heard = 1, set(found["topics"])
        with suppress(TimeoutError):
            while True:
                line = await asyncio.wait_for(browser.reader.readline(), 1.5)
                if line.startswith(b"data:"):
                    events += 1
                    heard |= set(json.loads(line.removeprefix(b"data:"))["topics"])
        return events, heard

    events, heard = asyncio.run(ask())
    assert 1 <= events <= 10, "forty notifications are a few events"
    assert heard == {f"person:{person}"}


def test_one_person_holds_so_many_streams_and_no_more(port: int) -> None:
    _, cookie = cookie_of("many-tabs")
    _, other = cookie_of("one-tab")

    async def ask() -> tuple[list[str], str]:
        opened = [await Browser.open(port, cookie) for _ in range(push.MOST_STREAMS + 1)]
        heads = [await browser.head() for browser in opened]
        return heads, await (await Browser.open(port, other)).head()

    heads, colleague = asyncio.run(ask())
    assert sum(" 200 " in head for head in heads) == push.MOST_STREAMS
    assert [head for head in heads if " 429 " in head and "retry-after: " in head.lower()]
    assert " 200 " in colleague


def test_strangers_of_one_address_wait_and_their_neighbours_with_a_good_session_do_not() -> None:
    now = [0.0]
    door = push.Doorkeeper(lambda: now[0])
    assert door.knock("good", "10.0.0.1") == 0
    door.known("good", "10.0.0.1")
    tries = [door.knock(f"invented{n}", "10.0.0.1") for n in range(push.MOST_STRANGERS + 5)]
    assert tries.count(0) == push.MOST_STRANGERS and tries[-1] == 60
    assert door.knock("good", "10.0.0.1") == 0, "the same office, signed in"
    assert door.knock("other", "10.0.0.2") == 0, "another address"
    now[0] = 61.0
    assert door.knock("invented", "10.0.0.1") == 0, "the next minute"
    assert [door.knock("good", "10.0.0.1") for _ in range(push.MOST_TRIES + 1)][-1] > 0


def test_many_hearers_are_told_how_many_they_are() -> None:
    """So that three hundred pages do not ask in the same moment."""
    hub = push.Hub()
    hearers = [hub.join(["queue:1:x"]) for _ in range(push.MANY + 1)]
    alone = hub.join(["person:9"])
    hub.publish(json.dumps({"topics": ["queue:1:x", "person:9"]}))
    note = json.loads(hearers[0].take().split("data: ")[1])
    assert note == {"topics": ["queue:1:x"], "of": push.MANY + 1}
    assert json.loads(alone.take().split("data: ")[1]) == {"topics": ["person:9"]}
    assert alone.take() == ""


def test_whoever_falls_behind_is_told_to_load_anew() -> None:
    hub = push.Hub()
    topics = [f"case:{n}" for n in range(push.WAITING + 1)]
    hearer = hub.join(topics)
    hub.publish(json.dumps({"topics": topics}))
    assert hearer.take() == push.RELOAD
