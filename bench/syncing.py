"""A shift's reports come in: 50 reports with 100 photos of 300 KB, stored and hashed, over loopback by one phone.

The product is served by one worker of granian as `serve` does it, on a city of its own in DATABASE_URL (the rows stay);
the memory of that worker is read before and after. The bare cost beside it is what any server pays for the same bytes:
written to the same disk with fsync, and hashed. `python -m bench.syncing`.
"""

import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

import numpy as np  # noqa: E402 - Django's settings come first
from bench import town  # noqa: E402
from django.conf import settings  # noqa: E402
from PIL import Image  # noqa: E402

from citygrid.organization import keys  # noqa: E402
from citygrid.organization.models import Seat  # noqa: E402
from citygrid.rulebook.models import ManagedClass  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
REPORTS, PHOTOS, BYTES, PIECE = 50, 2, 300_000, 262_144
PATIENCE = 60.0


def rows(reports: int = REPORTS) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    town.settle()
    photos = [photo(n) for n in range(reports * PHOTOS)]
    key = _key()
    with serving() as (port, process):
        line = Line(port, key)
        _send(line, photos[:PHOTOS], 1)  # the worker is warm: rules, areas and seats are in its memory
        before = _memory(process)
        took = _send(line, [photo(10_000 + n) for n in range(reports * PHOTOS)], reports)
        grown = _memory(process) - before
    size = sum(map(len, photos)) / len(photos) / 1000
    note = f"{reports} reports, {reports * PHOTOS} photos of {size:.0f} KB, one phone, pieces of 256 KiB; issue 6: 10 s"
    return [
        ("sync of a shift", took, "s", _bare(photos), note),
        ("memory of the web worker after it", grown, "MB", None, f"resident, more than before; {size:.0f} KB a photo"),
    ]


def photo(seed: int) -> bytes:
    """A JPEG of about 300 KB, another one for each seed."""
    noise = np.random.default_rng(seed).normal(128, 40, (960, 1280)).clip(0, 255).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(noise).convert("RGB").save(out, "JPEG", quality=34)
    return out.getvalue()


class Line:
    """One connection that stays open, as a browser's does, with an access key of the collector's post."""

    def __init__(self, port: int, key: str) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.key, self.device = key, str(uuid.uuid4())

    def ask(self, method: str, path: str, body: bytes, kind: str) -> Any:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        self.http.request(method, f"/api/v1/collection/{path}", body, headers)
        answer = self.http.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {told[:300]!r}")
        return json.loads(told)

    def post(self, path: str, **body: Any) -> Any:
        return self.ask("POST", path, json.dumps(body).encode(), "application/json")


def _send(line: Line, photos: list[bytes], reports: int) -> float:
    """Seconds until everything is answered `done`."""
    begun = time.perf_counter()
    entries = []
    for n in range(reports):
        files = [_upload(line, content) for content in photos[n * PHOTOS : (n + 1) * PHOTOS]]
        entries.append(_report(files))
    for start in range(0, len(entries), 20):
        told = line.post("sync", device=line.device, entries=entries[start : start + 20])
        assert all(one["state"] == "done" for one in told["answers"]), told
    return time.perf_counter() - begun


def _upload(line: Line, content: bytes) -> str:
    file = str(uuid.uuid4())
    known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "mime": "image/jpeg"}
    told = line.post("files", id=file, device=line.device, **known)
    while told["media"] is None:
        at = told["received"]
        told = line.ask("PUT", f"files/{file}?from={at}", content[at : at + PIECE], "application/octet-stream")
    return file


def _report(files: list[str]) -> dict[str, Any]:
    data = {
        "case": str(uuid.uuid4()), "source": "collector", "lon": town.PLACE[0], "lat": town.PLACE[1],
        "text": "路面破损", "class_id": _class(), "media": files,
    }  # fmt: skip
    made = datetime.now(UTC).isoformat()
    return {"id": str(uuid.uuid4()), "kind": "report", "made_at": made, "data": data, "files": dict.fromkeys(files)}


@lru_cache(maxsize=1)
def _class() -> str:
    """A class of event in force whose reports need no more photos than are sent."""
    found = ManagedClass.objects.filter(valid_to=None, kind="event", before_photos__lte=PHOTOS)
    return str(found.order_by("class_id").values_list("class_id", flat=True)[0])


def _key() -> str:
    """An access key of a collector's seat, for this run alone."""
    now = datetime.now(UTC)
    seat = Seat.objects.filter(post__role__code="collector", until=None).select_related("person").order_by("id")[0]
    _key_row, text = keys.make(seat, "bench", ["collection.field"], 1, now, per_minute=1_000_000, per_day=1_000_000)
    return text


@contextmanager
def serving() -> Iterator[tuple[int, int]]:
    """The product on a free port, with a store of its own; its port and the process that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    store = Path(tempfile.mkdtemp(prefix="bench-syncing-", dir=settings.DATA))
    around = os.environ | {"CITYGRID_MEDIA": str(store)}
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
             "--workers", "1", "citygrid.config.wsgi:application"]  # fmt: skip
    with subprocess.Popen(words, env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)
            shutil.rmtree(store, ignore_errors=True)


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server does not answer")


def _memory(process: int) -> float:
    """MB resident of the process and its children."""
    kin = [process]
    for pid in kin:
        children = Path(f"/proc/{pid}/task/{pid}/children")
        kin += [int(one) for one in children.read_text().split()] if children.exists() else []
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in kin)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _bare(photos: list[bytes]) -> float:
    """Seconds to hash the same bytes and write them with fsync into the same folder."""
    folder = Path(tempfile.mkdtemp(prefix="bench-syncing-", dir=settings.DATA))
    begun = time.perf_counter()
    for n, content in enumerate(photos):
        hashlib.sha256(content).hexdigest()
        with (folder / str(n)).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    took = time.perf_counter() - begun
    shutil.rmtree(folder)
    return took


if __name__ == "__main__":
    for one in rows():
        print(*one, sep="  ")
