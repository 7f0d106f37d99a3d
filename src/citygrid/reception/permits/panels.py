"""Fragments: the permits that hold where and when a problem was reported; on the case page, above the form of a
refusal, and beside the call form (`?class_id=&lon=&lat=`)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.cases import reading
from citygrid.cases.asking import actor_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case
from citygrid.process.states import BEFORE_FILING
from citygrid.reception.permits import seeing
from citygrid.reception.permits.valid import Valid, valid_at

REFUSING = ("refuse", "refuse_filing")


def on_case(signed: Signed, case: Case) -> bool:
    """Whether the panel is asked for: while it can still be refused, with a class and a place."""
    known = case.class_id is not None and case.place is not None
    return known and case.state in BEFORE_FILING and seeing.may_read(signed)


@require_safe
@seat_required
def of_case(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The permits of a case, each with the refusal that it proposes; empty when there is none."""
    case = _case(signed, case_id)
    offered = [o.spec.name for o in reading.offers_for(case, actor_of(signed), timezone.now())]
    act = next((name for name in REFUSING if name in offered), "")
    rows = [{"row": one, "refuse": _refusal(case, act, one) if act else ""} for one in _valid(case)]
    return render(request, "reception/permits/panel.html", {"rows": rows})


@require_safe
@seat_required
def at_act(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The same above the form of accepting, filing or refusing, in short."""
    return render(request, "reception/permits/hint.html", {"rows": _valid(_case(signed, case_id))})


@require_safe
@seat_required
def here(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The permits that cover a class at a point now; empty when something is missing or there is none."""
    if not seeing.may_read(signed):
        raise Http404
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        lon, lat = 999.0, 999.0
    inside = -180 <= lon <= 180 and -90 <= lat <= 90
    rows = valid_at(request.GET.get("class_id", "")[:64], lon, lat, timezone.now()) if inside else []
    return render(request, "reception/permits/hint.html", {"rows": rows})


def _case(signed: Signed, case_id: UUID) -> Case:
    case = reading.case_for(signed.scope, case_id)
    if case is None or not seeing.may_read(signed):
        raise Http404
    return case


def _valid(case: Case) -> list[Valid]:
    """What held when the problem was reported: that is the moment that the report is about."""
    if case.place is None:
        return []
    return valid_at(case.class_id, float(case.place.lon), float(case.place.lat), case.received_at)


def _refusal(case: Case, act: str, one: Valid) -> str:
    """The form of the refusal with the permit and a reason filled in."""
    words = _("Allowed by %(kind)s %(number)s, valid from %(first)s to %(last)s.") % _said(one)
    query = urlencode({"permit": one.code, "reason": words})
    return f"{reverse('cases:act', args=[case.id, act])}?{query}"


def _said(one: Valid) -> dict[str, Any]:
    last = one.last_day.isoformat() if one.last_day is not None else "–"
    return {"kind": one.kind, "number": one.number, "first": one.first_day.isoformat(), "last": last}
