"""XLSX sheets: merged cells, title rows, typed values. Read by calamine, which is about ten times openpyxl."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

import python_calamine as calamine

from citygrid.standards.reports import Problem
from citygrid.tabular import cells, headers, sheet_faults
from citygrid.tabular.delimited import digits_lost
from citygrid.tabular.table import Raw, TableError

MESSAGES = {
    "formula_empty": "The formula %(value)s has no stored result: open the file in a spreadsheet and save it again.",
    "cell_error": "The cell holds an error: %(value)s.",
}
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class Xlsx:
    """One sheet as a source. TableError `several_tables`, `no_such_table`, `no_header`, `damaged`."""

    path: Path
    sheet: str | None = None
    header: int | None = None
    kind: str = "xlsx"
    columns: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    crs: str | None = None
    has_shapes: bool = False
    problems: list[Problem] = field(default_factory=list)
    count: int | None = None
    _sheet: Any = None
    _merges: dict[int, list[Merge]] = field(default_factory=dict)
    _header_row: int = 0
    _faults: dict[int, list[tuple[int, str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        file = self.path.name
        try:
            book = calamine.CalamineWorkbook.from_path(self.path)
            empty = sheet_faults.empty(self.path)
            self.sheets = [name for name in book.sheet_names if name not in empty] or book.sheet_names
            chosen = choose(self.sheets, self.sheet, file)
            self._sheet = book.get_sheet_by_name(chosen)
        except (calamine.CalamineError, OSError) as error:
            raise damaged(file, str(error)) from None
        for merge in self._sheet.merged_cell_ranges or []:
            self._merges.setdefault(merge[0][0], []).append(merge)
        top = [[cells.of_value(value) for value in row] for row in islice(self._sheet.iter_rows(), headers.LOOKED_AT)]
        at = self.header - 1 if self.header else headers.find(top)
        if not 0 <= at < len(top) or not any(top[at]):
            raise TableError("no_header", "%(file)s has no line that names its columns.", {"file": file})
        self._header_row = at
        self._name(top)
        self._faults = sheet_faults.found(self.path, chosen, self._header_row + 1)
        self.count = max(0, self._sheet.total_height - self._header_row)

    def _name(self, top: list[list[str]]) -> None:
        file, at = self.path.name, self._header_row
        row = self._names_of(top) if self._merges else top[at]
        while row and not row[-1]:
            row = row[:-1]
        self.columns, self.problems = headers.names(row, file, at + 1)
        if any(any(row) for row in top[:at]):
            self.problems.append(headers.title(file, at + 1))
        merged = sum(len(found) for row, found in self._merges.items() if row > self._header_row)
        if merged:
            message = "%(count)s merged cells were filled with the text of their first cell."
            self.problems.append(Problem(file, 0, "", "merged_cells", message, {"count": merged}))

    def _names_of(self, top: list[list[str]]) -> list[str]:
        """The names, which may stand in two rows: a merged "Place" above "X" and "Y" gives Place/X and Place/Y."""
        at, rows = self._header_row, _filled(top, self._merges)
        wide = [merge for merge in self._merges.get(at, ()) if merge[1][1] > merge[0][1] and merge[1][0] == at]
        if at + 1 >= len(top) or not any(any(top[at + 1][m[0][1] : m[1][1] + 1]) for m in wide):
            return rows[at]
        below = rows[at + 1]
        grouped = {column for merge in wide for column in range(merge[0][1], merge[1][1] + 1)}
        self._header_row += 1
        return [
            f"{name}/{under}" if column in grouped and under else name or under
            for column, (name, under) in enumerate(zip(rows[at], below, strict=True))
        ]

    def close(self) -> None:
        self._sheet = None

    def raw(self, size: int) -> Iterator[Raw]:
        rows = enumerate(self._sheet.iter_rows())
        begun = islice(rows, self._header_row + 1, None)
        fill = _Filler(self._merges)
        for row in range(self._header_row + 1):
            fill.skip(row)
        while chunk := list(islice(begun, size)):
            raw = self._batch([(at, fill.row(at, values)) for at, values in chunk])
            if raw.numbers or raw.problems:
                yield raw

    def _batch(self, rows: list[tuple[int, list[Any]]]) -> Raw:
        wanted, file = len(self.columns), self.path.name
        problems: list[Problem] = []
        numbers: list[int] = []
        texts: list[list[str]] = []
        kept: list[list[Any]] = []
        for at, values in rows:
            row = [value.strip() if type(value) is str else cells.of_value(value) for value in values]
            if not any(row) and at + 1 not in self._faults:
                continue
            if len(row) > wanted and any(row[wanted:]):
                message = "There is text to the right of the last named column: %(text)s."
                text = next(cell for cell in row[wanted:] if cell)[:60]
                problems.append(Problem(file, at + 1, "", "cells_beyond", message, {"text": text}))
            problems += [self._fault(at + 1, *fault) for fault in self._faults.get(at + 1, ())]
            numbers.append(at + 1)
            texts.append((row + [""] * wanted)[:wanted] if len(row) != wanted else row)
            kept.append(values)
        columns: list[list[str]] = [list(column) for column in zip(*texts, strict=True)] or [[] for _ in self.columns]
        for name, column, typed in zip(self.columns, columns, zip_longest(*kept), strict=False):
            problems += [digits_lost(file, numbers[at], name, column[at]) for at in _shortened(column, typed)]
        return Raw(numbers, dict(zip(self.columns, columns, strict=True)), None, problems)

    def _fault(self, number: int, column: int, code: str, value: str) -> Problem:
        name = self.columns[column] if column < len(self.columns) else headers.letter(column)
        return Problem(self.path.name, number, name, code, MESSAGES[code], {"value": value})


@dataclass(slots=True)
class _Filler:
    """Gives the cells of a merged range the value of its first cell, row by row."""

    merges: dict[int, list[Merge]]
    open: list[tuple[Merge, Any]] = field(default_factory=list)

    def skip(self, row: int) -> None:
        """Ranges that begin in the header or above end there."""
        self.open.clear()

    def row(self, at: int, values: list[Any]) -> list[Any]:
        self.open = [(merge, value) for merge, value in self.open if merge[1][0] >= at]
        for merge in self.merges.get(at, ()):
            self.open.append((merge, values[merge[0][1]] if merge[0][1] < len(values) else ""))
        if self.open:
            values = list(values)
            for merge, value in self.open:
                for column in range(merge[0][1], min(merge[1][1] + 1, len(values))):
                    values[column] = value
        return values


def _shortened(column: Sequence[str], typed: Sequence[Any]) -> list[int]:
    """At which rows a long number has lost its last digits."""
    found = [at for at, value in enumerate(typed) if type(value) is float and cells.shortened(value)]
    if "E+" in "\n".join(column):
        found += [at for at, text in enumerate(column) if type(typed[at]) is str and cells.lost_digits(text)]
    return found


def _filled(top: list[list[str]], merges: dict[int, list[Merge]]) -> list[list[str]]:
    """The rows at the top with their merged cells filled (for names that stand over two rows)."""
    rows = [list(row) for row in top]
    for (row, column), (last_row, last_column) in chain.from_iterable(merges.values()):
        if row < len(rows):
            for at in range(row, min(last_row + 1, len(rows))):
                rows[at][column : last_column + 1] = [rows[row][column]] * (last_column - column + 1)
    return rows


def choose(names: list[str], wanted: str | None, file: str) -> str:
    """The table to read. TableError `several_tables` (params: names) or `no_such_table`, `no_table`."""
    listed = ", ".join(names)
    if wanted is not None:
        if wanted not in names:
            message = "%(file)s has no table “%(name)s”, but these: %(names)s."
            params = {"file": file, "name": wanted, "names": listed, "tables": names}
            raise TableError("no_such_table", message, params)
        return wanted
    if not names:
        raise TableError("no_table", "There is no table in %(file)s.", {"file": file})
    if len(names) > 1:
        message = "%(file)s holds several tables; choose one: %(names)s."
        raise TableError("several_tables", message, {"file": file, "names": listed, "tables": names})
    return names[0]


def damaged(file: str, reason: str) -> TableError:
    """A file that breaks off or contradicts itself."""
    return TableError(
        "damaged", "%(file)s is damaged or incomplete: %(reason)s", {"file": file, "reason": reason[:200]}
    )
