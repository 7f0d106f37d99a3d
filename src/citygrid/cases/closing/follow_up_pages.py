"""回访: the calls that are owed after closing, one case after the other; "not fixed" as a new linked case
(S0-22, S1-53; asks 1). Names and numbers of callers open by the same door as everywhere: a reason, and the audit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases import acting, callers, naming, queues, reading, showing, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.closing.able import may_do
from citygrid.cases.closing_models import CallTry
from citygrid.cases.submission import Submission
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Refusal
from citygrid.process.acts import RATINGS
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.web.lights import light
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import office_moment

NOT_FIXED = "not_fixed"


def in_bar(signed: Signed | None) -> bool:
    return may_do(signed, "follow_up")


def most_tries(at: datetime) -> int:
    """How often a reporter is called before it counts as not reached: the city's `[follow_up] tries`, else once."""
    try:
        return int(profile_at(at).data.get("follow_up", {}).get("tries", 1))
    except NoRules:
        return 1


@dataclass(frozen=True, slots=True)
class Tries:
    """How often nobody was reached so far, and when last."""

    count: int = 0
    last: datetime | None = None


def tries_of(cases: list[UUID]) -> dict[UUID, Tries]:
    rows = CallTry.objects.filter(case_id__in=cases).values("case_id").annotate(n=Count("id"), last=Max("at"))
    return {row["case_id"]: Tries(row["n"], row["last"]) for row in rows}


@require_http_methods(["GET", "POST"])
@seat_required
def follow_ups(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Calls owed, the oldest first; one of them open."""
    if request.method == "POST":
        return _answer(request, signed)
    return _shown(request, signed, uuid_of(request.GET.get("case")))


def _answer(request: HttpRequest, signed: Signed) -> HttpResponse:
    case_id, act_id = uuid_of(request.POST.get("case")), uuid_of(request.POST.get("act_id"))
    case = reading.case_for(signed.scope, case_id) if case_id is not None else None
    rating, note = request.POST.get("rating", ""), request.POST.get("note", "").strip()
    if case is None or act_id is None or rating not in (*RATINGS, NOT_FIXED):
        raise Http404
    now = timezone.now()
    if rating == NOT_FIXED and not note:
        told = Told("note_missing", _("Write what is not solved: it becomes the text of the new case."), "note")
        return _shown(request, signed, case.id, note, told, act_id)
    item = _number(request.POST.get("item"))
    if rating == "not_reached" and tries_of([case.id]).get(case.id, Tries()).count + 1 < most_tries(now):
        return _tried(request, signed, case, item, now)
    refusal = _take(signed, case, act_id, item, rating, note, now)
    if refusal is not None:
        return _shown(request, signed, case.id, note, refusal, act_id)
    number = case.case_no or case.report_no
    words = _("%(number)s: reported again as a new case.") if rating == NOT_FIXED else _("%(number)s: call recorded.")
    messages.success(request, words % {"number": number})
    return redirect("cases:follow_ups")


def _tried(request: HttpRequest, signed: Signed, case: Case, item: int | None, now: datetime) -> HttpResponse:
    """Nobody was reached: noted, the call stays owed. Only for who owes it."""
    mine = any(one.case == case.id and one.no == item for one in _owed(signed))
    if not mine:
        raise Http404
    CallTry.objects.create(case_id=case.id, at=now, by=signed.person.pk)
    messages.info(
        request, _("%(number)s: not reached, stays on the list.") % {"number": case.case_no or case.report_no}
    )
    return redirect("cases:follow_ups")


def _take(
    signed: Signed, case: Case, act_id: UUID, item: int | None, rating: str, note: str, now: datetime
) -> Told | None:
    """The call, and the new case where it is not solved: both or none."""
    actor = actor_of(signed)
    said: dict[str, Any] = {"rating": "unsatisfied" if rating == NOT_FIXED else rating}
    if note and rating != NOT_FIXED:
        said["note"] = note
    with transaction.atomic():
        answer = acting.submit(Submission(case.id, act_id, "follow_up", said, item=item), actor, signed.scope, now)
        if isinstance(answer, Refusal):
            return tell(answer, "follow_up")
        if rating == NOT_FIXED:
            again = Submission(case.id, uuid5(act_id, "reopen"), "reopen", {"reason": note})
            second = acting.submit(again, actor, signed.scope, now)
            if isinstance(second, Refusal):
                transaction.set_rollback(True)
                return tell(second, "reopen")
    return None


def _owed(signed: Signed) -> list[queues.Queued]:
    return queues.my_items(signed.person.pk, signed.body.pk, signed.role.code, kind="call_back")


def _shown(
    request: HttpRequest, signed: Signed, wanted: UUID | None, note: str = "", told: Told | None = None,
    act_id: UUID | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    rows = _owed(signed)
    names = naming.classes(row.class_id for row in rows)
    chosen = wanted or (rows[0].case if rows else None)
    case = reading.case_for(signed.scope, chosen) if chosen is not None else None
    if wanted is not None and case is None:
        raise Http404
    tries = tries_of([row.case for row in rows])
    context: dict[str, Any] = {
        "rows": [
            {"case": row.case, "number": row.case_no or row.report_no, "title": names.get(row.class_id or "", ""),
             "light": light(row.due, row.warn_at, now), "tries": tries.get(row.case, Tries()).count,
             "last": office_moment(tries.get(row.case, Tries()).last), "here": row.case == chosen}
            for row in rows
        ],
        "most": most_tries(now), "note": note, "refusal": told, "act_id": act_id or uuid4(),
    }  # fmt: skip
    if case is not None:
        context |= _chosen(case, signed, rows, now)
    return render(request, "cases/closing/follow_ups.html", context, status=422 if told is not None else 200)


def _chosen(case: Case, signed: Signed, rows: list[queues.Queued], now: datetime) -> dict[str, Any]:
    offered = {one.spec.name for one in reading.offers_for(case, actor_of(signed), now)}
    item = next((row.no for row in rows if row.case == case.id), None)
    view = showing.view_of(case, now)
    ratings = [(code, wording.choice(code), str(n)) for n, code in enumerate(RATINGS, 1)]
    return {
        "case": case,
        "view": view,
        "item": item if item is not None else "",
        "ratings": ratings if "follow_up" in offered else [],
        "may_reopen": "reopen" in offered,
        "may_caller": case.caller is not None and may(signed, callers.RIGHT),
        "replies": [line for line in view.lines if line.kind in ("reply", "close", "follow_up")][:3],
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None
