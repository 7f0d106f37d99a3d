"""Sheets of a workbook: cells that are texts, numbers or formulas with the value that we reckoned, never anything else.

A text that a person wrote is written as a text, whatever it begins with."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from citygrid.evaluation.rounding import NOTHING

CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
LONGEST = 32_767
"""Characters of a cell."""
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#EEF2F6"},
    "quiet": {"font_color": "#5A6775", "text_wrap": True, "valign": "top"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "strong": {"bold": True},
    "count": {"num_format": "#,##0", "align": "right"},
    "exact": {"num_format": "#,##0.####", "align": "right"},
    "percent": {"num_format": "0.00%", "align": "right"},
    "points": {"num_format": "0.00", "align": "right"},
    "total": {"num_format": "#,##0", "bold": True, "top": 1, "align": "right"},
    "percent_total": {"num_format": "0.00%", "bold": True, "top": 1, "align": "right"},
    "head_total": {"bold": True, "top": 1},
    "score": {"bold": True, "num_format": "0.00", "align": "right"},
}
FILLS = {
    "green": ("#CDEBD3", "#0B4A1D"), "blue": ("#D3E3F8", "#123A6B"), "yellow": ("#FBEFC0", "#5A4300"),
    "red": ("#F8D5D2", "#7A1410"), "black": ("#3A3F45", "#FFFFFF"),
}  # fmt: skip
"""Fill and ink of the five grades, each pair 4.5 to 1 or better."""

READABLE = 170
"""Signs beside each other on A4 across that can be read still."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with its name, so that other pages' formulas can point to it."""

    name: str
    page: Any
    book: "Book"

    def text(self, row: int, column: int, words: str, style: str = "") -> None:
        """A text, whatever it begins with."""
        self.page.write_string(row, column, words.translate(CONTROLS)[:LONGEST], self.book.style(style))

    def number(self, row: int, column: int, value: Fraction | int | None, style: str = "") -> None:
        """A number, or the dash."""
        if value is None:
            self.page.write_string(row, column, NOTHING, self.book.style(style))
        else:
            self.page.write_number(row, column, float(value), self.book.style(style))

    def formula(self, row: int, column: int, said: str, value: Fraction | int | str | None, style: str = "") -> None:
        """A formula and what it comes to (None: the dash)."""
        kept = NOTHING if value is None else value if isinstance(value, str) else float(value)
        self.page.write_formula(row, column, f"={said}", self.book.style(style), kept)

    def heads(self, row: int, words: Sequence[str], widths: Sequence[float] = ()) -> None:
        for column, one in enumerate(words):
            self.text(row, column, one, "head")
        for column, width in enumerate(widths):
            self.page.set_column(column, column, width)

    def spread(self, width: float, lead: int) -> None:
        """A page too wide for one sheet of paper: A3, as many beside each other as can be read, the first `lead`
        columns on each. `width`: of all columns, in signs."""
        if width > READABLE:
            self.page.set_paper(8)
            self.page.fit_to_pages(math.ceil(width / (READABLE * 1.6)), 0)
            self.page.repeat_columns(0, lead - 1)

    def at(self, row: int, column: int, *, fixed: bool = False) -> str:
        """The address of a cell, for a formula of any page."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed)}"

    def span(self, first: int, last: int, column: int) -> str:
        """The address of a piece of a column."""
        rows = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (first, last))
        return f"'{self.name}'!{':'.join(rows)}"


@dataclass(slots=True)
class Book:
    """A workbook in memory."""

    out: io.BytesIO = field(default_factory=io.BytesIO)
    inner: Any = None
    styles: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def made(cls, at: datetime) -> "Book":
        book = cls()
        options = dict.fromkeys(("strings_to_urls", "strings_to_formulas", "strings_to_numbers"), False)
        book.inner = xlsxwriter.Workbook(book.out, {"in_memory": True, **options})
        book.inner.set_properties({"created": at})
        return book

    def style(self, name: str) -> Any:
        if not name:
            return None
        if name not in self.styles:
            places = name.removeprefix("score.") if name.startswith("score.") else ""
            words = {**STYLES["score"], "num_format": _format(int(places))} if places else dict(STYLES[name])
            self.styles[name] = self.inner.add_format(words)
        return self.styles[name]

    def sheet(self, name: str, *, wide: bool = True) -> Sheet:
        """A new page for A4 paper; what a sheet's name cannot hold is left out of it."""
        kept = "".join(" " if sign in "[]:*?/\\'" else sign for sign in name)[:31].strip()
        page = self.inner.add_worksheet(kept)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&R&P / &N")
        if wide:
            page.set_landscape()
        return Sheet(kept, page, self)

    def grades(self, sheet: Sheet, first: int, last: int, column: int, colours: Mapping[str, str]) -> None:
        """The cells of a piece of a column take the colour of the grade that they name."""
        for code, colour in colours.items():
            fill, ink = FILLS[colour]
            style = self.inner.add_format({"bg_color": fill, "font_color": ink})
            rule = {"type": "cell", "criteria": "==", "value": '"' + code.replace('"', '""') + '"', "format": style}
            sheet.page.conditional_format(first, column, last, column, rule)

    def done(self) -> bytes:
        self.inner.close()
        return self.out.getvalue()


def spoken(words: str) -> str:
    """The words of a chart, none of which is taken for the address of a cell (`S!A1`)."""
    return words.replace("!", "\uff01")


def width_of(words: str) -> float:
    """How wide a column must be for a text, within reason; Chinese signs count double."""
    signs = sum(2 if ord(sign) > 0x2E80 else 1 for sign in words)
    return min(40.0, max(8.0, math.ceil(signs * 1.1) + 1))


def _format(places: int) -> str:
    return "0." + "0" * places if places else "0"
