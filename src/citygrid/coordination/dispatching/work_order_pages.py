"""Work orders as a file: one from the case page, several from the dispatch desk; each of cases that the reader sees."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import reading
from citygrid.coordination.able import able
from citygrid.coordination.dispatching import work_orders
from citygrid.coordination.dispatching.batch_pages import cases_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case
from citygrid.trust import audit
from citygrid.web.papers import PaperError

ACTS = ("dispatch", "file_case", "sign", "assign_worker", "forward", "feed_back", "supervise", "urge", "close")
"""Whoever does one of these has to do with work orders."""


def may_print(signed: Signed, case: Case) -> bool:
    """Rule of the link on the case page: the case has been filed, and the post has to do with work orders."""
    return work_orders.printable(case) and able(signed, timezone.now(), *ACTS)


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The work order of one case; 404 for one out of sight or not filed yet."""
    case = reading.case_for(signed.scope, case_id)
    if case is None or not may_print(signed, case):
        raise Http404
    return _answer(request, signed, [case], f"work_order_{case.case_no or case.report_no}.pdf")


@require_POST
@seat_required
def several(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The work orders of the cases that were chosen, in one file; those out of sight are left out."""
    wanted = cases_of(request)[: work_orders.MOST + 1]
    found = [case for one in wanted if (case := reading.case_for(signed.scope, one)) is not None]
    return _answer(request, signed, [case for case in found if may_print(signed, case)], "work_orders.pdf")


def _answer(request: HttpRequest, signed: Signed, cases: Sequence[Case], name: str) -> HttpResponse:
    now = timezone.now()
    try:
        made = work_orders.pdf(cases, signed, now, request.build_absolute_uri("/").rstrip("/"))
    except PaperError as error:
        messages.error(request, _(error.message) % error.params)
        return redirect("cases:case", cases[0].id) if len(cases) == 1 else redirect("coordination:dispatch")
    for case in cases:
        audit.record(now, "work_order", subject=("case", str(case.id)), person=signed.person.pk, seat=signed.seat.pk,
                     post=signed.post.pk)  # fmt: skip
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": content_disposition_header(True, name)}
    )
