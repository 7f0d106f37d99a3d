"""Positions: fixes that come in over HTTP into the house as `citygrid serve` runs it (two web workers), the same by
function, and the newest places of 2,000 collectors.

A gateway hands on what 200 vehicles told in ten seconds, one fix each second: 2,000 fixes; or, where they tell less
often, one of each of 2,000. A phone that comes back after an hour has 720. Four connections send without pause; the
bodies are written before. The bare cost beside it is COPY of as many rows straight into the day's partition by one
connection, which cannot tell a repeat and keeps no newest row. `python -m bench.positions`."""

import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

import numpy as np  # noqa: E402 - Django's settings come first
from bench import town  # noqa: E402
from bench.served import House, Line, key, serving  # noqa: E402
from django.db import connection  # noqa: E402

from citygrid.cases.database import cursor, plain  # noqa: E402
from citygrid.collection.models import Positioned  # noqa: E402
from citygrid.collection.positions import columns, days, receiving, storing  # noqa: E402
from citygrid.collection.positions.things import Thing  # noqa: E402
from citygrid.organization.models import Person, Seat  # noqa: E402
from citygrid.rulebook.slices import profile_at  # noqa: E402
from citygrid.standards.coordinates import metric  # noqa: E402

Row = dict[str, Any]
SIZE, THINGS, LINES, SECONDS = 2000, 200, 4, 20
PHONE, EVERY_MS = 720, 5000
PHONES = [UUID(f"00000000-0000-4000-8000-{n:012d}") for n in range(LINES)]
ASKED = 30
TABLE = "thing, at, received_at, lon, lat, point, accuracy, speed, heading, mock"


def rows(seconds: float = SECONDS) -> list[Row]:
    """The table's rows; each sending lasts `seconds`."""
    town.settle()
    now = datetime.now(UTC)
    one = town.who("contractor1", now)
    _clean()
    codes = [f"bench-{n}" for n in range(LINES * SIZE)]
    Positioned.objects.bulk_create([Positioned(kind="vehicle", code=code, body=one.body) for code in codes])
    with plain() as raw:
        days.ensure(raw, [(now - timedelta(days=n)).date() for n in range(8)])
    try:
        bare = _bare(now)
        found = [_function(one, codes, now, bare)]
        gateway = key(one.seat, ["positions.send"])
        with serving() as house:
            found += [
                _gateway(house, gateway, codes, THINGS, seconds, bare),
                _gateway(house, gateway, codes, SIZE, seconds, bare),
                _phones(house, seconds, bare),
                _newest(house, one, now),
            ]
        return found
    finally:
        _clean()


def _clean() -> None:
    """Take away what a bench has made, and nothing else."""
    mine = "select p.id from collection_positioned p left join organization_person o on o.id = p.person_id"
    with connection.cursor() as run:
        run.execute(f"{mine} where p.code like 'bench-%%' or o.login like 'bench-%%'")
        things = [pk for (pk,) in run.fetchall()]
        for table in ("collection_fix", "collection_newest"):
            run.execute(f"delete from {table} where thing = any(%s) or device = any(%s)", [things, PHONES])
        run.execute("delete from collection_positioned where id = any(%s)", [things])
        run.execute("delete from organization_person where login like 'bench-%%'")


def _function(one: Any, codes: Sequence[str], now: datetime, bare: float) -> Row:
    batches = [json.loads(_body(codes[:THINGS], now - timedelta(hours=9), n))["things"] for n in range(31)]
    receiving.of_vehicles(one, batches[0], now)
    begun, used = time.perf_counter(), time.process_time()
    stored = sum(receiving.of_vehicles(one, batch, now).new for batch in batches[1:])
    rate, used = stored / (time.perf_counter() - begun), time.process_time() - used
    assert stored == 30 * SIZE, stored
    how = f"30 batches of {SIZE} fixes of {THINGS} vehicles, one connection; {used / stored * 1e6:.0f} us of CPU a fix"
    return _row("fixes taken in, by function", rate, "1/s", bare, ">= 20,000/s", rate >= 20_000, how)


def _gateway(house: House, text: str, codes: Sequence[str], things: int, seconds: float, bare: float) -> Row:
    """Each connection has vehicles of its own."""
    start = datetime.now(UTC) - timedelta(hours=3 if things == SIZE else 6)
    most = int(seconds * 60_000 / SIZE / LINES)
    bodies = [[_body(codes[n * things : (n + 1) * things], start, turn) for turn in range(most)] for n in range(LINES)]
    rate, how = _sent(house, [Line(house.port, text) for _ in range(LINES)], "things", bodies, seconds)
    name = "fixes taken in, HTTP, gateway" if things == THINGS else "fixes taken in, HTTP, one a vehicle"
    note = f"{LINES} connections, {SIZE} fixes of {things} vehicles each time, {how}"
    return _row(name, rate, "1/s", bare, ">= 20,000/s", rate >= 20_000, note)


def _phones(house: House, seconds: float, bare: float) -> Row:
    """Collectors of the demo city, each with one phone: hour after hour of the week before."""
    seats = Seat.objects.filter(post__role__code="collector", until=None).select_related("person").order_by("id")
    lines = [Line(house.port, person=seat.person) for seat in seats[:LINES]]
    hour = datetime.now(UTC) - timedelta(days=6)
    turns = [hour + timedelta(minutes=turn) for turn in range(int(seconds * 60))]
    bodies = [[_hour(n, turn) for turn in turns] for n in range(len(lines))]
    rate, how = _sent(house, lines, "positions", bodies, seconds)
    note = f"{len(lines)} phones, {PHONE} fixes (an hour) each time, {how}"
    return _row("fixes taken in, HTTP, phones", rate, "1/s", bare, "", None, note)


def _sent(house: House, lines: Sequence[Line], path: str, bodies: Sequence[Sequence[bytes]], seconds: float) -> Any:
    """Fixes a second that were stored, and how. The first batch of each connection is not counted."""
    for line, own in zip(lines, bodies, strict=True):
        line.ask("POST", path, own[0])
    begun, used = time.perf_counter(), house.seconds()

    def send(n: int) -> int:
        stored = 0
        for body in bodies[n][1:]:
            if time.perf_counter() - begun > seconds:
                break
            told = json.loads(lines[n].ask("POST", path, body))
            assert not told["refused"] and not told["repeated"], told
            stored += told["stored"]
        return stored

    with ThreadPoolExecutor(len(lines)) as pool:
        stored = sum(pool.map(send, range(len(lines))))
    took, used = time.perf_counter() - begun, house.seconds() - used
    return stored / took, f"{took:.0f} s; {used / stored * 1e6:.0f} us of the web's CPU a fix; {_load()}"


def _newest(house: House, one: Any, now: datetime) -> Row:
    """2,000 collectors of a contractor, all over the city; the contractor, who is signed in, asks for them."""
    _clean()  # of what came in before: the contractor would see the vehicles too
    people = [Person(login=f"bench-{n}", name=f"bench-{n}", is_active=False, password="!") for n in range(2000)]  # nosec B106 - nobody's
    Person.objects.bulk_create(people)
    made = [Positioned(kind="person", person=person, body=one.body) for person in people]
    things = [Thing(row.pk, row.body_id, row.person_id) for row in Positioned.objects.bulk_create(made)]
    fixes = [columns.Fix(int(now.timestamp() * 1000), *_place(n), 8.5, 1.25, 90.0, False) for n in range(len(things))]
    batch = storing.Batch(things, np.arange(len(things)), columns.of(fixes))
    with plain() as raw:
        storing.store(raw, batch, metric(profile_at(now).data["metric_crs"]), now)
        raw.execute("vacuum analyze collection_newest, collection_positioned")  # as autovacuum does by the minute
    line, spans = Line(house.port, person=one.person), []
    for _ in range(ASKED):
        begun = time.perf_counter()
        told = line.ask("GET", "positions/newest")
        spans.append((time.perf_counter() - begun) * 1000)
    mine = json.loads(told)["positions"]
    assert len(things) <= len(mine) < len(things) + 100, len(mine)
    value = sorted(spans)[ASKED // 2]
    with plain() as raw:
        run = cursor(raw)
        ask = b"select n.* from collection_newest n where n.bodies && array[%s::bigint]"
        times = [_timed(lambda: run.execute(ask, [one.body.pk], binary=True).fetchall()) for _ in range(ASKED)]
    how = f"{len(mine)} by session, HTTP and JSON, median of {ASKED}, best {min(spans):.1f}; {_load()}; bare: rows"
    return _row("newest places of 2,000", value, "ms", sorted(times)[ASKED // 2], "<= 10", value <= 10, how)


def _timed(what: Any) -> float:
    begun = time.perf_counter()
    what()
    return (time.perf_counter() - begun) * 1000


def _body(codes: Sequence[str], start: datetime, turn: int) -> bytes:
    """A batch of SIZE fixes, one second apart, later than that of the turn before."""
    each = SIZE // len(codes)
    first = int(start.timestamp() * 1000) + turn * each * 1000
    things = {}
    for number, code in enumerate(codes):
        lon, lat = _place(number)
        things[code] = [[first + n * 1000, lon + n * 1e-5, lat, 8.0, 1.2, 90.0, False] for n in range(each)]
    return json.dumps({"things": things}).encode()


def _hour(phone: int, start: datetime) -> bytes:
    """An hour's fixes of one phone, moved by a turn of its own, so that none is a repeat of another hour's."""
    first = int(start.timestamp() * 1000) // 60_000 * 60_000 + start.minute % 60
    lon, lat = _place(phone)
    fixes = [[first + n * EVERY_MS, lon + n * 1e-6, lat, 12.5, 1.1, 180.0, False] for n in range(PHONE)]
    return json.dumps({"device": str(PHONES[phone]), "fixes": fixes}).encode()


def _place(number: int) -> tuple[float, float]:
    """Somewhere in the demo city: each number elsewhere."""
    return 121.47 + number * 37 % 1000 / 2e4, 31.22 + number * 61 % 1000 / 3e4


def _bare(now: datetime) -> float:
    """Rows a second by COPY."""
    lines = [
        f"{-1 - n % THINGS}\t{(now - timedelta(hours=8, milliseconds=500 * n)).isoformat()}\t{now.isoformat()}\t121.5"
        "\t31.24\t(500000,3450000)\t8\t1.2\t90\tf\n"
        for n in range(10 * SIZE)
    ]
    with plain() as raw:
        begun = time.perf_counter()
        for start in range(0, len(lines), SIZE):
            with cursor(raw) as run, run.copy(f"copy collection_fix ({TABLE}) from stdin".encode()) as target:
                target.write("".join(lines[start : start + SIZE]))
        took = time.perf_counter() - begun
        raw.execute("delete from collection_fix where thing < 0")
    return len(lines) / took


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f}"


def _row(what: str, value: float, unit: str, bare: float | None, target: str, ok: bool | None, how: str) -> Row:
    return {"what": what, "value": value, "unit": unit, "bare": bare, "target": target, "ok": ok, "how": how}


if __name__ == "__main__":
    for one in rows():
        print(one)
