"""Where the roster has nobody, or several, on a day: by shift, listed and drawn (S1-41)."""

import json
from datetime import date, timedelta
from typing import Any

import shapely
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.areas import geojson
from citygrid.areas.models import Area
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock, gaps, led, roster_view, rostering
from citygrid.organization.rosters.gaps import Gap
from citygrid.organization.rosters.watches import span
from citygrid.organization.seats import Signed

SHOWN, AHEAD = 300, 14
TONES = {"nobody": "fault", "away": "fault", "unheld": "fault", "unassigned": "fault", "several": "warning"}


@never_cache
@require_safe
@right_required("rosters.edit", "leave.grant")
def report(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The gaps of a day in the duty grids and at the desks of one's own bodies; counts of the two weeks from then."""
    now, today = timezone.now(), led.today()
    zone = cityclock.zone(now)
    at = led.day(request.GET.get("at", ""), today) or today
    own = led.bodies(signed)
    grids = {code for body in rostering.plannable(own) for code in rostering.grids_of(body, at)}
    ahead = gaps.report(at, at + timedelta(days=AHEAD - 1), zone, grids=grids, bodies=own)
    shifts = gaps.shifts_of()
    shift = next((one for one in shifts if one.code == request.GET.get("shift")), None)
    here = [gap for gap in ahead.gaps if gap.day == at and (shift is None or gap.shift == shift.code)]
    here += [gap for one in shifts if shift in (None, one) for gap in _unassigned(at, one, grids)]
    counts = ahead.by_day()
    listed = [at + timedelta(days=n) for n in range(AHEAD)]
    context = {
        "at": at,
        "today": today,
        "before": at - timedelta(days=1),
        "after": at + timedelta(days=1),
        "shifts": shifts,
        "shift": shift,
        "gaps": roster_view.listed_gaps(here, SHOWN),
        "count": len(here),
        "most": SHOWN,
        "asked": ahead.asked,
        "days": [{"day": day, "cells": [len(counts.get((day, one.code), ())) for one in shifts]} for day in listed],
        "shapes": _shapes(here, grids, at),
        "kind": cityclock.DAY_KINDS[cityclock.kind_of(at)],
    }
    return render(request, "organization/roster_gaps.html", context)


def _unassigned(at: date, shift: Any, grids: set[str]) -> list[Gap]:
    """Unit grids without a duty grid in a shift; for whoever plans duty grids at all."""
    if shift.covers != gaps.DUTY_GRID or not grids or not gaps.worked(shift, at):
        return []
    starts, ends = span(at, shift.starts, shift.ends, cityclock.zone(timezone.now()))
    return [
        Gap(at, shift.code, "grid", code, starts, ends, gaps.UNASSIGNED, grids=1)
        for _pk, code in gaps.unassigned(at, shift.code)
    ]


def _shapes(found: list[Gap], grids: set[str], at: date) -> Any:
    """The duty grids that one plans for in grey, those with a gap in red, with several in yellow."""
    wrong: dict[str, list[Gap]] = {}
    for gap in found:
        wrong.setdefault(gap.place, []).append(gap)
    rows = Area.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=at),
        Q(kind="duty_grid", code__in=grids) | Q(kind="grid", code__in=list(wrong)),
        valid_from__lte=at,
    ).order_by("kind", "code")
    features = []
    for row in rows:
        if not row.geometry:
            continue
        told = wrong.get(row.code, [])
        tone = "plain" if not told else max((TONES[gap.why] for gap in told), key=("warning", "fault").index)
        facts = {
            "key": row.code,
            "tone": tone,
            "label": row.name or row.code,
            "title": f"{row.code} {row.name}".strip(),
            "rows": [[gap.shift, roster_view.sentence(gap)] for gap in told] or [[_("Roster"), _("covered")]],
        }
        features.append((facts, shapely.from_wkb(bytes(row.geometry))))
    return json.loads(geojson.text(features))
