"""CSV: any delimiter, any of the encodings told apart in `encodings`, title rows, broken rows named by line."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from citygrid.standards.reports import Problem
from citygrid.tabular import cells, encodings, headers
from citygrid.tabular.encodings import Encoding, Odd
from citygrid.tabular.table import Raw, TableError

LONGEST_CELL = 1_000_000
LONG_ROW = 100
"""Lines: a row that runs over more has lost a quotation mark."""
DELIMITERS = ",\t;|"
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
MESSAGES = {
    "mixed_encoding": "This line is in another encoding than the rest of the file; it was read as what it is.",
    "not_text": "This line is not text of the file's encoding (%(encoding)s): letters of it are lost.",
    "nul_signs": "This line holds NUL signs, which were left out: the file may be damaged.",
}


@dataclass(slots=True)
class Block:
    """Rows as read, the lines on which they begin, the last line; `failed`: a row after them is no CSV."""

    rows: list[list[str]]
    starts: list[int]
    last: int
    failed: bool

    def ends(self) -> list[int]:
        """The last lines of the rows."""
        return [*(start - 1 for start in self.starts[1:]), self.last if not self.failed else self.starts[-1]]


@dataclass(slots=True)
class Csv:
    """A CSV as a source. TableError `no_header`, `no_encoding`."""

    path: Path
    encoding: Encoding
    header: int | None = None
    kind: str = "csv"
    columns: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    crs: str | None = None
    has_shapes: bool = False
    problems: list[Problem] = field(default_factory=list)
    count: int | None = None
    _delimiter: str = ","
    _header_line: int = 1
    _header_rows: int = 1

    def __post_init__(self) -> None:
        csv.field_size_limit(LONGEST_CELL)
        head = list(islice(encodings.lines(self.path, self.encoding, Odd()), 200))
        said = re.fullmatch(r"\ufeff?sep=(.)\s*", head[0]) if head else None
        self._delimiter = said[1] if said else _delimiter(head)
        top = next(self._blocks(headers.LOOKED_AT, Odd(), 0), Block([], [], 0, False))
        texts = [[_unguarded(cell.strip()) for cell in row] for row in top.rows]
        if said and texts:
            texts[0] = []
        if self.header is not None:
            at = top.starts.index(self.header) if self.header in top.starts else None
        else:
            at = headers.find(texts) if any(map(any, texts)) else None
        if at is None or not any(texts[at]):
            raise TableError("no_header", "%(file)s has no line that names its columns.", {"file": self.path.name})
        self._header_line, self._header_rows = top.starts[at], at + 1
        self.columns, self.problems = headers.names(texts[at], self.path.name, self._header_line)
        if any(any(row) for row in texts[:at]):
            self.problems.append(headers.title(self.path.name, self._header_line))
        self._tell_encoding()

    def _tell_encoding(self) -> None:
        if self.encoding.mixed:
            message = "The file holds lines in UTF-8 and lines in GB18030; each was read as what it is."
            self.problems.append(Problem(self.path.name, 0, "", "mixed_encodings", message))
        elif self.encoding.name != encodings.UTF8 and not self.encoding.given:
            message = "The file is not in UTF-8; it was read as %(encoding)s."
            params = {"encoding": self.encoding.shown}
            self.problems.append(Problem(self.path.name, 0, "", "other_encoding", message, params))

    def close(self) -> None:
        """Nothing is kept open."""

    def raw(self, size: int) -> Iterator[Raw]:
        odd = Odd()
        for block in self._blocks(size, odd, self._header_rows):
            raw = self._batch(block, odd)
            if raw.numbers or raw.problems:
                yield raw

    def _blocks(self, size: int, odd: Odd, skip: int) -> Iterator[Block]:
        """Rows in bulk; those of the header are read first and left out."""
        reader = csv.reader(encodings.lines(self.path, self.encoding, odd), delimiter=self._delimiter)
        for _ in islice(reader, skip):
            pass
        begun = reader.line_num + 1
        while True:
            rows: list[list[str]] = []
            failed = False
            try:
                rows.extend(islice(reader, size))
            except csv.Error:
                failed = True
            last = reader.line_num
            if not rows and not failed:
                return
            yield Block(rows, self._starts(rows, begun, last, failed), last, failed)
            begun = last + 1

    def _starts(self, rows: list[list[str]], begun: int, last: int, failed: bool) -> list[int]:
        """On which line each row begins (and the one that failed): cells may run over several lines."""
        if not failed and last - begun + 1 == len(rows):
            return list(range(begun, last + 1))
        found = []
        for row in rows:
            found.append(begun)
            begun += 1 + sum(map(_line_ends, row))
        return [*found, begun] if failed else found

    def _batch(self, block: Block, odd: Odd) -> Raw:
        wanted, rows, numbers = len(self.columns), block.rows, block.starts[: len(block.rows)]
        problems: list[Problem] = []
        if odd.lines or block.last - block.starts[0] >= len(rows) + LONG_ROW - 1 or set(map(len, rows)) != {wanted}:
            problems, rows, numbers = self._mended(block, odd)
        if block.failed:
            message = "This line cannot be read as CSV (is a quotation mark missing?)."
            problems.append(Problem(self.path.name, block.starts[-1], "", "not_csv", message))
        columns: dict[str, list[str]] = {name: [] for name in self.columns}
        for name, column in zip(self.columns, zip(*rows, strict=True), strict=False):
            values = list(map(str.strip, column))
            problems += self._looked_at(name, values, numbers)
            columns[name] = values
        return _without_blanks(Raw(numbers, columns, None, problems))

    def _mended(self, block: Block, odd: Odd) -> tuple[list[Problem], list[list[str]], list[int]]:
        """Every row as wide as the header, blank lines left out; what was odd about them."""
        wanted = len(self.columns)
        problems: list[Problem] = []
        rows: list[list[str]] = []
        numbers: list[int] = []
        for row, line, last in zip(block.rows, block.starts, block.ends(), strict=False):
            if row and (len(row) > 1 or row[0]):
                problems += self._odd(row, line, last, odd)
                rows.append((row + [""] * wanted)[:wanted])
                numbers.append(line)
        return problems, rows, numbers

    def _looked_at(self, name: str, values: list[str], numbers: list[int]) -> list[Problem]:
        """Takes the guard against formulas off, in place; tells of shortened numbers."""
        whole = "\n".join(values)
        if "'" in whole:
            values[:] = map(_unguarded, values)
        if "E+" not in whole:
            return []
        return [
            digits_lost(self.path.name, number, name, value)
            for number, value in zip(numbers, values, strict=True)
            if cells.lost_digits(value)
        ]

    def _odd(self, row: list[str], line: int, last: int, odd: Odd) -> list[Problem]:
        found = []
        if code := odd.take(line, last):
            params: dict[str, object] = {"encoding": self.encoding.shown}
            found.append(Problem(self.path.name, line, "", code, MESSAGES[code], params))
        if last - line >= LONG_ROW:
            message = "The row runs on to line %(last)s: a quotation mark is missing or too many."
            found.append(Problem(self.path.name, line, "", "long_row", message, {"last": last}))
        if len(row) < len(self.columns) or any(cell.strip() for cell in row[len(self.columns) :]):
            message = "The row has %(found)s cells, the header has %(wanted)s."
            params = {"found": len(row), "wanted": len(self.columns)}
            found.append(Problem(self.path.name, line, "", "cells", message, params))
        return found


def _line_ends(cell: str) -> int:
    """How many line ends are in a cell, whichever kind they are."""
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running the cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def digits_lost(file: str, number: int, column: str, value: str) -> Problem:
    """A long code that was kept as a number: its last digits are gone for good."""
    message = "%(value)s was kept as a number and has lost digits: keep the column as text in the file."
    return Problem(file, number, column, "digits_lost", message, {"value": value})


def _without_blanks(raw: Raw) -> Raw:
    """Rows in which every cell is empty are no rows (unless there is something to tell about them)."""
    if not raw.numbers or "" not in next(iter(raw.columns.values())):
        return raw
    told = {problem.line for problem in raw.problems}
    keep = [
        number in told or any(row)
        for number, row in zip(raw.numbers, zip(*raw.columns.values(), strict=True), strict=True)
    ]
    if all(keep):
        return raw
    columns = {
        name: [value for value, one in zip(values, keep, strict=True) if one] for name, values in raw.columns.items()
    }
    return Raw([n for n, one in zip(raw.numbers, keep, strict=True) if one], columns, None, raw.problems)


def _delimiter(head: list[str]) -> str:
    """The sign that cuts most of the first rows into the same number (over one) of cells."""
    best, chosen = (0.0, 0), ","
    for sign in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(head[:100], delimiter=sign) if row)
        except csv.Error:
            continue
        wide = [(number, width) for width, number in widths.items() if width > 1]
        if wide:
            number, width = max(wide)
            score = (number / sum(widths.values()), width)
            if score > best:
                best, chosen = score, sign
    return chosen
