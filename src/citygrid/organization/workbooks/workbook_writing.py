"""The organization as a workbook: one sheet a table, text cells only, in the reader's words."""

import io
from datetime import date

import xlsxwriter

from citygrid.organization import planning, state
from citygrid.organization.workbooks.workbook_words import SHEETS, WORDS, shown, words_of

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE = frozenset({"name", "areas", "team", "funding", "contact", "partner_address", "office", "sector"})


def written(at: date) -> bytes:
    """All that holds on that day. Read back it changes nothing (`workbook_reading`). No cell is a formula, a number or
    a link: what somebody typed stays text, and a code keeps its zeros."""
    current = state.current(at)
    out = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, plain)
    strong, text = book.add_format({"bold": True, "bg_color": "#E7EDF5"}), book.add_format({"num_format": "@"})
    for table in planning.ORDER:
        names, words = planning.columns(table), words_of(table)
        page = book.add_worksheet(str(SHEETS[table])[:31])
        page.freeze_panes(1, 0)
        for at_column, name in enumerate(names):
            page.set_column(at_column, at_column, 36 if name in WIDE else 18, text)
            page.write_string(0, at_column, str(WORDS[name]), strong)
        for row, line in enumerate(planning.lines_of(current, table), start=1):
            for at_column, name in enumerate(names):
                if line[name]:
                    page.write_string(row, at_column, shown(words.get(name, {}), line[name]), text)
    book.close()
    return out.getvalue()
