"""Positions: batches of 1,000 fixes of 100 vehicles through the receiving function (reading, checking, projecting,
storing, newest rows, each its own transaction), and the newest places of 2,000 things. One connection, warm, second of
two rounds. The bare cost beside it: COPY of as many rows straight into the day's partition, which cannot tell a repeat
and keeps no newest row. What HTTP adds (JSON, session, middleware) is the second row: in this process, no network."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import town
from django.db import connection
from django.test import Client

from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Positioned
from citygrid.collection.positions import days, reading, receiving

BATCHES, SIZE, THINGS, ROUNDS = 60, 1000, 100, 15
COLUMNS = "thing, at, received_at, lon, lat, point, accuracy, speed, heading, mock"


def rows() -> list[dict[str, Any]]:
    town.settle()
    now = datetime.now(UTC)
    one = town.who("contractor1", now)
    codes = [f"bench-{n}" for n in range(2000)]
    made = [Positioned(kind="vehicle", code=code, body=one.body) for code in codes]
    Positioned.objects.bulk_create(made, ignore_conflicts=True)
    try:
        return _measured(one, codes, now)
    finally:
        with connection.cursor() as run:
            things = "select id from collection_positioned where code like 'bench-%%'"
            run.execute(f"delete from collection_fix where thing in ({things})")
            run.execute(f"delete from collection_newest where thing in ({things})")
            run.execute("delete from collection_positioned where code like 'bench-%%'")


def _measured(one: Any, codes: list[str], now: datetime) -> list[dict[str, Any]]:
    with plain() as raw:
        days.ensure(raw, [(now - timedelta(days=1)).date(), now.date()])
    rate = 0.0
    for turn in range(2):
        batches = [_batch(codes, now, turn * BATCHES + n) for n in range(BATCHES)]
        begun = time.perf_counter()
        stored = sum(receiving.of_vehicles(one, batch, now).new for batch in batches)
        rate = BATCHES * SIZE / (time.perf_counter() - begun)
        assert stored == BATCHES * SIZE, stored
    note = f"{BATCHES} batches of {SIZE} fixes of {THINGS} vehicles, one connection; bare: COPY alone"
    return [
        {"what": "fixes taken in, function", "value": rate, "unit": "1/s", "bare": _bare(now), "target": ">= 20,000/s",
         "ok": rate >= 20_000, "how": note},
        _http(one, codes, now),
        _newest(one, codes, now),
    ]  # fmt: skip


def _batch(codes: list[str], now: datetime, number: int) -> dict[str, list[Any]]:
    each, start = SIZE // THINGS, int((now - timedelta(hours=6)).timestamp() * 1000)
    return {
        code: [[start + (number * each + n) * 1000, 121.5 + n / 1e4, 31.24, 8.0, 1.2, 90.0, False] for n in range(each)]
        for code in codes[:THINGS]
    }


def _bare(now: datetime) -> float:
    spans = []
    with plain() as raw:
        for turn in range(2):
            lines = [
                "\n".join(
                    f"{-1 - n % THINGS}\t{(now - timedelta(hours=8, seconds=batch * SIZE + n)).isoformat()}"
                    f"\t{now.isoformat()}\t121.5\t31.24\t(500000,3450000)\t8\t1.2\t90\tf"
                    for n in range(SIZE)
                )
                for batch in range(turn * 10, turn * 10 + 10)
            ]
            begun = time.perf_counter()
            for line in lines:
                with cursor(raw) as run, run.copy(f"copy collection_fix ({COLUMNS}) from stdin".encode()) as target:
                    target.write(line + "\n")
            spans.append(time.perf_counter() - begun)
        raw.execute("delete from collection_fix where thing < 0")
    return 10 * SIZE / spans[-1]


def _http(one: Any, codes: list[str], now: datetime) -> dict[str, Any]:
    client = Client(headers={"host": "localhost"})
    client.force_login(one.person, "django.contrib.auth.backends.ModelBackend")
    bodies = [json.dumps({"things": _batch(codes, now, 1000 + n)}) for n in range(20)]
    begun = time.perf_counter()
    for body in bodies:
        answer = client.post("/api/v1/collection/positions/things", body, content_type="application/json")
        assert answer.status_code == 200 and answer.json()["stored"] == SIZE, answer.content[:200]
    rate = len(bodies) * SIZE / (time.perf_counter() - begun)
    how = "the same through the whole request, in this process"
    return {"what": "fixes taken in, HTTP", "value": rate, "unit": "1/s", "bare": None, "target": ">= 20,000/s",
            "ok": rate >= 20_000, "how": how}  # fmt: skip


def _newest(one: Any, codes: list[str], now: datetime) -> dict[str, Any]:
    at = int(now.timestamp() * 1000)
    for n in range(0, 2000, SIZE):
        receiving.of_vehicles(one, {code: [[at, 121.5, 31.24]] for code in codes[n : n + SIZE]}, now)
    spans = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = reading.newest(one.scope, now)
        spans.append(time.perf_counter() - begun)
        assert len(found) >= 2000
    value = sorted(spans)[ROUNDS // 2] * 1000
    return {"what": "newest places of 2,000", "value": value, "unit": "ms", "bare": None, "target": "<= 10",
            "ok": value <= 10, "how": "within the scope of their contractor, median of 15"}  # fmt: skip
