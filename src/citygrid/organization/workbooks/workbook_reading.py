"""A workbook of the organization, read into the lines that a city folder is read into: the same checks follow."""

from collections.abc import Iterator
from pathlib import Path

from citygrid.organization.files import KEYS, SEATS, Line
from citygrid.organization.planning import canonical
from citygrid.organization.workbooks.workbook_words import DATES, SHEETS, column_of, meanings, meant, sheet_of
from citygrid.standards.reports import Report
from citygrid.tabular import NOTICES, TableError, as_day, open_table

MOST_ROWS = 50_000
"""Rows of all sheets together."""
Rows = dict[str, list[Line]]


def read(path: Path, report: Report) -> Rows:
    """The lines of each sheet by table; a sheet that is not there is not in the answer. Problems name the table, the
    row of the sheet and the column. Raises TableError when the file is no workbook that can be read."""
    found: Rows = {}
    for name in _sheets(path):
        table = sheet_of(name)
        if table is None:
            params = {"sheet": name, "sheets": ", ".join(str(one) for one in SHEETS.values())}
            report.add(name, 0, "", "unknown_sheet", "There is no sheet %(sheet)s; there are %(sheets)s.", params)
        elif table in found:
            report.add(table, 0, "", "sheet_twice", "There are two sheets for the same: %(sheet)s.", {"sheet": name})
        else:
            found[table] = list(_lines(path, name, table, report))
        if sum(map(len, found.values())) > MOST_ROWS:
            message = "The workbook has more than %(most)s rows: bring the city in as a folder instead."
            raise TableError("too_many_rows", message, {"most": MOST_ROWS})
    return found


def _sheets(path: Path) -> list[str]:
    """The sheets that hold anything."""
    try:
        with open_table(path, shapeless=True, header=1) as table:
            if table.kind != "xlsx":
                raise TableError("not_a_workbook", "%(file)s is no workbook (.xlsx).", {"file": path.name})
            return table.sheets[:1] if len(table.sheets) == 1 else table.sheets
    except TableError as error:
        if error.code == "several_tables":
            return [str(one) for one in error.params["tables"]]
        raise


def _lines(path: Path, sheet: str, table: str, report: Report) -> Iterator[Line]:
    with open_table(path, sheet=sheet, shapeless=True, header=1) as opened:
        columns: dict[str, str] = {}
        for name in opened.columns:
            column = column_of(table, name)
            if column is None:
                report.add(table, 1, name, "unknown_column", "There is no column %(column)s.", {"column": name})
            else:
                columns[column] = name
        lacking = [name for name in KEYS[table] if name not in columns and not _may_lack(table, name)]
        for name in lacking:
            report.add(table, 1, name, "missing_column", "The column %(column)s is missing.", {"column": name})
        if lacking:
            return
        words, left = meanings(table), MOST_ROWS + 1
        for batch in opened.batches():
            for problem in batch.problems:
                if problem.code not in NOTICES:
                    field = column_of(table, problem.field) or problem.field
                    report.add(table, problem.line, field, problem.code, problem.message, problem.params)
            for at, number in enumerate(batch.numbers):
                left -= 1
                if left < 0:
                    return
                cells = {column: batch.columns[name][at] for column, name in columns.items()}
                yield Line(table, number, canonical(table, _understood(words, cells)))


def _may_lack(table: str, column: str) -> bool:
    """Parts of a key that are empty more often than not."""
    return table != SEATS and column in ("sector", "person", "name")


def _understood(words: dict[str, dict[str, str]], cells: dict[str, str]) -> dict[str, str]:
    found = {column: meant(words[column], text) if column in words else text for column, text in cells.items()}
    return found | {column: as_day(found[column]) or found[column] for column in DATES & found.keys() if found[column]}
