"""Pages of batches: make one, watch it being carried out, read what became of every case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import directory, naming
from citygrid.coordination.dispatching import batches, picking
from citygrid.coordination.dispatching.desk_pages import may_open
from citygrid.coordination.models import Batch, BatchLine
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal, Refused
from citygrid.process.states import Side
from citygrid.web.refusals import tell

NO_JS_MOST = 100
State = BatchLine.State


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The batches that this person made on this post."""
    if not may_open(signed):
        raise PermissionDenied
    rows = batches.of_person(signed)
    counts = {row["batch"]: row for row in BatchLine.objects.filter(batch__in=rows).values("batch").annotate(
        all=Count("id"), **{state.value: Count("id", filter=Q(state=state.value)) for state in State})}  # fmt: skip
    shown = [{"batch": one, "unit": naming.body(one.body_id), "counts": counts.get(one.pk)} for one in rows]
    return render(request, "coordination/batches.html", {"rows": shown})


@require_POST
@seat_required
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Make a batch of the cases that were chosen and go to its page; the same id again leads to the same batch."""
    if not may_open(signed):
        raise PermissionDenied
    now, number = timezone.now(), uuid_of(request.POST.get("batch"))
    if number is None:
        raise Http404
    try:
        body = unit_of(request.POST.get("body"))
        wish = batches.Wish(number, tuple(cases_of(request)), body)
        batch, known = batches.make(wish, signed, now)
    except Refused as error:
        messages.error(request, tell(error.refusal).sentence)
        return redirect("coordination:dispatch")
    if known:
        messages.info(request, _("This batch was made already; here is what became of it."))
    return redirect("coordination:batch", batch.pk)


@require_safe
@seat_required
def batch(request: HttpRequest, signed: Signed, batch_id: UUID) -> HttpResponse:
    """What became of every case so far; while some wait, the page carries on by itself."""
    return render(request, "coordination/batch.html", _context(_own(signed, batch_id)))


@require_POST
@seat_required
def go_on(request: HttpRequest, signed: Signed, batch_id: UUID) -> HttpResponse:
    """Carry out the next cases."""
    found = _own(signed, batch_id)
    batches.go_on(found, signed, timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "coordination/batch_progress.html", _context(found))
    return redirect("coordination:batch", found.pk)


def _own(signed: Signed, batch_id: UUID) -> Batch:
    found = batches.one(signed, batch_id)
    if found is None:
        raise Http404
    return found


def _context(found: Batch) -> dict[str, Any]:
    lines = list(found.lines.order_by("no"))
    counts = {state: sum(line.state == state for line in lines) for state in State.values}
    return {
        "batch": found,
        "unit": naming.body(found.body_id),
        "leaving": naming.body(found.leaving_id),
        "lines": [_line(line) for line in lines],
        "counts": counts,
        "all": len(lines),
        "answered": len(lines) - counts[State.WAITING],
    }


def _line(line: BatchLine) -> dict[str, Any]:
    told = ""
    if line.state == State.REFUSED:
        told = tell(Refusal(line.code, line.message, line.params), line.act).sentence
    return {"line": line, "unit": naming.body(line.body_id), "told": told, "state": line.get_state_display()}


def uuid_of(text: str | None) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def cases_of(request: HttpRequest) -> list[UUID]:
    """The ids of cases that a form sends."""
    return [one for text in request.POST.getlist("case") if (one := uuid_of(text)) is not None]


def unit_of(text: str | None) -> Body | None:
    """The one unit that was chosen; none when nothing was. Raises Refused for one that has ended or judges."""
    number = picking.number(text)
    if number is None:
        return None
    known = directory.current().bodies.get(number)
    if known is None or not known.active or known.side is Side.SUPERVISING:
        raise batches.refused("batch_unit", unit=naming.body(number))
    return Body.objects.get(pk=number)
