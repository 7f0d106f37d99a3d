"""A report over HTTP beside a bare POST of the same server that stores the same rows in one statement, same run.

Two granian workers, 16 connections in a closed loop from the same machine, alternating rounds, warm, role call-taker.
The report is validated, located, stored with its entry, work item, text and outbox row."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import town
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
SECONDS, CONNECTIONS, ROUNDS = 4.0, 16, 3
TOKEN = "b" * 32
BenchRow = tuple[str, float, str, float | None, str]


def rows() -> list[BenchRow]:
    """Requests a second and round trips of one report."""
    town.settle()
    now = datetime.now(UTC)
    town.call(now)  # the month's partitions are there before the bare statement asks for them
    cookies = _signed_in("calltaker1", now)
    with _server() as port:
        rates: dict[str, list[float]] = {"report": [], "bare": []}
        _load(port, "/bench/bare", cookies, 1.0)
        _load(port, "/api/v1/cases", cookies, 1.0)
        for _ in range(ROUNDS):
            rates["bare"].append(_load(port, "/bench/bare", cookies, SECONDS))
            rates["report"].append(_load(port, "/api/v1/cases", cookies, SECONDS))
    tables = ("cases_head", "cases_entry", "cases_case", "cases_item", "trust_redactable")
    counts = {town.rows_of(f"select count(*) from {table}") for table in tables}
    assert len(counts) == 1, counts
    stored = counts.pop()
    ours, bare = (sorted(rates[name])[ROUNDS // 2] for name in ("report", "bare"))
    return [
        {"what": "report over HTTP", "value": ours, "unit": "1/s", "bare": bare, "target": ">= 0.5 of bare",
         "ok": ours >= bare / 2, "how": f"{CONNECTIONS} connections, 2 workers, call-taker, warm; {stored} stored"},
    ]  # fmt: skip


def _signed_in(login: str, now: datetime) -> str:
    one = town.who(login, now)
    client = Client()
    client.force_login(one.person)
    session = client.session
    session["seat"] = one.seat.pk
    session.save()
    return f"sessionid={session.session_key}; csrftoken={TOKEN}"


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.site_settings", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        "CITYGRID_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "2", "--blocking-threads", "2", "--no-access-log", "--log-level", "error",
               "citygrid.config.wsgi:application"]  # fmt: skip
    child = subprocess.Popen(command, env=env, cwd=ROOT)
    try:
        _wait(port)
        yield port
    finally:
        child.terminate()
        child.wait(20)


def _wait(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/health/")
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def _body() -> bytes:
    data = {"source": "video", "lon": town.PLACE[0], "lat": town.PLACE[1], "text": "路面破损,请尽快处理"}
    return json.dumps({"case": str(uuid.uuid4()), "id": str(uuid.uuid4()), "name": "log_call", "data": data}).encode()


def _load(port: int, path: str, cookies: str, seconds: float) -> float:
    """Answers of 200 a second over all connections."""
    headers = {"Content-Type": "application/json", "Cookie": cookies, "X-CSRFToken": TOKEN,
               "Referer": f"http://127.0.0.1:{port}/"}  # fmt: skip
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + seconds

    def one(slot: int) -> None:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() < end:
            link.request("POST", path, _body(), headers)
            answer = link.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {text[:200]!r}")
            counts[slot] += 1

    begun = time.perf_counter()
    _all([lambda slot=slot: one(slot) for slot in range(CONNECTIONS)])
    return sum(counts) / (time.perf_counter() - begun)


def _all(jobs: list[Callable[[], None]]) -> None:
    failed: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
