"""Public cost: without an owner, rapid disposal, repaired first: list, cost, on whom the duty fell (S4-28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.cases.showing import yuan
from citygrid.coordination.able import able
from citygrid.coordination.disputes import public_cost
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import STATE_NAMES, TERMINAL, State
from citygrid.rulebook.responsible import Asked, responsible_many
from citygrid.web.words import say

TITLES = {
    "ownerless": gettext_lazy("Without an owner"),
    "rapid": gettext_lazy("Rapid disposal"),
    "first": gettext_lazy("Repaired first"),
}
BY = {"month": gettext_lazy("Month"), "class": gettext_lazy("Class"), "district": gettext_lazy("Area")}
ACTS = ("settle", "refer", "rapid", "order_first", "declare_ownerless", "supervise", "instruct")
TERRITORY = "territory"


def may_open(signed: Signed | None) -> bool:
    return able(signed, timezone.now(), *ACTS)


@require_safe
@seat_required
def public(request: HttpRequest, signed: Signed, kind: str = "ownerless") -> HttpResponse:
    """The cases of one kind with their cost, and sums; every number opens its list."""
    if not may_open(signed):
        raise PermissionDenied
    if kind not in public_cost.KINDS:
        raise Http404
    now = timezone.now()
    query = _query(request, kind)
    rows = public_cost.cases(signed.scope, query, now)
    by = request.GET.get("by", "month")
    by = by if by in BY else "month"
    asked = public_cost.Query(kind, query.month, query.class_id, query.district)
    context = {
        "kind": kind,
        "title": TITLES[kind],
        "kinds": TITLES.items(),
        "rows": _lines(rows, now),
        "after": f"{rows[-1].received_at.isoformat()}~{rows[-1].case}" if len(rows) == public_cost.PAGE else None,
        "by": by,
        "bys": BY.items(),
        "sums": _sums(public_cost.sums(signed.scope, asked, by, now), by),
        "asked": query,
        "narrowed": _narrowed(query),
    }
    return render(request, "coordination/disputes/public_cost.html", context)


def _query(request: HttpRequest, kind: str) -> public_cost.Query:
    district = request.GET.get("district", "")
    before = None
    try:
        at, case = request.GET.get("after", "").split("~")
        before = datetime.fromisoformat(at), UUID(case)
    except ValueError:
        before = None
    known = district.isascii() and district.isdigit() and len(district) < 18
    return public_cost.Query(
        kind,
        request.GET.get("month", "")[:7],
        request.GET.get("class_id", "")[:80],
        int(district) if known else None,
        before if before is not None and before[0].tzinfo is not None else None,
    )


def _narrowed(query: public_cost.Query) -> str:
    words = [query.month, naming.class_words(query.class_id) if query.class_id else ""]
    words.append(naming.areas([query.district]).get(query.district or 0, "") if query.district else "")
    return " · ".join(one for one in words if one)


def _sums(rows: Sequence[public_cost.Sum], by: str) -> list[dict[str, Any]]:
    names: dict[str, str] = {}
    if by == "class":
        names = naming.classes(row.key for row in rows)
    elif by == "district":
        names = {str(pk): name for pk, name in naming.areas(int(row.key) for row in rows if row.key).items()}
    parameter = {"month": "month", "class": "class_id", "district": "district"}[by]
    return [
        {
            "row": row,
            "name": names.get(row.key, row.key) or _("not known"),
            "cost": yuan(row.cost),
            "query": f"{parameter}={row.key}" if row.key else "",
        }
        for row in rows
    ]


def _lines(rows: Sequence[public_cost.Handled], now: datetime) -> list[dict[str, Any]]:
    names, areas = naming.classes(row.class_id for row in rows), naming.areas(row.district for row in rows)
    routes = _territory(rows, now)
    return [
        {
            "row": row,
            "title": names.get(row.class_id or "") or _("Class not chosen yet"),
            "district": areas.get(row.district or 0, ""),
            "state": say(STATE_NAMES[State(row.state)]),
            "unit": naming.body(row.unit),
            "route": naming.body(routes.get(row.case)),
            "cost": yuan(row.cost) if row.cost is not None else "",
            "missing": row.cost is None and row.handled_at is not None,
            "duty": naming.body(row.duty),
        }
        for row in rows
    ]


def _territory(rows: Sequence[public_cost.Handled], now: datetime) -> dict[UUID, int]:
    """Whose territory it is (属地管理): the body that comes first for an open case without an owner."""
    open_ones = [row for row in rows if State(row.state) not in TERMINAL and row.class_id and row.areas]
    found = responsible_many([Asked(row.class_id or "", row.areas) for row in open_ones], now)
    routes = {}
    for row, suggestions in zip(open_ones, found, strict=True):
        first = next((one.body for one in suggestions if one.reason == TERRITORY and one.body is not None), None)
        if first is not None:
            routes[row.case] = first
    return routes
