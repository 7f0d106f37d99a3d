"""Pages of closing: the list of periods, one with its figures, appeals and versions, a correction. What is frozen is
read from its text."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.evaluation import closing, closing_appeals, closing_correcting, closing_seeing, cycles
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.closing_models import Correction, PeriodClose, ScoreAppeal
from citygrid.evaluation.closing_seeing import CLOSE
from citygrid.evaluation.closing_view import (
    MOST,
    book_now,
    close_for,
    head_of,
    is_open,
    scheme_name,
    scores_for,
    sentence,
    uid_of,
)
from citygrid.evaluation.periods import before, holding
from citygrid.evaluation.results import Scores
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refused
from citygrid.web.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All periods that are being or have been closed; whoever closes opens another."""
    if not closing_seeing.may_look(signed):
        raise PermissionDenied
    now, refusal = timezone.now(), ""
    words = {"scheme": request.POST.get("scheme", ""), "period": request.POST.get("period", "").strip()}
    if request.method == "POST":
        if not may(signed, CLOSE):
            raise PermissionDenied
        uid = uid_of(request)
        try:
            row = closing.open_close(uid, words["scheme"], words["period"], signed.person, now)
            return redirect("evaluation:close", row.pk)
        except Refused as error:
            refusal = sentence(error)
    book = book_now()
    today = now.astimezone(zone_at(now)).date()
    kinds = cycles.current(today)
    rows = list(closing_seeing.closes(signed)[:MOST])
    context = {
        "rows": [{"close": row, "name": scheme_name(book, row.scheme)} for row in rows], "uid": uuid4(), "words": words,
        "refusal": refusal, "may_close": may(signed, CLOSE), "may_review": may(signed, closing_seeing.REVIEW),
        "schemes": [(code, say(one.names), _last(kinds.of(code), today)) for code, one in book.schemes.items()],
        "reads": closing_seeing.reads_all(signed),
    }  # fmt: skip
    return render(request, "evaluation/closes.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@seat_required
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One closing: its state, figures, appeals, versions; the next step for whoever closes."""
    row, now, refusal = close_for(signed, pk), timezone.now(), ""
    words = request.POST.get("reason", "")
    if request.method == "POST":
        if not may(signed, CLOSE):
            raise PermissionDenied
        step = _STEPS.get(request.POST.get("act", ""))
        try:
            if step is not None:
                step(row.pk, signed.person, now)
            elif request.POST.get("act") == "correct":
                closing_correcting.propose(uid_of(request), row.pk, words, signed.person, now)
            else:
                raise Http404
            messages.success(request, _("Kept."))
            return redirect("evaluation:close", row.pk)
        except Refused as error:
            refusal = sentence(error)
            row.refresh_from_db()
    return render(request, "evaluation/close.html", _context(row, signed, now) | {
        "refusal": refusal, "words": words, "uid": uuid4(),
    }, status=422 if refusal else 200)  # fmt: skip


_STEPS: dict[str, Callable[..., object]] = {
    "open_appeals": closing.open_appeals, "freeze": closing.freeze, "publish": closing.publish,
}  # fmt: skip


@require_POST
@right_required(CLOSE)
def correction(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Approve or refuse a correction that somebody else proposed."""
    row = get_object_or_404(Correction.objects.select_related("close"), pk=pk)
    try:
        granted = request.POST.get("act") == "approve"
        closing_correcting.decide(pk, granted, request.POST.get("words", ""), signed.person, timezone.now())
    except Refused as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Kept."))
    return redirect("evaluation:close", row.close_id)


def _context(row: PeriodClose, signed: Signed, now: Any) -> dict[str, Any]:
    version = closing.newest(row) if row.is_frozen else None
    scores = closing_seeing.seen(scores_for(row, version, now), signed)
    seen = closing_seeing.appeals(signed).filter(close=row)
    closing_appeals.settled(seen)
    reads = closing_seeing.reads_all(signed)
    states = dict(ScoreAppeal.State.choices)
    return head_of(row) | {
        "groups": _groups(row, scores, signed, now), "version": version, "reads": reads, "now": now,
        "appeals": [{"row": one, "state": states[one.state], "term": _term(row.scheme, one.term)} for one in seen],
        "undecided": len(closing_appeals.undecided(row)) if reads else 0,
        "window_open": is_open(row, now), "may_close": may(signed, CLOSE),
        "versions": list(row.versions.select_related("made_by", "second").order_by("-number")) if reads else [],
        "corrections": [
            {"row": one, "own": one.made_by_id == signed.person.pk} for one in
            row.corrections.select_related("made_by", "decided_by").order_by("-made_at")
        ] if reads else [],
    }  # fmt: skip


def _groups(row: PeriodClose, scores: Scores, signed: Signed, now: Any) -> list[dict[str, Any]]:
    appeals = may(signed, closing_seeing.APPEAL) and is_open(row, now)
    return [
        {"name": say(group.names), "rows": [
            {"row": one, "query": urlencode({"subject": one.subject}),
             "appeal": appeals and closing_seeing.is_own(scores.by, one.subject, signed)} for one in group.rows]}
        for group in scores.groups if group.rows
    ]  # fmt: skip


def _last(how: cycles.Closing, today: Any) -> str:
    """The last period that is over, as a suggestion."""
    return before(holding(how.every[0], today, how.months), how.months).name


def _term(scheme: str, key: str) -> str:
    """What an appeal is about, in the reader's words; the key of a term that is there no more."""
    known = book_now().schemes.get(scheme)
    term = known.terms.get(key) if known is not None else None
    return say(term.names) if term is not None else key
