"""Import of a history, one row per act, beside the bare COPY of the same rows into the same tables in the same run.

Bare: the rows read back as values and written by COPY row by row, in one transaction a batch of as many acts, with
the same indexes and partitions; no deciding, no hashing, no texts sealed. Warm: rules, areas, calendar are loaded."""

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import town
from django.db import connection
from psycopg.types.json import Jsonb

from citygrid.cases.database import cursor, plain
from citygrid.history import reading
from citygrid.history.columns import COLUMNS
from citygrid.history.importing import BATCH_ACTS, Import, Outcome

CASES, ROUNDS, WORKERS = 3000, 3, 2
START = datetime(2025, 3, 3, 1, tzinfo=UTC)
TABLES = {
    "cases_head": "case_id", "cases_entry": "case_id", "cases_case": "id", "cases_item": "case_id",
    "cases_assignment": "case_id", "cases_number": "case_id", "cases_media": "case_id", "cases_origin": "case_id",
}  # fmt: skip
LIFE = (
    (0, {"act": "report", "post": "collector", "person": "collector1", "source": "collector",
         "class": "gbt30428.2:event:0112", "text": "人行道上散落垃圾,请及时清扫",
         "address": "滨江路与钟楼街路口东北角"}),
    (6, {"act": "accept", "post": "call_taker", "person": "calltaker1"}),
    (11, {"act": "file_case", "post": "shift_leader", "person": "shiftleader1", "condition": "1"}),
    (19, {"act": "dispatch", "post": "dispatcher", "person": "dispatcher1", "to_unit": "nb_sanitation"}),
    (40, {"act": "sign", "post": "unit_desk", "person": "unit1"}),
    (45, {"act": "assign_worker", "post": "unit_desk", "person": "unit1", "to_person": "worker1"}),
    (80, {"act": "feed_back", "post": "unit_desk", "person": "unit1", "text": "已清扫"}),
    (88, {"act": "send_check", "post": "call_taker", "person": "calltaker1", "to_person": "collector2"}),
    (150, {"act": "check", "post": "collector", "person": "collector2", "result": "fixed"}),
    (160, {"act": "close", "post": "shift_leader", "person": "shiftleader1", "outcome": "qualified"}),
)  # fmt: skip


def rows(cases: int = CASES, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Acts a second of the import, beside those of the bare COPY."""
    town.settle()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        _write(path, cases)
        _away("warm")
        _run(path, "warm", 1)
        _away("warm")
        bare: list[float] = []
        ours: dict[int, list[float]] = {1: [], WORKERS: []}
        for number in range(rounds):
            for workers, found in ours.items():
                system = f"bench-{workers}-{number}"
                outcome = _run(path, system, workers)
                found.append(outcome.acts / outcome.seconds)
                if workers == 1:
                    bare.append(outcome.acts / _bare(system))
                _away(system)
    note = f"{cases * len(LIFE):,} acts of {cases:,} whole cases, batches of {BATCH_ACTS:,} acts, warm"
    return [
        {"what": f"history import, {workers} process{'es' * (workers > 1)}", "value": _middle(found), "unit": "acts/s",
         "bare": _middle(bare), "target": ">= 2,500 and >= 0.25 of bare",
         "ok": _middle(found) >= max(2500, _middle(bare) / 4), "how": note + "; bare: COPY, 1 process"}
        for workers, found in ours.items()
    ]  # fmt: skip


def _middle(found: list[float]) -> float:
    return sorted(found)[len(found) // 2]


def _away(system: str) -> None:
    """Take the round's rows out: each round writes into tables as large as the first one's."""
    with plain() as raw:
        ids = [r[0] for r in raw.execute("select case_id from cases_origin where system = %s", [system]).fetchall()]
        texts = "select text_id from cases_case where id = any(%s) union select address_id from cases_case"
        raw.execute(f"delete from trust_redactable where id in ({texts} where id = any(%s))", [ids, ids])
        for table, key in TABLES.items():
            raw.execute(f"delete from {table} where {key} = any(%s)", [ids])


def _write(path: Path, cases: int) -> None:
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, COLUMNS)
        lines.writeheader()
        for number in range(cases):
            begun = START + timedelta(minutes=chance.randrange(20 * 1440))
            place = {"lon": f"{chance.uniform(121.492, 121.512):.7f}", "lat": f"{chance.uniform(31.232, 31.244):.7f}"}
            for minutes, cells in LIFE:
                at = (begun + timedelta(minutes=minutes)).isoformat()
                lines.writerow({"case": f"C{number}", "at": at, **cells, **(place if minutes == 0 else {})})


def _run(path: Path, system: str, workers: int) -> Outcome:
    outcome = Import(
        system, partial(reading.rows, path), ZoneInfo("Asia/Shanghai"), "CGCS2000", datetime.now(UTC), workers=workers
    ).run()  # fmt: skip
    assert outcome.imported == outcome.read, [str(one.refusal) for one in outcome.faults[:3]]
    return outcome


def _bare(system: str) -> float:
    """Seconds for the same rows by COPY; they are taken out before, and are there again after."""
    with plain() as raw:
        ids = [r[0] for r in raw.execute("select case_id from cases_origin where system = %s", [system]).fetchall()]
        batches = [ids[at : at + BATCH_ACTS // len(LIFE)] for at in range(0, len(ids), BATCH_ACTS // len(LIFE))]
        tables = [(table, list(_taken(raw, table, key, part))) for part in batches for table, key in TABLES.items()]
        texts = [list(_texts(raw, part)) for part in batches]
        for table, key in TABLES.items():
            raw.execute(f"delete from {table} where {key} = any(%s)", [ids])
        for part in texts:
            raw.execute("delete from trust_redactable where id = any(%s)", [[row[0] for row in part]])
        begun = time.perf_counter()
        for number, part in enumerate(texts):
            with raw.transaction():
                for table, lines in tables[number * len(TABLES) : (number + 1) * len(TABLES)]:
                    _copy(raw, table, lines)
                _copy(raw, "trust_redactable", part)
        return time.perf_counter() - begun


def _taken(raw: Any, table: str, key: str, ids: list[Any]) -> Iterator[tuple[Any, ...]]:
    found = raw.execute(f"select * from {table} where {key} = any(%s)", [ids])
    return (tuple(Jsonb(v) if isinstance(v, dict) else v for v in row) for row in found.fetchall())


def _texts(raw: Any, ids: list[Any]) -> Iterator[tuple[Any, ...]]:
    sql = (
        "select t.* from trust_redactable t where t.id in (select text_id from cases_case where id = any(%s)"
        " union all select address_id from cases_case where id = any(%s))"
    )
    return iter(raw.execute(sql, [ids, ids]).fetchall())


def _copy(raw: Any, table: str, lines: list[tuple[Any, ...]]) -> None:
    with cursor(raw) as run, run.copy(f"copy {table} from stdin".encode()) as target:
        for line in lines:
            target.write_row(line)


if __name__ == "__main__":
    for row in rows():
        print(row)
    connection.close()
