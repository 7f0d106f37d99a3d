"""Real clients of the real push process: how long after an act each of them hears of it."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from bench import town
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from citygrid.cases import acting
from citygrid.cases.submission import Submission
from citygrid.messages import relay
from citygrid.organization.models import Seat
from citygrid.process import Refusal

ROOT = Path(__file__).resolve().parent.parent


async def heard_after(hearers: int, pushes: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the commit of an act, and from a bare notification, to the event at each hearer."""
    cookies, body = await sync_to_async(_people)(hearers)
    port = _free()
    process = _push(port)
    try:
        await _up(port)
        readers = await asyncio.gather(*(_hear(port, cookie) for cookie in cookies))
        acts = [await _round(readers, _act) for _ in range(pushes)]
        alone = [await _round(readers, lambda: _notify(body)) for _ in range(pushes)]
        return [t for one in acts for t in one], [t for one in alone for t in one]
    finally:
        process.terminate()
        process.wait(20)


async def _round(readers: list[asyncio.StreamReader], do: Any) -> list[float]:
    """One push: the time of each hearer; then a moment of quiet."""
    begun = await sync_to_async(do)()
    waiting = [asyncio.create_task(_event(reader)) for reader in readers]
    relaying = asyncio.create_task(_relay())
    moments = await asyncio.wait_for(asyncio.gather(*waiting), 30)
    relaying.cancel()
    await asyncio.sleep(0.6)
    return [(moment - begun) * 1000 for moment in moments]


async def _relay() -> None:
    """As the job does: it looks every 0.2 seconds."""
    while True:
        await asyncio.sleep(0.2)
        await sync_to_async(lambda: relay.drain(datetime.now(UTC)))()


async def _event(reader: asyncio.StreamReader) -> float:
    while True:
        line = await reader.readline()
        if not line:
            raise RuntimeError("a hearer was sent away")
        if line.startswith(b"event:"):
            return time.perf_counter()


def _act() -> float:
    """A call logged by the live writer; the moment of its commit."""
    now = datetime.now(UTC)
    one = town.who("calltaker1", now)
    data = {"source": "video", "lon": town.PLACE[0], "lat": town.PLACE[1], "text": "路面破损"}
    case = uuid.uuid4()
    answer = acting.submit(Submission(case, uuid.uuid4(), "log_call", data), town.actor(one), one.scope, now)
    assert not isinstance(answer, Refusal), str(answer)
    return time.perf_counter()


def _notify(topic: str) -> float:
    with connection.cursor() as run:
        run.execute("select pg_notify('citygrid', %s)", [json.dumps({"topics": [topic]})])
    return time.perf_counter()


def _people(hearers: int) -> tuple[list[str], str]:
    """So many people on the call-taker's post, each with a session of their own; the topic of their work list."""
    relay.drain(datetime.now(UTC))
    now = datetime.now(UTC)
    seat = Seat.objects.filter(person__login="calltaker1").select_related("post__role").first()
    assert seat is not None
    people = get_user_model()
    cookies = []
    for n in range(hearers):
        person, new = people.objects.get_or_create(login=f"hearer{n}", defaults={"name": f"hearer{n}"})
        if new:
            Seat.objects.create(person=person, post=seat.post, since=now)
        client = Client()
        client.force_login(person)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies, f"queue:{seat.post.body_id}:{seat.post.role.code}"


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _push(port: int) -> "subprocess.Popen[bytes]":
    env = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", "CITYGRID_LOG_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
               "--no-ws", "--workers-kill-timeout", "1", "--no-access-log", "--log-level", "error",
               "citygrid.config.asgi:application"]  # fmt: skip
    return subprocess.Popen(command, env=env, cwd=ROOT)


async def _up(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.2)
    raise RuntimeError("the push process did not start")


async def _hear(port: int, cookie: str) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /events HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head:
        raise RuntimeError(head.decode()[:200])
    while not (await reader.readline()).startswith(b": here"):
        pass
    reader.held = writer  # type: ignore[attr-defined]  # or the connection is closed when it is forgotten
    return reader
