"""What every page of decision support shows: a table whose cells open to cases; the same as CSV and as JSON."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from citygrid.tabular import guarded

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """`number`: its cells are numbers, to the right. `wide`: its cells may break into lines."""

    key: str
    name: str
    number: bool = False
    wide: bool = False

    @property
    def css(self) -> str:
        return "in-num" if self.number else "in-wide" if self.wide else ""


@dataclass(frozen=True, slots=True)
class Cell:
    """`value`: what a machine reads where it is not the text. `tone`: 0 (nothing) to 5 (most) for a shade; `flag`: it
    needs somebody."""

    text: str
    address: str = ""
    value: Any = None
    tone: int = 0
    flag: bool = False
    pick: str = ""

    @property
    def said(self) -> Any:
        return self.text if self.value is None else self.value


@dataclass(slots=True)
class Sheet:
    """`notes`: how to read it. `context`: what its own template needs beside the table (a form's fields, shapes)."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: list[str] = field(default_factory=list)
    nothing: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    template: str = "evaluation/insight/sheet.html"
    of: int | None = None
    """How many rows there are in all; None: those that are shown."""
    after: str | None = None
    """Where the next page begins; None on the last."""

    @property
    def total(self) -> int:
        return len(self.rows) if self.of is None else self.of


def lines(sheet: Sheet) -> list[list[tuple[Column, Cell]]]:
    """Rows for a template: each cell with its column."""
    return [list(zip(sheet.columns, row, strict=True)) for row in sheet.rows]


def as_csv(pages: Iterable[Sheet]) -> Iterator[str]:
    """Names of columns, then the rows of all pages, in pieces; a formula in a name stays text."""
    for n, sheet in enumerate(pages):
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\n")
        if n == 0:
            write.writerow([column.name for column in sheet.columns])
        for row in sheet.rows:
            write.writerow([guarded(cell.text) for cell in row])
        yield out.getvalue()


def as_tree(sheet: Sheet) -> dict[str, Any]:
    """Columns and rows by key; numbers as numbers, exact ones as text."""
    return {
        "title": sheet.title,
        "columns": [{"key": column.key, "name": column.name} for column in sheet.columns],
        "rows": [
            {column.key: cell.said for column, cell in zip(sheet.columns, row, strict=True)} for row in sheet.rows
        ],
        "notes": sheet.notes,
        "total": sheet.total,
        "after": sheet.after,
    }


def number(value: int | None, address: str = "", *, flag: bool = False, tone: int = 0) -> Cell:
    """A count; it opens where it is not nothing."""
    if value is None:
        return Cell(NOTHING)
    return Cell(str(value), address if value else "", value, tone, flag)
