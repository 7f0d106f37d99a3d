"""Live push: an ASGI process of its own that turns NOTIFY into server-sent events.

`select pg_notify('citygrid', '{"topics": ["body:3", "case:<uuid>"]}')` inside the writing transaction reaches every
browser that may hear one of the topics: `body:<id>`, `post:<id>`, `person:<id>`, `case:<uuid>`. Each browser is told
only those of them that it may hear, as `event: changed`, `data: {"topics": [...], "case": "<uuid>"}` (`case` when one
of them is a case; `of`, how many hear the same, when they are many: pages then do not ask in the same moment). Ids
only: whoever hears one asks the web process, which checks rights again. `event: reload` says that something may have
been missed.
What comes within a moment of the last event is told together; nobody is told more than a few times a second.

The browser connects to http://same-host:PORT+1/events?case=<uuid> (cases that it shows, if any); the session cookie
of the web process counts.
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections, connection
from django.http import HttpRequest, parse_cookie
from django.http.request import validate_host
from psycopg import AsyncConnection, OperationalError

from citygrid.organization import seats
from citygrid.organization.addresses import address_of
from citygrid.web.limiting import network

CHANNEL = "citygrid"
HEARTBEAT = 15.0
WAITING = 200  # topics kept for a slow reader; whoever falls behind is told to load anew
PAUSE = 0.25  # seconds between two tellings of one reader: what comes meanwhile goes together
MANY = 20  # hearers of one topic, from which on they are told how many they are

HERE = ": still here\n\n"
RELOAD = "event: reload\ndata: {}\n\n"
MOST_CASES = 20  # that one page may ask to hear
RECHECK = 60.0  # seconds after which it is asked again whether the session lives and what it may hear

MOST_KNOWN = 20_000  # sessions remembered as good
MOST_STREAMS = 20  # open at once for one person
MOST_TRIES = 120  # a minute of one session
MOST_STRANGERS = 600  # a minute from one address, of sessions not known to be good: an office has one address
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
log = logging.getLogger(__name__)


class Hearer:
    """One open page: what it has not been told yet."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()
        self._topics: dict[str, int] = {}
        self._missed = False

    def tell(self, topics: Iterable[str], of: int) -> None:
        """Topics to tell with the next event; `of`: how many hear them."""
        for topic in topics:
            self._topics[topic] = max(of, self._topics.get(topic, 0))
        if len(self._topics) > WAITING:
            self.reload()
        self.woken.set()

    def reload(self) -> None:
        """Everything must be asked anew: what waits is in it."""
        self._missed = True
        self._topics.clear()
        self.woken.set()

    def take(self) -> str:
        """The events for what has waited."""
        self.woken.clear()
        topics, self._topics = self._topics, {}
        missed, self._missed = self._missed, False
        return RELOAD if missed else "".join(events_of(list(topics), max(topics.values()))) if topics else ""


class Hub:
    """Who listens to which topics in this process."""

    def __init__(self) -> None:
        self._hearers: dict[str, set[Hearer]] = {}

    def join(self, topics: Iterable[str]) -> Hearer:
        hearer = Hearer()
        for topic in topics:
            self._hearers.setdefault(topic, set()).add(hearer)
        return hearer

    def leave(self, hearer: Hearer, topics: Iterable[str]) -> None:
        for topic in topics:
            members = self._hearers.get(topic, set())
            members.discard(hearer)
            if not members:
                self._hearers.pop(topic, None)

    def publish(self, payload: str) -> None:
        """Tell everyone which of a notification's topics they hear."""
        try:
            topics = [str(topic) for topic in json.loads(payload)["topics"]]
        except (ValueError, KeyError, TypeError):
            log.warning("a notification without topics is dropped")
            return
        heard: dict[Hearer, list[str]] = {}
        for topic in topics:
            for hearer in self._hearers.get(topic, ()):
                heard.setdefault(hearer, []).append(topic)
        for hearer, mine in heard.items():
            hearer.tell(mine, max(len(self._hearers[topic]) for topic in mine))

    def reload_all(self) -> None:
        """Tell everyone to load anew: something may have been missed."""
        for hearer in set().union(*self._hearers.values()):
            hearer.reload()


def events_of(topics: list[str], of: int = 0) -> list[str]:
    """The events that tell these topics: one for each case among them; one for all when there is none."""
    cases = [topic.removeprefix("case:") for topic in topics if topic.startswith("case:")]
    notes: list[dict[str, Any]] = [{"topics": topics, "case": case} for case in cases] or [{"topics": topics}]
    if of > MANY:
        notes = [note | {"of": of} for note in notes]
    return [f"event: changed\ndata: {json.dumps(note)}\n\n" for note in notes]


class Doorkeeper:
    """How often one may knock, and how many streams one may hold: counted in this process, before the database is
    asked. A whole office comes from one address: there only strangers are counted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._minute = -1
        self._tries: dict[str, int] = {}
        self._open: dict[int, int] = {}
        self._good: set[str] = set()

    def knock(self, session: str, address: str) -> int:
        """Seconds to wait, 0 to come in."""
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute, self._tries = minute, {}
        who, most = (f"s {session}", MOST_TRIES) if session in self._good else (f"a {address}", MOST_STRANGERS)
        self._tries[who] = self._tries.get(who, 0) + 1
        return 60 - int(self._clock() % 60) if self._tries[who] > most else 0

    def known(self, session: str, address: str) -> None:
        """The session is somebody's: it is counted by itself from now on, its knock at the address taken back."""
        if session in self._good:
            return
        if len(self._good) >= MOST_KNOWN:
            self._good.clear()
        self._good.add(session)
        self._tries[f"a {address}"] = max(0, self._tries.get(f"a {address}", 0) - 1)

    def enter(self, person: int) -> bool:
        """Whether this person may hold one stream more; then it is counted until `leave`."""
        if self._open.get(person, 0) >= MOST_STREAMS:
            return False
        self._open[person] = self._open.get(person, 0) + 1
        return True

    def leave(self, person: int) -> None:
        left = self._open.get(person, 0) - 1
        if left > 0:
            self._open[person] = left
        else:
            self._open.pop(person, None)


async def listen(hub: Hub) -> None:
    """Pass notifications on for ever; connect again when the database went away."""
    missed = False
    while True:
        try:
            parameters = await sync_to_async(connection.get_connection_params)()
            parameters = {k: v for k, v in parameters.items() if k in {"dbname", "user", "password", "host", "port"}}
            async with await AsyncConnection.connect(autocommit=True, **parameters) as wire:
                await wire.execute(f"listen {CHANNEL}")
                if missed:
                    hub.reload_all()
                async for notification in wire.notifies():
                    hub.publish(notification.payload)
        except (OperationalError, OSError) as error:
            log.warning("listening ended (%s); again in a second", type(error).__name__)
        missed = True
        await asyncio.sleep(1)


class Heard(NamedTuple):
    """Who listens, and to what."""

    person: int
    topics: frozenset[str]


def topics_of(cookies: str, cases: Iterable[str] = (), address: str = "") -> Heard | None:
    """The person of this session with the topics that they may hear, and of `cases` those that they may see.

    None for a stranger, and for whoever owes something first (a password of their own, a second factor): they have not
    come in.
    """
    close_old_connections()
    try:
        request = HttpRequest()
        # Nobody need be there for a page to listen: it must not keep an idle session alive.
        request.META |= {"REMOTE_ADDR": address, "HTTP_CITYGRID_UNATTENDED": "1"}
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
        person = get_user(request)
        if not person.is_authenticated or person.pk is None or seats.owed(request):
            return None
        return Heard(person.pk, frozenset({*_topics(person.pk), *_cases(person.pk, cases)}))
    finally:
        connection.close()  # back to the pool


def _topics(person: int) -> Iterable[str]:
    """What PUSH_TOPICS says, and always the person's own topic."""
    offered = _named(settings.PUSH_TOPICS)
    return {f"person:{person}", *(offered(person) if offered else ())}


def _cases(person: int, cases: Iterable[str]) -> Iterable[str]:
    """Of the cases asked for, those that PUSH_CASES lets this person hear; none while nobody offers it."""
    may_hear = _named(settings.PUSH_CASES)
    if may_hear is None:
        return
    for case in list(cases)[:MOST_CASES]:
        try:
            known = UUID(case)
        except ValueError:
            continue
        if may_hear(person, known):
            yield f"case:{known}"


def _named(path: str) -> Callable[..., Any] | None:
    """The function of a dotted path; None while its package does not offer it."""
    module, _, name = path.rpartition(".")
    try:
        found: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError):
        return None
    return found


class Push:
    """The ASGI application."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.doorkeeper = Doorkeeper()
        self._listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            self._ensure_listening()
            await self._http(scope, receive, send)

    def _ensure_listening(self) -> None:
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(listen(self.hub))

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self._ensure_listening()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if self._listening is not None:
            self._listening.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/health/":
            await _answer(send, 200, b'{"status": "ok"}')
            return
        if scope["path"] != "/events" or scope["method"] != "GET":
            await _answer(send, 404, b'{"code": "unknown_address"}')
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get("origin", "")
        host = _host(headers.get("host", ""))
        if not host or (origin and _host(urlsplit(origin).netloc) != host):
            await _answer(send, 403, b'{"code": "other_origin"}')
            return
        cookies, address = headers.get("cookie", ""), _address(scope, headers)
        whose = (_session(cookies), network(address))
        wait = self.doorkeeper.knock(*whose)
        if wait:
            await _answer(send, 429, b'{"code": "too_many"}', origin, wait)
            return
        cases = parse_qs(scope["query_string"].decode("latin-1")).get("case", [])
        ask = partial(sync_to_async(topics_of, thread_sensitive=False), cookies, cases, address or "")
        heard = await ask()
        if heard is None:
            await _answer(send, 401, b'{"code": "sign_in"}', origin)
            return
        self.doorkeeper.known(*whose)
        if not self.doorkeeper.enter(heard.person):
            await _answer(send, 429, b'{"code": "too_many"}', origin, 60)
            return
        try:
            await self._stream(receive, send, heard, origin, ask)
        finally:
            self.doorkeeper.leave(heard.person)

    async def _stream(
        self, receive: Receive, send: Send, heard: Heard, origin: str, ask: Callable[[], Awaitable[Any]]
    ) -> None:
        """Until the reader goes away, or is signed out, or may hear other topics than at the start."""
        hearer = self.hub.join(heard.topics)
        gone = asyncio.create_task(_gone(receive))
        try:
            await _start(send, 200, b"text/event-stream", origin)
            # Not all come back in the same moment when this process begins anew.
            await _write(send, f"retry: {random.randint(1000, 5000)}\n: here\n\n")  # noqa: S311 # nosec B311 - no secret
            clock = asyncio.get_running_loop().time
            until = clock() + RECHECK
            while not gone.done():
                told = await _next(hearer, gone)
                await _write(send, told)
                if clock() >= until:
                    if await ask() != heard:
                        await send({"type": "http.response.body", "body": RELOAD.encode(), "more_body": False})
                        break
                    until = clock() + RECHECK
                if told != HERE:
                    await asyncio.wait({gone}, timeout=PAUSE)
        except (OSError, RuntimeError):
            pass  # the reader went away while we wrote
        finally:
            gone.cancel()
            self.hub.leave(hearer, heard.topics)


def _session(cookies: str) -> str:
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")[:64]


def _address(scope: Scope, headers: Mapping[str, str]) -> str | None:
    """From where the reader comes, as the web process sees it."""
    client = scope.get("client") or ("", 0)
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": str(client[0]), "HTTP_X_FORWARDED_FOR": headers.get("x-forwarded-for", "")}
    return address_of(request)


def _host(netloc: str) -> str:
    """The host of a header when it is one that this site answers to, else empty."""
    host = urlsplit(f"//{netloc}").hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return host if validate_host(shown, settings.ALLOWED_HOSTS) else ""


async def _next(hearer: Hearer, gone: "asyncio.Task[None]") -> str:
    """The next events, or a heartbeat when nothing comes for a while."""
    waiting = asyncio.create_task(hearer.woken.wait())
    done, _ = await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
    if waiting not in done:
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        return HERE
    return hearer.take()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, status: int, kind: bytes, origin: str = "", wait: int = 0) -> None:
    headers = [(b"retry-after", str(wait).encode())] if wait else []
    headers += [(b"content-type", kind), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"origin"),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, body: bytes, origin: str = "", wait: int = 0) -> None:
    await _start(send, status, b"application/json", origin, wait)
    await send({"type": "http.response.body", "body": body, "more_body": False})
