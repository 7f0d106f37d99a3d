"""My score: what a unit's score is made of now, what becomes of it, and the open cases that move it most before the
period closes (S4-35; issue 7, item 5)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.cases.database import plain
from citygrid.evaluation import cycles, moving, score_drawing, score_printing, score_seeing, score_trend
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.computing import Judged, judged
from citygrid.evaluation.formulas import Value
from citygrid.evaluation.moving import Move, Moves
from citygrid.evaluation.periods import Named, Period, holding, period
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.score_pages import WHYS
from citygrid.evaluation.whatif import needed
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Looked:
    """What the address asks for: whose score, by which scheme, and the period in which today lies."""

    unit: int
    code: str
    named: Named
    period: Period
    book: Catalogue


@require_safe
@seat_required
def mine(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The page of a unit; who may look at several chooses one."""
    units = score_seeing.units(signed)
    if not units:
        raise PermissionDenied
    now = timezone.now()
    looked = _looked(request, signed, units, now)
    context: dict[str, Any] = {
        "unit": looked.unit, "name": naming.body(looked.unit), "named": looked.named, "code": looked.code,
        "units": sorted(((one, naming.body(one)) for one in units), key=lambda pair: pair[1]),
        "schemes": [(code, say(one.names)) for code, one in looked.book.schemes.items() if one.by == "unit"],
    }  # fmt: skip
    found = judged(looked.code, looked.period, now, looked.book, more=lambda known, scheme: needed(scheme, known))
    subject = str(looked.unit)
    group = next((key for key, members in found.members.items() if any(m.subject == subject for m in members)), "")
    if group:
        context |= _shown(looked, found, group, subject, now)
    return render(request, "evaluation/my_score.html", context)


def _looked(request: HttpRequest, signed: Signed, units: frozenset[int], now: datetime) -> Looked:
    """Unless the address says otherwise the own unit and the first scheme of units; the month of today. 404 for a unit
    or a scheme that is not there, or not for this post."""
    wanted = request.GET.get("unit", "")
    usual = signed.body.pk if signed.body.pk in units else min(units)
    unit = next((one for one in units if str(one) == wanted), None) if wanted else usual
    today = now.astimezone(zone_at(now)).date()
    book = catalogue(today)
    schemes = [code for code, scheme in book.schemes.items() if scheme.by == "unit"]
    code = request.GET.get("scheme", "") or next(iter(schemes), "")
    if unit is None or code not in schemes:
        raise Http404
    return Looked(unit, code, *_month(code, today, now), book)


def _month(code: str, today: date, now: datetime) -> tuple[Named, Period]:
    named = holding("month", today, cycles.current(today).of(code).months)
    return named, period(named.first, named.last, zone_at(now), now)


def _shown(looked: Looked, found: Judged, group: str, subject: str, now: datetime) -> dict[str, Any]:
    scheme, key = found.scheme, found.keys[subject]
    moves = _moves(looked, found, group, subject, now)
    row = next(row for row in found.scores().rows() if row.subject == subject)
    terms = {term.key: say(term.names) for term in (*row.terms, *row.plus)}
    points = score_trend.trend(looked.code, looked.named, now, {subject})
    words = {"scheme": looked.code, "from": looked.named.first, "to": looked.named.last, "subject": subject}
    return {
        "row": row, "of": len(found.members[group]), "band": score_drawing.band(scheme, row.grade),
        "why": WHYS.get(row.why, row.why), "query": urlencode(words),
        "steps": score_drawing.steps_of(scheme, row),
        "trend": score_drawing.trend_of(scheme, points, {subject: naming.body(key[0])}),
        "all_done": _score(moves.all_done, scheme), "all_left": _score(moves.all_left, scheme),
        "moves": [_line(move, scheme, terms) for move in moves.rows[:SHOWN]], "more": max(len(moves.rows) - SHOWN, 0),
    }  # fmt: skip


def _moves(looked: Looked, found: Judged, group: str, subject: str, now: datetime) -> Moves:
    key = found.keys[subject]
    names = [*found.scheme.names_used(), *needed(found.scheme, found.definitions)]
    with plain() as connection:
        cases = moving.open_cases(connection, looked.unit, now)
        counts = found.definitions.counts_of(names)
        added = moving.contributions(connection, counts, looked.unit, cases, looked.period, now)
    numbers = found.counted.numbers.get(key, {})
    derived = frozenset(one for whose, one in found.counted.derived if whose == key)
    members = found.members[group]
    return moving.moves(
        found.scheme, found.definitions, found.span, group, members, subject, numbers, derived, cases, added
    )


def _line(move: Move, scheme: Scheme, terms: dict[str, str]) -> dict[str, Any]:
    return {
        "of": move.of, "done": _score(move.done, scheme), "left": _score(move.left, scheme),
        "by": signed_points(move.by), "terms": [terms[key] for key in move.terms],
    }  # fmt: skip


def _score(row: SubjectScore, scheme: Scheme) -> dict[str, Any]:
    shown = NOTHING if row.shown is None else str(row.shown)
    return {"text": shown, "rank": row.rank, "band": score_drawing.band(scheme, row.grade)}


def signed_points(value: Value, places: int = 2) -> str:
    """A difference with its sign; the dash where there is none to tell."""
    if value is None:
        return NOTHING
    text = score_printing.shown(abs(value), places)
    return text if value == 0 else f"{'+' if value > 0 else '−'}{text}"
