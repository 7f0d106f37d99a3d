"""Live push: an ASGI process of its own that turns NOTIFY into server-sent events.

`select pg_notify('citygrid', '{"topics": ["body:3", "case:<uuid>"]}')` inside the writing transaction reaches every
browser that may hear one of the topics: `body:<id>`, `post:<id>`, `person:<id>`, `case:<uuid>`. Each browser is told
only those of them that it may hear, as `event: changed`, `data: {"topics": [...], "case": "<uuid>"}` (`case` when one
of them is a case). Ids only: whoever hears one asks the web process, which checks rights again. `event: reload` says
that something may have been missed.

The browser connects to http://same-host:PORT+1/events?case=<uuid> (cases that it shows, if any); the session cookie
of the web process counts.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections, connection
from django.http import HttpRequest, parse_cookie
from django.http.request import validate_host
from psycopg import AsyncConnection, OperationalError

CHANNEL = "citygrid"
HEARTBEAT = 15.0
WAITING = 200  # events kept for a slow reader; whoever falls behind is told to load anew

RELOAD = "event: reload\ndata: {}\n\n"
MOST_CASES = 20  # that one page may ask to hear
RECHECK = 60.0  # seconds after which it is asked again whether the session lives and what it may hear

Queue = asyncio.Queue[str]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
log = logging.getLogger(__name__)


class Hub:
    """Who listens to which topics in this process."""

    def __init__(self) -> None:
        self._queues: dict[str, set[Queue]] = {}

    def join(self, topics: Iterable[str]) -> Queue:
        queue = Queue(WAITING)
        for topic in topics:
            self._queues.setdefault(topic, set()).add(queue)
        return queue

    def leave(self, queue: Queue, topics: Iterable[str]) -> None:
        for topic in topics:
            members = self._queues.get(topic, set())
            members.discard(queue)
            if not members:
                self._queues.pop(topic, None)

    def publish(self, payload: str) -> None:
        """Tell everyone which of a notification's topics they hear; in one event for each case among them."""
        try:
            topics = [str(topic) for topic in json.loads(payload)["topics"]]
        except (ValueError, KeyError, TypeError):
            log.warning("a notification without topics is dropped")
            return
        heard: dict[Queue, list[str]] = {}
        for topic in topics:
            for queue in self._queues.get(topic, ()):
                heard.setdefault(queue, []).append(topic)
        for queue, mine in heard.items():
            for event in events_of(mine):
                self._put(queue, event)

    def reload_all(self) -> None:
        """Tell everyone to load anew: something may have been missed."""
        for queue in set().union(*self._queues.values()):
            self._put(queue, RELOAD)

    @staticmethod
    def _put(queue: Queue, event: str) -> None:
        if queue.full():
            while not queue.empty():
                queue.get_nowait()
            event = RELOAD
        queue.put_nowait(event)


def events_of(topics: list[str]) -> list[str]:
    """The events that tell these topics."""
    cases = [topic.removeprefix("case:") for topic in topics if topic.startswith("case:")]
    notes: list[dict[str, Any]] = [{"topics": topics, "case": case} for case in cases] or [{"topics": topics}]
    return [f"event: changed\ndata: {json.dumps(note)}\n\n" for note in notes]


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


def topics_of(cookies: str, cases: Iterable[str] = ()) -> frozenset[str] | None:
    """The topics that the signed-in person of this session may hear, and of `cases` those that the person may see.

    None for a stranger.
    """
    close_old_connections()
    try:
        request = HttpRequest()
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
        person = get_user(request)
        if not person.is_authenticated or person.pk is None:
            return None
        return frozenset({*_topics(person.pk), *_cases(person.pk, cases)})
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
        cases = parse_qs(scope["query_string"].decode("latin-1")).get("case", [])
        ask = partial(sync_to_async(topics_of, thread_sensitive=False), headers.get("cookie", ""), cases)
        topics = await ask()
        if topics is None:
            await _answer(send, 401, b'{"code": "sign_in"}', origin)
            return
        await self._stream(receive, send, topics, origin, ask)

    async def _stream(
        self, receive: Receive, send: Send, topics: frozenset[str], origin: str, ask: Callable[[], Awaitable[Any]]
    ) -> None:
        """Until the reader goes away, or is signed out, or may hear other topics than at the start."""
        queue = self.hub.join(topics)
        gone = asyncio.create_task(_gone(receive))
        try:
            await _start(send, 200, b"text/event-stream", origin)
            await _write(send, ": here\n\n")
            clock = asyncio.get_running_loop().time
            until = clock() + RECHECK
            while not gone.done():
                await _write(send, await _next(queue, gone))
                if clock() < until:
                    continue
                if await ask() != topics:
                    await send({"type": "http.response.body", "body": RELOAD.encode(), "more_body": False})
                    break
                until = clock() + RECHECK
        except (OSError, RuntimeError):
            pass  # the reader went away while we wrote
        finally:
            gone.cancel()
            self.hub.leave(queue, topics)


def _host(netloc: str) -> str:
    """The host of a header when it is one that this site answers to, else empty."""
    host = urlsplit(f"//{netloc}").hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return host if validate_host(shown, settings.ALLOWED_HOSTS) else ""


async def _next(queue: Queue, gone: "asyncio.Task[None]") -> str:
    """The next events, or a heartbeat when nothing comes for a while."""
    waiting = asyncio.create_task(queue.get())
    done, _ = await asyncio.wait({waiting, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
    if waiting not in done:
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        return ": still here\n\n"
    events = [waiting.result()]
    while not queue.empty():
        events.append(queue.get_nowait())
    return "".join(events)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, status: int, kind: bytes, origin: str = "") -> None:
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"origin"),
        ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, body: bytes, origin: str = "") -> None:
    await _start(send, status, b"application/json", origin)
    await send({"type": "http.response.body", "body": body, "more_body": False})
