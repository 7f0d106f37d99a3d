"""The page "What if": counts of one object are changed, and it says what becomes of its score, rank and terms (issue 7,
item 5). Nothing is stored: the address holds the question, so it can be sent to a colleague."""

from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.evaluation import asked as asking_page
from citygrid.evaluation import score_drawing, score_printing, whatif_looked
from citygrid.evaluation.asked import Asked, Refused
from citygrid.evaluation.my_score_pages import signed_points
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.results import SubjectScore, TermScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.score_pages import WHYS
from citygrid.evaluation.whatif import (
    INSTEAD,
    MESSAGES,
    Change,
    Changed,
    Outcome,
    WhatIfError,
    changeable,
    stem_of,
    what_if,
)
from citygrid.evaluation.whatif_looked import Looked
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import say

MOST = 1_000_000
WAYS = {
    "_on_time": gettext_lazy("they are on time instead"),
    "_late": gettext_lazy("they are done late instead"),
    "_overdue": gettext_lazy("they are overdue instead"),
    "": gettext_lazy("there are more or fewer in all"),
}
NO_NUMBER = gettext_lazy("“%(text)s” is no whole number.")


@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The form with the counts, and what the changes in the address make."""
    now = timezone.now()
    asked = asking_page.read(request.GET, now)
    looked = whatif_looked.at(request.GET, signed, asked)
    scheme, known = looked.scheme, looked.definitions
    keys = changeable(scheme, known)
    changes, faults = _changes(request, keys, looked)
    outcome, refusal = None, faults[0] if faults else None
    if changes and not faults:
        try:
            outcome = what_if(scheme, known, looked.span, looked.group, looked.members, looked.row.subject,
                              looked.numbers, looked.derived, changes)  # fmt: skip
        except WhatIfError as error:
            refusal = _refusal(error, looked)
    context = {
        "asked": asked, "scheme": scheme, "name": say(scheme.names), "row": looked.row, "refusal": refusal,
        "of": len(looked.members), "span": looked.span, **_beside(looked, asked, signed),
        "counts": [_count(request, key, looked) for key in keys],
        "before": _score(looked.row, looked), "outcome": _outcome(outcome, looked) if outcome else None,
    }  # fmt: skip
    return render(request, "evaluation/what_if.html", context, status=422 if refusal else 200)


def _beside(looked: Looked, asked: Asked, signed: Signed) -> dict[str, Any]:
    """What is told of a closed period: that it starts from the frozen figures, or how far from them it does."""
    if looked.version is None:
        return {}
    words = {"scheme": looked.scheme.code, "from": asked.first, "to": asked.last}
    told = {"query": urlencode(words), "subject_query": urlencode({"subject": looked.row.subject})}
    if looked.starts_frozen:
        return told | {"frozen": looked.version, "own": not may_open(signed)}
    was, now = looked.frozen_row, looked.row
    by = None if was is None or was.shown is None or now.shown is None else Fraction(now.shown) - Fraction(was.shown)
    return told | {
        "anew": {"version": looked.version, "by": signed_points(by), "asked": looked.live,
                 "shown": NOTHING if was is None or was.shown is None else str(was.shown)},
    }  # fmt: skip


def _changes(request: HttpRequest, keys: list[str], looked: Looked) -> tuple[list[Change], list[Refused]]:
    changes, faults = [], []
    for key in keys:
        text = request.GET.get(f"by.{key}", "").strip().replace("−", "-")
        try:
            by = int(text or 0)
        except ValueError:
            faults.append(Refused("no_number", NO_NUMBER % {"text": text[:40]}))
            continue
        instead = request.GET.get(f"in.{key}", _usual(key))
        if by and abs(by) <= MOST:
            stem = stem_of(key, looked.definitions)
            changes.append(Change(key, by, instead if stem and instead in INSTEAD else ""))
        elif by:
            faults.append(Refused("no_number", NO_NUMBER % {"text": text[:40]}))
    return changes, faults


def _usual(key: str) -> str:
    """What one thinks of first: the others are on time; what is on time was overdue."""
    return "_overdue" if key.endswith("_on_time") else "_on_time"


def _refusal(error: WhatIfError, looked: Looked) -> Refused:
    known = looked.definitions.all
    words = {name: say(known[text].names) if text in known else text for name, text in error.params.items()}
    return Refused(error.code, _(MESSAGES[error.code]) % words)


def _count(request: HttpRequest, key: str, looked: Looked) -> dict[str, Any]:
    stem = stem_of(key, looked.definitions)
    there = looked.definitions.all
    ways = [(end, str(word)) for end, word in WAYS.items() if not end or (stem + end != key and stem + end in there)]
    return {
        "key": key, "name": say(there[key].names), "now": looked.numbers.get(key, 0),
        "by": request.GET.get(f"by.{key}", "")[:12], "ways": ways if stem else [],
        "instead": request.GET.get(f"in.{key}", _usual(key)),
    }  # fmt: skip


def _score(row: SubjectScore, looked: Looked) -> dict[str, Any]:
    return {
        "text": NOTHING if row.shown is None else str(row.shown), "rank": row.rank, "why": WHYS.get(row.why, row.why),
        "band": score_drawing.band(looked.scheme, row.grade),
    }  # fmt: skip


def _outcome(outcome: Outcome, looked: Looked) -> dict[str, Any]:
    before, after = outcome.before.total, outcome.after.total
    by = None if before is None or after is None else after - before
    return {
        "after": _score(outcome.after, looked), "by": signed_points(by),
        "terms": [_moved(old, new) for old, new in outcome.moved],
        "counts": [_told(one, looked) for one in outcome.counts],
    }  # fmt: skip


def _moved(old: TermScore, new: TermScore) -> dict[str, Any]:
    return {
        "name": say(old.names), "value": (score_printing.quotient(old), score_printing.quotient(new)),
        "points": (score_printing.shown(old.points), score_printing.shown(new.points)),
        "counts": (score_printing.shown(old.counts), score_printing.shown(new.counts)),
        "by": signed_points(new.counts - old.counts),
    }  # fmt: skip


def _told(one: Changed, looked: Looked) -> dict[str, Any]:
    names = looked.definitions.all
    reasons = {"balance": _("assumed: instead of %(count)s"), "sum": _("adds up, because of %(count)s")}
    why = reasons[one.why] % {"count": say(names[one.cause].names)} if one.why else _("your change")
    return {"name": say(names[one.key].names), "before": one.before, "after": one.after, "why": why, "asked": one.asked}
