"""Patrols for those who lead collectors: a day's list, one patrol on the map with its timeline and replay, a file."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.collection.models import DayLog
from citygrid.collection.patrol import figures, reading, seeing, track
from citygrid.collection.patrol.patrol_words import finding, minutes, percent, span
from citygrid.collection.patrol.shown import shown
from citygrid.organization.duty_models import Shift
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed, seat_required
from citygrid.tabular import guarded

WIDE = 1000
"""Width of the timeline in its own units."""
ONE_DAY = timedelta(days=1)


@require_safe
@right_required(seeing.SEE, seeing.LEAD)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The patrols of a day."""
    now = timezone.now()
    day = _day(request, now)
    rows = reading.of_day(seeing.scope_of(signed), day, now)
    shifts = {one.code: str(one) for one in Shift.objects.all()}
    context = {
        "day": day,
        "today": cityclock.day_of(now),
        "before": day - ONE_DAY,
        "after": day + ONE_DAY,
        "rows": [_line(row, shifts) for row in rows],
        "sums": _sums(rows),
        "counted_at": max((row.counted_at for row in rows if row.counted_at is not None), default=None),
    }
    return render(request, "collection/patrol/patrols.html", context)


@require_safe
@seat_required
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """One patrol, counted now. Whoever walked it sees it as well."""
    patrol = reading.one(seeing.scope_of(signed), pk)
    if patrol is None:
        raise Http404
    now = timezone.now()
    looked = figures.count(patrol, now)
    row = reading.row(patrol, now)
    found = shown(looked)
    logs = DayLog.objects.filter(person=patrol.person_id, day=patrol.day).order_by("made_at")
    context = {
        "row": _line(row, {patrol.shift: str(Shift.objects.filter(code=patrol.shift).first() or patrol.shift)}),
        "figures": _minutes(row.figures),
        "ends": looked.ends,
        "open": patrol.out_at is None,
        "bars": list(_bars(looked)),
        "hours": list(_hours(looked)),
        "wide": WIDE,
        "idle": _spells(found["idle"]),
        "outside": _spells(found["outside"]),
        "gaps": _spells([(s.starts, s.ends) for s in looked.spans if s.state == track.GAP]),
        "rules": looked.rules.shown(),
        "shapes": found["features"],
        "replay": {key: found[key] for key in ("places", "starts", "ends")}
        | {"gap": looked.rules.track.gap_seconds, "zone": str(cityclock.zone(now))},
        "idle_minutes": minutes(looked.rules.track.idle_seconds),
        "logs": logs,
        "known": bool(looked.ground.codes),
        "leads": seeing.may_look(signed),
    }
    return render(request, "collection/patrol/patrol.html", context)


@require_safe
@right_required(seeing.SEE, seeing.LEAD)
def export(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A day's list as CSV."""
    now = timezone.now()
    day = _day(request, now)
    rows = reading.of_day(seeing.scope_of(signed), day, now)
    answer = HttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    name = _("patrols %(day)s") % {"day": day.isoformat()}
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return answer


def _day(request: HttpRequest, now: datetime) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return cityclock.day_of(now)


def _line(row: reading.Row, shifts: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "shift": shifts.get(row.shift, row.shift),
        "findings": [(one.code, finding(one)) for one in row.findings],
        "minutes": _minutes(row.figures),
        "grids": percent(row.grids_share),
        "squares": percent(row.squares_share),
        "grids_share": round((row.grids_share or 0) * 100),
    }


def _minutes(found: Any) -> dict[str, Any]:
    """Figures for people: seconds as whole minutes, metres as kilometres."""
    if not found:
        return {}
    names = ("on_duty", "active", "idle", "gap", "inside", "outside")
    return {**found, **{name: minutes(found[name]) for name in names}, "km": f"{found['metres'] / 1000:.1f}"}


def _sums(rows: Sequence[reading.Row]) -> dict[str, int]:
    return {
        "signed_in": sum(row.patrol is not None for row in rows),
        "open": sum(row.patrol is not None and row.out_at is None for row in rows),
        "missing": sum(any(one.code == "missing" for one in row.findings) for row in rows),
        "all": len(rows),
    }


def _bars(looked: figures.Looked) -> Iterator[dict[str, Any]]:
    """Spans as rectangles of the timeline: x and width in its units."""
    whole = max((looked.ends - looked.starts).total_seconds(), 1)
    for span_ in looked.spans:
        left = (span_.starts - looked.starts.timestamp()) / whole * WIDE
        state = "outside" if span_.inside is False and span_.state == track.ACTIVE else span_.state
        yield {
            "x": round(left, 2), "width": round(span_.seconds / whole * WIDE, 2), "state": state,
            "away": span_.inside is False, "words": span(span_.starts, span_.state, span_.inside),
            "starts": figures.moment(span_.starts), "ends": figures.moment(span_.ends),
        }  # fmt: skip


def _hours(looked: figures.Looked) -> Iterator[dict[str, Any]]:
    """Full hours of the city's clock within the patrol."""
    whole = max((looked.ends - looked.starts).total_seconds(), 1)
    zone = cityclock.zone(looked.starts)
    at = looked.starts.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while at < looked.ends:
        yield {"x": round((at - looked.starts).total_seconds() / whole * WIDE, 2), "at": at}
        at += timedelta(hours=1)


def _spells(found: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    return [
        {"starts": figures.moment(starts), "ends": figures.moment(ends), "minutes": minutes(ends - starts), "t": starts}
        for starts, ends in found
    ]


def _csv(rows: Sequence[reading.Row]) -> str:
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow(
        [_("Person"), _("Staff number"), _("Body"), _("Post"), _("Day"), _("Shift"), _("Duty grids"), _("Shift begins"),
         _("Shift ends"), _("Signed in"), _("Signed out"), _("Findings"), _("Minutes on duty"), _("Minutes active"),
         _("Minutes idle"), _("Minutes without fixes"), _("Minutes inside"), _("Minutes outside"), _("Kilometres"),
         _("Unit grids"), _("Unit grids visited"), _("Squares"), _("Squares seen"), _("Fixes")]
    )  # fmt: skip
    for row in rows:
        found = _minutes(row.figures)
        known = [found.get(name, "") for name in (
            "on_duty", "active", "idle", "gap", "inside", "outside", "km", "grids", "grids_visited", "squares",
            "squares_seen", "fixes",
        )]  # fmt: skip
        moments = [_clock(one) for one in (row.planned_starts, row.planned_ends, row.in_at, row.out_at)]
        cells = [
            str(row.person), row.person.number, str(row.body), str(row.post or ""), row.day.isoformat(), row.shift,
            " ".join(row.duty_grids), *moments, "; ".join(finding(one) for one in row.findings), *map(str, known),
        ]  # fmt: skip
        writer.writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def _clock(at: datetime | None) -> str:
    return at.astimezone(cityclock.zone(at)).strftime("%Y-%m-%d %H:%M") if at is not None else ""
