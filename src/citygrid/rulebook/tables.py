"""Reads and writes the CSV files of the rulebook: typed columns, every bad row with its line and field.

CSV is UTF-8 with a header, sorted by the key, `\\n` at line ends; the same rows give the same bytes.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citygrid.standards.reports import Report
from citygrid.worktime import Limit, WorktimeError

SEPARATOR = "; "


class Wrong(ValueError):  # noqa: N818 - reads as a sentence: raise Wrong(...)
    """A cell that cannot be read: code and English sentence with parameters."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        self.code, self.message, self.params = code, message, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how its text is read and written, and whether it may be empty. `optional`: a file without it is read as
    if each cell were empty; it is written where one is not."""

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    needed: bool = False
    optional: bool = False


def text(name: str, needed: bool = False) -> Column:
    return Column(name, str, str, needed)


def yes(name: str) -> Column:
    """`yes`, or empty for no."""
    return Column(name, _yes, lambda value: "yes" if value else "")


def whole(name: str, default: int) -> Column:
    """A whole number from 0 to 999; empty is the default."""
    return Column(name, lambda cell: _whole(cell) if cell else default, str)


def spare(name: str) -> Column:
    """A whole number from 0 to 999 that few files name; empty, and a file without the column: 0."""
    return Column(name, lambda cell: _whole(cell) if cell else 0, lambda value: str(value or ""), optional=True)


def limit(name: str) -> Column:
    """A limit such as `2 work_day`; kept as text in its one spelling."""
    return Column(name, _limit, str)


def choice(name: str, choices: Iterable[str]) -> Column:
    words = tuple(choices)

    def read(cell: str) -> str:
        if cell not in words:
            raise Wrong("wrong_choice", '"%(cell)s" is not one of %(choices)s.', cell=cell, choices=", ".join(words))
        return cell

    return Column(name, read, str, needed=True)


def texts(name: str) -> Column:
    """Several texts, in their order, separated by `; `."""
    return Column(
        name,
        lambda cell: [one.strip() for one in cell.split(";") if one.strip()],
        SEPARATOR.join,
    )


def _yes(cell: str) -> bool:
    if cell not in {"", "yes"}:
        raise Wrong("wrong_yes", 'Write "yes" or leave it empty, not "%(cell)s".', cell=cell)
    return cell == "yes"


def _whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 3):
        raise Wrong("wrong_number", '"%(cell)s" is no whole number from 0 to 999.', cell=cell)
    return int(cell)


def _limit(cell: str) -> str:
    if not cell:
        return ""
    try:
        return str(Limit.parse(cell))
    except WorktimeError as error:
        raise Wrong(error.code, error.message, **error.params) from None


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was read, with the line where it began."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of CSV file: its columns, and which of them make a row what it is."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(values[name] for name in self.key)

    def load(self, path: Path, name: str, report: Report) -> dict[tuple[Any, ...], Row]:
        """The rows of a file by key; an absent file has none. Problems go into the report."""
        if not path.exists():
            return {}
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            report.add(name, 0, "", "not_utf8", "The file is not UTF-8.")
            return {}
        return self.read(content, name, report)

    def read(self, content: str, name: str, report: Report) -> dict[tuple[Any, ...], Row]:
        """Read CSV text. Unknown, missing and doubled columns are refused; so are rows with the same key."""
        reader = csv.reader(io.StringIO(content.removeprefix("\ufeff")))
        header = next(reader, [])
        if not self._header_right(header, name, report):
            return {}
        found: dict[tuple[Any, ...], Row] = {}
        end = reader.line_num
        for cells in reader:
            line, end = end + 1, reader.line_num
            values = self._values(header, cells, name, line, report) if cells else None
            if values is None:
                continue
            key = self.key_of(values)
            if key in found:
                report.add(name, line, self.key[0], "row_twice", "This row is also on line %(other)s.",
                           {"other": found[key].line})  # fmt: skip
            found[key] = Row(line, values)
        return found

    def _header_right(self, header: list[str], name: str, report: Report) -> bool:
        before = len(report.problems)
        for column in header:
            if column not in self.header:
                report.add(name, 1, column, "unknown_column", "The column %(column)s is not known.",
                           {"column": column})  # fmt: skip
        for one in self.columns:
            if header.count(one.name) != 1 and (one.name in header or not one.optional):
                report.add(name, 1, one.name, "missing_column", "The column %(column)s must be there once.",
                           {"column": one.name})  # fmt: skip
        return len(report.problems) == before

    def _values(
        self, header: list[str], cells: list[str], name: str, line: int, report: Report
    ) -> dict[str, Any] | None:
        if len(cells) != len(header):
            report.add(name, line, "", "wrong_width", "The row has %(found)s cells, the header %(wanted)s.",
                       {"found": len(cells), "wanted": len(header)})  # fmt: skip
            return None
        before = len(report.problems)
        given = dict(zip(header, cells, strict=True))
        values: dict[str, Any] = {}
        for column in self.columns:
            cell = given.get(column.name, "")
            if column.needed and not cell:
                report.add(name, line, column.name, "empty", "%(column)s must not be empty.",
                           {"column": column.name})  # fmt: skip
                continue
            try:
                values[column.name] = column.read(cell)
            except Wrong as wrong:
                report.add(name, line, column.name, wrong.code, wrong.message, wrong.params)
        return values if len(report.problems) == before else None

    def write(self, rows: Iterable[Mapping[str, Any]]) -> str:
        """CSV text, sorted by the key; without the optional columns in which nothing stands."""
        told = sorted(rows, key=self.key_of)
        columns = [one for one in self.columns if not one.optional or any(values.get(one.name) for values in told)]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        for values in told:
            writer.writerow([column.write(values[column.name]) for column in columns])
        return out.getvalue()
