"""结案台: what waits for closing, photos side by side, the four results by one key each (S1-50, S4-30)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases import acting, naming, queues, reading, showing, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.closing.able import may_do
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Refusal
from citygrid.process.acts import ACTS
from citygrid.rulebook.search import find_condition
from citygrid.web.lights import light
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say


@dataclass(frozen=True, slots=True)
class Result:
    """One of the four results of S4-30. `opinion`: it must be given; `field`: what the act calls it."""

    code: str
    act: str
    opinion: bool
    field: str
    key: str
    outcome: str = ""

    @property
    def label(self) -> str:
        spec = ACTS[self.act]
        return wording.choice(self.outcome) if self.outcome else say((spec.zh, spec.en))


RESULTS = (
    Result("qualified", "close", False, "note", "1", "qualified"),
    Result("substandard", "close", True, "note", "2", "substandard"),
    Result("rework", "rework", True, "reason", "3"),
    Result("redispatch", "redispatch", True, "reason", "4"),
)
BY_CODE = {one.code: one for one in RESULTS}


def in_bar(signed: Signed | None) -> bool:
    return may_do(signed, "close")


@require_http_methods(["GET", "POST"])
@seat_required
def closing(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The list of what waits, and the first of it (or `case`) with everything that the decision needs."""
    if request.method == "POST":
        return _decide(request, signed)
    return _shown(request, signed, uuid_of(request.GET.get("case")))


def _decide(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Takes one result. Whatever is refused comes back with the opinion still in its field."""
    case, act_id = uuid_of(request.POST.get("case")), uuid_of(request.POST.get("act_id"))
    result = BY_CODE.get(request.POST.get("result", ""))
    if case is None or act_id is None or result is None:
        raise Http404
    if reading.case_for(signed.scope, case) is None:
        raise Http404
    opinion = request.POST.get("opinion", "").strip()
    if result.opinion and not opinion:
        words = _("%(result)s needs your opinion: the unit must know why.") % {"result": result.label}
        return _shown(request, signed, case, opinion, Told("opinion_missing", words, "opinion"), act_id)
    data = ({"outcome": result.outcome} if result.outcome else {}) | ({result.field: opinion} if opinion else {})
    submission = Submission(case, act_id, result.act, data, item=_number(request.POST.get("item")))
    answer = acting.submit(submission, actor_of(signed), signed.scope, timezone.now())
    if isinstance(answer, Refusal):
        return _shown(request, signed, case, opinion, tell(answer, result.act), act_id)
    number = answer.case.case_no or answer.case.report_no
    messages.success(request, _("%(number)s: %(result)s.") % {"number": number, "result": result.label})
    return redirect("cases:closing")


def _shown(
    request: HttpRequest, signed: Signed, wanted: UUID | None, opinion: str = "", told: Told | None = None,
    act_id: UUID | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    rows = queues.my_items(signed.person.pk, signed.body.pk, signed.role.code, kind="close")
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas([row.community for row in rows])
    chosen = wanted or (rows[0].case if rows else None)
    found = reading.case_for(signed.scope, chosen) if chosen is not None else None
    if wanted is not None and found is None:
        raise Http404
    context: dict[str, Any] = {
        "rows": [
            {
                "case": row.case,
                "number": row.case_no or row.report_no,
                "title": names.get(row.class_id or "") or _("Class not chosen yet"),
                "where": row.address or areas.get(row.community or 0, ""),
                "light": light(row.due, row.warn_at, now, paused=row.paused_at is not None),
                "here": row.case == chosen,
            }
            for row in rows
        ],
        "more": len(rows) == queues.PAGE,
        "opinion": opinion,
        "refusal": told,
        "act_id": act_id or uuid4(),
    }
    if found is not None:
        context |= _chosen(found, signed, now)
    return render(request, "cases/closing/desk.html", context, status=422 if told is not None else 200)


def _chosen(case: Case, signed: Signed, now: Any) -> dict[str, Any]:
    """The case under decision: photos, what the check said, the closing standard, which results can be taken."""
    offered = {one.spec.name: one for one in reading.offers_for(case, actor_of(signed), now)}
    item = next((one.item for name, one in offered.items() if name in ("close", "rework") and one.item), None)
    results = [
        one for one in RESULTS if one.act in offered and (one.outcome != "qualified" or case.check_result == "fixed")
    ]
    view = showing.view_of(case, now)
    return {
        "case": case,
        "view": view,
        "item": item.no if item is not None else "",
        "results": results,
        "first": next((one.code for one in results), ""),
        "standard": closing_standard(case),
        "check": wording.choice(case.check_result) if case.check_result else "",
        "last": [line for line in view.lines if line.kind in ("check", "feed_back", "rework")][:3],
        "again": offered.get("send_check"),
    }


def closing_standard(case: Case) -> str:
    """结案标准: what must be so for the case to be closed, in the words of its filing condition."""
    if case.class_id is None or case.condition is None:
        return ""
    found = find_condition(case.class_id, case.condition, case.filed_at or case.received_at)
    return found.closing if found is not None else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None
