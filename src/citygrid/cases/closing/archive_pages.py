"""归档: the archive by year and number, one dossier with its hash, the button that reads the file again."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.closing import archiving
from citygrid.cases.closing.able import may_do
from citygrid.cases.closing.dossier import SHOWN_NAMES
from citygrid.cases.closing_models import Dossier
from citygrid.media import storing
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.papers import PaperError
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of

VERDICTS = {
    archiving.SAME: "The kept file is what it was.",
    archiving.LOST: "The store has lost the kept file.",
    archiving.ALTERED: "The kept file is not what it was: its hash differs.",
}


def in_bar(signed: Signed | None) -> bool:
    return may_do(signed, "archive")


@require_safe
@seat_required
def archive(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What is kept, by year of closing and number."""
    now = timezone.now()
    text, number = request.GET.get("year", "").strip(), request.GET.get("number", "").strip()[:60]
    year = int(text) if text.isascii() and text.isdigit() and 1900 <= int(text[:6]) <= 9998 else None
    rows = archiving.listed(signed.scope, year=year, number=number, after=_key(request.GET.get("after")))
    names = naming.classes(row.class_id for row in rows)
    this_year = timezone.localtime(now).year
    context: dict[str, Any] = {
        "rows": [
            {"row": row, "title": names.get(row.class_id or "", ""), "outcome": wording.choice(row.outcome),
             "algorithm": SHOWN_NAMES[row.algorithm]}
            for row in rows
        ],
        "year": year, "number": number, "years": range(this_year, this_year - 6, -1),
        "after": _text(rows[-1]) if len(rows) == archiving.PAGE else None,
        "days": archiving.after_days(now),
        "problem": _("A year has four digits.") if text and year is None else "",
    }  # fmt: skip
    return render(request, "cases/closing/archive.html", context, status=422 if context["problem"] else 200)


@require_POST
@seat_required
def put(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Archive a case by hand."""
    if reading.case_for(signed.scope, case_id) is None:
        raise Http404
    act_id = uuid_of(request.POST.get("act_id")) or uuid4()
    try:
        answer = archiving.archive(case_id, actor_of(signed), signed.scope, timezone.now(), act_id)
    except PaperError as error:
        messages.error(request, _(error.message) % error.params)
    else:
        if answer is None:
            messages.success(request, _("Archived: the dossier is kept, its hash stands in the timeline."))
        else:
            messages.error(request, tell(answer, "archive").sentence)
    return redirect("cases:about_dossier", case_id)


@require_POST
@seat_required
def again(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Read the kept file and compare its hash."""
    kept = _kept(signed, case_id)
    verdict = archiving.check(kept)
    words = _(VERDICTS[verdict])
    messages.success(request, words) if verdict == archiving.SAME else messages.error(request, words)
    return redirect(reverse("cases:about_dossier", args=[case_id]))


@never_cache
@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The kept file itself, byte for byte."""
    kept = _kept(signed, case_id)
    try:
        with storing.original(kept.file) as source:
            content = source.read()
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{kept.number}.pdf")
    answer["X-Digest"] = f"{kept.algorithm}={kept.digest}"
    return answer


def _kept(signed: Signed, case_id: UUID) -> Dossier:
    """The dossier of a case that the seat may see; 404 for all else."""
    found = archiving.kept_of(case_id) if reading.case_for(signed.scope, case_id) is not None else None
    if found is None:
        raise Http404
    return found


def _text(row: archiving.Row) -> str:
    return f"{row.closed_at.isoformat()}~{row.case}"


def _key(text: str | None) -> tuple[datetime, UUID] | None:
    try:
        at, case = (text or "").split("~")
        return datetime.fromisoformat(at), UUID(case)
    except ValueError:
        return None
