"""Runs an import as the command does, and looks at what is in the tables."""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from citygrid.history import reading, reporting
from citygrid.history.columns import COLUMNS
from citygrid.history.importing import Import, Outcome

GOLDEN = Path(__file__).parent / "golden"
PACIFIC = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
TABLES = {
    "cases_head": "case_id", "cases_entry": "case_id, seq", "cases_case": "id", "cases_item": "case_id, no",
    "cases_assignment": "case_id, no", "cases_number": "number", "cases_media": "file_id, case_id",
}  # fmt: skip


def run(path: Path, system: str = "golden", **options: Any) -> Outcome:
    """An import of a file in the own format."""
    return Import(system, partial(reading.rows, path), PACIFIC, "CGCS2000", NOW, **options).run()


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A file in the own format."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, COLUMNS, restval="")
        lines.writeheader()
        lines.writerows(rows)
    return path


def codes(outcome: Outcome) -> list[tuple[str, str, str]]:
    """(case, column, code) of each refused row."""
    return [(one.case, one.column, one.refusal.code) for one in outcome.faults]


def cells(outcome: Outcome) -> list[tuple[str, ...]]:
    """The report's lines."""
    return [reporting.cells(one) for one in outcome.faults]


def content(tables: Mapping[str, str]) -> dict[str, list[Any]]:
    """Every row of these tables (name -> order)."""
    found = {}
    with connection.cursor() as cursor:
        for table, order in tables.items():
            cursor.execute(f"select * from {table} order by {order}")
            names = [column.name for column in cursor.description]
            rows = cursor.fetchall()
            found[table] = [
                {n: bytes(v) if isinstance(v, memoryview) else v for n, v in zip(names, row, strict=True)}
                for row in rows
            ]
    return found
