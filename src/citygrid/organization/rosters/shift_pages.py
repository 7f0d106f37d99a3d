"""My shifts: what the published roster has for the signed-in person, day by day; for a phone (我的班次)."""

from dataclasses import replace
from datetime import date, timedelta, tzinfo
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.areas.models import Area
from citygrid.organization.duty_models import Leave, Shift
from citygrid.organization.models import Seat
from citygrid.organization.rosters import cityclock, led, standing_in, watches
from citygrid.organization.rosters.patterns import days
from citygrid.organization.rosters.watching import Watch, workers
from citygrid.organization.seats import Signed, seat_required

AHEAD = 28


@never_cache
@require_safe
@seat_required
def mine(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The next four weeks, from the Monday of a day: shifts, leave, standing in. Drafts are not shown."""
    now, today = timezone.now(), led.today()
    zone = cityclock.zone(now)
    first = led.monday(led.day(request.GET.get("at", ""), today) or today)
    last = first + timedelta(days=AHEAD - 1)
    found = worked(signed.person.pk, first, last, zone)
    granted = Leave.objects.filter(person=signed.person, state=Leave.State.GRANTED).select_related("kind")
    off = list(granted.filter(last_day__gte=first, first_day__lte=last))
    standing = standing_in.rows(now).filter(Q(person=signed.person) | Q(stand_in_for=signed.person))
    hours = {(w.starts, w.ends) for w in found}
    context = {
        "weeks": _weeks(days(first, last), found, off, today),
        "hours": round(sum((ends - starts).total_seconds() for starts, ends in hours) / 3600),
        "count": len(hours),
        "first": first,
        "last": last,
        "before": first - timedelta(days=AHEAD),
        "after": first + timedelta(days=AHEAD),
        "standing": standing.filter(Q(until=None) | Q(until__gt=now)),
        "now": now,
        "has_post": Seat.objects.filter(person=signed.person).exists(),
    }
    return render(request, "organization/my_shifts.html", context)


def worked(person: int, first: date, last: date, zone: tzinfo) -> list[Watch]:
    """The watches, or parts, that the person works: those of whom one stands in for too, none while on leave."""
    plan = watches.plan(first, last, zone)
    parts = [
        replace(watch, starts=begin, ends=end)
        for watch in plan.all()
        for begin, end, who in workers(watch, plan.people)
        if who == person
    ]
    return sorted(parts, key=lambda watch: (watch.starts, watch.place))


def _weeks(listed: list[date], found: list[Watch], off: list[Leave], today: date) -> list[list[dict[str, Any]]]:
    walked = Area.objects.filter(kind="duty_grid", code__in={watch.place for watch in found})
    names = {area.code: area.name or area.code for area in walked}
    shifts = {shift.code: str(shift) for shift in Shift.objects.all()}
    by_hours = {(one.starts, one.ends): str(one) for one in Shift.objects.filter(active=True, covers="duty_grid")}
    rows = []
    for day in listed:
        spans: dict[tuple[Any, ...], list[str]] = {}
        for watch in found:
            if watch.day == day:
                hours = (watch.starts.time(), watch.ends.time())
                label = shifts.get(watch.shift) or (by_hours.get(hours, "") if watch.place else "")
                spans.setdefault((watch.starts, watch.ends, label), []).append(names.get(watch.place, watch.place))
        away = next((str(one.kind) for one in off if one.first_day <= day <= one.last_day), "")
        rows.append(
            {
                "day": day,
                "today": day == today,
                "kind": cityclock.kind_of(day),
                "leave": away,
                "shifts": [
                    {"starts": starts, "ends": ends, "label": label, "places": [p for p in places if p]}
                    for (starts, ends, label), places in spans.items()
                ],
            }
        )
    return [rows[n : n + 7] for n in range(0, len(rows), 7)]
