"""Rosters of a body: what is in force, by week or month; its versions and drafts; a new draft (S0-43)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.organization.duty_models import Roster, Shift
from citygrid.organization.models import Body
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock, gaps, led, roster_view, rostering
from citygrid.organization.rosters.patterns import days
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal

SPANS = ("week", "month")


@never_cache
@require_safe
@right_required("rosters.edit", "leave.grant")
def rosters(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The bodies that one plans for: the version in force, drafts, and what is open this week."""
    today = led.today()
    zone = cityclock.zone(timezone.now())
    found = []
    for body in rostering.plannable(led.bodies(signed)):
        grids = rostering.grids_of(body, today)
        open_ = gaps.report(today, today + timedelta(days=6), zone, grids=grids, bodies=[body.pk])
        found.append(
            {
                "body": body,
                "grids": len(grids),
                "now": _published(body).filter(first_day__lte=today, last_day__gte=today).first(),
                "drafts": list(Roster.objects.filter(body=body, state=Roster.State.DRAFT).order_by("first_day")),
                "gaps": len(open_.gaps),
            }
        )
    context = {"rows": found, "shifts": Shift.objects.filter(active=True).order_by("covers", "starts")}
    return render(request, "organization/rosters.html", context)


def _published(body: Body) -> Any:
    return Roster.objects.filter(body=body, state=Roster.State.PUBLISHED).order_by("-number")


@never_cache
@require_safe
@seat_required
def body(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """What is in force in a body on the days of a week or month. Its own people see it too, but no draft."""
    return _body(request, signed, readable(signed, code))


def readable(signed: Signed, code: str) -> Body:
    """The body, for those who plan or lead there and for its own people; for others there is none (404)."""
    found = Body.objects.filter(code=code).first()
    if found is None or not (led.may_plan(signed, found) or led.may_grant(signed, found) or signed.body.pk == found.pk):
        raise Http404
    return found


def _body(request: HttpRequest, signed: Signed, found: Body, refusal: Refusal | None = None) -> HttpResponse:
    today, now = led.today(), timezone.now()
    zone = cityclock.zone(now)
    span = request.GET.get("span", "week")
    span = span if span in SPANS else "week"
    at = led.day(request.GET.get("at", ""), today) or today
    first, last = roster_view.week_of(at, span)
    grids = rostering.grids_of(found, first)
    rows = rostering.lines(found, grids, first)
    report = gaps.report(first, last, zone, grids=grids, bodies=[found.pk])
    cells = rostering.in_force(found, grids, first, last, zone)
    may_plan = led.may_plan(signed, found)
    mine = Roster.objects.filter(body=found, state=Roster.State.DRAFT) if may_plan else Roster.objects.none()
    context = {
        "body": found,
        "table": roster_view.table(rows, days(first, last), cells, report.gaps, today),
        "gaps": len(report.gaps),
        "asked": report.asked,
        "span": span,
        "at": at,
        "first": first,
        "last": last,
        "before": first - timedelta(days=1),
        "after": last + timedelta(days=1),
        "today": today,
        "drafts": mine.select_related("made_by").order_by("first_day"),
        "versions": _published(found).select_related("ended_by")[:12],
        "may_plan": may_plan,
        "new_id": request.POST.get("id") or uuid4(),
        "typed": request.POST,
        "refusal": led.told(refusal),
        "next_first": led.monday(today) + timedelta(days=7),
        "next_last": led.monday(today) + timedelta(days=13),
    }
    return render(request, "organization/roster_body.html", context, status=422 if refusal else 200)


@require_POST
@right_required("rosters.edit")
def new(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """A new draft; `begin`: empty, `now` (what holds on these days) or `week` (as the week before)."""
    found = readable(signed, code)
    if not led.may_plan(signed, found):
        raise PermissionDenied
    first, last = (led.day(request.POST.get(name, "")) for name in ("first_day", "last_day"))
    if first is None or last is None:
        return _body(request, signed, found, Refusal("no_days", "Give the first and the last day.", {}))
    now = timezone.now()
    one = led.client_id(request.POST.get("id", ""))
    answer = rostering.make(one, found, first, last, signed, now, led.today())
    if isinstance(answer, Refusal):
        return _body(request, signed, found, answer)
    begin, zone = request.POST.get("begin", ""), cityclock.zone(now)
    if begin in ("now", "week") and not answer.edits:
        wanted = rostering.copied(answer, 1 if begin == "week" else 0, zone)
        rostering.change(answer.pk, uuid4(), 0, wanted, signed, now, zone, "copy")
    return redirect("organization:roster", answer.pk)
