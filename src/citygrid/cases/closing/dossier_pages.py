"""The dossier as a file: for whoever sees the case; with callers' data for the right and a reason, noted before."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import caller_pages, callers, reading
from citygrid.cases.closing import archiving, dossier
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.process import Case
from citygrid.process.states import TERMINAL
from citygrid.rulebook.slices import profile_at
from citygrid.trust.keys import UnreadableError
from citygrid.web.papers import PaperError
from citygrid.web.words import chinese


@never_cache
@require_safe
@seat_required
def paper(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The PDF, callers masked; its hash stands in the header `X-Digest`."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    return _file(request, case, ())


@never_cache
@require_safe
@seat_required
def about(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """What there is of paper: the file of now, the archived one with its hash and whether it is still the same."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    kept = archiving.kept_of(case.id)
    context = {
        "case": case,
        "kept": kept,
        "verdict": archiving.check(kept) if kept is not None else None,
        "over": case.state in TERMINAL,
        "may_caller": case.caller is not None and may(signed, callers.RIGHT),
        "may_archive": archiving.may_archive(signed, case, timezone.now()),
        "reasons": [(one.code, one.name if chinese() else one.name_en)
                    for one in profile_at(timezone.now()).personal.reasons],
    }  # fmt: skip
    return render(request, "cases/closing/dossier.html", context)


@never_cache
@require_http_methods(["POST"])
@right_required(callers.RIGHT)
@recent_sign_in_required
def paper_with_caller(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The PDF with names and numbers of callers: the reason and the look are in the audit before it is made."""
    case = reading.case_for(signed.scope, case_id)
    if case is None or case.caller is None:
        raise Http404
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    try:
        found = callers.show(case, reason, note, timezone.now(), **caller_pages.who(request, signed))
    except callers.NotShownError as error:
        return _refused(request, case, _(caller_pages.MESSAGES[error.code]), 422)
    except UnreadableError:
        return _refused(request, case, _(caller_pages.MESSAGES["no_key"]), 500)
    return _file(request, case, found)


def _file(request: HttpRequest, case: Case, found: list[callers.Caller] | tuple[()]) -> HttpResponse:
    try:
        made = dossier.make(case, timezone.now(), get_language() or "zh", found)
    except PaperError as error:
        return _refused(request, case, _(error.message) % error.params, 503)
    answer = HttpResponse(made.content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{case.case_no or case.report_no}.pdf")
    answer["X-Digest"] = f"{made.algorithm}={made.digest}"
    return answer


def _refused(request: HttpRequest, case: Case, words: str, status: int) -> HttpResponse:
    return render(request, "cases/closing/no_dossier.html", {"case": case, "words": words}, status=status)
