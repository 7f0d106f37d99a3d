"""The page "What if": counts of one object are changed, and it says what becomes of its score, rank and terms (issue 7,
item 5). Nothing is stored: the address holds the question, so it can be sent to a colleague."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.evaluation import asked as asking_page
from citygrid.evaluation import score_drawing, score_printing, score_seeing
from citygrid.evaluation.asked import Asked, Refused
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.computing import Judged, judged
from citygrid.evaluation.my_score_pages import signed_points
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
    needed,
    stem_of,
    what_if,
)
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


@dataclass(frozen=True, slots=True)
class Looked:
    """One object of a scheme: its group, its row now, its counts."""

    found: Judged
    group: str
    row: SubjectScore
    numbers: dict[str, int]
    derived: frozenset[str]


@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The form with the counts, and what the changes in the address make."""
    now = timezone.now()
    asked = asking_page.read(request.GET, now)
    looked = _looked(request, signed, asked)
    scheme, known = looked.found.scheme, looked.found.definitions
    keys = changeable(scheme, known)
    changes, faults = _changes(request, keys, looked.found)
    outcome, refusal = None, faults[0] if faults else None
    if changes and not faults:
        try:
            members = looked.found.members[looked.group]
            outcome = what_if(scheme, known, looked.found.span, looked.group, members, looked.row.subject,
                              looked.numbers, looked.derived, changes)  # fmt: skip
        except WhatIfError as error:
            refusal = _refusal(error, looked.found)
    context = {
        "asked": asked, "scheme": scheme, "name": say(scheme.names), "row": looked.row, "refusal": refusal,
        "of": len(looked.found.members[looked.group]), "span": looked.found.span,
        "counts": [_count(request, key, looked) for key in keys],
        "before": _score(looked.row, looked), "outcome": _outcome(outcome, looked) if outcome else None,
    }  # fmt: skip
    return render(request, "evaluation/what_if.html", context, status=422 if refusal else 200)


def _looked(request: HttpRequest, signed: Signed, asked: Asked) -> Looked:
    question = asked.question(signed.scope)
    if isinstance(question, Refused):
        raise Http404
    day = min(question.period.last, asked.now.astimezone(zone_at(asked.now)).date())
    book = catalogue(day)
    if asked.scheme not in book.schemes:
        raise Http404
    # Of a closed period too it is counted now: a frozen score keeps no counts beside its own, which a change may touch.
    found = judged(asked.scheme, question.period, asked.now, book, more=lambda known, scheme: needed(scheme, known))
    subject = request.GET.get("subject", "")
    for group in score_seeing.seen(found.scores(), signed).groups:
        for row in group.rows:
            if row.subject == subject:
                key = found.keys[subject]
                derived = frozenset(one for whose, one in found.counted.derived if whose == key)
                return Looked(found, group.key, row, dict(found.counted.numbers.get(key, {})), derived)
    raise Http404


def _changes(request: HttpRequest, keys: list[str], found: Judged) -> tuple[list[Change], list[Refused]]:
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
            stem = stem_of(key, found.definitions)
            changes.append(Change(key, by, instead if stem and instead in INSTEAD else ""))
        elif by:
            faults.append(Refused("no_number", NO_NUMBER % {"text": text[:40]}))
    return changes, faults


def _usual(key: str) -> str:
    """What one thinks of first: the others are on time; what is on time was overdue."""
    return "_overdue" if key.endswith("_on_time") else "_on_time"


def _refusal(error: WhatIfError, found: Judged) -> Refused:
    known = found.definitions.all
    words = {name: say(known[text].names) if text in known else text for name, text in error.params.items()}
    return Refused(error.code, _(MESSAGES[error.code]) % words)


def _count(request: HttpRequest, key: str, looked: Looked) -> dict[str, Any]:
    stem = stem_of(key, looked.found.definitions)
    there = looked.found.definitions.all
    ways = [(end, str(word)) for end, word in WAYS.items() if not end or (stem + end != key and stem + end in there)]
    return {
        "key": key, "name": say(there[key].names), "now": looked.numbers.get(key, 0),
        "by": request.GET.get(f"by.{key}", "")[:12], "ways": ways if stem else [],
        "instead": request.GET.get(f"in.{key}", _usual(key)),
    }  # fmt: skip


def _score(row: SubjectScore, looked: Looked) -> dict[str, Any]:
    return {
        "text": NOTHING if row.shown is None else str(row.shown), "rank": row.rank, "why": WHYS.get(row.why, row.why),
        "band": score_drawing.band(looked.found.scheme, row.grade),
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
    names = looked.found.definitions.all
    reasons = {"balance": _("assumed: instead of %(count)s"), "sum": _("adds up, because of %(count)s")}
    why = reasons[one.why] % {"count": say(names[one.cause].names)} if one.why else _("your change")
    return {"name": say(names[one.key].names), "before": one.before, "after": one.after, "why": why, "asked": one.asked}
