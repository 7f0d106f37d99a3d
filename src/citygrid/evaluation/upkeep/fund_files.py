"""A fund check as CSV, and as a workbook whose amounts are formulas over counts, prices and the factor."""

import csv
import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from citygrid.cases import naming
from citygrid.evaluation.city_periods import name_of
from citygrid.evaluation.standing_models import FundCheck
from citygrid.tabular import guarded
from citygrid.web.words import say

CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
MONEY = "#,##0.00"


def line_name(line: list[Any]) -> str:
    """What a line is called: by the rules, else by its class."""
    return say((line[1], line[2])) or naming.class_words(line[0])


def as_csv(one: FundCheck) -> str:
    """Every line, then what makes the total."""
    said, out = one.content, io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow([_("What"), _("Count"), _("Price"), _("Amount")])
    for line in said["lines"]:
        write.writerow([guarded(line_name(line)), line[3], line[4], line[5]])
    write.writerow([_("Sum of the lines"), "", "", said["base"]])
    write.writerow([_("Factor"), "", said["factor"], said["paid"]])
    for row in said["taken"]:
        write.writerow([guarded(say((row[1], row[2]))), row[4], f"-{row[5]}", f"-{row[6]}"])
    write.writerow([_("Total"), "", one.currency, said["total"]])
    return out.getvalue()


def xlsx(one: FundCheck) -> bytes:
    """One sheet; the amounts follow from what stands beside them."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"created": one.confirmed_at or one.at})
    _sheet(book.add_worksheet(_("Maintenance fund")), one, {
        "head": book.add_format({"bold": True, "bottom": 1}), "money": book.add_format({"num_format": MONEY}),
        "total": book.add_format({"num_format": MONEY, "bold": True, "top": 1}),
    })  # fmt: skip
    book.close()
    return out.getvalue()


def _sheet(page: Any, one: FundCheck, styles: dict[str, Any]) -> None:
    said = one.content
    version = _("Version %(number)s") % {"number": one.version}
    page.write_string(0, 0, _text(f"{one.unit} {name_of(one.first, one.last)} · {version}"))
    for column, words in enumerate([_("What"), _("Count"), _("Price"), _("Amount")]):
        page.write_string(2, column, words, styles["head"])
        page.set_column(column, column, 34 if column == 0 else 15)
    page.freeze_panes(3, 0)
    row = 3
    for line in said["lines"]:
        page.write_string(row, 0, _text(line_name(line)))
        page.write_number(row, 1, line[3])
        page.write_number(row, 2, float(line[4]))
        page.write_formula(row, 3, f"=ROUND(B{row + 1}*C{row + 1},2)", styles["money"], float(line[5]))
        row += 1
    base = row
    page.write_string(base, 0, _("Sum of the lines"), styles["head"])
    page.write_formula(base, 3, f"=SUM(D4:D{base})" if base > 3 else "=0", styles["total"], float(said["base"]))
    page.write_string(base + 1, 0, _factor_words(said))
    page.write_number(base + 1, 2, float(said["factor"]))
    page.write_formula(base + 1, 3, f"=ROUND(D{base + 1}*C{base + 2},2)", styles["money"], float(said["paid"]))
    row = base + 2
    for taken in said["taken"]:
        page.write_string(row, 0, _text(say((taken[1], taken[2]))))
        page.write_number(row, 1, taken[4])
        page.write_number(row, 2, -float(taken[5]))
        if taken[7]:  # its most was reached: the product is not what is taken off
            page.write_number(row, 3, -float(taken[6]), styles["money"])
        else:
            page.write_formula(row, 3, f"=ROUND(B{row + 1}*C{row + 1},2)", styles["money"], -float(taken[6]))
        row += 1
    page.write_string(row, 0, _("Total"), styles["head"])
    page.write_string(row, 2, one.currency, styles["head"])
    page.write_formula(row, 3, f"=MAX(0,SUM(D{base + 2}:D{row}))", styles["total"], float(said["total"]))
    if one.digest:
        page.write_string(row + 2, 0, _text(f"SHA-256 {one.digest}"))


def _factor_words(said: dict[str, Any]) -> str:
    if not said["scheme"]:
        return str(_("Factor"))
    return _("Factor of the score %(score)s") % {"score": said["score"] or "–"}


def _text(text: str) -> str:
    return text.translate(CONTROLS)
