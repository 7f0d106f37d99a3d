"""What the record says of personal data: who looked at whose, for which reason; what is due, what was forgotten."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.cases.database import cursor, plain
from citygrid.organization.models import Person, Post
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.personal import due
from citygrid.personal.models import Demand
from citygrid.personal.pages import PAGE, RIGHT, words_of
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.trust import forgetting, redactable
from citygrid.trust.models import AuditRecord, Forgetting

LOOKS = ("read_caller", "search_caller", "read_demand", "export_personal")


@never_cache
@require_safe
@right_required("audit.read")
def looks(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Who saw, searched or took personal data: when, on which post, in which case, for which reason."""
    rows = AuditRecord.objects.filter(act__in=LOOKS).order_by("-id")
    login = request.GET.get("login", "").strip()[:60]
    if login:
        rows = rows.filter(person__in=Person.objects.filter(login=login).values("pk"))
    after = _after(request)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[: PAGE + 1])
    context = {
        "rows": _lines(found[:PAGE], timezone.now()),
        "after": str(found[PAGE - 1].pk) if len(found) > PAGE else None,
        "login": login,
        "here": "looks",
    }
    return render(request, "personal/looks.html", context)


def _lines(found: list[AuditRecord], now: datetime) -> list[dict[str, Any]]:
    people = {one.pk: one for one in Person.objects.filter(pk__in={r.person for r in found if r.person})}
    posts = {one.pk: one for one in Post.objects.filter(pk__in={r.post for r in found if r.post})}
    notes = redactable.get_many(UUID(r.params["note"]) for r in found if r.params.get("note"))
    cases = _numbers(_subjects(found, "case"))
    demands = {str(d.pk): str(d) for d in Demand.objects.filter(pk__in=_subjects(found, "demand"))}
    reasons = dict(_reasons(now))
    lines = []
    for one in found:
        note = notes.get(UUID(one.params["note"])) if one.params.get("note") else None
        reason = str(one.params.get("reason", ""))
        lines.append({
            "at": one.at, "act": one.act, "person": people.get(one.person or 0), "post": posts.get(one.post or 0),
            "reason": reasons.get(reason, reason), "case": cases.get(one.subject_id, ""),
            "demand": demands.get(one.subject_id, ""),
            "asked": one.params.get("asked", ""), "found": one.params.get("found"),
            "note": note.text if note is not None else "", "forgotten": note is not None and note.text is None,
        })  # fmt: skip
    return lines


def _subjects(found: list[AuditRecord], kind: str) -> list[UUID]:
    return [UUID(one.subject_id) for one in found if one.subject_kind == kind]


def _reasons(now: datetime) -> list[tuple[str, str]]:
    try:
        return words_of(profile_at(now).personal.reasons)
    except NoRules:
        return []


def _numbers(cases: list[UUID]) -> dict[str, str]:
    """Numbers of cases by id; the auditor reads of them, and nothing else of the case."""
    with plain() as connection:
        rows = cursor(connection).execute(
            "select id, coalesce(case_no, report_no) from cases_case where id = any(%s)", [cases]
        )
        return {str(id): number for id, number in rows.fetchall()}


@never_cache
@require_safe
@right_required(RIGHT, "audit.read")
def forgotten(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What the city's times say may go now, and the proofs of what went; each proof is worked out anew."""
    now = timezone.now()
    rows = Forgetting.objects.order_by("-number")
    after = _after(request)
    if after is not None:
        rows = rows.filter(number__lt=after)
    found = list(rows[: PAGE + 1])
    try:
        waiting, keep = due.due(now), profile_at(now).personal.keep
    except NoRules:
        waiting, keep = [], {}
    context = {
        "due": [(one, keep[one.kind]) for one in waiting],
        "rows": [(one, sum(one.counts.values()), not list(forgetting.checked(one))) for one in found[:PAGE]],
        "after": str(found[PAGE - 1].number) if len(found) > PAGE else None,
        "here": "forgotten",
    }
    return render(request, "personal/forgotten.html", context)


def _after(request: HttpRequest) -> int | None:
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
