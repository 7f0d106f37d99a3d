"""Pages of spot checks: draws to be given out, what was found against the closing."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, wording
from citygrid.cases.photos import pictures
from citygrid.collection.models import Campaign
from citygrid.collection.surveys import campaigns, results, spots
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refused
from citygrid.web.refusals import tell

SHOWN = 100


def _only(signed: Signed) -> None:
    if not spots.may_give(signed):
        raise PermissionDenied


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Draws of inspectors: those that can be given out, and what became of those that were."""
    _only(signed)
    given = {row.draw: row for row in campaigns.counted(spots.checks(signed))[:SHOWN]}
    draws = list(spots.drawn(signed).prefetch_related("cases")[:SHOWN])
    lines = [{"draw": one, "cases": len(one.cases.all()), "check": given.get(one.pk)} for one in draws]
    return render(request, "collection/spots/list.html", {"lines": lines})


@require_POST
@seat_required
def give(request: HttpRequest, signed: Signed, draw_id: UUID) -> HttpResponse:
    """Give the cases of a draw to collectors; sent twice it is given once."""
    _only(signed)
    draw = spots.drawn(signed).filter(pk=draw_id).first()
    if draw is None:
        raise Http404
    try:
        row, left = spots.give(draw, signed, timezone.now())
    except Refused as error:
        messages.error(request, tell(error.refusal).sentence)
        return redirect("collection:spots")
    messages.success(request, _("Given out: %(count)s cases.") % {"count": row.tasks.count()})
    if left:
        messages.warning(request, _("%(count)s cases found nobody who had nothing to do with them.") % {"count": left})
    return redirect("collection:spot", row.pk)


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A spot check: where it disagrees with the closing first."""
    _only(signed)
    row = spots.checks(signed).filter(pk=pk).first()
    if row is None:
        raise Http404
    found = spots.compared(row, signed)
    people = naming.people(one.task.person for one in found)
    lines = [
        {
            "one": one, "who": people.get(one.task.person or 0, ""), "unit": naming.body(one.unit),
            "outcome": wording.choice(one.case.outcome.value) if one.case.outcome is not None else "",
            "result": wording.choice(one.result) if one.result else "",
            "note": one.answer.values.get(spots.NOTE, "") if one.answer else "",
            "pictures": pictures([str(photo) for photo in one.answer.photos]) if one.answer else [],
        }
        for one in found
    ]  # fmt: skip
    tasks = results.lines(list(row.tasks.order_by("number")))
    context = {
        "row": row, "lines": lines, "shapes": results.as_map(tasks), "people": results.by_person(tasks),
        "answered": sum(one.answer is not None for one in found), "disagree": sum(one.disagrees for one in found),
        "ended": row.status == Campaign.Status.ENDED,
    }  # fmt: skip
    return render(request, "collection/spots/spot.html", context)
