"""Pages of the scores: groups with ranks, one object with every term, each number opening to what is behind it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.evaluation import cycles, entry_seeing, score_drawing, score_printing, score_trend
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.periods import holding
from citygrid.evaluation.results import GroupScores, SubjectScore, TermScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.score_view import View, context_of, view_of
from citygrid.evaluation.standing import opening
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say

STATES = {
    "counted": "",
    "shared": gettext_lazy("Its weight is shared among the others"),
    "full": gettext_lazy("Counts full marks"),
    "zero": gettext_lazy("Counts zero"),
    "none": gettext_lazy("No score without it"),
    "added": gettext_lazy("Added as it is"),
}
WHYS = {
    "": "",
    "no_denominator": gettext_lazy("Nothing to divide by"),
    "derived": gettext_lazy("Rests on acts that an import derived"),
    "sample": gettext_lazy("Too few to be judged"),
    "no_entry": gettext_lazy("Nothing was entered"),
    "nothing": gettext_lazy("No term has a value"),
}


@require_safe
@seat_required
def table(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The scores of a scheme: a table per group, best first."""
    view = view_of(request, signed)
    groups = [_group(view, n, group) for n, group in enumerate(view.scores.groups)] if view.scores else []
    context = context_of(view) | {
        "groups": [group for group in groups if group["rows"]], "limited": not signed.scope.everything,
    }  # fmt: skip
    return render(request, "evaluation/scores.html", context, status=view.status)


@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The same as CSV, with a mark by which spreadsheets know UTF-8."""
    view = view_of(request, signed)
    if view.scores is None:
        sentence = view.refusal.sentence if view.refusal else ""
        return HttpResponse(sentence, status=view.status, content_type="text/plain; charset=utf-8")
    name = f"scores_{view.scheme.code}_{view.scores.first}_{view.scores.last}.csv"
    return HttpResponse("\ufeff" + score_printing.as_csv(view.scores), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": content_disposition_header(True, name)})  # fmt: skip


@require_safe
@seat_required
def subject(request: HttpRequest, signed: Signed) -> HttpResponse:
    """One object: every term with its value, points and weight, and what it opens to; of a unit its own."""
    view = view_of(request, signed, own=True)
    if view.scores is None:
        raise Http404
    wanted = request.GET.get("subject", "")
    found = [(group, row) for group in view.scores.groups for row in group.rows if row.subject == wanted]
    if not found:
        raise Http404
    group, row = found[0]
    entries = entry_seeing.seen(signed.scope).filter(pk__in=_given(row))
    context = context_of(view) | {
        "row": row, "group": say(group.names), "of": len(group.rows),
        "band": score_drawing.band(view.scheme, row.grade),
        "why": WHYS.get(row.why, row.why), "terms": [_term(view, row, term, entries) for term in row.terms],
        "plus": [_term(view, row, term, entries) for term in row.plus],
        "whole": score_printing.shown(view.scheme.total),
        "steps": score_drawing.steps_of(view.scheme, row), "trend": _trend(view, row),
        "subject_query": urlencode({"subject": row.subject}),
        "limited": not signed.scope.everything, "own": not may_open(signed),
    }  # fmt: skip
    return render(request, "evaluation/score.html", context)


def _trend(view: View, row: SubjectScore) -> SafeString:
    """How this object's score went, up to the month of the period's last day."""
    now = view.asked.now
    day = min(view.last, now.astimezone(zone_at(now)).date())
    last = holding("month", day, cycles.current(day).of(view.scheme.code).months)
    points = score_trend.trend(view.scheme.code, last, now, {row.subject}, level=view.level)
    return score_drawing.trend_of(view.scheme, points, {row.subject: row.name})


def _group(view: View, n: int, group: GroupScores) -> dict[str, Any]:
    heads = score_printing.heads(group)
    weights = {term.key: score_printing.shown(term.weight) for term in heads}
    return {
        "name": say(group.names), "count": len(group.rows),
        "chart": score_drawing.ranking(view.scheme, group, f"group{n}") if group.rows else "",
        "terms": [{"name": say(term.names), "weight": "±" if term.state in ("added", "none") and not term.weight
                   else weights[term.key]} for term in heads],
        "rows": [_row(view, row) for row in group.rows],
    }  # fmt: skip


def _row(view: View, row: SubjectScore) -> dict[str, Any]:
    band = score_drawing.band(view.scheme, row.grade)
    terms = (*row.terms, *row.plus)
    return {
        "row": row, "band": band, "why": WHYS.get(row.why, row.why),
        "shown": NOTHING if row.shown is None else row.shown,
        "address": f"subject/?{view.query}&{urlencode({'subject': row.subject})}",
        "points": [{"text": score_printing.shown(t.points), "why": WHYS.get(t.why, t.why), **_true(view, row, t)}
                   for t in terms],
    }  # fmt: skip


def _true(view: View, row: SubjectScore, term: TermScore) -> dict[str, str]:
    return score_printing.true_beside(view.scores, row.subject, term) if view.scores else {}


def _term(view: View, row: SubjectScore, term: TermScore, entries: Any) -> dict[str, Any]:
    scheme, known = view.scheme, view.book.definitions[view.scheme.code]
    source = scheme.terms.get(term.key)  # a frozen term may have left the scheme since
    words = urlencode({"from": view.asked.first, "to": view.asked.last, "by": scheme.by, "level": scheme.level,
                       "scheme": scheme.code, "subject": row.subject})  # fmt: skip
    given = set(term.given)
    return {
        **_true(view, row, term),
        "name": say(term.names), "value": score_printing.quotient(term), "over": score_printing.number(term.over),
        "under": score_printing.number(term.under), "fraction": term.under is not None,
        "formula": source.value.text if source and source.value else "", "points": score_printing.shown(term.points),
        "full": score_printing.shown(term.full), "weight": score_printing.shown(term.weight),
        "share": score_printing.shown(term.share), "counts": score_printing.shown(term.counts),
        "state": STATES[term.state], "why": WHYS.get(term.why, term.why), "moved": term.share != term.weight,
        "uses": [{"name": say(one.names) if one else use.key, "text": _use(one.unit if one else "", use.value),
                  "address": _address(view, row, use.key, words) if use.value is not None else ""}
                 for use in term.uses for one in [known.all.get(use.key)]],
        "entries": [entry for entry in entries if str(entry.pk) in given],
        "standing": opening.of_term(view.scores, term),
        "parts": [_term(view, row, part, entries) for part in term.parts],
    }  # fmt: skip


def _address(view: View, row: SubjectScore, key: str, words: str) -> str:
    """What a number opens to: of a frozen one the rows that were frozen with it."""
    if view.frozen is None:
        return f"{key}/?{words}"
    asked = urlencode({"subject": row.subject, "key": key, "version": view.frozen.number})
    return f"closes/{view.frozen.close_id}/rows/?{asked}"


def _use(unit: str, value: Any) -> str:
    if unit == "percent" and value is not None:
        return f"{score_printing.shown(value * 100)}%"
    return score_printing.number(value)


def _given(row: SubjectScore) -> list[str]:
    terms = [*row.terms, *row.plus]
    return [one for term in terms for part in (term, *term.parts) for one in part.given]

