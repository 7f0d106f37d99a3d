"""Tables to take away: scores as a workbook, the monthly tables of the ministry's kind, and where the others are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.bulletins import ministry, ministry_files, open_data_kept, workbook_making
from citygrid.bulletins.reaching import whole
from citygrid.bulletins.workbook_sheets import TYPE
from citygrid.collection.teams import seeing
from citygrid.evaluation import asked as asking_page
from citygrid.evaluation.asked import Asked, Refused
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.counting import Question
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.periods import FIRST_YEAR
from citygrid.evaluation.printing import shown
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.tables import Row, Value
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.context import Names
from citygrid.web.words import chinese, say


@dataclass(frozen=True, slots=True)
class Told:
    """What the address asks for."""

    asked: Asked
    question: Question | Refused
    book: Catalogue
    now: datetime

    @property
    def query(self) -> str:
        return urlencode({"from": self.asked.first, "to": self.asked.last})


@require_safe
@seat_required
def index(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Every table that the post may take away, with the period for which it is made."""
    told = _told(request, signed)
    contractors = any(may(signed, right) for right in (seeing.MAKE, seeing.SETTLE, seeing.OBJECT))
    context = _context(told) | {
        "schemes": [(code, say(one.names)) for code, one in told.book.schemes.items()],
        "ministry": [(by, ministry_files.title(by)) for by in ministry.layout().by],
        "collectors": seeing.may_look(signed), "contractors": contractors,
        "release": open_data_kept.newest(),
    }  # fmt: skip
    return render(request, "bulletins/tables.html", context, status=422 if context["refusal"] else 200)


@require_safe
@seat_required
def scores_file(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The scores of a scheme (`?scheme=&from=&to=`) with formulas over the raw counts."""
    told = _told(request, signed)
    if isinstance(told.question, Refused):
        return _refused(told.question)
    code = told.asked.scheme or next(iter(told.book.schemes))
    if code not in told.book.schemes:
        raise Http404
    scores, content = workbook_making.asked(code, told.question.period, signed.scope, told.now, told.book)
    return attached(content, f"scores_{code}_{scores.first}_{scores.last}.xlsx")


@require_safe
@seat_required
def monthly(request: HttpRequest, signed: Signed) -> HttpResponse:
    """部级报表 on a page: by source, class or district (`?by=`), beside the year before."""
    told = _told(request, signed)
    by = request.GET.get("by", "")
    by = by if by in ministry.layout().by else ministry.layout().by[0]
    context = _context(told) | {
        "by": by, "tabs": [(one, ministry_files.title(one)) for one in ministry.layout().by],
        "limited": not whole(signed.scope),
    }  # fmt: skip
    if isinstance(told.question, Refused):
        return render(request, "bulletins/ministry.html", context, status=422)
    of = told.question.period
    table = ministry.table(by, of.first, of.last, signed.scope, told.now)
    context |= {
        "table": table, "columns": [say(one.names) for one in table.columns], "empty": len(table.rows) == 1,
        "rows": [(row, [_cell(table, n, cell, row) for n, cell in enumerate(row.cells)]) for row in table.rows],
    }  # fmt: skip
    return render(request, "bulletins/ministry.html", context)


@require_safe
@seat_required
def monthly_file(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The same as a workbook with a sheet for each of them."""
    told = _told(request, signed)
    if isinstance(told.question, Refused):
        return _refused(told.question)
    of = told.question.period
    tables = [ministry.table(by, of.first, of.last, signed.scope, told.now) for by in ministry.layout().by]
    heading, limited = f"{Names.of_city(chinese())} · {_('Monthly tables')}", not whole(signed.scope)
    content = ministry_files.workbook(tables, heading, told.now, limited=limited)
    return attached(content, f"monthly_{of.first}_{of.last}.xlsx")


def attached(content: bytes, name: str, kind: str = TYPE) -> HttpResponse:
    """A file to take away."""
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(content, content_type=kind, headers=headers)


def _told(request: HttpRequest, signed: Signed) -> Told:
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    asked = asking_page.read(request.GET, now)
    question = asked.question(signed.scope)
    if isinstance(question, Question) and question.period.first.year < FIRST_YEAR:  # there is no year before the first
        question = Refused("no_day", _("That is not a day; write it like 2026-03-21."))
    day: date = now.astimezone(zone_at(now)).date()
    book = catalogue(min(question.period.last, day) if isinstance(question, Question) else day)
    return Told(asked, question, book, now)


def _refused(refusal: Refused) -> HttpResponse:
    return HttpResponse(refusal.sentence, status=422, content_type="text/plain; charset=utf-8")


def _context(told: Told) -> dict[str, Any]:
    refusal = told.question if isinstance(told.question, Refused) else None
    return {
        "asked": told.asked, "query": told.query, "refusal": refusal,
        "spans": asking_page.spans(timezone.localdate(told.now)),
    }  # fmt: skip


def _cell(table: ministry.Ministry, n: int, cell: ministry.Cell, row: ministry.Row) -> dict[str, Any]:
    """Number, that of the year before, change with its sign; of the closing rate the true one of both."""
    column = table.columns[n]
    unit = "%" if n < table.counts else ""
    change = NOTHING if cell.change is None else f"{cell.change:+}{unit}"
    true = row.true if column.key == ministry.CLOSING_RATE else (None, None)
    return {"now": _shown(column, cell.now), "before": _shown(column, cell.before), "change": change,
            "true": true[0], "true_before": true[1]}  # fmt: skip


def _shown(column: Any, value: Value) -> str:
    return shown(column, Row(None, {column.key: value}))
