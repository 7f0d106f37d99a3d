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
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_SENTENCES = {
    "mixed_encoding": "This line is in another encoding than the rest of the file; it was read as what it is.",
    "not_text": "This line is not text of the file's encoding (%(encoding)s): letters of it are lost.",
    "nul_signs": "This line holds NUL signs, which were left out: the file may be damaged.",
}


@dataclass(slots=True)
class Row:
    line: int
    last: int
    cells: list[str]


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

    def __post_init__(self) -> None:
        csv.field_size_limit(LONGEST_CELL)
        head = list(islice(encodings.lines(self.path, self.encoding, Odd()), 200))
        said = re.fullmatch(r"\ufeff?sep=(.)\s*", head[0]) if head else None
        self._delimiter = said[1] if said else _delimiter(head)
        top = [row for row in islice(self._rows(Odd(), Odd()), headers.LOOKED_AT) if not said or row.line > 1]
        texts = [[_unguarded(cell.strip()) for cell in row.cells] for row in top]
        if self.header is not None:
            at = next((at for at, row in enumerate(top) if row.line == self.header), None)
        else:
            at = headers.find(texts) if any(map(any, texts)) else None
        if at is None:
            raise TableError("no_header", "%(file)s has no line that names its columns.", {"file": self.path.name})
        self._header_line = top[at].line
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
        odd, broken = Odd(), Odd()
        rows = (row for row in self._rows(odd, broken) if row.line > self._header_line)
        while chunk := list(islice(rows, size)):
            raw = self._batch(chunk, odd, broken)
            if raw.numbers or raw.problems:
                yield raw

    def _rows(self, odd: Odd, broken: Odd) -> Iterator[Row]:
        reader = csv.reader(encodings.lines(self.path, self.encoding, odd), delimiter=self._delimiter)
        begun = 1
        while True:
            try:
                for found in reader:
                    last = reader.line_num
                    if found and (len(found) > 1 or found[0]):
                        yield Row(begun, last, found)
                    begun = last + 1
                return
            except csv.Error:
                broken.lines[begun] = "not_csv"
                yield Row(begun, reader.line_num, [])
                begun = reader.line_num + 1

    def _batch(self, rows: list[Row], odd: Odd, broken: Odd) -> Raw:
        wanted = len(self.columns)
        problems: list[Problem] = []
        kept: list[list[str]] = []
        numbers: list[int] = []
        for row in rows:
            found = row.cells
            if len(found) != wanted or row.last > row.line or odd.lines or broken.lines:
                problems += self._odd(row, odd, broken)
                found = (found + [""] * wanted)[:wanted]
            kept.append(found)
            numbers.append(row.line)
        columns = {}
        for name, column in zip(self.columns, zip(*kept, strict=True), strict=True):
            values = [cell.strip() for cell in column]
            problems += self._looked_at(name, values, numbers)
            columns[name] = values
        return _without_blanks(Raw(numbers, columns, None, problems))

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

    def _odd(self, row: Row, odd: Odd, broken: Odd) -> list[Problem]:
        def problem(code: str, message: str, **params: object) -> Problem:
            return Problem(self.path.name, row.line, "", code, message, params)

        if broken.lines.pop(row.line, None):
            return [problem("not_csv", "This line cannot be read as CSV (is a quotation mark missing?).")]
        found = []
        if code := odd.take(row.line, row.last):
            found.append(problem(code, _SENTENCES[code], encoding=self.encoding.shown))
        if row.last - row.line >= LONG_ROW:
            message = "The row runs on to line %(last)s: a quotation mark is missing or too many."
            found.append(problem("long_row", message, last=row.last))
        if len(row.cells) < len(self.columns) or any(cell.strip() for cell in row.cells[len(self.columns) :]):
            message = "The row has %(found)s cells, the header has %(wanted)s."
            found.append(problem("cells", message, found=len(row.cells), wanted=len(self.columns)))
        return found


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running the cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def digits_lost(file: str, number: int, column: str, value: str) -> Problem:
    """A long code that was kept as a number: its last digits are gone for good."""
    message = "%(value)s was kept as a number and has lost digits: keep the column as text in the file."
    return Problem(file, number, column, "digits_lost", message, {"value": value})


def _without_blanks(raw: Raw) -> Raw:
    """Rows in which every cell is empty are no rows (unless there is something to tell about them)."""
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
