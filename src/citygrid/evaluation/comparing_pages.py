"""Comparison of two to five objects of a group: terms side by side, and how their scores went (issue 7, item 7)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.evaluation import charts, cycles, score_drawing, score_printing, score_trend
from citygrid.evaluation.asked import Refused, not_there
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.periods import holding
from citygrid.evaluation.results import GroupScores, SubjectScore
from citygrid.evaluation.score_printing import heads
from citygrid.evaluation.score_view import View, context_of, view_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say

FEWEST = 2


@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The objects that are ticked; who ticks fewer than two, more than five, of two groups or what is not there
    is told so."""
    view = view_of(request, signed)
    wanted = list(dict.fromkeys(request.GET.getlist("subject")))
    context = context_of(view) | {"wanted": wanted}
    if view.scores is None:
        return render(request, "evaluation/compare.html", context, status=view.status)
    there = {row.subject: group for group in view.scores.groups for row in group.rows}
    if gone := next((one for one in wanted if one not in there), ""):
        refusal = not_there("no_subject", gone)
        return render(request, "evaluation/compare.html", context | {"refusal": refusal}, status=404)
    of = {there[one].key: there[one] for one in wanted}
    if not FEWEST <= len(wanted) <= charts.LONGEST or len(of) != 1:
        said = _("Choose two to five of one group.")
        return render(request, "evaluation/compare.html", context | {"refusal": Refused("not_comparable", said)},
                      status=422)  # fmt: skip
    (group,) = of.values()
    rows = [row for row in group.rows if row.subject in wanted]
    return render(request, "evaluation/compare.html", context | _compared(view, group, rows))


def _compared(view: View, group: GroupScores, rows: list[SubjectScore]) -> dict[str, Any]:
    scheme, now = view.scheme, timezone.now()
    today = now.astimezone(zone_at(now)).date()
    assert view.scores is not None
    last = holding("month", min(view.last, today), cycles.current(today).of(scheme.code).months)
    points = score_trend.trend(scheme.code, last, now, {row.subject for row in rows}, level=view.level)
    names = {row.subject: row.name for row in rows}
    return {
        "group": say(group.names),
        "columns": [
            {"row": row, "band": score_drawing.band(scheme, row.grade),
             "address": urlencode({"subject": row.subject})} for row in rows
        ],
        "terms": [_term(n, [(*row.terms, *row.plus)[n] for row in rows]) for n in range(len(heads(group)))],
        "ranking": score_drawing.ranking(scheme, GroupScores(group.key, group.names, tuple(rows)), "ranking"),
        "trend": score_drawing.trend_of(scheme, points, names),
    }  # fmt: skip


def _term(n: int, terms: list[Any]) -> dict[str, Any]:
    """One term of all; the best and the worst of those that differ are marked."""
    known = [term.counts for term in terms if term.points is not None]
    best, worst = (max(known), min(known)) if len(set(known)) > 1 else (None, None)
    return {
        "name": say(terms[0].names),
        "cells": [
            {"value": score_printing.quotient(term), "counts": score_printing.shown(term.counts),
             "mark": "" if term.points is None else "best" if term.counts == best else "worst" if term.counts == worst
             else ""} for term in terms
        ],
    }  # fmt: skip
