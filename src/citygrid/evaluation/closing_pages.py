"""Pages of closing: the list of periods, one with its figures, appeals and versions, what differs, the rows behind a
frozen number. What is frozen is read from its text."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.evaluation import closing, closing_appeals, closing_correcting, closing_seeing, cycles, score_printing
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.closing import Figures
from citygrid.evaluation.closing_difference import Change
from citygrid.evaluation.closing_models import Correction, FrozenVersion, PeriodClose, ScoreAppeal
from citygrid.evaluation.closing_rows import Row, cases_of
from citygrid.evaluation.closing_seeing import CLOSE, visible_cases
from citygrid.evaluation.definitions import Definitions, parts_of
from citygrid.evaluation.periods import before, holding
from citygrid.evaluation.results import Scores
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.visibility import Scope
from citygrid.process.refusal import Refused
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

MOST = 200
"""So many differing lines, and so many rows, are shown."""


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
        "rows": [{"close": row, "name": _name(book, row.scheme)} for row in rows], "uid": uuid4(), "words": words,
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


@require_safe
@seat_required
def subject(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One object of a closing with its terms; each number opens to the rows that were frozen with it."""
    row, now = close_for(signed, pk), timezone.now()
    version = _version(row, request.GET.get("version", ""))
    found = closing_seeing.seen(scores_for(row, version, now), signed)
    wanted = request.GET.get("subject", "")
    tree = next((one for group in score_printing.as_tree(found)["groups"] for one in group["rows"]
                 if one["subject"]["id"] == wanted), None)  # fmt: skip
    if tree is None:
        raise Http404
    known = _definitions(row)
    for term in [part for one in (*tree["terms"], *tree["plus"]) for part in (one, *one["parts"])]:
        term["name"] = say((term["zh"], term["en"]))
        term["used"] = [(key, _named(known, key), number) for key, number in term["uses"].items()]
    own = closing_seeing.is_own(found.by, wanted, signed) and may(signed, closing_seeing.APPEAL)
    context = head_of(row) | {
        "row": tree, "version": version, "subject": wanted, "may_appeal": own and is_open(row, now),
        "query": urlencode({"subject": wanted} | ({"version": version.number} if version else {})),
    }  # fmt: skip
    return render(request, "evaluation/close_subject.html", context)


@require_safe
@seat_required
def rows(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """The rows behind a number of one object, as they were frozen (before: as they are)."""
    row, now = close_for(signed, pk), timezone.now()
    version = _version(row, request.GET.get("version", ""))
    subject, key = request.GET.get("subject", ""), request.GET.get("key", "")
    found = figures_for(row, version, now)
    names = {one.subject: one.name for one in closing_seeing.seen(found.scores, signed).rows()}
    behind = found.rows.get(subject, {})
    known = _definitions(row)
    if subject not in names or (key not in known.all and key not in behind):
        raise Http404  # a frozen count opens, although the city may have it no longer
    context = head_of(row) | {
        "name": _named(known, key), "subject_name": names[subject], "version": version,
        "rows": _shown(behind.get(key, []), signed.scope), "count": len(behind.get(key, ())),
        "query": urlencode({"subject": subject} | ({"version": version.number} if version else {})), "most": MOST,
        "parts": [(part, _named(known, part)) for part in (parts_of(known.all[key]) if key in known.all else ())],
    }  # fmt: skip
    return render(request, "evaluation/close_rows.html", context)


@require_safe
@seat_required
def differing(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """What a version changed, what a correction would change (`correction`), or by what the live figures differ."""
    row, now = close_for(signed, pk), timezone.now()
    version = _version(row, request.GET.get("version", ""))
    if not closing_seeing.reads_all(signed) or version is None:
        raise Http404
    proposal = uuid_of(request.GET.get("correction"))
    if proposal is not None:
        found = closing_correcting.proposed_changes(get_object_or_404(row.corrections, pk=proposal))
    elif request.GET.get("live"):
        try:
            found = closing_correcting.live_changes(row, version, now)
        except Refused as error:
            raise Http404 from error
    else:
        found = closing_correcting.version_changes(version)
    seen = {one.subject for one in closing_seeing.seen(closing.scores_of(version), signed).rows()}
    found = [one for one in found if signed.scope.everything or one.subject in seen]
    known = _definitions(row)
    context = head_of(row) | {
        "version": version, "live": bool(request.GET.get("live")), "proposal": proposal, "count": len(found),
        "changes": [_change(one, known, signed.scope) for one in found[:MOST]], "most": MOST,
    }  # fmt: skip
    return render(request, "evaluation/close_difference.html", context)


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


def close_for(signed: Signed, pk: UUID) -> PeriodClose:
    if not closing_seeing.may_look(signed):
        raise PermissionDenied
    return get_object_or_404(closing_seeing.closes(signed), pk=pk)


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


def head_of(row: PeriodClose) -> dict[str, Any]:
    return {"close": row, "name": _name(book_now(), row.scheme)}


def _groups(row: PeriodClose, scores: Scores, signed: Signed, now: Any) -> list[dict[str, Any]]:
    appeals = may(signed, closing_seeing.APPEAL) and is_open(row, now)
    return [
        {"name": say(group.names), "rows": [
            {"row": one, "query": urlencode({"subject": one.subject}),
             "appeal": appeals and closing_seeing.is_own(scores.by, one.subject, signed)} for one in group.rows]}
        for group in scores.groups if group.rows
    ]  # fmt: skip


def is_open(row: PeriodClose, now: Any) -> bool:
    return row.state == PeriodClose.State.APPEALS and row.window_ends is not None and now < row.window_ends


def scores_for(row: PeriodClose, version: FrozenVersion | None, now: Any) -> Scores:
    try:
        return closing.scores_of(version) if version is not None else closing.live(row, now)
    except Refused as error:
        raise Http404 from error


def figures_for(row: PeriodClose, version: FrozenVersion | None, now: Any) -> Figures:
    """The same with the rows behind, which take longer to find."""
    if version is not None:
        return Figures(closing.scores_of(version), closing.rows_of(version))
    try:
        return closing.figures(row, now)
    except Refused as error:
        raise Http404 from error


def _version(row: PeriodClose, text: str) -> FrozenVersion | None:
    """The version that was asked for, else the one that holds; None before anything is frozen."""
    if not row.is_frozen:
        return None
    if not text:
        return closing.newest(row)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return get_object_or_404(row.versions, number=number)


def _shown(some: list[Row], scope: Scope) -> list[dict[str, Any]]:
    """Rows with the numbers of their cases, and whether this post may open each."""
    cases = cases_of(some[:MOST])
    numbers = visible_cases(cases, scope)
    return [{"case": case, "number": numbers.get(UUID(case)) or case[:8], "no": no, "visible": UUID(case) in numbers}
            for case, no in some[:MOST]]  # fmt: skip


def _change(one: Change, known: Definitions, scope: Scope) -> dict[str, Any]:
    name = _named(known, one.key) if one.what == "count" else say(one.names)
    return {"one": one, "name": name, "came": _shown(list(one.came), scope), "left": _shown(list(one.left), scope)}


def _definitions(row: PeriodClose) -> Definitions:
    book = catalogue(row.last)
    return book.definitions.get(row.scheme) or next(iter(book.definitions.values()))


def _named(known: Definitions, key: str) -> str:
    return say(known.all[key].names) if key in known.all else key


def _last(how: cycles.Closing, today: Any) -> str:
    """The last period that is over, as a suggestion."""
    return before(holding(how.every[0], today, how.months), how.months).name


def _name(book: Catalogue, code: str) -> str:
    return say(book.schemes[code].names) if code in book.schemes else code


def _term(scheme: str, key: str) -> str:
    """What an appeal is about, in the reader's words; the key of a term that is there no more."""
    known = book_now().schemes.get(scheme)
    term = known.terms.get(key) if known is not None else None
    return say(term.names) if term is not None else key


def book_now() -> Catalogue:
    now = timezone.now()
    return catalogue(now.astimezone(zone_at(now)).date())


def uid_of(request: HttpRequest) -> UUID:
    uid = uuid_of(request.POST.get("uid"))
    if uid is None:
        raise Http404
    return uid


def sentence(error: Refused) -> str:
    """A refusal in the reader's language."""
    return tell(error.refusal, "appeal").sentence
