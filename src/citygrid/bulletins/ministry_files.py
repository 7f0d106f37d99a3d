"""部级报表 as a workbook: a sheet by source, class and district; sums and changes are formulas over the counts."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from citygrid.bulletins.ministry import Cell, Ministry, Row
from citygrid.bulletins.workbook_sheets import Book, Sheet, width_of
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.tables import Value
from citygrid.web.words import say

FIRST, LEAD = 4, 2
"""The row of the first number, and the columns before the figures."""
TRUE = ((0, "estimate"), (0, "low"), (0, "high"), (1, "estimate"))
"""Of the true closing rate: of which year, what."""


def workbook(tables: Sequence[Ministry], heading: str, at: datetime, *, limited: bool = False) -> bytes:
    """The XLSX. `heading`: the city and the kind of report; `limited`: the asker sees a part of the city."""
    book = Book.made(at)
    for table in tables:
        _sheet(book, table, heading, limited=limited)
    return book.done()


def title(by: str) -> str:
    """What a table is by."""
    return {"source": _("By source"), "class": _("By class"), "area": _("By district")}.get(by, by)


def _sheet(book: Book, table: Ministry, heading: str, *, limited: bool) -> None:
    sheet = book.sheet(title(table.by))
    sheet.text(0, 0, f"{heading} · {title(table.by)}", "title")
    now, before = f"{table.first} – {table.last}", f"{table.first_before} – {table.last_before}"
    sheet.page.merge_range(1, 0, 1, LEAD + 5, "", book.style("quiet"))
    told = _("Period: %(now)s; the year before: %(before)s") % {"now": now, "before": before}
    sheet.text(1, 0, " · ".join([told, _("Within what your post may see")] if limited else [told]), "quiet")
    code = max((width_of(row.code) for row in table.rows), default=12.0)
    sheet.heads(FIRST - 1, [_("Code"), _("Name")], [code, 26])
    for n, column in enumerate(table.columns):
        at = LEAD + 3 * n
        sheet.page.merge_range(FIRST - 2, at, FIRST - 2, at + 2, "", book.style("head"))
        sheet.text(FIRST - 2, at, say(column.names), "head")
        percent = column.unit == "percent"
        change = _("Change (points)") if percent else pgettext("of a report", "Change")
        for k, words in enumerate((_("This period"), _("Year before"), change)):
            sheet.text(FIRST - 1, at + k, words, "head")
    width = 3 * len(table.columns) + (len(TRUE) if table.true else 0)
    sheet.page.set_column(LEAD, LEAD + width - 1, 9.5)
    sheet.spread(code + 26 + 9.5 * width, LEAD)
    if table.true:
        _true_heads(sheet, table)
    sheet.page.freeze_panes(FIRST, LEAD)
    sheet.page.repeat_rows(FIRST - 2, FIRST - 1)
    for n, row in enumerate(table.rows):
        line = FIRST + n
        style = "head_total" if row.total else "strong" if _heads(table, n) else ""
        sheet.text(line, 0, row.code, style)
        sheet.text(line, 1, ("　" if row.depth else "") + row.name, style)
        for k, cell in enumerate(row.cells):
            _cells(sheet, table, n, k, cell)
        if table.true:
            _true(sheet, table, line, row)


def _true_heads(sheet: Sheet, table: Ministry) -> None:
    at = LEAD + 3 * len(table.columns)
    sheet.page.merge_range(FIRST - 2, at, FIRST - 2, at + len(TRUE) - 1, "", sheet.book.style("head"))
    sheet.text(FIRST - 2, at, _("True closing rate"), "head")
    words = (_("This period"), _("Its 95 % band: from"), _("Its 95 % band: to"), _("Year before"))
    for n, one in enumerate(words):
        sheet.text(FIRST - 1, at + n, one, "head")


def _true(sheet: Sheet, table: Ministry, line: int, row: Row) -> None:
    """No formula makes it: it rests on single cases that were looked at again. A dash where these are too few."""
    style = "percent_total" if row.total else "percent"
    for n, (side, key) in enumerate(TRUE):
        truth = row.true[side]
        told = truth.tree()[key] if truth is not None else None
        sheet.number(line, LEAD + 3 * len(table.columns) + n, Fraction(told) / 100 if told else None, style)


def _cells(sheet: Sheet, table: Ministry, n: int, k: int, cell: Cell) -> None:
    line, at, row = FIRST + n, LEAD + 3 * k, table.rows[n]
    is_count = k < table.counts
    style = ("total" if row.total else "count") if is_count else "percent_total" if row.total else "percent"
    for side, value in enumerate((cell.now, cell.before)):
        among = _summed(table, n) if is_count else []
        whole = bool(among) and all(_side(table.rows[m].cells[k], side) is not None for m in among)
        if whole and value is not None:
            sheet.formula(line, at + side, _sum(sheet, among, at + side), int(value), style)
        else:
            _value(sheet, line, at + side, value, style, of=1 if is_count else 100)
    now, before = sheet.at(line, at), sheet.at(line, at + 1)
    percent = "percent_total" if row.total else "percent"
    if is_count:
        said = f'IFERROR(ROUND(({now}-{before})/{before},4),"{NOTHING}")'
        sheet.formula(line, at + 2, said, _hundredth(cell.change), percent)
    else:
        said = f'IFERROR(ROUND(({now}-{before})*100,2),"{NOTHING}")'
        sheet.formula(line, at + 2, said, None if cell.change is None else _exact(cell.change), "points")


def _sum(sheet: Sheet, among: Sequence[int], column: int) -> str:
    """Rows one after the other as a span, others each by itself."""
    if len(among) == among[-1] - among[0] + 1:
        return f"SUM({sheet.span(FIRST + among[0], FIRST + among[-1], column)})"
    return "+".join(sheet.at(FIRST + m, column) for m in among)


def _summed(table: Ministry, n: int) -> list[int]:
    """The rows that a row is the sum of: of a head those below it, of the total all others of depth 0."""
    if table.rows[n].total:
        return [m for m in range(n) if table.rows[m].depth == 0]
    if not _heads(table, n):
        return []
    below = range(n + 1, len(table.rows))
    end = next(m for m in below if table.rows[m].depth == 0)
    return list(range(n + 1, end))


def _heads(table: Ministry, n: int) -> bool:
    row: Row = table.rows[n]
    return not row.total and row.depth == 0 and n + 1 < len(table.rows) and table.rows[n + 1].depth == 1


def _side(cell: Cell, side: int) -> Value:
    return cell.before if side else cell.now


def _exact(value: int | Decimal) -> Fraction:
    return Fraction(value)


def _hundredth(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value) / 100


def _value(sheet: Sheet, line: int, column: int, value: Value, style: str, of: int) -> None:
    sheet.number(line, column, None if value is None else _exact(value) / of, style)
