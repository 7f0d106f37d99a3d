"""Pages of the figures of a closing: one object with its terms, the rows behind a number, what differs between
versions, a correction and the live figures."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.evaluation import closing, closing_correcting, closing_seeing, score_printing
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.closing_difference import Change
from citygrid.evaluation.closing_models import FrozenVersion, PeriodClose
from citygrid.evaluation.closing_rows import Row, cases_of
from citygrid.evaluation.closing_seeing import visible_cases
from citygrid.evaluation.closing_view import MOST, close_for, figures_for, head_of, is_open, scores_for
from citygrid.evaluation.definitions import Definitions, parts_of
from citygrid.evaluation.rounding import NOTHING
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.visibility import Scope
from citygrid.process.refusal import Refused
from citygrid.web.sent import uuid_of
from citygrid.web.words import say


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
        term["used"] = [(key, _named(known, key), _number(known, key, text)) for key, text in term["uses"].items()]
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


def _number(known: Definitions, key: str, text: str) -> str:
    """A rate as on every other page: in per cent."""
    if key not in known.all or known.all[key].unit != "percent" or text == NOTHING:
        return text
    return f"{Decimal(text) * 100:.2f}%"


def _named(known: Definitions, key: str) -> str:
    return say(known.all[key].names) if key in known.all else key
