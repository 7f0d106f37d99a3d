"""The organization as a workbook: export it, send a changed one, look at what it would do, do it."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.organization import body_seeing, row_forms
from citygrid.organization.addresses import address_of
from citygrid.organization.models import SentWorkbook
from citygrid.organization.planning import ORDER, Change
from citygrid.organization.proposing import RIGHTS, Proposal
from citygrid.organization.rights import LABELS, may, right_required
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed
from citygrid.organization.workbooks import sent_workbooks, workbook_writing
from citygrid.organization.workbooks.workbook_words import SHEETS, WORDS, shown, words_of
from citygrid.process.refusal import Refusal
from citygrid.standards.reports import Problem
from citygrid.trust import audit

WRITERS = ("organization.edit", "accounts.edit", "posts.assign")
SHOWN = 100
"""Rows of a sheet, and problems, that a page shows; the rest is counted."""
LISTED = 20


@never_cache
@require_safe
@right_required(*body_seeing.READERS)
def export(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The organization as it is today (S4-19); the download is on record."""
    now = timezone.now()
    day = cityclock.day_of(now)
    content = workbook_writing.written(day)
    audit.record(
        now,
        "export_organization",
        outcome=audit.SEEN,
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
        address=address_of(request),
    )
    answer = HttpResponse(content, content_type=workbook_writing.KIND)
    answer["Content-Disposition"] = content_disposition_header(True, f"organization-{day.isoformat()}.xlsx")
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(*WRITERS)
def send(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Send a workbook; and those that wait for somebody."""
    refusal = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            refusal = _("Choose a file.")
        else:
            answer = sent_workbooks.keep(file, bool(request.POST.get("complete")), signed.person, timezone.now())
            if isinstance(answer, SentWorkbook):
                return redirect("organization:workbook", answer.pk)
            refusal = _(answer.message) % answer.params
    context = {
        "refusal": refusal,
        "complete": bool(request.POST.get("complete")),
        "waiting": SentWorkbook.objects.filter(closed_at=None).select_related("sent_by").order_by("-sent_at")[:LISTED],
        "done": SentWorkbook.objects.exclude(closed_at=None).select_related("sent_by").order_by("-sent_at")[:LISTED],
    }
    return render(request, "organization/workbooks.html", context, status=422 if refusal else 200)


@never_cache
@require_safe
@right_required(*WRITERS)
def preview(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """What it would make, change and end, and what is wrong in it; nothing is written."""
    return _page(request, signed, get_object_or_404(SentWorkbook, pk=pk))


@never_cache
@require_POST
@right_required(*WRITERS)
def carry_out(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Do what the post may do of it, all or nothing; or give it up (`act`: apply, close)."""
    row, now = get_object_or_404(SentWorkbook, pk=pk), timezone.now()
    if row.closed_at is not None:
        messages.info(request, _("This workbook is done with."))
        return redirect("organization:workbooks")
    if request.POST.get("act") == "close":
        sent_workbooks.close(row, now)
        messages.success(request, _("The workbook is given up; nothing of it was written since."))
        return redirect("organization:workbooks")
    mark = request.POST.get("mark", "")
    known = int(mark) if mark.isascii() and mark.isdigit() else -1
    day, address = cityclock.day_of(now), address_of(request)
    answer = sent_workbooks.carry_out(row, _mine(signed), known, signed.person, now, day, address)
    if isinstance(answer, Refusal):
        return _page(request, signed, row, _(answer.message) % answer.params, 409)
    if not answer.report.ok:
        return _page(
            request, signed, row, _("Nothing was written: what you may do of it does not fit alone."), 422, answer
        )
    messages.success(request, _("%(count)s rows were written.") % {"count": len(answer.changes)})
    return redirect("organization:workbook", pk)


def _page(
    request: HttpRequest, signed: Signed, row: SentWorkbook, refusal: str = "", status: int = 200,
    told: Proposal | None = None,
) -> HttpResponse:  # fmt: skip
    if row.closed_at is not None:
        return render(request, "organization/workbook_done.html", {"row": row})
    found = sent_workbooks.proposal(row, cityclock.day_of(timezone.now()), signed.person)
    problems = (told or found).report.problems
    mine = _mine(signed)
    theirs = sorted({RIGHTS[change.table] for change in found.changes if change.table not in mine})
    context = {
        "row": row,
        "refusal": refusal,
        "mark": found.mark,
        "sheets": [_sheet(table, found.plan.of((table,))) for table in ORDER if found.plan.of((table,))],
        "problems": [_told(problem) for problem in problems[:SHOWN]],
        "more_problems": max(0, len(problems) - SHOWN),
        "mine": len(found.plan.of(mine)),
        "theirs": len(found.changes) - len(found.plan.of(mine)),
        "rights": [LABELS[right] for right in theirs],
    }
    return render(request, "organization/workbook.html", context, status=status)


def _mine(signed: Signed) -> frozenset[str]:
    return frozenset(table for table in ORDER if may(signed, RIGHTS[table]))


def _sheet(table: str, changes: list[Change]) -> dict[str, Any]:
    words = words_of(table)
    return {
        "name": SHEETS[table],
        "counts": Counter(change.what for change in changes),
        "rows": [_row(change, words) for change in changes[:SHOWN]],
        "more": max(0, len(changes) - SHOWN),
    }


def _row(change: Change, words: dict[str, dict[str, str]]) -> dict[str, Any]:
    def word(name: str, cells: Any) -> str:
        return shown(words.get(name, {}), cells.get(name, ""))

    whole = change.after or change.before
    names = change.differing if change.what == "changed" else [name for name, text in whole.items() if text]
    return {
        "what": change.what,
        "line": change.line,
        "key": " · ".join(filter(None, change.key)),
        "name": whole.get("name", ""),
        "cells": [
            {"label": WORDS[name], "before": word(name, change.before), "after": word(name, change.after)}
            for name in names
            if name in WORDS
        ],
    }


def _told(problem: Problem) -> dict[str, Any]:
    return {
        "sheet": SHEETS.get(problem.file, problem.file),
        "line": problem.line,
        "column": WORDS.get(problem.field, problem.field),
        "sentence": row_forms.sentence(problem),
        "code": problem.code,
    }
