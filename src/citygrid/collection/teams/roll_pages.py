"""Roll calls: calling, the result as it comes in, the history."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases.photos import pictures
from citygrid.collection.models import Called, RollCall
from citygrid.collection.teams import crew, roll_calls, seeing, tabs
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import led
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

SHOWN = 60
RESULTS = {
    roll_calls.IN_TIME: gettext_lazy("in time"),
    roll_calls.CLAIMED: gettext_lazy("in time by the device, sent later"),
    roll_calls.LATE: gettext_lazy("too late"),
    roll_calls.MISSED: gettext_lazy("no answer"),
    roll_calls.WAITING: gettext_lazy("waiting for an answer"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required(seeing.LEAD, seeing.SEE)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The roll calls of one's people, and the form that calls."""
    refusal: Refusal | None = None
    if request.method == "POST":
        refuse = not seeing.may_lead(signed)
        answer = None if refuse else roll_calls.call(_wanted(request), signed, timezone.now())
        if answer is None:
            return HttpResponse(status=403)
        if isinstance(answer, RollCall):
            return redirect("collection:roll_call", answer.pk)
        refusal = answer
    now = timezone.now()
    mine = {one.person for one in crew.members(signed.scope, now)}
    rows = RollCall.objects.filter(called__person__in=mine).distinct().select_related("by").order_by("-at", "-id")
    context = {
        "rows": [_summary(one, mine, now) for one in rows[:SHOWN]],
        "there": roll_calls.there(signed, now) if seeing.may_lead(signed) else [],
        "may_call": seeing.may_lead(signed),
        "new_id": request.POST.get("id") or uuid4(),
        "typed": request.POST,
        "ticked": request.POST.getlist("person"),
        "refusal": led.told(refusal),
        "longest": roll_calls.LONGEST,
    }
    return tabs.page(request, signed, "roll_calls", context, status=422 if refusal else 200)


def _wanted(request: HttpRequest) -> roll_calls.Wanted:
    by_hand = request.POST.get("chosen") == "by_hand"
    persons = tuple(int(one) for one in request.POST.getlist("person") if _plain(one)) if by_hand else ()
    number = request.POST.get("number", "")
    minutes = request.POST.get("minutes", "")
    return roll_calls.Wanted(
        led.client_id(request.POST.get("id", "")), int(minutes) if _plain(minutes) else 0,
        request.POST.get("photo") == "on", persons, int(number) if not by_hand and _plain(number) else None,
    )  # fmt: skip


def _plain(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _summary(one: RollCall, mine: set[int], now: Any) -> dict[str, Any]:
    results = [roll_calls.result(row, now) for row in one.called.select_related("call") if row.person_id in mine]
    good = sum(result in (roll_calls.IN_TIME, roll_calls.CLAIMED) for result in results)
    return {
        "call": one, "called": len(results), "good": good, "late": results.count(roll_calls.LATE),
        "missed": results.count(roll_calls.MISSED), "open": now < one.due and roll_calls.WAITING in results,
    }  # fmt: skip


@never_cache
@require_safe
@right_required(seeing.LEAD, seeing.SEE)
def one(request: HttpRequest, signed: Signed, call_id: UUID) -> HttpResponse:
    """One roll call: who answered from where, who did not; whether the draw can be drawn again."""
    now = timezone.now()
    mine = {member.person: member for member in crew.members(signed.scope, now)}
    rows = Called.objects.filter(call=call_id, person__in=mine).select_related("call__by", "person", "post", "body")
    called = list(rows.order_by("received_at", "person__login"))
    if not called:
        raise Http404
    call = called[0].call
    photos = {photo.id: photo for photo in pictures([str(row.photo_id) for row in called if row.photo_id])}
    found = [
        {
            "row": row, "result": (result := roll_calls.result(row, now)), "words": RESULTS[result],
            "photo": photos.get(str(row.photo_id)), "key": str(row.person_id),
        }
        for row in called
    ]  # fmt: skip
    context = {
        "call": call,
        "rows": found,
        "counted": [(words, sum(one["result"] == code for one in found)) for code, words in RESULTS.items()],
        "proved": roll_calls.proved(call),
        "open": now < call.due,
        "shapes": _shapes(found),
        "eligible": len(call.eligible),
    }
    return tabs.page(request, signed, "roll_call", context)


def _shapes(found: list[dict[str, Any]]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one["row"].lon, one["row"].lat]},
            "properties": {
                "key": one["key"], "tone": "warning" if one["row"].inside is False else "present",
                "label": str(one["row"].person), "title": str(one["row"].person),
            },
        }
        for one in found
        if one["row"].lon is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
