"""A statement on paper (PDF) and as a workbook whose amounts and sums are formulas, so that they can be followed."""

import io
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from citygrid.collection.models import Objection, Statement, StatementLine
from citygrid.collection.teams import counting
from citygrid.media import storing
from citygrid.organization.models import Person
from citygrid.process.moments import maybe_moment
from citygrid.web import papers
from citygrid.web.words import chinese, office_day, office_moment

PAPER = Path(__file__).with_name("statement.typ")
CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def pdf(made: Statement, before: Statement | None, at: datetime) -> bytes:
    """The statement as it is printed and signed. The same statement at the same moment gives the same bytes.
    PaperError: this server has no font with Chinese signs."""
    return papers.pdf(PAPER, _paper(made, before), at=at, kept=True)


def _paper(made: Statement, before: Statement | None) -> dict[str, Any]:
    labels = counting.labels(made.prices)
    rows = [
        [_who(line), labels.get(line.code, line.code), f"{line.number:f}", f"{line.price:f}", f"{line.amount:f}"]
        for line in _lines(made)
    ]
    sums = [[labels[code], f"{number:f}", f"{amount:f}"] for code, number, amount in _sums(made)]
    said = Objection.objects.filter(line__statement=made).select_related("line__person").order_by("at", "id")
    return {
        "lang": "zh" if chinese() else "en",
        "title": _("Monthly statement of a collection contractor"),
        "body": made.body.name if chinese() or not made.body.name_en else made.body.name_en,
        "month": f"{made.month:%Y-%m}",
        "version": _("Version %(number)s") % {"number": made.version},
        "reason": made.reason,
        "facts": [
            [_("Drafted"), f"{made.made_by} · {office_moment(made.made_at)}"],
            [_("Agreed"), f"{made.agreed_by} · {office_moment(made.agreed_at)}" if made.agreed_at else "–"],
            [_("Settled"), f"{made.settled_by} · {office_moment(made.settled_at)}" if made.settled_at else "–"],
        ],
        "heads": [_("Person"), _("Paid for"), _("Quantity"), _("Price"), _("Amount")],
        "rows": rows,
        "sum_heads": [_("Paid for"), _("Quantity"), _("Amount")],
        "sums": sums,
        "total": [_("Total"), f"{made.total:f} {made.currency}"],
        "before": [
            _("Version %(number)s") % {"number": before.version}, f"{before.total:f}", _("Difference"),
            f"{made.total - before.total:f}",
        ] if before else [],
        "objections_title": _("Objections"),
        "objections": [
            [f"{_who(one.line)} · {labels.get(one.line.code, one.line.code)}", f"{one.wanted:f}", one.reason,
             _("granted") if one.granted else _("not granted"), one.answer]
            for one in said
        ],
        "objection_heads": [_("Line"), _("Wanted"), _("Reason"), _("Result"), _("Answer")],
        "digest": [_("Hash of the statement (SHA-256)"), made.digest],
        "signs": [_("For the contractor"), _("For the centre")],
    }  # fmt: skip


def xlsx(made: Statement) -> bytes:
    """Three sheets: the statement with formulas, what was counted one by one, what it is paid by."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"created": made.settled_at or made.made_at})
    styles = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
    }
    labels = counting.labels(made.prices)
    _first_sheet(book.add_worksheet(_("Statement")), made, labels, styles)
    _list_sheet(book.add_worksheet(_("Lists")), made, labels, styles)
    book.close()
    return out.getvalue()


def _first_sheet(page: Any, made: Statement, labels: dict[str, str], styles: dict[str, Any]) -> None:
    page.write_string(
        0, 0, _text(f"{made.body} {made.month:%Y-%m} · {_('Version %(number)s') % {'number': made.version}}")
    )
    heads = [_("Person"), _("Paid for"), _("Counted"), _("Quantity"), _("Price"), _("Amount")]
    for column, words in enumerate(heads):
        page.write_string(2, column, words, styles["head"])
        page.set_column(column, column, 14 if column > 1 else 24)
    page.freeze_panes(3, 0)
    row = 3
    for line in _lines(made):
        page.write_string(row, 0, _text(_who(line)))
        page.write_string(row, 1, _text(labels.get(line.code, line.code)))
        page.write_number(row, 2, float(line.counted))
        page.write_number(row, 3, float(line.number))
        page.write_number(row, 4, float(line.price), styles["money"])
        page.write_formula(row, 5, f"=ROUND(D{row + 1}*E{row + 1},2)", styles["money"], float(line.amount))
        row += 1
    page.write_string(row, 0, _("Total"), styles["head"])
    formula = f"=SUM(F4:F{row})" if row > 3 else "=0"
    page.write_formula(row, 5, formula, styles["total"], float(made.total))
    page.write_string(row, 4, made.currency, styles["head"])
    row += 2
    last = row - 2
    for code, number, amount in _sums(made):
        name = _text(labels.get(code, code))
        page.write_string(row, 1, name)
        criterion = f"B4:B{last},B{row + 1}"
        page.write_formula(row, 3, f"=SUMIF({criterion},D4:D{last})", None, float(number))
        page.write_formula(row, 5, f"=SUMIF({criterion},F4:F{last})", styles["money"], float(amount))
        row += 1


def _list_sheet(page: Any, made: Statement, labels: dict[str, str], styles: dict[str, Any]) -> None:
    for column, words in enumerate([_("Person"), _("Paid for"), _("When"), _("Number")]):
        page.write_string(0, column, words, styles["head"])
        page.set_column(column, column, 24)
    row = 1
    for line in _lines(made):
        for _case, _no, when, words in line.behind:
            page.write_string(row, 0, _text(_who(line)))
            page.write_string(row, 1, _text(labels.get(line.code, line.code)))
            page.write_string(row, 2, _when(when))
            page.write_string(row, 3, _text(words))
            row += 1


def _lines(made: Statement) -> Iterable[StatementLine]:
    return made.lines.select_related("person").order_by("order")


def _sums(made: Statement) -> list[tuple[str, Decimal, Decimal]]:
    """(code, number, amount) of each line of the price list that has any, in its order."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for line in made.lines.all():
        number, amount = found.get(line.code, (Decimal(), Decimal()))
        found[line.code] = number + line.number, amount + line.amount
    return [(one["code"], *found[one["code"]]) for one in made.prices if one["code"] in found]


def _who(line: StatementLine) -> str:
    person: Person | None = line.person
    return str(person) if person is not None else str(line.statement.body)


def _when(text: str) -> str:
    if "T" in text:
        return office_moment(maybe_moment(text))
    return office_day(datetime.fromisoformat(text).date())


def _text(text: str) -> str:
    return text.translate(CONTROLS)


def kept(file_of: Statement, kind: str) -> bytes:
    """The bytes of a settled statement's file: `pdf` or `xlsx`. FileNotFoundError when there is none."""
    file = file_of.paper if kind == "pdf" else file_of.sheet
    if file is None:
        raise FileNotFoundError(kind)
    with storing.original(file) as data:
        return data.read()
