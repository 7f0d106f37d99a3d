"""Files for the tests of tabular, and a short way to read them."""

from pathlib import Path
from typing import Any

from citygrid import tabular
from citygrid.standards.reports import Problem
from citygrid.tabular import Batch, Table

# West, south, east, north of the city that the tests stand in.
CITY = (121.0, 30.5, 122.0, 31.9)


def read(path: Path, **wish: Any) -> tuple[Table, Batch]:
    """The table and all of its rows as one batch."""
    with tabular.open_table(path, **wish) as table:
        batches = list(table.batches(1_000_000))
    assert len(batches) <= 1
    return table, batches[0] if batches else Batch(0, [], {name: [] for name in table.columns}, None, [])


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def codes(problems: list[Problem]) -> dict[str, list[int]]:
    """Lines by code."""
    found: dict[str, list[int]] = {}
    for problem in problems:
        str(problem)  # the sentence can be filled
        found.setdefault(problem.code, []).append(problem.line)
    return found
