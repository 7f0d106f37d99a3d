"""二级平台: the page of a second-level centre: its own queue, its units with their inner clocks, what it handed up."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citygrid.cases import naming, wording
from citygrid.coordination.able import able
from citygrid.coordination.dispatching import loads
from citygrid.coordination.second_level import below
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.slices import rules_at
from citygrid.web.lights import light
from citygrid.web.words import say


def may_open(signed: Signed | None) -> bool:
    """A post that may hand down or hand up, in a body that has units of its own or is a district's centre."""
    return signed is not None and able(signed, timezone.now(), "forward", "escalate") and below.is_centre(signed)


@require_safe
@seat_required
def centre(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Three parts: what is with us, what is with our units, what was handed up and what became of it."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    units = below.units_of(signed)
    load, rules = loads.of(units, now), rules_at(now)
    ours = below.items(signed.scope, [signed.body.pk], below.OWN_KINDS)
    theirs = below.items(signed.scope, units, ("sign", "handle"))
    up = below.handed_up(signed.scope, signed.body.pk, now)
    names = naming.classes([row.class_id for row in [*ours, *theirs]] + [one.class_id for one in up])
    context = {
        "ours": _rows(ours, names, now),
        "theirs": _rows(theirs, names, now),
        "units": [
            {"name": naming.body(one), "load": load[one], "working": loads.working(one, rules, now)} for one in units
        ],
        "up": [
            {
                "row": row,
                "class": names.get(row.class_id or "", ""),
                "state": say(STATE_NAMES[State(row.state)]),
                "unit": naming.body(row.unit),
                "holder": naming.body(row.holder),
                "outcome": wording.choice(row.outcome) if row.outcome else "",
                "light": light(row.due, None, now, done_at=row.closed_at),
            }
            for row in up
        ],
        "may_forward": able(signed, now, "forward"),
    }
    return render(request, "coordination/second_level.html", context)


def _rows(rows: list[below.Row], names: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    areas = naming.areas([row.community for row in rows])
    return [
        {
            "row": row,
            "class": names.get(row.class_id or "", ""),
            "kind": say(ITEM_KINDS.get(row.kind, (row.kind, row.kind))),
            "state": say(STATE_NAMES[State(row.state)]),
            "unit": naming.body(row.body),
            "where": row.address or areas.get(row.community or 0, ""),
            "light": light(row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional),
            "outer": light(row.outer_due, None, now),
        }
        for row in rows
    ]
