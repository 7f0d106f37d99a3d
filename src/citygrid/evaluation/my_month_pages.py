"""My month (我的月度): what a person did on the post in a month, in time or not, beside the middle of the colleagues,
the score where a scheme judges the post, and how it went (issue 7, item 7). Each number opens to its cases."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.evaluation import closing, cycles, score_drawing, score_printing, score_seeing, score_trend
from citygrid.evaluation.asking import POST, ask, zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.counting import Key, Question
from citygrid.evaluation.definitions import Count, Indicator, Rate, current
from citygrid.evaluation.my_month import Figure, figures, middle_score
from citygrid.evaluation.pages import behind
from citygrid.evaluation.periods import Months, Named, Period, PeriodNameError, before, holding, named, period
from citygrid.evaluation.rounding import printed
from citygrid.evaluation.score_pages import WHYS
from citygrid.evaluation.tables import Value
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say


@require_safe
@seat_required
def mine(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The page of whoever is signed in, on the post in use."""
    now = timezone.now()
    one, months = _month(request, now)
    of = period(one.first, one.last, zone_at(now), now)
    table = ask(Question(of, "post"), POST)
    found = figures(table, signed.role.code, signed.person.pk)
    context = {
        "named": one, "before": before(one, months).name, "after": _after(one, months, now),
        "figures": [_figure(figure) for figure in found],
        "score": _score(signed, one, of, now),
    }  # fmt: skip
    return render(request, "evaluation/my_month.html", context)


@require_safe
@seat_required
def number(request: HttpRequest, signed: Signed, key: str) -> HttpResponse:
    """The cases behind one of the own counts."""
    now = timezone.now()
    one, _months = _month(request, now)
    question = Question(period(one.first, one.last, zone_at(now), now), "post")
    known = current(question.period.last)
    count = known.all.get(key)
    if not isinstance(count, Count) or "post" not in count.by:
        raise Http404
    after = request.GET.get("after", "")
    skip = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    rows, further = behind(question, count, _key(signed), signed.scope, known, skip)
    context = {
        "named": one, "name": say(count.names), "means": say(count.means), "rows": rows,
        "after": None if further is None else str(further),
    }  # fmt: skip
    return render(request, "evaluation/my_number.html", context)


def _month(request: HttpRequest, now: datetime) -> tuple[Named, Months]:
    """The month of the address, unsaid that of today; the city's own months. 404 for none, or one not begun."""
    today = now.astimezone(zone_at(now)).date()
    months = cycles.current(today).months
    name = request.GET.get("month", "")
    try:
        one = named(name, today, months) if name else holding("month", today, months)
    except PeriodNameError as error:
        raise Http404 from error
    if one.kind != "month" or one.first > today:
        raise Http404
    return one, months


def _after(one: Named, months: Months, now: datetime) -> str:
    following = holding("month", one.last.fromordinal(one.last.toordinal() + 1), months)
    return following.name if following.first <= now.astimezone(zone_at(now)).date() else ""


def _key(signed: Signed) -> Key:
    return (signed.role.code, signed.person.pk, None)


def _figure(figure: Figure) -> dict[str, Any]:
    one = figure.one
    parts = [*one.over, *one.under] if isinstance(one, Rate) else []
    return {
        "key": one.key if isinstance(one, Count) else "", "name": say(one.names), "parts": parts,
        "mine": _cell(one, figure.mine), "middle": _cell(one, figure.middle),
        "hint": "" if isinstance(one, Rate) else say(one.means),
    }  # fmt: skip


def _cell(one: Indicator, value: Value) -> str:
    return printed(value) + ("%" if one.unit == "percent" and value is not None else "")


def _scheme(signed: Signed, book: Catalogue) -> str:
    """The first scheme that judges this post by name; empty where none does."""
    role = signed.role.code
    posts = [(code, one) for code, one in book.schemes.items() if one.by == "post"]
    return next((code for code, one in posts if any(role in group.roles for group in one.groups)), "")


def _score(signed: Signed, one: Named, of: Period, now: datetime) -> dict[str, Any] | None:
    book = catalogue(min(of.last, now.astimezone(zone_at(now)).date()))
    code = _scheme(signed, book)
    if not code:
        return None
    scheme, own = book.schemes[code], score_seeing.own_post(signed)
    points = score_trend.trend(code, one, now, {own})
    found: dict[str, Any] = {
        "scheme": say(scheme.names), "row": None, "why": WHYS["nothing"],
        "trend": score_drawing.trend_of(scheme, points, {own: _("Me")}, width=560),
    }  # fmt: skip
    for group in closing.scores_over(code, of, now, book).groups:
        for row in group.rows:
            if row.subject == own:
                shown = middle_score(own, [(other.subject, other.shown) for other in group.rows])
                found |= {
                    "row": row, "why": WHYS.get(row.why, row.why), "band": score_drawing.band(scheme, row.grade),
                    "middle": "–" if shown is None else shown,
                    "terms": [(say(t.names), score_printing.quotient(t), score_printing.shown(t.counts),
                               score_printing.shown(t.share)) for t in (*row.terms, *row.plus)],
                }  # fmt: skip
    return found
