"""Pages of callers: the name and number of one, for a reason; cases by a caller's number. Nothing of it is kept by a
browser, and no number stands in an address."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from citygrid.cases import callers, naming, reading, searching
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.slices import profile_at
from citygrid.trust.keys import UnreadableError
from citygrid.web.words import chinese, say

METHODS = ["GET", "POST"]
MESSAGES = {
    "no_reason": "Choose a reason.",
    "note_wrong": "The note has at most 500 signs.",
    "no_key": "The key of this data is not on this server; the administrator must bring it back.",
}


def who(request: HttpRequest, signed: Signed) -> dict[str, Any]:
    """Who asks and from where, for the audit."""
    address = address_of(request)
    return {"person": signed.person.pk, "seat": signed.seat.pk, "post": signed.post.pk, "address": address}


@never_cache
@require_http_methods(METHODS)
@right_required(callers.RIGHT)
@recent_sign_in_required
def caller(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """GET asks for the reason; POST notes it and shows name and number in this answer only."""
    found = reading.case_for(signed.scope, case_id)
    if found is None or found.caller is None:
        raise Http404
    now = timezone.now()
    context: dict[str, Any] = {
        "case": found,
        "reasons": [(one.code, one.name if chinese() else one.name_en) for one in profile_at(now).personal.reasons],
        "typed": {"reason": request.POST.get("reason", ""), "note": request.POST.get("note", "")},
    }
    status = 200
    if request.method == "POST":
        try:
            typed = context["typed"]
            context["callers"] = callers.show(found, typed["reason"], typed["note"], now, **who(request, signed))
        except callers.NotShownError as error:
            context["problem"], status = _(MESSAGES[error.code]), 422
        except UnreadableError:
            context["problem"], status = _(MESSAGES["no_key"]), 500
    fragment = request.headers.get("HX-Request") == "true"
    # htmx shows what comes with 200; a browser without it gets the status too.
    page = "cases/caller_form.html" if fragment else "cases/caller.html"
    return render(request, page, context, status=200 if fragment else status)


@never_cache
@require_http_methods(METHODS)
@right_required(callers.RIGHT)
@recent_sign_in_required
def by_caller(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Cases whose caller gave a number: sent by POST, so that it stands in no address and no log."""
    context: dict[str, Any] = {"phone": "", "rows": []}
    if request.method == "POST":
        phone = request.POST.get("phone", "").strip()[:40]
        context["phone"] = phone
        if sum(sign.isdecimal() for sign in phone) < 5:
            context["problem"] = _("A number has five digits at least.")
            return render(request, "cases/by_caller.html", context, status=422)
        found = callers.find(signed.scope, phone, timezone.now(), **who(request, signed))
        context |= {"searched": True, "rows": rows_of(found)}
    return render(request, "cases/by_caller.html", context)


def rows_of(found: list[searching.Listed]) -> list[dict[str, Any]]:
    """Lines of a list in words."""
    names = naming.classes(row.class_id for row in found)
    areas = naming.areas([row.community for row in found])
    return [
        {
            "row": row,
            "state": say(STATE_NAMES[State(row.state)]),
            "title": names.get(row.class_id or "") or _("Class not chosen yet"),
            "where": row.address or areas.get(row.community or 0, ""),
        }
        for row in found
    ]
