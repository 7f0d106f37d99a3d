"""A collector's monthly statement on paper (PDF) and as a workbook whose shares and sums are formulas."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from citygrid.bulletins.collector_statements import Monthly
from citygrid.bulletins.workbook_sheets import Book, Sheet
from citygrid.cases import naming
from citygrid.collection.teams import quotas, work
from citygrid.evaluation.rounding import NOTHING
from citygrid.web import papers
from citygrid.web.words import chinese, office_moment

PAPER = Path(__file__).with_name("collector_paper.typ")
ORDER = (
    "reports", "filed", "void", "self_handled", "tasks", "verifications", "checks", "tasks_on_time", "tasks_late",
    "finding_missed", "finding_false", "finding_hidden", "finding_made_up", "called", "call_missed",
)  # fmt: skip
"""Measures in the order of the paper."""
SHARES = (
    (gettext_lazy("Valid reports, share"), "filed", "reports"),
    (gettext_lazy("Tasks on time, share"), "tasks_on_time", "tasks"),
)


def figures(one: Monthly) -> list[tuple[str, str]]:
    """Label and number of everything but quotas and pay."""
    rows = [
        (_("Days on duty"), str(one.days)),
        (_("Rounds"), str(one.rounds)),
        (_("Hours on patrol"), str(one.hours)),
        (_("Coverage of the duty grid"), NOTHING if one.coverage is None else f"{one.coverage}%"),
    ]
    rows += [(str(work.MEASURES[name].label), str(one.number(name))) for name in ORDER]
    rows += [(str(label), _percent(one.share(part, whole))) for label, part, whole in SHARES]
    return rows


def pdf(one: Monthly, at: datetime) -> bytes:
    """The paper. PaperError: this server has no font with Chinese signs."""
    return papers.pdf(PAPER, _paper(one, at), at=at)


def xlsx(one: Monthly, at: datetime) -> bytes:
    """Two sheets: the month with formulas, and the list of what was counted."""
    book = Book.made(at)
    _first_sheet(book.sheet(_("The month"), wide=False), one)
    _list_sheet(book.sheet(_("Lists")), one)
    return book.done()


def state(one: Monthly) -> str:
    return "" if one.over else _("The month is not over.")


def _percent(value: object) -> str:
    return NOTHING if value is None else f"{value}%"


def _paper(one: Monthly, at: datetime) -> dict[str, Any]:
    rows = [cell for pair in figures(one) for cell in pair]
    rows += [""] * (-len(rows) % 4)
    paid = one.paid
    return {
        "lang": "zh" if chinese() else "en", "title": _("Monthly statement of a collector"), "name": one.name,
        "body": one.body, "month": one.span.month, "state": state(one), "rows": rows,
        "quota_title": _("Against the quota"),
        "quota_heads": [_("Quota"), _("Actual"), _("Expected"), _("Reached")],
        "quotas": [
            [str(quotas.MEASURES[c.measure].label), _plain(c.actual), _plain(c.quota), _percent(c.percent)]
            for c in one.against
        ],
        "pay_title": _pay_title(one), "pay_heads": [_("Paid for"), _("Quantity"), _("Price"), _("Amount")],
        "pay": [[p.label, f"{p.number:f}", f"{p.price:f}", f"{p.amount:f}"] for p in paid.lines] if paid else [],
        "pay_total": [_("Total"), f"{paid.total:f} {paid.currency}"] if paid else [],
        "notes": [_("Reports are valid once they are filed. A task counts in the month in which it was answered, a"
                    " finding in that in which it was confirmed.")],
        "signs": [pgettext("person", "Collector"), _("Team lead")], "made": office_moment(at),
    }  # fmt: skip


def _pay_title(one: Monthly) -> str:
    if one.paid is None:
        return ""
    words = _("settled") if one.paid.settled else _("not settled yet")
    return _("From the contractor's statement, version %(version)s (%(state)s)") % {
        "version": one.paid.version, "state": words,
    }  # fmt: skip


def _plain(value: object) -> str:
    return NOTHING if value is None else str(value)


def _first_sheet(sheet: Sheet, one: Monthly) -> None:
    sheet.page.set_column(0, 0, 34)
    sheet.page.set_column(1, 3, 14)
    sheet.text(0, 0, f"{_('Monthly statement of a collector')} · {one.name} · {one.body} · {one.span.month}", "title")
    sheet.text(1, 0, state(one), "quiet")
    line = 3
    at: dict[str, int] = {}
    for label, value, style in (
        (_("Days on duty"), Fraction(one.days), "count"), (_("Rounds"), Fraction(one.rounds), "count"),
        (_("Hours on patrol"), Fraction(one.hours), "points"),
        (_("Coverage of the duty grid"), None if one.coverage is None else Fraction(one.coverage) / 100, "percent"),
    ):  # fmt: skip
        sheet.text(line, 0, label)
        sheet.number(line, 1, value, style)
        line += 1
    for name in ORDER:
        sheet.text(line, 0, str(work.MEASURES[name].label))
        sheet.number(line, 1, one.number(name), "count")
        at[name] = line
        line += 1
    for title, part, whole in SHARES:
        sheet.text(line, 0, str(title), "strong")
        share = one.share(part, whole)
        said = f'IFERROR(ROUND({sheet.at(at[part], 1)}/{sheet.at(at[whole], 1)},4),"{NOTHING}")'
        sheet.formula(line, 1, said, None if share is None else Fraction(share) / 100, "percent")
        line += 1
    _pay(sheet, one, line + 1)


def _pay(sheet: Sheet, one: Monthly, line: int) -> None:
    if one.paid is None:
        return
    sheet.text(line, 0, _pay_title(one), "strong")
    for column, words in enumerate((_("Paid for"), _("Quantity"), _("Price"), _("Amount"))):
        sheet.text(line + 1, column, words, "head")
    first = line + 2
    for n, pay in enumerate(one.paid.lines, start=first):
        sheet.text(n, 0, pay.label)
        sheet.number(n, 1, Fraction(pay.number), "exact")
        sheet.number(n, 2, Fraction(pay.price), "points")
        said = f"ROUND({sheet.at(n, 1)}*{sheet.at(n, 2)},2)"
        sheet.formula(n, 3, said, Fraction(pay.amount), "points")
    last = first + len(one.paid.lines)
    sheet.text(last, 0, _("Total"), "head_total")
    sheet.formula(last, 3, f"SUM({sheet.span(first, last - 1, 3)})", Fraction(one.paid.total), "points")
    sheet.text(last, 2, one.paid.currency)


def _list_sheet(sheet: Sheet, one: Monthly) -> None:
    sheet.heads(0, [_("When"), _("Number"), _("Class"), _("What it counts as")], [20, 24, 26, 60])
    sheet.page.freeze_panes(1, 0)
    names = naming.classes(deed.class_id for deed in one.deeds)
    for n, deed in enumerate(one.deeds, start=1):
        words: Sequence[str] = [str(work.MEASURES[name].label) for name in work.MEASURES if name in deed.measures]
        for column, text in enumerate((office_moment(deed.at), deed.number, names.get(deed.class_id or "", ""),
                                       ", ".join(words))):  # fmt: skip
            sheet.text(n, column, text)
