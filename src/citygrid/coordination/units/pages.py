"""The unit's desk: what waits to be signed, what is in hand and whose, what came back, is late; its own figures."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import loads, naming, reading, wording
from citygrid.cases.asking import actor_of
from citygrid.coordination.able import able, acts_of
from citygrid.coordination.keyset import key_of, text_of
from citygrid.coordination.months import month_of, tomorrow
from citygrid.coordination.units import figures, limits, signing, words, work
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import creations
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import say

MAIN = "sign"
"""Who may sign for a case has a unit's desk."""
SECTIONS = {
    "sign": gettext_lazy("To be signed"),
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Due today"),
    "owed": gettext_lazy("To answer"),
    "back": gettext_lazy("Came back"),
    "handling": gettext_lazy("In hand"),
    "asked": gettext_lazy("Requests waiting"),
    "suspended": gettext_lazy("Suspended"),
}
MEASURES = {
    "received": gettext_lazy("Cases received"),
    "done": gettext_lazy("Fed back"),
    "on_time": gettext_lazy("On time"),
    "late": gettext_lazy("Late"),
    "overdue": gettext_lazy("Overdue, not done"),
    "rework": gettext_lazy("Sent back for rework"),
    "returned": gettext_lazy("Returned"),
    "extended": gettext_lazy("Extended"),
}


@require_safe
@seat_required
def desk(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The desk of the post's own body; the section that is asked for, else the first that has anything."""
    now = timezone.now()
    _only_units(signed, now)
    night = tomorrow(now)
    body = signed.body.pk
    numbers = work.counts(body, signed.scope, now, night)
    section = request.GET.get("section", "")
    if section not in SECTIONS:
        section = next((name for name in SECTIONS if numbers[name]), MAIN)
    worker = _number(request.GET.get("worker"))
    rows = work.owed(body, signed.scope, section, now, night, worker=worker, after=key_of(request.GET.get("after")))
    last = rows[-1] if len(rows) == work.PAGE else None
    context = {
        "section": section,
        "sections": [(name, label, numbers[name]) for name, label in SECTIONS.items()],
        "title": SECTIONS[section],
        "rows": words.lines(rows, now, acts_of(signed, now, *words.ACTS_SHOWN)),
        "after": text_of((last.sort_at, last.case, last.no)) if last is not None else None,
        "batch": uuid4(),
        "may_sign": section == "sign",
        "workers": _workers(body, now),
        "worker": worker,
        "creations": _own_findings(signed, now),
        "here": request.get_full_path(),
        "answers": request.session.pop(_TOLD, []),
    }
    return render(request, "coordination/units/desk.html", context)


_TOLD = "coordination.signed"


@require_POST
@seat_required
def sign(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Signs for the cases that were ticked; what was not signed is told case by case."""
    now = timezone.now()
    _only_units(signed, now)
    try:
        batch = UUID(request.POST.get("batch", ""))
        cases = [
            (UUID(case), int(no)) for case, _dot, no in (one.partition(".") for one in request.POST.getlist("item"))
        ]
    except ValueError as error:
        raise Http404 from error
    answers = signing.sign(cases, batch, signed, now)
    done = [one for one in answers if not one.sentence]
    if not answers:
        messages.warning(request, _("Tick the cases that you sign for."))
    elif done:
        messages.success(request, _("Signed for %(number)s.") % {"number": len(done)})
    request.session[_TOLD] = [
        {"case": str(one.case), "number": one.number, "sentence": one.sentence} for one in answers if one.sentence
    ]
    return redirect(reverse("coordination:unit") + "?section=sign")


@require_safe
@seat_required
def figures_of_unit(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The unit's own figures: this month and the one before, and a month by worker; every number opens its list."""
    now = timezone.now()
    _only_units(signed, now)
    month = month_of(request.GET.get("month"), now)
    this = month_of(None, now)
    by_worker = figures.figures(signed.body.pk, signed.scope, month, now)
    before = month_of(month.before, now)
    names = naming.people(by_worker)
    context = {
        "month": month,
        "before": before,
        "this": this,
        "following": month_of(f"{month.end:%Y-%m}", now) if month.first < this.first else None,
        "measures": [(name, label) for name, label in MEASURES.items()],
        "total": _numbers(figures.total(by_worker)),
        "earlier": _numbers(figures.total(figures.figures(signed.body.pk, signed.scope, before, now))),
        "workers": [
            (worker or 0, names.get(worker or 0, "") or _("given to nobody"), _numbers(by_worker[worker]))
            for worker in sorted(by_worker, key=lambda one: (one is None, names.get(one or 0, "")))
        ],
    }
    return render(request, "coordination/units/figures.html", context)


@require_safe
@seat_required
def behind_figure(request: HttpRequest, signed: Signed, measure: str) -> HttpResponse:
    """The cases that one number counts."""
    now = timezone.now()
    _only_units(signed, now)
    if measure not in MEASURES:
        raise Http404
    month, worker = month_of(request.GET.get("month"), now), _number(request.GET.get("worker"))
    before = key_of(request.GET.get("after"))
    rows = figures.behind(signed.body.pk, signed.scope, month, now, measure, worker=worker, before=before)
    names, people = naming.classes(row.class_id for row in rows), naming.people(row.worker for row in rows)
    last = rows[-1] if len(rows) == work.PAGE else None
    context = {
        "title": MEASURES[measure],
        "month": month,
        "worker": naming.people([worker]).get(worker or 0, "") if worker else "",
        "rows": [(row, names.get(row.class_id or "", ""), people.get(row.worker or 0, "")) for row in rows],
        "after": text_of((last.offered_at, last.case, last.no)) if last is not None else None,
    }
    return render(request, "coordination/units/behind.html", context)


@require_safe
@seat_required
def request_limits(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Above the form of a request: what may still be asked for, and until when (a fragment)."""
    found = reading.case_for(signed.scope, case_id)
    if found is None:
        raise Http404
    told = [(wording.choice(one.kind), one) for one in limits.limits(found, signed.body.pk, timezone.now())]
    return render(request, "coordination/units/limits.html", {"limits": told})


def is_unit(signed: Signed | None) -> bool:
    """Whether the bar shows the unit's desk."""
    return able(signed, timezone.now(), MAIN)


def _only_units(signed: Signed, now: datetime) -> None:
    if not able(signed, now, MAIN):
        raise PermissionDenied


def _own_findings(signed: Signed, now: datetime) -> list[tuple[str, str]]:
    """Acts by which the unit enters what it found itself (部门自查): name and words."""
    try:
        able_to = creations(actor_of(signed), rules_at(now).variant(None))
    except NoRules:
        return []
    return [(spec.name, say((spec.zh, spec.en))) for spec in able_to]


def _workers(body: int, now: datetime) -> list[tuple[int, str, loads.Load]]:
    """Who has how much in hand, the fullest hands first."""
    hands = loads.loads([body], now)
    names = naming.people(hands)
    return sorted(
        ((pk, names.get(pk, str(pk)), load) for pk, load in hands.items()), key=lambda one: (-one[2].open, one[1])
    )


def _numbers(found: Mapping[str, int]) -> list[tuple[str, int, str]]:
    """Measure, number, and the share of what was fed back in time."""
    share = f"{100 * found['on_time'] / found['done']:.1f}%" if found["done"] else ""
    return [(name, found[name], share if name == "on_time" else "") for name in MEASURES]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 18 else None
