"""Answers at a border: the list, withdrawing, and what stands of it on the page of a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading
from citygrid.collection.models import BorderAnswer
from citygrid.collection.surveys import borders
from citygrid.coordination.able import able
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case
from citygrid.process.refusal import Refused
from citygrid.web.refusals import tell

PAGE = 50
ACTS = ("dispatch", "settle")


def may_open(signed: Signed | None) -> bool:
    """Dispatchers, who settle duties, and who may withdraw an answer."""
    return may(signed, borders.RIGHT) or able(signed, timezone.now(), *ACTS)


def may_see_case(signed: Signed, case: Case) -> bool:
    """Whoever has the list sees what stands of it with a case."""
    return may_open(signed)


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Answers of the post's ground, the newest first."""
    if not may_open(signed):
        raise PermissionDenied
    rows = borders.seen(signed)
    last = _last(request.GET.get("after", ""))
    if last is not None:
        rows = rows.filter(at__lte=last.at).exclude(at=last.at, pk__gte=last.pk)
    page = list(rows[:PAGE])
    context = {
        "rows": [_told(row) | {"case": reading.case_for(signed.scope, row.case_id)} for row in page],
        "after": str(page[-1].pk) if len(page) == PAGE else None, "may_withdraw": may(signed, borders.RIGHT),
    }  # fmt: skip
    return render(request, "collection/borders/list.html", context)


def _last(text: str) -> BorderAnswer | None:
    try:
        return BorderAnswer.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _told(row: BorderAnswer) -> dict[str, Any]:
    return {
        "row": row, "class_name": naming.class_words(row.class_id), "chosen": naming.body(row.chosen),
        "sides": [(naming.body(side["body"]), side["metres"], side["code"]) for side in row.sides],
    }  # fmt: skip


@require_POST
@seat_required
def withdraw(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """It is shown no more; with a reason, by a right."""
    try:
        borders.withdraw(pk, request.POST.get("reason", ""), signed, timezone.now(), address_of(request))
        messages.success(request, _("Withdrawn: it is shown no more."))
    except Refused as error:
        if error.refusal.code == "border_right":
            raise PermissionDenied from error
        if error.refusal.code == "survey_unknown":
            raise Http404 from error
        messages.error(request, tell(error.refusal).sentence)
    return redirect("collection:borders")


@require_safe
@seat_required
def of_case(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Beside a case: what its reporter answered, and what others answered near by (a fragment)."""
    if not may_open(signed):
        raise PermissionDenied
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    own = borders.of_case(case.id)
    earlier: list[borders.Earlier] = []
    if case.place is not None and case.class_id is not None:
        lon, lat = float(case.place.lon), float(case.place.lat)
        earlier = borders.near(case.class_id, lon, lat, timezone.now(), but=case.id)
    context = {
        "own": _told(own) if own is not None else None,
        "earlier": [_told(one.row) | {"metres": one.metres} for one in earlier],
    }
    return render(request, "collection/borders/of_case.html", context)
