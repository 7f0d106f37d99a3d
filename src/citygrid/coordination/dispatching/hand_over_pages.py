"""Handing over: bodies that have ended or are to end while cases are with them, and the cases of one of them."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import naming
from citygrid.coordination.able import able
from citygrid.coordination.dispatching import batches, handing_over
from citygrid.coordination.dispatching.batch_pages import cases_of, unit_of, uuid_of
from citygrid.coordination.dispatching.desk_pages import may_open
from citygrid.coordination.models import Batch
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refused
from citygrid.process.states import STATE_NAMES, State
from citygrid.web.refusals import tell
from citygrid.web.words import say


@require_safe
@seat_required
def bodies(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Bodies with an end that still hold open cases; any other one by its code."""
    if not may_open(signed):
        raise PermissionDenied
    ending = {body.pk: body for body in Body.objects.exclude(active_until=None).order_by("active_until", "code")}
    counts = handing_over.counts(ending)
    rows = [{"body": body, "count": counts[pk]} for pk, body in ending.items() if pk in counts]
    return render(request, "coordination/hand_overs.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@seat_required
def hand_over(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The open cases of a body; the form hands those that are chosen over to another one."""
    body = Body.objects.filter(code=code).first()
    own = body is not None and body.pk == signed.body.pk and able(signed, timezone.now(), "request")
    if body is None or not (own or may_open(signed)):
        raise Http404
    if request.method == "POST":
        return _start(request, signed, body)
    rows = handing_over.held(signed.scope, body.pk)
    names = naming.classes(row.class_id for row in rows)
    context: dict[str, Any] = {
        "body": body,
        "own": own,
        "batch": uuid4(),
        "rows": [{"row": row, "class": names.get(row.class_id or "", ""), "state": say(STATE_NAMES[State(row.state)])}
                 for row in rows],
    }  # fmt: skip
    return render(request, "coordination/hand_over.html", context)


def _start(request: HttpRequest, signed: Signed, body: Body) -> HttpResponse:
    number = uuid_of(request.POST.get("batch"))
    if number is None:
        raise Http404
    try:
        to = unit_of(request.POST.get("body"))
        if to is None or to.pk == body.pk:
            messages.error(request, _("Choose another unit, which takes them over."))
            return redirect("coordination:hand_over", body.code)
        wish = batches.Wish(number, tuple(cases_of(request)), to, Batch.Kind.HAND_OVER, body)
        batch, _known = batches.make(wish, signed, timezone.now())
    except Refused as error:
        messages.error(request, tell(error.refusal).sentence)
        return redirect("coordination:hand_over", body.code)
    return redirect("coordination:batch", batch.pk)
