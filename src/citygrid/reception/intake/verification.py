"""The panel of verification on the case page: the task while it is out, then its answer with the photos side by side;
not so: what may be done now, refuse or ask to void (domain/workflow 3.5 to 3.7)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.cases import naming, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.factfinding import shift_of
from citygrid.cases.photos import pictures
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Entry
from citygrid.process.states import State
from citygrid.web.lights import light
from citygrid.web.words import say

AFTER_FALSE = ("refuse", "request")


def on_case(signed: Signed, case: Case) -> bool:
    """While a task is out, and as long as the report was not filed after one."""
    return case.state in (State.VERIFYING, State.ACCEPTED, State.REPORTED) and case.version > 1


@require_safe
@seat_required
def of_case(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The fragment; empty when nothing was ever sent to be verified."""
    case = reading.case_for(signed.scope, case_id)
    if case is None:
        raise Http404
    entries = [entry for entry in reading.timeline(case) if entry.type in ("send_verify", "verify", "reassign_task")]
    if not entries:
        return render(request, "reception/intake/verification.html", {"shown": False})
    now = timezone.now()
    item = next((one for one in case.work if one.kind == "verify"), None)
    answer = next((one for one in reversed(entries) if one.type == "verify"), None)
    people = naming.people(_people(case, entries))
    offered = [one.spec for one in reading.offers_for(case, actor_of(signed), now)]
    context: dict[str, Any] = {"shown": True, "case": case, "before": pictures(case.media), "open": item is not None}
    if item is not None:
        found = shift_of(case.place, now) if case.place is not None else None
        duty = found.person if found is not None else None
        context |= {
            "person": people.get(item.holder.person or 0, ""), "since": item.opened_at,
            "light": light(item.due, item.warn_at, now, provisional=item.provisional),
            "duty": naming.people([duty]).get(duty or 0, ""), "is_duty": duty == item.holder.person,
            "may_reassign": any(spec.name == "reassign_task" for spec in offered),
        }  # fmt: skip
    elif answer is not None:
        texts = reading.texts_of([answer])
        note = answer.data["said"].get("note")
        context |= {
            "true": answer.data["said"]["true"], "who": people.get(answer.actor.person, ""),
            "at": answer.effective_at, "photos": pictures(tuple(answer.data["said"].get("media", ()))),
            "note": texts.get(note["id"], "") if note else "", "void_proposed": case.void_proposed,
            "acts": [(one.name, say((one.zh, one.en))) for one in offered if one.name in AFTER_FALSE],
        }  # fmt: skip
    return render(request, "reception/intake/verification.html", context)


def _people(case: Case, entries: list[Entry]) -> set[int]:
    held = {item.holder.person for item in case.work if item.holder.person}
    return held | {entry.actor.person for entry in entries}
