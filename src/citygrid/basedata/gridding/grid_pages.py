"""Areas and unit grids (区域与单元网格): the tree with its counts, one area with its map, one grid with its history."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from citygrid.areas.models import LADDER, Area
from citygrid.basedata.gridding import asked, reading
from citygrid.basedata.gridding import shapes as area_shapes
from citygrid.basedata.gridding.plans import AreaPlan, PlanKind, PlanState
from citygrid.basedata.gridding.words import KINDS
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed

SHOWN = 2000
"""Rows of one table; a community has 999 grids at most."""


@require_safe
@right_required(*asked.READERS)
def overview(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The tree of a day: city, districts, streets, communities with counts and surfaces."""
    at = asked.day(request)
    context = {
        "tab": "overview",
        "tops": reading.overview(at),
        "counts": reading.count_by_kind(at),
        "first": reading.first_day(),
        **asked.days(request, at),
        "may_edit": asked.may_edit(signed),
    }
    return render(request, "basedata/areas/overview.html", context)


@require_safe
@right_required(*asked.READERS)
def area(request: HttpRequest, signed: Signed, kind: str, code: str) -> HttpResponse:
    """An area with its map and what is below it. A grid has its own page."""
    if kind not in LADDER:
        raise Http404
    at = asked.day(request)
    found = asked.area(kind, code, at)
    rows = list(reading.children(found, at).defer("geometry")[:SHOWN])
    duties = reading.duties([row.pk for row in rows if row.kind == "grid"], at)
    below = [{"row": row, "km2": row.area_m2 / 1e6, "duty_grids": duties.get(row.pk, [])} for row in rows]
    context = {
        "tab": "overview",
        "area": found,
        "kind_name": KINDS[kind],
        "below_name": KINDS[_below(kind)] if kind != "grid" else "",
        "path": reading.path(found, at),
        "rows": below,
        "divided": any(row.kind == "grid" for row in rows),
        "statistics": reading.statistics([row.area_m2 for row in rows]),
        "spans": reading.spans(kind, code),
        "shapes_url": f"{reverse('basedata:area_shapes', args=[kind, code])}?at={at.isoformat()}",
        "km2": found.area_m2 / 1e6,
        "may_edit": asked.may_edit(signed, found),
        **asked.days(request, at),
    }
    if kind == "grid":
        context |= _history(found, at)
        return render(request, "basedata/areas/grid.html", context)
    return render(request, "basedata/areas/area.html", context)


def _below(kind: str) -> str:
    return LADDER[LADDER.index(kind) + 1]


def _history(grid: Area, at: date) -> dict[str, Any]:
    """Where a grid came from and went, its duty grids, and the plans that made or ended it."""
    plans = AreaPlan.objects.filter(state=PlanState.APPLIED).exclude(kind=PlanKind.DUTY)
    named = Q(codes__contains=[grid.code]) | Q(outcome__applied__codes__contains=[grid.code])
    return {
        "duty_grids": reading.duties([grid.pk], at).get(grid.pk, []),
        "came_from": Area.objects.filter(successors__grid__code=grid.code)
        .defer("geometry")
        .order_by("code")
        .distinct(),
        "went_into": Area.objects.filter(origins__origin__code=grid.code).defer("geometry").order_by("code").distinct(),
        "plans": plans.filter(named).select_related("ended_by").defer("shapes", "content", "file").order_by("ended_at"),
    }


@require_safe
@right_required(*asked.READERS)
def shapes(request: HttpRequest, signed: Signed, kind: str, code: str) -> HttpResponse:
    """The outline of an area and what is below it, as GeoJSON for its map."""
    at = asked.day(request)
    found = asked.area(kind, code, at)
    answer = HttpResponse(area_shapes.text(area_shapes.around(found, at)), content_type="application/geo+json")
    answer["Cache-Control"] = "private, no-cache"
    return answer
