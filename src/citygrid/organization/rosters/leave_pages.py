"""Leave: one's own, and for whoever leads a body what its people ask for (请假)."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization.duty_models import Leave, LeaveKind
from citygrid.organization.models import Person
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock, leaves, led, roster_view
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal

SHOWN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@seat_required
def leave(request: HttpRequest, signed: Signed) -> HttpResponse:
    """One's own leave and the form to ask; who leads sees what is asked and what it would leave open."""
    refusal: Refusal | None = None
    if request.method == "POST":
        answer = _ask(request, signed)
        if isinstance(answer, Leave):
            messages.success(request, _("Asked for. You have leave only when it is granted."))
            return redirect("organization:leave")
        refusal = answer
    return _page(request, signed, refusal)


def _ask(request: HttpRequest, signed: Signed) -> Leave | Refusal:
    first, last = (led.day(request.POST.get(name, "")) for name in ("first_day", "last_day"))
    if first is None or last is None:
        return Refusal("no_days", "Give the first and the last day.", {})
    one, now = led.client_id(request.POST.get("id", "")), timezone.now()
    person = signed.person
    login = request.POST.get("login", "").strip()
    if login and login != person.login:
        found = Person.objects.filter(login=login).first()
        if not led.may_grant(signed) or found is None or not leaves.leads(led.bodies(signed), found.pk, now):
            return Refusal("not_led", "%(login)s is nobody of your bodies.", {"login": login[:60]})
        person = found
    kind = request.POST.get("kind", "")
    return leaves.ask(one, person, kind, first, last, signed, now, led.today())


def _page(request: HttpRequest, signed: Signed, refusal: Refusal | None = None) -> HttpResponse:
    now, today = timezone.now(), led.today()
    zone = cityclock.zone(now)
    own = Leave.objects.filter(person=signed.person).select_related("kind", "decided_by").order_by("-first_day")
    may_grant = led.may_grant(signed)
    asked: list[dict[str, Any]] = []
    granted: list[dict[str, Any]] = []
    if may_grant:
        rows = leaves.of_bodies(led.bodies(signed), now)
        for one in rows.filter(state=Leave.State.ASKED)[:SHOWN]:
            watched = leaves.planned(one.person_id, max(one.first_day, today), one.last_day, zone)
            asked.append({"leave": one, "watches": len(watched), "own": one.person_id == signed.person.pk})
        for one in rows.filter(state=Leave.State.GRANTED, last_day__gte=today)[:SHOWN]:
            open_ = leaves.uncovered(one, zone, today)
            granted.append({"leave": one, "gaps": roster_view.listed_gaps(open_, 5), "count": len(open_)})
    context = {
        "own": [{"leave": one, "may_end": one.state in leaves.OPEN and one.last_day >= today} for one in own[:SHOWN]],
        "kinds": LeaveKind.objects.filter(active=True).order_by("code"),
        "asked": asked,
        "granted": granted,
        "may_grant": may_grant,
        "new_id": request.POST.get("id") or uuid4(),
        "typed": request.POST,
        "refusal": led.told(refusal),
        "today": today,
    }
    return render(request, "organization/leave.html", context, status=422 if refusal else 200)


@require_POST
@right_required("leave.grant")
def decide(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Grant (`act` grant) or refuse what somebody of one's own bodies asked for; of others there is none (404)."""
    found, now = get_object_or_404(Leave, pk=pk), timezone.now()
    if not leaves.leads(led.bodies(signed), found.person_id, now):
        raise Http404
    act = request.POST.get("act")
    if act not in ("grant", "refuse"):
        return HttpResponse(status=400)
    answer = leaves.decide(pk, act == "grant", signed, now)
    if isinstance(answer, Refusal):
        return _page(request, signed, answer)
    messages.success(request, _("Granted. What is open now stands below.") if act == "grant" else _("Refused."))
    return redirect("organization:leave")


@require_POST
@seat_required
def end(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Take leave back, or end it early (`last_day`): one's own, or of somebody whom one leads."""
    found, now = get_object_or_404(Leave, pk=pk), timezone.now()
    if found.person_id != signed.person.pk:
        if not led.may_grant(signed):
            raise PermissionDenied
        if not leaves.leads(led.bodies(signed), found.person_id, now):
            raise Http404
    text = request.POST.get("last_day", "")
    last = led.day(text)
    if text and last is None:
        return _page(request, signed, Refusal("no_days", "Give the first and the last day.", {}))
    answer = leaves.end(pk, last, signed, now, led.today())
    return _page(request, signed, answer) if isinstance(answer, Refusal) else redirect("organization:leave")
