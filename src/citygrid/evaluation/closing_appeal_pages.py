"""Pages of appeals against figures: the unit's form with its terms and cases, the reviewers' desk, one appeal."""

from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import naming
from citygrid.evaluation import closing_appeals, closing_seeing, entry_seeing
from citygrid.evaluation.closing_models import ScoreAppeal
from citygrid.evaluation.closing_rows import cases_of
from citygrid.evaluation.closing_seeing import APPEAL, REVIEW, visible_cases
from citygrid.evaluation.closing_view import book_now, close_for, figures_for, head_of, is_open, sentence, uid_of
from citygrid.evaluation.entering import Sent, Wrong, drafted
from citygrid.evaluation.entry_models import Entry
from citygrid.evaluation.results import Scores, SubjectScore
from citygrid.media import storing
from citygrid.media.checking import MediaError
from citygrid.media.models import File
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refused
from citygrid.web.sent import uuid_of
from citygrid.web.words import chinese, say

FIELDS = ("input", "item", "day", "value", "reason")
MOST = 300


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(APPEAL)
def new(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Appeal about a case behind one's figures, or about a term of them; what was typed stays."""
    row, now = close_for(signed, pk), timezone.now()
    if row.is_frozen or not is_open(row, now):
        raise Http404
    figures = figures_for(row, None, now)
    subject = request.POST.get("subject") or request.GET.get("subject", "")
    own = _own(figures.scores, subject, signed)
    cases = cases_of([one for rows in figures.rows.get(own.subject, {}).values() for one in rows])
    numbers = visible_cases(cases, signed.scope)
    words = {name: request.POST.get(name, "") for name in ("about", "reason", "number")}
    refusal, faults = "", dict[str, str]()
    evidence, wrong = evidence_of(request, signed) if request.method == "POST" else (None, "")
    if request.method == "POST" and not wrong:
        try:
            filed = _filed(request, signed, row.pk, own, {no: case for case, no in numbers.items()}, words, evidence)
            messages.success(request, _("The appeal is filed; you hear what becomes of it."))
            return redirect("evaluation:appeal", filed.pk)
        except Refused as error:
            field = AT_FIELD.get(error.refusal.code, "")
            refusal, faults = ("", {field: sentence(error)}) if field else (sentence(error), {})
        if not words["reason"].strip():
            faults["reason"] = _(closing_appeals.MESSAGES["no_reason"])
    terms = [part for one in (*own.terms, *own.plus) for part in (one, *one.parts)]
    context = head_of(row) | {
        "row": own, "words": words, "uid": uuid4(), "refusal": refusal or wrong, "faults": faults,
        "evidence": evidence,
        "numbers": sorted(numbers.values())[:MOST], "terms": [(term.key, say(term.names)) for term in terms],
    }  # fmt: skip
    return render(request, "evaluation/appeal_form.html", context, status=422 if refusal or wrong or faults else 200)


AT_FIELD = {"no_case": "number", "unknown_case": "number", "about_what": "about", "no_reason": "reason",
            "too_long": "reason"}  # fmt: skip
"""Which field of the form a refusal is about."""


@require_safe
@seat_required
def desk(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Appeals that the post sees, those that wait for it first."""
    if not closing_seeing.may_look(signed):
        raise PermissionDenied
    found = list(closing_seeing.appeals(signed).order_by("-filed_at", "pk")[:MOST])
    closing_appeals.settled(found)
    states, book, now = dict(ScoreAppeal.State.choices), book_now(), timezone.now()
    rows = [
        {"row": one, "state": states[one.state], "mine": closing_appeals.may_review(one, signed, now),
         "name": say(book.schemes[one.close.scheme].names) if one.close.scheme in book.schemes else one.close.scheme}
        for one in found
    ]  # fmt: skip
    rows.sort(key=lambda one: not one["mine"])
    return render(request, "evaluation/appeals.html", {"rows": rows, "may_review": may(signed, REVIEW)})


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One appeal with both reviews and their reasons; the next review for whoever has it."""
    if not closing_seeing.may_look(signed):
        raise PermissionDenied
    row = get_object_or_404(closing_seeing.appeals(signed), pk=pk)
    refusal, faults = "", dict[str, str]()
    words = {name: request.POST.get(name, "") for name in (*FIELDS, "words", "corrects")}
    evidence: File | None = None
    if request.method == "POST":
        if not may(signed, REVIEW):
            raise PermissionDenied
        try:
            evidence, wrong = evidence_of(request, signed)
            faults = {"evidence": wrong} if wrong else _reviewed(request, signed, row, words, evidence)
            if not faults:
                messages.success(request, _("Kept."))
                return redirect("evaluation:appeal", pk)
        except Refused as error:
            refusal = sentence(error)
    context = head_of(row.close) | _of(row, signed) | {
        "refusal": refusal, "words": words, "faults": faults, "evidence": evidence,
    }  # fmt: skip
    return render(request, "evaluation/appeal.html", context, status=422 if refusal or faults else 200)


def evidence_of(request: HttpRequest, signed: Signed) -> tuple[File | None, str]:
    """The file that was sent, or the one of the last try; and why it cannot be kept."""
    upload = request.FILES.get("evidence")
    if upload is None:
        known = uuid_of(request.POST.get("evidence_id"))
        return (File.objects.filter(pk=known, uploader=signed.person.pk).first() if known else None), ""
    name = PurePath((upload.name or "").replace("\\", "/")).name[-200:] or "file"
    try:
        return storing.store(upload.read(), name, signed.person.pk, timezone.now()), ""
    except MediaError as error:
        return None, _(error.message) % error.params


def _own(scores: Scores, subject: str, signed: Signed) -> SubjectScore:
    """One's own object; without a name the first of one's own."""
    rows = [row for row in scores.rows() if closing_seeing.is_own(scores.by, row.subject, signed)]
    found = [row for row in rows if row.subject == subject] if subject else rows
    if not found:
        raise Http404
    return found[0]


def _filed(
    request: HttpRequest, signed: Signed, close: UUID, own: SubjectScore, cases: dict[str, UUID],
    words: dict[str, str], evidence: File | None,
) -> ScoreAppeal:  # fmt: skip
    uid, now = uid_of(request), timezone.now()
    subject, about = (own.subject, own.code), words["about"]
    if about == "case":
        if not words["number"].strip():
            raise closing_appeals.refused("no_case")
        case = cases.get(words["number"].strip())
        if case is None:
            raise closing_appeals.refused("unknown_case")
        return closing_appeals.file_case(uid, close, subject, case, words["reason"], evidence, signed, now)
    terms = {part.key for one in (*own.terms, *own.plus) for part in (one, *one.parts)}
    if about.removeprefix("term:") not in terms:
        raise closing_appeals.refused("about_what")
    return closing_appeals.file_term(uid, close, subject, about.removeprefix("term:"), words["reason"], evidence,
                                     signed, now)  # fmt: skip


def _reviewed(
    request: HttpRequest, signed: Signed, row: ScoreAppeal, words: dict[str, str], evidence: File | None
) -> dict[str, str]:
    """The review; what is wrong with the proposed entry by field."""
    now, granted = timezone.now(), request.POST.get("act") == "grant"
    if row.state != ScoreAppeal.State.FILED:
        closing_appeals.review_second(row.pk, granted, words["words"], signed, now)
        return {}
    draft, corrects = None, uuid_of(words["corrects"])
    if granted:
        draft, wrong = _draft(row, signed, words, corrects, evidence or row.evidence)
        if wrong or draft is None:
            return {fault.field: _(fault.message) % dict(fault.params) for fault in wrong}
    closing_appeals.review_first(row.pk, granted, words["words"], draft, corrects, signed, now)
    return {}


def _draft(
    row: ScoreAppeal, signed: Signed, words: dict[str, str], corrects: UUID | None, evidence: File | None
) -> tuple[Entry | None, list[Wrong]]:
    book, now = book_now(), timezone.now()
    by = book.schemes[row.close.scheme].by
    said = {"input": words["input"].partition("/")[0], "item": words["input"].partition("/")[2], "by": by,
            "subject": row.code, "day": words["day"], "value": words["value"], "reason": words["words"]}  # fmt: skip
    if corrects is not None:
        old = get_object_or_404(entry_seeing.seen(signed.scope), pk=corrects, by=by, subject=row.code)
        said |= {"input": old.input, "item": old.item, "day": old.day.isoformat()}
    draft, wrong = drafted(Sent(said, evidence), book, timezone.localdate(now), withdraws=said["value"] == "-")
    if draft is not None and not row.close.first <= draft.day <= row.close.last:
        wrong = [*wrong, Wrong("day", "no_day")]
    return draft, wrong


def _of(row: ScoreAppeal, signed: Signed) -> dict[str, Any]:
    numbers = visible_cases([row.case], signed.scope) if row.case else {}
    book = book_now()
    scheme = book.schemes.get(row.close.scheme)
    term = scheme.terms.get(row.term) if scheme is not None else None
    inputs = [(key, one) for key, one in book.inputs(scheme.by).items()] if scheme is not None else []
    choices = [(f"{key}/{item.key}", f"{say(one.names)} · {say(item.names)}") for key, one in inputs
               for item in one.items] + [(key, say(one.names)) for key, one in inputs if not one.items]  # fmt: skip
    given = entry_seeing.seen(signed.scope).filter(
        subject=row.code, state=Entry.State.APPROVED, day__gte=row.close.first, day__lte=row.close.last
    ) if closing_seeing.reads_all(signed) else Entry.objects.none()  # fmt: skip
    state = closing_appeals.state_of(row)
    return {
        "row": row, "state": dict(ScoreAppeal.State.choices)[state],
        "case_number": numbers.get(row.case) if row.case else "",
        "term": say(term.names) if term is not None else row.term,
        "may_review": closing_appeals.may_review(row, signed, timezone.now()),
        "second": state == ScoreAppeal.State.PROPOSED, "choices": choices,
        "given": [{"row": one, "name": _entry_name(one, dict(choices))} for one in given],
        "reviewers": _reviewers(row, state),
        "decided": state in (ScoreAppeal.State.GRANTED, ScoreAppeal.State.REFUSED),
    }  # fmt: skip


def _entry_name(entry: Entry, choices: dict[str, str]) -> str:
    key = f"{entry.input}/{entry.item}" if entry.item else entry.input
    return choices.get(key, key)


def _reviewers(row: ScoreAppeal, state: str) -> str:
    """The posts for which the next review is, by name; empty where the city names none."""
    step = "second_review" if state == ScoreAppeal.State.PROPOSED else "first_review"
    names = naming.roles(row.close.rules.get(step) or ())
    return ("、" if chinese() else ", ").join(sorted(names.values()))
