"""The problem library, its reports, and putting cases on an agenda (S0-47, S0-48)."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.coordination.able import able
from citygrid.coordination.commission import library, meetings, reports
from citygrid.coordination.commission.words import ground_words, kind_words
from citygrid.coordination.commission_models import AgendaItem, LibraryReport, Meeting
from citygrid.coordination.months import month_of
from citygrid.media import storing
from citygrid.media.models import File
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.papers import PaperError

READ, EDIT = "meetings.read", "meetings.edit"
SHOWN = 100


def may_open(signed: Signed | None) -> bool:
    """The library is for those who read minutes, and for those who settle or refer."""
    return may(signed, READ) or may(signed, EDIT) or able(signed, timezone.now(), "settle", "refer")


@require_safe
@seat_required
def problem_library(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Open cases that could not be solved, the longest standing first."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    kind, ground = request.GET.get("kind", ""), request.GET.get("ground", "")[:64]
    rows = library.problems(signed.scope, now, kind=kind, ground=ground, after=_key(request.GET.get("after")))
    agenda = dict(
        AgendaItem.objects.filter(case_id__in=[row.case for row in rows])
        .order_by("meeting__held_at")
        .values_list("case_id", "meeting__title")
    )
    lines = reports.lines([reports.row_of(row) for row in rows], now)
    planned = Meeting.objects.filter(issued_at=None).order_by("held_at") if may(signed, EDIT) else ()
    context = {
        "rows": [(row, line, agenda.get(row.case, "")) for row, line in zip(rows, lines, strict=True)],
        "after": f"{rows[-1].since.isoformat()}~{rows[-1].case}" if len(rows) == library.PAGE else None,
        "kind": kind,
        "kinds": kind_words().items(),
        "ground": ground,
        "grounds": ground_words(now).items(),
        "meetings": planned,
        "may_read": may(signed, READ) or may(signed, EDIT),
        "may_edit": may(signed, EDIT),
        "month": month_of(None, now),
    }
    return render(request, "coordination/commission/library.html", context)


@require_POST
@right_required(EDIT)
def put(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Puts the ticked cases on a meeting's agenda."""
    try:
        meeting = Meeting.objects.filter(pk=UUID(request.POST.get("meeting", ""))).first()
        cases = [UUID(one) for one in request.POST.getlist("case")][: library.PAGE]
    except ValueError as error:
        raise Http404 from error
    if meeting is None:
        raise Http404
    try:
        number = meetings.put(meeting, cases, signed)
    except meetings.MeetingError:
        messages.error(request, _("The minutes are issued already: nothing can be added."))
        return redirect("coordination:meeting", meeting.pk)
    messages.success(request, _("New on the agenda: %(number)s.") % {"number": number})
    return redirect("coordination:meeting", meeting.pk)


@require_safe
@right_required(READ, EDIT)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Reports that were issued, the newest first."""
    rows = LibraryReport.objects.select_related("body", "by").order_by("-at", "-id")[:SHOWN]
    context = {
        "rows": [(row, len(row.rows)) for row in rows],
        "may_edit": may(signed, EDIT),
        "month": month_of(None, timezone.now()),
    }
    return render(request, "coordination/commission/reports.html", context)


@require_POST
@right_required(EDIT)
def issue(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Issues the report of a month."""
    now = timezone.now()
    month = month_of(request.POST.get("month"), now)
    if month.start > now:
        messages.error(request, _("This month has not begun yet."))
        return redirect("coordination:library_reports")
    try:
        report = reports.issue(signed, month, now, address_of(request))
    except PaperError as error:
        messages.error(request, _(error.message) % error.params)
        return redirect("coordination:library_reports")
    return redirect("coordination:library_report", report.pk)


@require_safe
@right_required(READ, EDIT)
def report(request: HttpRequest, signed: Signed, number: int) -> HttpResponse:
    """One report as it was issued; cases link to what they are now."""
    found = LibraryReport.objects.select_related("body", "by").filter(pk=number).first()
    if found is None:
        raise Http404
    context = {
        "report": found,
        "rows": reports.lines(found.rows, found.at),
        "summary": reports.summary(found.rows, found.at),
    }
    return render(request, "coordination/commission/report.html", context)


@require_safe
@right_required(READ, EDIT)
def report_file(request: HttpRequest, signed: Signed, number: int) -> HttpResponse:
    """The PDF; who took it stands in the audit (web/downloads)."""
    found = LibraryReport.objects.select_related("file").filter(pk=number).first()
    if found is None:
        raise Http404
    name = f"library-{found.month:%Y-%m}-{found.number}.pdf"
    return paper(found.file, name)


def paper(file: File, name: str) -> HttpResponse:
    """A kept PDF as something to take away."""
    with storing.original(file) as data:
        answer = HttpResponse(data.read(), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _key(text: str | None) -> tuple[datetime, UUID] | None:
    try:
        at, case = (text or "").split("~")
        found = datetime.fromisoformat(at), UUID(case)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None else None
