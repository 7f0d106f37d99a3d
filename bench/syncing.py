"""A shift's reports come in: 50 reports with 100 photos of 300 KB, stored and hashed, over loopback by one phone.

The product runs as `citygrid serve` runs it (two web workers, jobs), on the city in DATABASE_URL (the rows stay). The
bare cost beside it is what any server pays for the same bytes: written to the same disk with fsync, and hashed.
`python -m bench.syncing`.
"""

import hashlib
import io
import json
import os
import shutil
import tempfile
import time
import uuid
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

import numpy as np  # noqa: E402 - Django's settings come first
from bench import town  # noqa: E402
from bench.served import Line, serving  # noqa: E402
from django.conf import settings  # noqa: E402
from PIL import Image  # noqa: E402

from citygrid.organization.models import Person, Seat  # noqa: E402
from citygrid.rulebook.models import ManagedClass  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
REPORTS, PHOTOS, BYTES, PIECE = 50, 2, 300_000, 262_144
ROUNDS = 4
"""The memory of the web processes is read after the first and after the last."""


def rows(reports: int = REPORTS) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    town.settle()
    seat = Seat.objects.filter(post__role__code="collector", until=None).select_related("person").order_by("id")[0]
    rounds = [[photo(n) for n in range(turn * 1000, turn * 1000 + reports * PHOTOS)] for turn in range(ROUNDS)]
    with serving() as house:
        phone = Phone(house.port, person=seat.person)
        _send(phone, [photo(-1 - n) for n in range(4 * PHOTOS)], 4)  # warm: rules, areas and seats are in memory
        spans, used, memory = [], house.seconds(), []
        for photos in rounds:
            spans.append(_send(phone, photos, reports))
            memory.append(house.memory())
        used = (house.seconds() - used) / ROUNDS
    photos = rounds[0]
    size = sum(map(len, photos)) / len(photos) / 1000
    each = ", ".join(f"{one:.1f}" for one in spans)
    note = (
        f"{reports} reports, {reports * PHOTOS} photos of {size:.0f} KB, one signed-in phone, pieces of 256 KiB,"
        f" median of {each}; {used:.1f} s of the web's CPU; load {os.getloadavg()[0]:.1f}; issue 6: 10 s"
    )
    grown = "resident MB of the web after each round: " + ", ".join(f"{one:.0f}" for one in memory)
    return [
        ("sync of a shift", sorted(spans)[ROUNDS // 2], "s", _bare(photos), note),
        ("memory of the web, last round less first", memory[-1] - memory[0], "MB", None, grown),
    ]


def photo(seed: int) -> bytes:
    """A JPEG of about 300 KB, another one for each seed."""
    noise = np.random.default_rng([abs(seed), seed < 0]).normal(128, 40, (960, 1280)).clip(0, 255).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(noise).convert("RGB").save(out, "JPEG", quality=34)
    return out.getvalue()


class Phone(Line):
    """A phone of a collector."""

    def __init__(self, port: int, *, person: Person) -> None:
        super().__init__(port, person=person)
        self.device = str(uuid.uuid4())


def _send(line: Phone, photos: list[bytes], reports: int) -> float:
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


def _upload(line: Phone, content: bytes) -> str:
    file = str(uuid.uuid4())
    known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "mime": "image/jpeg"}
    told = line.post("files", id=file, device=line.device, **known)
    while told["media"] is None:
        at = told["received"]
        piece = content[at : at + PIECE]
        told = json.loads(line.ask("PUT", f"files/{file}?from={at}", piece, "application/octet-stream"))
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
