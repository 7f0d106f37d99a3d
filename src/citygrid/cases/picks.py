"""Lists to pick from while typing (fragments for htmx): classes, conditions of a class, cases by number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.cases import naming, options, searching
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.search import find_classes
from citygrid.web.words import chinese, say


@require_safe
@seat_required
def pick_class(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Classes by name, pinyin initials or code."""
    rows = find_classes(request.GET.get("words", "")[:60], timezone.now(), most=12)
    zh = chinese()
    picks = [
        (row.class_id, row.name if zh or not row.name_en else row.name_en, f"{row.code} · {row.major_name}")
        for row in rows
    ]
    return _answer(request, picks)


@require_safe
@seat_required
def pick_case(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Cases by their whole number, or by words of their description."""
    words = request.GET.get("words", "").strip()[:60]
    rows = searching.search(signed.scope, searching.Query(number=words), most=5) if words else []
    if words and not rows:
        rows = searching.search(signed.scope, searching.Query(text=words), most=8)
    names = naming.classes(row.class_id for row in rows)
    picks = []
    for row in rows:
        state = say(STATE_NAMES[State(row.state)])
        picks.append((str(row.id), row.case_no or row.report_no, f"{names.get(row.class_id or '', '')} · {state}"))
    return _answer(request, picks)


@require_safe
@seat_required
def conditions(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The conditions of the class that was picked in the same form."""
    class_id = request.GET.get("class_id", "")[:80]
    rows = options.conditions(class_id, timezone.now())
    return render(request, "cases/conditions.html", {"choices": rows, "chosen": request.GET.get("condition", "")})


def _answer(request: HttpRequest, picks: list[tuple[str, str, str]]) -> HttpResponse:
    context: dict[str, Any] = {"picks": picks, "typed": request.GET.get("words", "")}
    return render(request, "cases/picks.html", context)
