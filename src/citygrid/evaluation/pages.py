"""Pages of the evaluation: the table of a period, its file, and the cases behind a number (every number opens)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.cases.database import cursor, plain
from citygrid.evaluation import asked as asking_page
from citygrid.evaluation import score_seeing
from citygrid.evaluation.asked import Asked, Refused
from citygrid.evaluation.asking import PAGE, ask, opened
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.computing import seer
from citygrid.evaluation.counting import LEVELS, Key, Opened, Question
from citygrid.evaluation.definitions import SUBJECTS, Composed, Count, Definitions, Indicator, Rate, current, parts_of
from citygrid.evaluation.entry_seeing import SCHEMES
from citygrid.evaluation.groups import groups
from citygrid.evaluation.insight.sheets_closing import truths_of
from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.printing import Line, as_csv, lines, shown
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.subjects import NONE, WORDS, key_of, named
from citygrid.evaluation.tables import Table
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.visibility import Scope
from citygrid.web.words import say

COLLECTING = frozenset({"contractor", "team_lead"})
"""Posts that read of collectors first: of their own, as their scope says."""
TOTAL = "total"


def may_open(signed: Any) -> bool:
    """Whether a post reads the evaluation at all; its scope says how much of it."""
    return score_seeing.reads(signed)


def may_look(signed: Any) -> bool:
    """Whether a post opens the table: whoever reads the evaluation, and who leads collectors."""
    return may_open(signed) or (signed is not None and signed.role.code in COLLECTING)


@require_safe
@seat_required
def table(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The table of a period by a subject."""
    found, question = _asked(request, signed)
    context = _context(found)
    if isinstance(question, Refused):
        return render(request, "evaluation/table.html", {**context, "refusal": question}, status=422)
    answer = ask(question, found.group.indicators)
    truths = truths_of(answer, found.now)
    context |= {
        "columns": [{"one": c, "name": say(c.names), "hint": _hint(c)} for c in answer.columns],
        "rows": [_row(line, answer, found, truths) for line in lines(answer)] if answer.rows else [],
        "period": question.period,
        "limited": not signed.scope.everything,
        "may_work": may(signed, SCHEMES),
        "may_score": may_open(signed),
    }
    return render(request, "evaluation/table.html", context)


@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The same table as CSV, with a mark by which spreadsheets know UTF-8."""
    found, question = _asked(request, signed)
    if isinstance(question, Refused):
        return HttpResponse(question.sentence, status=422, content_type="text/plain; charset=utf-8")
    answer = ask(question, found.group.indicators)
    text = "\ufeff" + as_csv(answer, truths_of(answer, found.now))
    name = f"evaluation_{found.by}_{question.period.first}_{question.period.last}.csv"
    return HttpResponse(text, content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": content_disposition_header(True, name)})  # fmt: skip


@require_safe
@seat_required
def open_number(request: HttpRequest, signed: Signed, key: str) -> HttpResponse:
    """What is behind a number: of a rate its counts, of a count its rows, each with its case. A unit opens its own."""
    found, question = _asked(request, signed, own=True)
    if isinstance(question, Refused):
        raise Http404
    known = _definitions(found, question)
    one = known.all.get(key)
    if one is None or question.by not in known.subjects_of(key):
        raise Http404
    subject = request.GET.get("subject", TOTAL)
    whose = _whose(question, subject)
    context = _context(found) | {
        "one": one, "name": say(one.names), "subject": subject, "period": question.period,
        "subject_name": _("Total") if whose is None else named(question.by, [whose])[whose].name,
        "own": not may_look(signed),
    }  # fmt: skip
    if not isinstance(one, Count):
        context["terms"] = _terms(one, known, question, whose, found)
        return render(request, "evaluation/terms.html", context)
    context |= {"means": say(one.means), **_page(request, question, one, whose, signed.scope, known)}
    if not context["rows"] and not _may_name(question, subject, signed.scope):
        context["subject_name"] = NOTHING  # whose id was guessed is not told by name
    return render(request, "evaluation/opened.html", context)


def _may_name(question: Question, subject: str, scope: Scope) -> bool:
    return subject in (TOTAL, NONE) or question.by in ("class", "source") or seer(question.by, scope)(subject)


def _asked(request: HttpRequest, signed: Signed, *, own: bool = False) -> tuple[Asked, Question | Refused]:
    """The question within the scope; with `own` also that of a unit about itself, which counts all that its score
    counts, wherever that lies. PermissionDenied for others."""
    if not may_look(signed):
        found = asking_page.read(request.GET, timezone.now())
        question = found.question(signed.scope)
        if not (own and score_seeing.owns(found.by, request.GET.get("subject", ""), signed)):
            raise PermissionDenied
        return found, question if isinstance(question, Refused) else replace(question, scope=None)
    usual = {"by": "collector"} if signed.role.code in COLLECTING else {}
    found = asking_page.read(usual | request.GET.dict(), timezone.now())
    return found, found.question(signed.scope)


def _definitions(found: Asked, question: Question) -> Definitions:
    """The indicators of that day, with those of the scheme whose number is opened."""
    if not found.scheme:
        return current(question.period.last)
    return catalogue(question.period.last).definitions.get(found.scheme) or current(question.period.last)


def _whose(question: Question, subject: str) -> Key | None:
    if subject == TOTAL:
        return None
    try:
        return key_of(question.by, subject)
    except ValueError as error:
        raise Http404 from error


def _context(found: Asked) -> dict[str, Any]:
    today = timezone.localdate(found.now)
    return {
        "asked": found,
        "query": found.query,
        "subjects": [(key, str(WORDS[key])) for key in SUBJECTS],
        "levels": [(key, _LEVELS[key]()) for key in LEVELS],
        "groups": [(one.key, say(one.names)) for one in groups()],
        "spans": asking_page.spans(today),
        "refusal": None,
    }


def _hint(one: Indicator) -> str:
    return "" if isinstance(one, Rate) else say(one.means)


def _row(line: Line, answer: Table, found: Asked, truths: Mapping[Key | None, Truth]) -> dict[str, Any]:
    subject = TOTAL if line.subject is None else line.subject.text
    cells = []
    for one in answer.columns:
        value = line.row.values[one.key]
        opens = bool(value) if isinstance(one, Count) else value is not None
        address = f"{one.key}/?{found.query}&{urlencode({'subject': subject})}" if opens else ""
        true = truths.get(line.row.key) if one.key == "closing_rate" else None
        beside = {"true": true.text, "true_why": true.why} if true is not None else {}
        cells.append({"text": shown(one, line.row), "address": address, "column": say(one.names), **beside})
    return {"name": line.name, "total": line.subject is None, "cells": cells}


def _terms(
    one: Rate | Composed, known: Definitions, question: Question, whose: Key | None, found: Asked
) -> list[dict[str, Any]]:
    """Numerator and denominator with their numbers; of a formula the counts and rates in it."""
    answer = ask(question, [one.key, *parts_of(one)], known)
    row = answer.total if whose is None else next((r for r in answer.rows if r.key == whose), None)
    if row is None:
        raise Http404
    head = {"side": _("Rate"), "name": say(one.names), "text": shown(one, row), "key": "", "means": ""}
    sides: tuple[tuple[str, tuple[str, ...]], ...]
    if isinstance(one, Rate):
        sides = ((_("Numerator"), one.over), (_("Denominator"), one.under))
    else:
        head |= {"side": _("Formula"), "means": one.formula.text}
        sides = ((_("In the formula"), one.formula.names),)
    return [head] + [
        {"side": side, "name": say(known.all[key].names), "text": shown(known.all[key], row), "key": key,
         "means": _hint(known.all[key])}
        for side, keys in sides for key in keys
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Behind:
    """A row behind a number; without a link where the post may not see the case itself."""

    row: Opened
    visible: bool


def _page(
    request: HttpRequest, question: Question, one: Count, whose: Key | None, scope: Scope, known: Definitions
) -> dict[str, Any]:
    after = request.GET.get("after", "")
    skip = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    rows, further = behind(question, one, whose, scope, known, skip)
    return {"rows": rows, "after": None if further is None else str(further)}


def behind(
    question: Question, one: Count, whose: Key | None, scope: Scope, known: Definitions, skip: int
) -> tuple[list[Behind], int | None]:
    """A page of the rows behind a number from `skip` on, and where the next page begins."""
    rows = opened(question, one.key, whose, most=PAGE + 1, skip=skip, known=known)
    seen = _visible([row.case for row in rows], scope)
    return [Behind(row, row.case in seen) for row in rows[:PAGE]], skip + PAGE if len(rows) > PAGE else None


def _visible(cases: list[UUID], scope: Scope) -> set[UUID]:
    condition, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"select c.id from cases_case c where c.id = any(%s) and {condition}".encode(),  # noqa: S608 - no input
            [cases, *params],
        )
        return {row[0] for row in rows.fetchall()}


_LEVELS = {
    "district": lambda: _("District"),
    "street": lambda: _("Street"),
    "community": lambda: _("Community"),
}
