"""The panel "why this unit" of the case page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citygrid.cases import reading
from citygrid.coordination.dispatching import why_units
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case


def may_ask(signed: Signed, case: Case) -> bool:
    """Rule of the panel: some unit has had the case; whoever sees the case may know why."""
    return bool(case.assignments)


@require_safe
@seat_required
def why(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """A fragment: every assignment with what answered."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    rows = [{"why": one, "then": why_units.shown(one.then)} for one in why_units.whys(case)]
    return render(request, "coordination/why_unit.html", {"rows": rows})
