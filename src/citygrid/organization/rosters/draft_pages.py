"""A draft of a roster: its cells by hand, by pattern, copied; publishing it with its gaps before one's eyes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.organization.duty_models import Roster, RosterEdit
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock, gaps, led, roster_view, rostering
from citygrid.organization.rosters.pattern_forms import planned
from citygrid.organization.rosters.patterns import days
from citygrid.organization.rosters.rostering import Key, Row, Somebody
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.refusal import Refusal

SHOWN_GAPS, SHOWN_CELLS, PEOPLE = 200, 30, 4


def mine(signed: Signed, pk: UUID) -> Roster:
    """A roster of a body that one plans for; others do not exist (404)."""
    found = Roster.objects.select_related("body", "made_by", "ended_by").filter(pk=pk).first()
    if found is None or not led.may_plan(signed, found.body):
        raise Http404
    return found


@never_cache
@require_safe
@seat_required
def roster(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A draft (for those who plan) or a published version (for the body's own people too)."""
    found = Roster.objects.select_related("body").filter(pk=pk).first()
    own = found is not None and found.state == Roster.State.PUBLISHED and found.body_id == signed.body.pk
    return page(request, signed, found if own and found else mine(signed, pk))


def page(
    request: HttpRequest,
    signed: Signed,
    found: Roster,
    refusal: Refusal | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    """The table, the form of the chosen cell, patterns and copies; with what changed meanwhile, when that is why."""
    today, now = led.today(), timezone.now()
    zone = cityclock.zone(now)
    span = request.GET.get("span", "week")
    chosen = roster_view.parse_key((typed or request.GET).get("cell", ""))
    near = chosen[2] if chosen else max(found.first_day, min(today, found.last_day))
    at = led.day(request.GET.get("at", ""), near) or near
    first, last = roster_view.week_of(at, span)
    first, last = max(first, found.first_day), min(last, found.last_day)
    if last < first:
        first, last = found.first_day, min(found.last_day, found.first_day + timedelta(days=6))
    draft = found.state == Roster.State.DRAFT
    may_plan = led.may_plan(signed, found.body)
    rows, cells = rostering.rows_of(found), rostering.cells(found)
    report = rostering.left_open(found, today, zone) if draft else None
    people = rostering.crew(found.body, found.first_day, found.last_day, zone) if draft else {}
    row = next((row for row in rows if chosen and (row.place, row.shift.code) == chosen[:2]), None)
    context = {
        "roster": found,
        "draft": draft and may_plan,
        "table": roster_view.table(rows, days(first, last), cells, report.gaps if report else (), today, chosen),
        "report": report,
        "filled": len(cells),
        "span": span,
        "first": first,
        "last": last,
        "before": first - timedelta(days=1) if first > found.first_day else None,
        "after": last + timedelta(days=1) if last < found.last_day else None,
        "chosen": chosen if row else None,
        "chosen_key": roster_view.key_of(*chosen) if chosen and row else "",
        "row": row,
        "options": _options(row, people, cells.get(chosen or ("", "", today), ()), typed),
        "pattern": _pattern_choices(rows, people) if draft and may_plan else None,
        "seats": range(1, PEOPLE + 1),
        "weekdays": [(number + 1, name) for number, name in WEEKDAYS_ABBR.items()],
        "edit_id": uuid4(),
        "typed": typed or {},
        "typed_places": typed.getlist("place") if typed is not None else [],
        "refusal": led.told(refusal),
        "stale": _changes(found, typed) if refusal and refusal.code == "changed_meanwhile" else [],
        "today": today,
    }
    status = 200 if refusal is None else 409 if refusal.code == "changed_meanwhile" else 422
    return render(request, "organization/roster.html", context, status=status)


def _options(row: Row | None, people: Any, held: Sequence[Somebody], typed: QueryDict | None) -> list[dict[str, Any]]:
    if row is None:
        return []
    wanted = set(typed.getlist("who")) if typed is not None else {f"{post}:{person}" for post, person in held}
    return [
        {"value": f"{post}:{person}", "person": who[1], "post": who[0], "on": f"{post}:{person}" in wanted}
        for (post, person), who in rostering.free_for(row, people).items()
    ]


def _pattern_choices(rows: Sequence[Row], people: Any) -> dict[str, Any]:
    places: dict[str, Row] = {}
    crew: dict[str, Any] = {}
    for row in rows:
        places.setdefault(row.place, row)
        for (post, person), who in rostering.free_for(row, people).items():
            crew[f"{post}:{person}"] = who
    shifts = {row.shift.code: row.shift for row in rows}
    return {"places": list(places.values()), "people": list(crew.items()), "shifts": list(shifts.values())}


def _changes(found: Roster, typed: QueryDict | None) -> list[dict[str, Any]]:
    """What others did since the form was shown, in words."""
    seen = typed.get("edits", "") if typed is not None else ""
    edits = rostering.since_then(found, int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0)
    people = {one[1] for edit in edits for cell in edit.cells[:SHOWN_CELLS] for one in [*cell[3], *cell[4]]}
    names = roster_view.names_of(people)
    return [{"edit": edit, "count": len(edit.cells), "cells": _told_cells(edit, names)} for edit in edits]


def _told_cells(edit: RosterEdit, names: dict[int, str]) -> list[dict[str, str]]:
    def named(people: Any) -> str:
        return _(", ").join(names.get(person, "–") for _post, person in people) or "–"

    return [
        {"place": place[2:], "shift": shift, "day": day, "before": named(before), "after": named(after)}
        for place, shift, day, before, after in edit.cells[:SHOWN_CELLS]
    ]


@require_POST
@right_required("rosters.edit")
def cells(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Put people into a line from a day to another (`act` empty: nobody)."""
    found = mine(signed, pk)
    chosen = roster_view.parse_key(request.POST.get("cell", ""))
    if chosen is None:
        raise Http404
    until = led.day(request.POST.get("until", ""), chosen[2]) or chosen[2]
    who = [] if request.POST.get("act") == "empty" else _somebody(request.POST.getlist("who"))
    listed = days(chosen[2], min(until, found.last_day)) if until >= chosen[2] else [chosen[2]]
    shift = next((one for one in gaps.shifts_of() if one.code == chosen[1]), None)
    wanted = {(chosen[0], chosen[1], day): who for day in listed if shift is None or gaps.worked(shift, day)}
    answer = _change(request, signed, found, wanted, "cells")
    if isinstance(answer, Refusal):
        return page(request, signed, found, answer, request.POST)
    return redirect(_back(found, request.POST.get("span", "week"), chosen))


def _somebody(values: Sequence[str]) -> list[Somebody]:
    found = []
    for value in values:
        post, _colon, person = value.partition(":")
        if post.isascii() and post.isdigit() and person.isascii() and person.isdigit() and len(value) < 40:
            found.append((int(post), int(person)))
    return found


def _change(
    request: HttpRequest, signed: Signed, found: Roster, wanted: dict[Key, list[Somebody]], kind: str
) -> RosterEdit | Refusal:
    now = timezone.now()
    seen = request.POST.get("edits", "")
    edits = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
    edit = led.client_id(request.POST.get("id", ""))
    answer = rostering.change(found.pk, edit, edits, wanted, signed, now, cityclock.zone(now), kind)
    if isinstance(answer, Refusal):
        found.refresh_from_db()
    else:
        text = _("%(count)d cells changed.") % {"count": len(answer.cells)}
        messages.success(request, text)
    return answer


def _back(found: Roster, span: str, cell: Key | None = None, at: date | None = None) -> str:
    address = reverse("organization:roster", args=[found.pk])
    wanted = cell[2] if cell else at
    query = f"?span={'month' if span == 'month' else 'week'}" + (f"&at={wanted}" if wanted else "")
    return address + query + (f"#{roster_view.key_of(*cell)}" if cell else "")


@require_POST
@right_required("rosters.edit")
def pattern(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Fill lines by a pattern: a rotation, weekdays, work days, or a cycle of shifts."""
    found = mine(signed, pk)
    wanted = planned(request.POST, found, rostering.rows_of(found), _somebody)
    answer = wanted if isinstance(wanted, Refusal) else _change(request, signed, found, wanted, "pattern")
    if isinstance(answer, Refusal):
        return page(request, signed, found, answer, request.POST)
    return redirect(_back(found, request.POST.get("span", "week")))


@require_POST
@right_required("rosters.edit")
def copy(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Copy what was in force so many weeks before (`weeks` 1 to 5; 0: what holds now)."""
    found = mine(signed, pk)
    weeks = request.POST.get("weeks", "1")
    if weeks not in {"0", "1", "2", "3", "4", "5"}:
        raise Http404
    wanted = rostering.copied(found, int(weeks), cityclock.zone(timezone.now()))
    answer = _change(request, signed, found, wanted, "copy")
    if isinstance(answer, Refusal):
        return page(request, signed, found, answer, request.POST)
    return redirect(_back(found, request.POST.get("span", "week")))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@right_required("rosters.edit")
def publish(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """What would be left open; then the draft becomes the version that holds."""
    found, today, now = mine(signed, pk), led.today(), timezone.now()
    zone = cityclock.zone(now)
    refusal: Refusal | None = None
    if request.method == "POST":
        seen = request.POST.get("edits", "")
        edits = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
        despite = request.POST.get("despite") == "yes"
        answer = rostering.publish(found.pk, edits, signed, now, today, zone, despite_gaps=despite)
        if isinstance(answer, Roster):
            text = _("Version %(number)d is published; it holds from %(day)s.")
            messages.success(request, text % {"number": answer.number, "day": answer.since})
            address = reverse("organization:roster_body", args=[answer.body.code])
            return redirect(f"{address}?at={answer.since}")
        refusal = answer
        found.refresh_from_db()
    report = rostering.left_open(found, today, zone)
    context = {
        "roster": found,
        "report": report,
        "gaps": roster_view.listed_gaps(report.gaps, SHOWN_GAPS),
        "most": SHOWN_GAPS,
        "refusal": led.told(refusal),
        "late": found.first_day < today,
        "today": today,
    }
    return render(request, "organization/roster_publish.html", context, status=422 if refusal else 200)


@require_POST
@right_required("rosters.edit")
def drop(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Give the draft up."""
    found = mine(signed, pk)
    answer = rostering.drop(found.pk, signed, timezone.now())
    if isinstance(answer, Refusal):
        return page(request, signed, found, answer, request.POST)
    messages.success(request, _("The draft is dropped."))
    return redirect("organization:roster_body", found.body.code)
