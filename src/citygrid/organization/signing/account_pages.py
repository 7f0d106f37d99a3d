"""My account: who I am here, my posts, how I sign in and where; confirming who I am."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.organization import keys, seats
from citygrid.organization.models import AccessKey, Identity, Person, SignIn
from citygrid.organization.seats import person_required
from citygrid.organization.signing import devices, entering, reauthentication, second_factor, sign_ins, single_sign_on

ENDED = 5


@never_cache
@require_safe
@person_required
def mine(request: HttpRequest, person: Person) -> HttpResponse:
    """All that concerns one's own account on one page."""
    now = timezone.now()
    asked = sign_ins.terms_of(person, now)
    names = {one.code: one for one in single_sign_on.providers()}
    context = {
        "person": person,
        "held": seats.seats_of(person, now),
        "asked": asked,
        "idle_minutes": int(asked.idle.total_seconds()) // 60,
        "longest_hours": int(asked.longest.total_seconds()) // 3600,
        "has_password": person.has_usable_password(),
        "has_factor": second_factor.in_use(person),
        "codes_left": second_factor.codes_left(person),
        "sessions": sign_ins.open_of(person, now),
        "ended": [
            {
                "device": one.device,
                "address": one.address,
                "at": one.ended_at,
                "why": sign_ins.WHY.get(one.ended_why, ""),
            }
            for one in SignIn.objects.filter(person=person, ended_at__isnull=False).order_by("-ended_at")[:ENDED]
        ],
        "this": request.session.session_key,
        "device": devices.bound(person) if asked.one_device else None,
        "keys": AccessKey.objects.filter(keys.good(now), seat__person=person).count(),
        "identities": [
            {"name": names.get(one.provider, one.provider), "since": one.linked_at}
            for one in Identity.objects.filter(person=person).order_by("provider")
        ],
    }
    return render(request, "organization/my_account.html", context)


def _ended(person: Person) -> list[dict[str, Any]]:
    """The last sessions that ended, and why."""
    rows = SignIn.objects.filter(person=person, ended_at__isnull=False).order_by("-ended_at")[:ENDED]
    return [
        {"device": one.device, "address": one.address, "at": one.ended_at, "why": sign_ins.WHY.get(one.ended_why, "")}
        for one in rows
    ]


@require_POST
@person_required
def end_session(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Ends another session of one's own; a stranger's does not exist."""
    found = SignIn.objects.filter(pk=pk, person=person).exclude(session_key=request.session.session_key)
    if not found.exists():
        return HttpResponse(status=404)
    if sign_ins.end(found, "by_person", timezone.now()):
        sign_ins.note(request, "end_session", person, params={"session": pk})
    messages.success(request, _("The session is ended."))
    return redirect("organization:my_account")


@require_POST
@person_required
def end_others(request: HttpRequest, person: Person) -> HttpResponse:
    """Ends all sessions of one's own but this one."""
    ended = sign_ins.end_all(person, "by_person", timezone.now(), but=request.session.session_key)
    sign_ins.note(request, "end_other_sessions", person, params={"ended": ended})
    messages.success(request, _("All other sessions are ended."))
    return redirect("organization:my_account")


@sensitive_post_parameters(reauthentication.SECRET)
@never_cache
@require_http_methods(["GET", "POST"])
@person_required
def confirm(request: HttpRequest, person: Person) -> HttpResponse:
    """The confirm page: the password or a code, then back to where one was."""
    back, refusal = entering.next_of(request), None
    if request.method == "POST":
        typed = request.POST.get(reauthentication.SECRET, "")
        refusal = reauthentication.confirm(request, person, typed, timezone.now())
        if refusal is None:
            return redirect(back)
    return reauthentication.shown(request, person, refusal, request.path, [], back)
