"""Pages of upkeep: the audit for the auditor."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.console import auditing
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.trust import audit


def may_read_audit(signed: Signed | None) -> bool:
    """Whether the bar shows the audit."""
    return may(signed, "audit.read")


@never_cache
@require_safe
@right_required("audit.read")
def lines(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The audit, newest first, by day, login, act, outcome and subject."""
    question = auditing.asked(request.GET.dict())
    found, following = ([], None) if question.problems else auditing.page(question)
    asked = {key: value for key, value in request.GET.items() if key != "after" and value}
    context = {
        "asked": request.GET,
        "problems": question.problems,
        "rows": found,
        "after": str(following) if following else None,
        "acts": auditing.acts(),
        "outcomes": auditing.outcomes(),
        "query": urlencode(asked),
        "searched": bool(asked),
        "may_explain": may(signed, "scopes.explain"),
    }
    return render(request, "console/audit.html", context, status=422 if question.problems else 200)


@never_cache
@require_safe
@right_required("audit.read")
@recent_sign_in_required
def file(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The same lines as CSV; the audit notes who took it and how many lines."""
    question = auditing.asked(request.GET.dict())
    if question.problems:
        return HttpResponse(" ".join(question.problems.values()), status=422, content_type="text/plain; charset=utf-8")
    found = list(auditing.rows(question)[: auditing.MOST + 1])
    if len(found) > auditing.MOST:
        sentence = _("These are more than %(most)d lines: ask for fewer days.") % {"most": auditing.MOST}
        return HttpResponse(sentence, status=413, content_type="text/plain; charset=utf-8")
    audit.record(
        timezone.now(),
        "export_audit",
        params={"lines": len(found), "asked": sorted(request.GET)},
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
        address=address_of(request),
    )
    answer = HttpResponse("\ufeff" + auditing.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, "audit.csv")
    return answer
