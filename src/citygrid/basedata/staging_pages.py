"""A survey in staging: how far it is, the report by kind of problem and by row, submit, review, publish (S1-08).

Each act posts and comes back to the same page; a refusal changes nothing and is told with what was typed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.basedata import (
    component_words,
    corrections,
    progress,
    publishing,
    staging,
    survey_asking,
    survey_words,
    surveys,
)
from citygrid.basedata.component_frame import frame
from citygrid.basedata.models import Survey, SurveyRow
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused

PAGE = 50
AT_ONCE = 20_000
"""Rows that are published while the page waits; more are published by a job."""
Status, Verdict = Survey.Status, SurveyRow.Verdict
OPEN = (Status.CHECKED, Status.SUBMITTED)
SHOWN: dict[str, Q] = {
    "errors": Q(errors__gt=0, left_out=False),
    "warnings": Q(errors=0, warnings__gt=0, left_out=False),
    "left_out": Q(left_out=True),
    "corrected": Q(corrected=True),
    **{one: Q(verdict=one) for one in Verdict.values if one != "wrong"},
}
"""Which rows a filter shows."""


@require_safe
@right_required("basedata.survey", "basedata.publish")
def survey(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """The survey as it stands: progress while it is read, the report when it is checked, the outcome in the end."""
    row = survey_asking.survey(signed, pk)
    running = progress.of(row.pk)
    context = {"survey": row, "running": running, "step": _step(row), **frame(signed, "surveys")}
    if row.status == Status.DRAFT or running is not None:
        context["failed"] = survey_asking.told(row.failed)
        context["mine"] = row.made_by_id == signed.person.pk
        return render(request, "basedata/surveys/reading.html", context)
    context |= _report(request, row, signed)
    return render(request, "basedata/surveys/survey.html", context)


@require_safe
@right_required("basedata.survey", "basedata.publish")
def running(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """How far it is: a fragment that asks for itself again. When the work is over the whole page comes."""
    row = survey_asking.survey(signed, pk)
    now = progress.of(row.pk)
    if now is None and (row.status != Status.DRAFT or row.failed):
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "basedata/surveys/progress.html", {"survey": row, "running": now})


@require_POST
@right_required("basedata.survey", "basedata.publish")
def act(request: HttpRequest, signed: Signed, pk: UUID, name: str) -> HttpResponse:
    """One act on the whole survey (`ACTS`). Back to its page with what came of it."""
    row = survey_asking.survey(signed, pk)
    right, done = ACTS[name]
    if not may(signed, right) or (right == "basedata.survey" and row.made_by_id != signed.person.pk):
        raise PermissionDenied
    reason = request.POST.get("reason", "").strip()
    try:
        messages.success(request, done(row, request, signed, timezone.now()))
    except Refused as refused:
        told = survey_asking.tell(refused.refusal)
        messages.error(request, told.sentence, extra_tags=told.code)
        kept = urlencode({"reason": reason}) if reason else ""
        return redirect(f"{reverse('basedata:survey', args=[pk])}{'?' + kept if kept else ''}")
    return redirect("basedata:survey", pk)


def _submit(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    publishing.submit(row, signed.person, at)
    return _("Submitted. Somebody else reviews and publishes it.")


def _withdraw(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    surveys.withdraw(row, signed.person, at, request.POST.get("reason", "").strip())
    return _("Withdrawn. Nothing of it came into the register.")


def _send_back(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Refused(survey_words.refusal("send_back_reason", field="reason"))
    publishing.send_back(row, signed.person, at, reason)
    return _("Sent back to be corrected.")


def _publish(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    if row.counts.get("ready", 0) > AT_ONCE:
        publishing.start(row, signed.person, signed.scope)
        return _("It is being published.")
    made = publishing.publish(row.pk, signed.person, at, signed.scope)
    counts = made.counts.get("published", {})
    return _("Published: %(new)s new, %(changed)s changed, %(removed)s removed.") % {
        "new": counts.get("new", 0), "changed": counts.get("changed", 0), "removed": counts.get("removed", 0),
    }  # fmt: skip


def _again(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    if row.counts.get("rows", 0) > AT_ONCE:
        from citygrid.basedata import jobs  # noqa: PLC0415 - jobs import the engine, pages are loaded before

        jobs.check_again.defer(survey=str(row.pk))
        return _("It is being checked again.")
    staging.again(row.pk, at)
    return _("Checked again by what holds now.")


def _accept_all(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    code, reason = request.POST.get("code", ""), request.POST.get("reason", "").strip()
    count = corrections.accept_all(row, code, reason, signed.person, at)
    return _("%(count)s warnings accepted.") % {"count": count}


def _confirm_all(row: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    count = corrections.confirm_removed(row, None, signed.person, at)
    return _("%(count)s components are confirmed as gone.") % {"count": count}


Act = Callable[[Survey, HttpRequest, Signed, datetime], str]
ACTS: dict[str, tuple[str, Act]] = {
    "submit": ("basedata.survey", _submit),
    "withdraw": ("basedata.survey", _withdraw),
    "again": ("basedata.survey", _again),
    "accept": ("basedata.survey", _accept_all),
    "confirm": ("basedata.survey", _confirm_all),
    "send_back": ("basedata.publish", _send_back),
    "publish": ("basedata.publish", _publish),
    "check_again": ("basedata.publish", _again),
}
"""Acts on a whole survey: the right that each needs; those of the surveyor are for who brought it."""


def rows_of(row: Survey, show: str, kind: str) -> QuerySet[SurveyRow]:
    """The rows of a filter, in the order of the file, proposals of removal last."""
    rows = SurveyRow.objects.filter(survey=row)
    if show in SHOWN:
        rows = rows.filter(SHOWN[show])
    if kind:
        rows = rows.filter(kinds__contains=[kind])
    return rows.order_by("number")


def _report(request: HttpRequest, row: Survey, signed: Signed) -> dict[str, Any]:
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")[:40]
    if not show and not kind and row.status == Status.CHECKED and row.counts.get("with_errors"):
        show = "errors"
    rows = rows_of(row, show, kind)
    after = request.GET.get("after", "")
    if after.lstrip("-").isascii() and after.lstrip("-").isdigit() and len(after) < 10:
        rows = rows.filter(number__gt=int(after))
    shown = list(rows[:PAGE])
    party = signed.person.pk in (row.submitted_by_id, row.made_by_id)
    return {
        "counts": row.counts, "numbers": survey_words.numbers(row.counts), "show": show, "kind": kind,
        "kinds_found": survey_words.kinds(row.counts), "lines": survey_words.lines(shown, row),
        "shapes": survey_words.shapes(shown, row), "after": str(shown[-1].number) if len(shown) == PAGE else None,
        "failed": survey_asking.told(row.failed), "notes": survey_words.notes(row.counts),
        "mine": row.made_by_id == signed.person.pk, "party": party, "reason": request.GET.get("reason", ""),
        "may_review": row.status == Status.SUBMITTED and may(signed, "basedata.publish"),
        "target": row.register or _("Components"), "is_open": row.status in OPEN,
        "class_names": component_words.class_names((one.class_id for one in shown), row.on),
    }  # fmt: skip


def _step(row: Survey) -> int:
    return 4 if row.status in (Status.SUBMITTED, Status.PUBLISHED) else 3
