"""The dry run of auto-dispatch on a month: class by class, so that a city can decide what to switch on."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.cases.delegations import variants_at
from citygrid.coordination.dispatching import dry_runs
from citygrid.coordination.dispatching.desk_pages import may_open
from citygrid.organization.seats import Signed, seat_required
from citygrid.rulebook.responsible import covers
from citygrid.rulebook.slices import localday, profile_at
from citygrid.web.refusals import Told

LONGEST_DAYS = 92


@require_safe
@seat_required
def dry_run(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What would have gone where; `?class=` lists the cases of one class that would have gone elsewhere."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    first, last = _days(request, now)
    told = None
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        words = _("Choose a first and a last day, at most %(days)s days apart.")
        told = Told("wrong_days", words % {"days": LONGEST_DAYS})
        first, last = last_month(now)
    start, end = span(first, last, now)
    chosen = request.GET.get("class", "")[:80]
    outcomes = dry_runs.run(signed.scope, start, end, now, [chosen] if chosen else ())
    names = naming.classes(one.class_id for one in outcomes)
    on = {p for variant in variants_at(now) for p in getattr(variant, "auto_dispatch", ())}
    context: dict[str, Any] = {
        "first": first,
        "last": last,
        "refusal": told,
        "chosen": chosen,
        "rows": [
            {"one": one, "name": names.get(one.class_id, one.class_id), "on": any(covers(p, one.class_id) for p in on)}
            for one in outcomes
        ],
        "total": {name: sum(getattr(one, name) for one in outcomes) for name in ("all", "same", "other", "none")},
        "others": [
            {"other": other, "unit": naming.body(other.unit), "suggested": naming.body(other.suggested)}
            for one in outcomes for other in one.others
        ] if chosen else [],
    }  # fmt: skip
    return render(request, "coordination/dry_run.html", context, status=422 if told else 200)


def last_month(now: datetime) -> tuple[date, date]:
    """The first and the last day of the calendar month before the city's own."""
    last = localday(now).replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def span(first: date, last: date, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last, by the city's clock."""
    zone = profile_at(now).timezone
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def _days(request: HttpRequest, now: datetime) -> tuple[date, date]:
    usual = last_month(now)
    found = []
    for name, day in zip(("first", "last"), usual, strict=True):
        try:
            found.append(date.fromisoformat(request.GET.get(name, "") or day.isoformat()))
        except ValueError:
            return day, day - timedelta(days=1)  # no days: told so
    return found[0], found[1]
