"""监管单位: the orders of a supervised sector with their clocks, urging and supervising, results; it never closes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, wording
from citygrid.coordination.able import acts_of
from citygrid.coordination.dispatching import loads
from citygrid.coordination.models import Looked
from citygrid.coordination.supervising import sectors
from citygrid.coordination.supervising.sectors import Order
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.slices import NoRules, localday
from citygrid.web.lights import light
from citygrid.web.words import say

RESULTS = timedelta(days=30)
ACTS = ("urge", "supervise")
FAR = "infinity"


def may_open(signed: Signed | None) -> bool:
    """A post of a body that supervises others by a relation, which may urge or supervise."""
    if signed is None:
        return False
    now = timezone.now()
    try:
        return bool(acts_of(signed, now, *ACTS)) and sectors.supervises(signed.body.pk, localday(now))
    except NoRules:
        return False


@require_safe
@seat_required
def desk(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Open orders, what will be late first; `?sector=` narrows, `?show=results` tells what was closed."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    known = sectors.sectors(signed.body.pk, localday(now))
    sector = request.GET.get("sector", "")[:60]
    units = sorted(one for one, name in known.items() if not sector or name == sector)
    looked = Looked.objects.filter(post=signed.post).values_list("at", flat=True).first()
    results = sectors.results(signed.scope, units, now - RESULTS)
    told = request.GET.get("show") == "results"
    rows = results if told else sectors.orders(signed.scope, units, after=_key(request.GET.get("after")))
    load = loads.of(known, now)
    context = {
        "results": told,
        "rows": _rows(rows, known, now, looked),
        "after": _text(rows[-1]) if not told and len(rows) == sectors.PAGE else None,
        "sector": sector,
        "sectors": sorted({name for name in known.values() if name}),
        "units": [{"name": naming.body(one), "sector": known[one], "load": load[one]} for one in sorted(known)],
        "acts": acts_of(signed, now, *ACTS),
        "new": _new(results, looked, now),
        "days": RESULTS.days,
    }
    return render(request, "coordination/supervising.html", context)


def _new(results: list[Order], looked: datetime | None, now: datetime) -> str:
    """How many results are new; a whole page of them says that there may be more."""
    number = sum(looked is None or (one.closed_at or now) > looked for one in results)
    return f"{number}+" if number == sectors.PAGE else str(number or "")


@require_POST
@seat_required
def seen(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The results up to now have been read."""
    if not may_open(signed):
        raise PermissionDenied
    Looked.objects.update_or_create(post=signed.post, defaults={"at": timezone.now()})
    return redirect("coordination:supervising")


def _rows(rows: list[Order], known: dict[int, str], now: datetime, looked: datetime | None) -> list[dict[str, Any]]:
    names = naming.classes(row.class_id for row in rows)
    return [
        {
            "row": row,
            "class": names.get(row.class_id or "") or _("Class not chosen yet"),
            "state": say(STATE_NAMES[State(row.state)]),
            "unit": naming.body(row.unit),
            "sector": known.get(row.unit, ""),
            "outcome": wording.choice(row.outcome) if row.outcome else "",
            "new": row.closed_at is not None and (looked is None or row.closed_at > looked),
            "light": light(row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional),
        }
        for row in rows
    ]


def _text(row: Order) -> str:
    return f"{row.due.isoformat() if row.due is not None else FAR}~{row.case}"


def _key(text: str | None) -> tuple[datetime, UUID] | None:
    """The keyset of a page; whatever is not one begins at the beginning."""
    try:
        due, case = (text or "").split("~")
        moment = sectors.LAST if due == FAR else datetime.fromisoformat(due)
        return (moment, UUID(case)) if moment.tzinfo is not None else None
    except ValueError:
        return None
