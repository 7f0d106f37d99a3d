"""Pages of disputes and precedents; what stands above the forms of settling and of "repair first" (S0-36..S0-41)."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from citygrid.areas.models import Area
from citygrid.cases import naming, reading
from citygrid.coordination.able import able, acts_of
from citygrid.coordination.dispute_models import Precedent
from citygrid.coordination.disputes import disputed, precedents
from citygrid.coordination.keyset import key_of, text_of
from citygrid.organization.addresses import address_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.slices import rules_at
from citygrid.trust import redactable
from citygrid.web.lights import light
from citygrid.web.refusals import act_name
from citygrid.web.words import say

ACTS = ("settle", "refer", "order_first")
"""Who may do one of these has the pages of disputes."""
MEASURES = ("settle", "refer", "order_first", "declare_ownerless", "rapid")
CHARGES = {"unit": gettext_lazy("the unit"), "centre": gettext_lazy("the centre")}
NEARNESS = (
    gettext_lazy("same unit grid"), gettext_lazy("same community"), gettext_lazy("same street"),
    gettext_lazy("same district"), gettext_lazy("elsewhere"),
)  # fmt: skip


def may_open(signed: Signed | None) -> bool:
    return able(signed, timezone.now(), *ACTS)


def _only(signed: Signed) -> None:
    if not may_open(signed):
        raise PermissionDenied


@require_safe
@seat_required
def disputes(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What waits for a decision on the duty, what is late first."""
    _only(signed)
    now = timezone.now()
    rows = disputed.disputed(signed.scope, key_of(request.GET.get("after")))
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas(row.district for row in rows)
    may = acts_of(signed, now, *ACTS)
    grounds = grounds_in_words(now)
    last = rows[-1] if len(rows) == disputed.PAGE else None
    context = {
        "rows": [
            {
                "row": row,
                "title": names.get(row.class_id or "") or _("Class not chosen yet"),
                "district": areas.get(row.district or 0, ""),
                "state": say(STATE_NAMES[State(row.state)]),
                "unit": naming.body(row.unit),
                "holder": naming.body(row.holder),
                "suggested": naming.body(row.suggested),
                "ground": grounds.get(row.ground or "", row.ground or ""),
                "light": light(
                    row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional
                ),
                "acts": [(act, act_name(act)) for act in _offered(row, signed) if act in may],
            }
            for row in rows
        ],
        "after": text_of((last.sort_at, last.case, last.no)) if last is not None else None,
        "here": request.get_full_path(),
    }
    return render(request, "coordination/disputes/disputes.html", context)


def _offered(row: disputed.Disputed, signed: Signed) -> list[str]:
    """Only who owes the decision settles; what is at work already can neither be referred nor ordered first."""
    found = ["settle"] if row.holder == signed.body.pk else []
    if not row.at_work:
        found += ["order_first"] if row.state == State.DISPUTED else ["refer", "order_first"]
    return found


def grounds_in_words(at: datetime) -> dict[str, str]:
    """Grounds of a referral, as all variants in force have them."""
    found = {}
    for variant in rules_at(at).variants.values():
        for code, ground in variant.grounds.items():
            found[code] = say((ground.name, ground.name_en or ground.name))
    return found


@require_safe
@seat_required
def decided(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Precedents, the newest first; those of one class when one is asked for."""
    _only(signed)
    rows = Precedent.objects.order_by("-decided_at", "-id").select_related("withdrawn_by")
    class_id = request.GET.get("class_id", "")[:80]
    if class_id:
        rows = rows.filter(class_id=class_id)
    before = request.GET.get("after", "")
    if before.isascii() and before.isdigit() and len(before) < 18:
        last = Precedent.objects.filter(pk=int(before)).first()
        if last is not None:
            rows = rows.filter(decided_at__lte=last.decided_at).exclude(decided_at=last.decided_at, pk__gte=last.pk)
    page = list(rows[: disputed.PAGE])
    context = {
        "rows": _decisions(page, signed),
        "after": str(page[-1].pk) if len(page) == disputed.PAGE else None,
        "class_id": class_id,
        "class_words": naming.class_words(class_id) if class_id else "",
        "may_withdraw": able(signed, timezone.now(), "settle"),
    }
    return render(request, "coordination/disputes/precedents.html", context)


def _decisions(rows: list[Precedent], signed: Signed) -> list[dict[str, Any]]:
    names, people = naming.classes(row.class_id for row in rows), naming.people(row.decided_by for row in rows)
    areas = naming.areas(row.community for row in rows)
    texts = redactable.get_many(row.ground for row in rows if row.ground)
    return [
        {
            "row": row,
            "title": names.get(row.class_id, row.class_id),
            "where": areas.get(row.community or 0, ""),
            "unit": naming.body(row.body),
            "others": [naming.body(one) for one in row.bodies if one != row.body],
            "ground": (texts[row.ground].text or _("(removed)")) if row.ground in texts else "",
            "charge": CHARGES.get(row.charge, ""),
            "who": people.get(row.decided_by or 0, ""),
            "body": naming.body(row.decided_body),
            "days": (row.decided_at - row.disputed_since).days if row.disputed_since else None,
        }
        for row in rows
    ]


@require_POST
@seat_required
def withdraw(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """A precedent holds no longer; with a reason, by who may settle."""
    now = timezone.now()
    if not able(signed, now, "settle"):
        raise PermissionDenied
    row = precedents.by_code(code)
    if row is None:
        raise Http404
    reason = request.POST.get("reason", "")
    if not reason.strip():
        messages.error(request, _("Say why %(code)s is withdrawn.") % {"code": code})
    else:
        precedents.withdraw(row, reason, signed, now, address_of(request))
        messages.success(request, _("%(code)s is withdrawn; new disputes do not show it.") % {"code": code})
    return redirect("coordination:precedents")


@require_safe
@seat_required
def like(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Above the form of settling: precedents like this case, and one button to follow one (a fragment)."""
    _only(signed)
    found = reading.case_for(signed.scope, case_id)
    if found is None:
        raise Http404
    rows: list[precedents.Like] = []
    if found.class_id is not None and found.place is not None:
        rows = precedents.like(found.class_id, found.place.lon, found.place.lat, timezone.now())
    texts = redactable.get_many(row.ground for row in rows if row.ground)
    told = []
    for row in rows:
        ground = (texts[row.ground].text or "") if row.ground in texts else ""
        sets = {"precedent": row.code, "body": str(row.body), "ground": ground}
        told.append((row, naming.body(row.body), ground, NEARNESS[row.nearness], json.dumps(sets)))
    return render(request, "coordination/disputes/like.html", {"rows": told, "case": found})


@require_safe
@seat_required
def meaning(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Above the forms of "repair first", "without an owner" and rapid disposal: what that means (a fragment)."""
    found = reading.case_for(signed.scope, case_id)
    if found is None or not able(signed, timezone.now(), *MEASURES):
        raise Http404
    return render(request, "coordination/disputes/meaning.html", {"case": found})


def districts() -> list[Area]:
    return list(Area.objects.filter(kind="district", valid_to=None).order_by("code"))
