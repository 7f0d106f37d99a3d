"""派遣台: the queue on the left, the case with its suggested unit, photos and map on the right; one key accepts."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading, showing, wording
from citygrid.cases.asking import actor_of
from citygrid.coordination.able import able
from citygrid.coordination.dispatching import bordering, loads, picking, sending, suggesting, waiting
from citygrid.coordination.dispatching.suggesting import Reason
from citygrid.coordination.dispatching.waiting import Waiting
from citygrid.coordination.disputes import precedents
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Refusal
from citygrid.rulebook.slices import rules_at
from citygrid.web.lights import light
from citygrid.web.refusals import Told, tell
from citygrid.web.words import office_day

MOST_ASSISTING = 10


def may_open(signed: Signed | None) -> bool:
    """The desk is for those who may dispatch in a variant in force."""
    return able(signed, timezone.now(), "dispatch")


@require_safe
@seat_required
def desk(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The queue, and the case that was chosen (`?case=`), the first one otherwise."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    rows = waiting.of_post(signed, after=_key(request.GET.get("after")))
    chosen = _uuid(request.GET.get("case")) or (rows[0].case if rows else None)
    case = reading.case_for(signed.scope, chosen) if chosen is not None else None
    all_, late = waiting.count(signed, now)
    context = {
        "rows": _rows(rows, now),
        "after": f"{rows[-1].sort_at.isoformat()}~{rows[-1].case}" if len(rows) == waiting.PAGE else None,
        "total": all_,
        "late": late,
        "batch": uuid4(),
        "chosen": case.id if case is not None else None,
        **(_detail(case, signed, now) if case is not None else {}),
    }
    return render(request, "coordination/dispatch_desk.html", context)


def _rows(rows: list[Waiting], now: datetime) -> list[dict[str, Any]]:
    spots = [bordering.Spot(row.case, row.class_id, row.lon, row.lat) for row in rows]
    found = bordering.with_precedents(spots, suggesting.suggest(rows, now), now)
    load = loads.of([each[0].body for each in found if each], now)
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas([row.community for row in rows])
    return [
        {
            "case": row.case,
            "number": row.number,
            "title": names.get(row.class_id or "") or _("Class not chosen yet"),
            "text": row.text or "",
            "where": row.address or areas.get(row.community or 0, ""),
            "light": light(row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional),
            "safety": row.safety,
            "marks": [wording.choice(mark) for mark in row.marks],
            "unit": each[0] if each else None,
            "kind": suggesting.short(each[0]) if each else "",
            "load": load.get(each[0].body) if each else None,
        }
        for row, each in zip(rows, found, strict=True)
    ]


@require_safe
@seat_required
def chosen(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The right side for one case. A case that somebody took meanwhile says who and when."""
    case = reading.case_for(signed.scope, case_id)
    if case is None or not may_open(signed):
        raise Http404
    return render(request, "coordination/dispatch_detail.html", _detail(case, signed, timezone.now()))


@require_POST
@seat_required
def send(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Dispatch one case; a refusal is told beside the form, and what was typed stays."""
    case = reading.case_for(signed.scope, case_id)
    act = _uuid(request.POST.get("act_id"))
    if case is None or act is None or not may_open(signed):
        raise Http404
    now = timezone.now()
    body = picking.number(request.POST.get("body"))
    if body is None:
        return _again(request, signed, case, Told("field_missing", _("Choose a unit."), "body"))
    assisting = tuple(one for text in request.POST.getlist("assisting")[:MOST_ASSISTING]
                      if (one := picking.number(text)) is not None)  # fmt: skip
    asked = sending.Asked(act, body, assisting, request.POST.get("note", ""), picking.number(request.POST.get("item")))
    answer = sending.send(case, asked, signed, now)
    if isinstance(answer, Refusal):
        fresh = reading.case_for(signed.scope, case_id)
        return _again(request, signed, fresh or case, tell(answer, "dispatch"))
    words = _("%(number)s was dispatched to %(unit)s.") % {
        "number": answer.case.case_no or answer.case.report_no, "unit": naming.body(body),
    }  # fmt: skip
    if not request.headers.get("HX-Request"):
        messages.success(request, words)
        return redirect("coordination:dispatch")
    return render(request, "coordination/dispatch_sent.html", {"case": answer.case, "words": words})


def _again(request: HttpRequest, signed: Signed, case: Case, told: Told) -> HttpResponse:
    context = _detail(case, signed, timezone.now())
    typed = picking.number(request.POST.get("body"))
    if typed is not None and context["may"]:
        context |= {"body": typed, "unit_words": picking.words(typed), "note": request.POST.get("note", "")}
    return render(request, "coordination/dispatch_detail.html", context | {"refusal": told}, status=422)


def _detail(case: Case, signed: Signed, now: datetime) -> dict[str, Any]:
    offers = reading.offers_for(case, actor_of(signed), now)
    offer = next((one for one in offers if one.spec.name == "dispatch"), None)
    reasons = sending.reasons_of(case, now) if offer is not None else []
    first = reasons[0] if reasons else None
    view = showing.view_of(case, now)
    return {
        "case": case,
        "view": view,
        "outline": showing.outline_of(case),
        "may": offer is not None,
        "item": offer.item.no if offer is not None and offer.item is not None else "",
        "taken": sending.taken_by(case) if offer is None else "",
        "act_id": uuid4(),
        "body": first.body if first else "",
        "unit_words": first.name if first else "",
        "units": _units(reasons, now),
        "borders": _borders(case, now) if offer is not None else [],
        "precedents": _precedents(case, now) if offer is not None else [],
        "others": [one for one in offers if one.spec.name in ("unfile", "rapid", "refer", "escalate", "order_first")],
        "escalates": next((one for one in offers if one.spec.name == "escalate"), None),
    }


def _units(reasons: list[Reason], now: datetime) -> list[dict[str, Any]]:
    load, rules = loads.of([one.body for one in reasons], now), rules_at(now)
    return [
        {
            "reason": one,
            "kind": suggesting.short(one),
            "load": load[one.body],
            "working": loads.working(one.body, rules, now),
        }
        for one in reasons
    ]


def _precedents(case: Case, now: datetime) -> list[dict[str, Any]]:
    """Decided disputes on the same class in the same street or nearer, those first that lie nearest."""
    if case.place is None or case.class_id is None:
        return []
    near = [_("the same unit grid"), _("the same community"), _("the same street")]
    words = _("Precedent %(number)s of %(day)s, in %(where)s: decided for %(unit)s.")
    return [
        {
            "body": one.body,
            "name": naming.body(one.body),
            "words": words % {"number": one.number, "day": office_day(one.decided_at), "where": near[one.nearness],
                              "unit": naming.body(one.body)},
        }
        for one in precedents.like(case.class_id, case.place.lon, case.place.lat, now)
        if one.nearness < len(near)
    ]  # fmt: skip


def _borders(case: Case, now: datetime) -> list[suggesting.Border]:
    if case.place is None:
        return []
    return suggesting.borders(sending.placing(case), float(case.place.lon), float(case.place.lat), now)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _key(text: str | None) -> waiting.Key | None:
    """The keyset of a page; whatever is not one begins at the beginning."""
    try:
        at, case = (text or "").split("~")
        moment = datetime.fromisoformat(at)
        return (moment, UUID(case)) if moment.tzinfo is not None else None
    except ValueError:
        return None
