"""The product as `citygrid serve` runs it (two web workers, push, jobs), for benches that ask over loopback."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from citygrid.organization import keys
from citygrid.organization.models import Person, Seat

PATIENCE = 240.0


@dataclass(frozen=True)
class House:
    """A running server: its port, and the process that started all others."""

    port: int
    process: int

    def memory(self) -> float:
        """MB resident of the web processes."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self._web())
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def seconds(self) -> float:
        """CPU seconds that the web processes have used."""
        times = (Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for pid in self._web())
        return sum(map(int, (one for pair in times for one in pair))) / os.sysconf("SC_CLK_TCK")

    def _web(self) -> list[int]:
        kin = [self.process]
        for pid in kin:
            children = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
            kin += [int(one) for line in children for one in line]
        return [pid for pid in kin if b"config.wsgi" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@contextmanager
def serving() -> Iterator[House]:
    """The whole house on free ports, with a data folder and a store of its own."""
    data = Path(tempfile.mkdtemp(prefix="bench-serving-", dir=settings.DATA))
    shutil.copytree(settings.DATA / "keys", data / "keys")
    around = os.environ | {"CITYGRID_DATA": str(data), "CITYGRID_MEDIA": str(data / "media")}
    port = _free()
    words = [sys.executable, "-m", "citygrid", "serve", "--port", str(port), "--no-demo"]
    with subprocess.Popen(words, env=around, stdout=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield House(port, process.pid)
        finally:
            process.terminate()
            process.wait(PATIENCE)
            shutil.rmtree(data, ignore_errors=True)


class Line:
    """One connection that stays open, with an access key, or the session of somebody who is signed in."""

    def __init__(self, port: int, key: str = "", *, person: Person | None = None) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.who = {"Authorization": f"Bearer {key}"} if key else _signed_in(person)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
        """What is answered; RuntimeError for anything but 200. `path`: below the API's collection."""
        headers = self.who | {"Content-Type": kind}
        self.http.request(method, f"/api/v1/collection/{path}", body, headers)
        answer = self.http.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {told[:300]!r}")
        return told

    def post(self, path: str, **body: Any) -> Any:
        return json.loads(self.ask("POST", path, json.dumps(body).encode()))


def _signed_in(person: Person | None) -> dict[str, str]:
    """Headers of a browser: the session's cookie, and the CSRF token beside it."""
    client, token = Client(), secrets.token_hex(16)
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    cookies[settings.CSRF_COOKIE_NAME] = token
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": token}


def key(seat: Seat, scopes: Sequence[str]) -> str:
    """An access key of a seat for a day, without limits that a bench would meet."""
    now = datetime.now(UTC)
    return keys.make(seat, "bench", scopes, 1, now, per_minute=1_000_000, per_day=1_000_000)[1]


def _free() -> int:
    """A port that is free, and the one after it."""
    while True:
        with socket.socket() as one, socket.socket() as next_:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            try:
                next_.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")
