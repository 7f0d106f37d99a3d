"""Permits from a file: send it, look at what each row would do, take all over or give it up."""

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.organization.addresses import address_of
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.reception.models import SentPermits
from citygrid.reception.permits import files
from citygrid.reception.permits.forms import LABELS, sentence
from citygrid.reception.permits.seeing import EDIT
from citygrid.tabular import TableError

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(EDIT)
def send(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Send a file; and those that wait."""
    refusal = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        answer = files.send(file, signed.person, timezone.now()) if file is not None else None
        if isinstance(answer, SentPermits):
            return redirect("reception:permit_preview", answer.pk)
        refusal = _(answer.message) % answer.params if answer is not None else _("Choose a file.")
    waiting = SentPermits.objects.filter(done_at=None).select_related("sent_by").order_by("-sent_at")[:20]
    context = {"refusal": refusal, "waiting": waiting, "columns": LABELS}
    return render(request, "reception/permits/send.html", context, status=422 if refusal else 200)


@require_safe
@right_required(EDIT)
def preview(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """What each row would do; nothing is written."""
    row = get_object_or_404(SentPermits, pk=pk)
    if row.done_at is not None:
        messages.info(request, _("This file is done with."))
        return redirect("reception:permit_file")
    return _page(request, row)


@require_POST
@right_required(EDIT)
def take(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """All rows or none; or give the file up (`act` = close)."""
    row, now = get_object_or_404(SentPermits, pk=pk), timezone.now()
    if row.done_at is not None:
        messages.info(request, _("This file is done with."))
        return redirect("reception:permit_file")
    if request.POST.get("act") == "close":
        files.close(row, now)
        messages.success(request, _("The file is given up; nothing of it was kept."))
        return redirect("reception:permit_file")
    number = files.take_over(row, signed.person, now, address_of(request))
    if number is None:
        return _page(request, row, _("Nothing was kept: mend the rows that are marked and send the file again."))
    messages.success(request, _("%(count)s permits were kept.") % {"count": number})
    return redirect("reception:permits")


def _page(request: HttpRequest, sent: SentPermits, refusal: str = "") -> HttpResponse:
    try:
        found = files.rows(sent)
    except TableError as error:
        found, refusal = [], _(error.message) % error.params
    counts = Counter(row.verdict for row in found)
    wrong_first = sorted(found, key=lambda row: (row.verdict != "wrong", row.number))
    context = {
        "sent": sent, "refusal": refusal, "counts": counts, "more": max(0, len(found) - SHOWN),
        "rows": [
            {"row": row, "wrong": [(LABELS[one.column], sentence(one)) for one in row.draft.wrong]}
            for row in wrong_first[:SHOWN]
        ],
    }  # fmt: skip
    return render(request, "reception/permits/preview.html", context, status=422 if refusal else 200)
