"""What I did (已办) and the cases that I follow (关注)."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading, searching
from citygrid.cases.lists import columns, done, filters, watching
from citygrid.cases.lists.filters import CASES
from citygrid.cases.lists.frame import key_of, key_text, table
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import STATE_NAMES, State
from citygrid.web.refusals import act_name
from citygrid.web.words import office_day, say


@require_safe
@seat_required
def did(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What this person did, the newest first, under the day."""
    day = filters.day_of(request.GET.get("day"))
    before = key_of(request.GET.get("after"), True)
    rows = done.done_by(signed.person.pk, signed.scope, day=day, before=before, most=done.PAGE)
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas(row.community for row in rows)
    lines: list[dict[str, Any]] = [
        {
            "row": row,
            "act": act_name(row.act),
            "number": row.case_no or row.report_no,
            "state": say(STATE_NAMES[State(row.state)]),
            "title": names.get(row.class_id or "") or _("Class not chosen yet"),
            "where": row.address or areas.get(row.community or 0, ""),
        }
        for row in rows
    ]
    days = [(words, list(of)) for words, of in groupby(lines, key=lambda line: office_day(line["row"].at))]
    after = key_text(rows[-1].key) if len(rows) == done.PAGE else None
    return render(request, "cases/lists/done.html", {"days": days, "after": after, "day": request.GET.get("day", "")})


@require_safe
@seat_required
def watched(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The cases that this person follows, those that changed first."""
    now = timezone.now()
    mine = watching.followed(signed.person.pk)
    rows = searching.search(signed.scope, searching.Query(ids=tuple(mine)), watching.MOST) if mine else []
    rows.sort(key=lambda row: not mine[row.id])
    shown = columns.chosen(CASES, ())
    lines = table(rows, shown, now)
    for row, line in zip(rows, lines, strict=True):
        line["changed"] = mine[row.id]
    context = {"rows": lines, "columns": shown, "server_now": now, "hidden": len(mine) - len(rows)}
    return render(request, "cases/lists/watched.html", context)


@require_POST
@seat_required
def watch(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Follow a case, or (`off`) follow it no longer."""
    found = reading.case_for(signed.scope, case_id)
    if found is None:
        raise Http404
    if "off" in request.POST:
        watching.leave(signed.person.pk, case_id)
    elif not watching.watch(signed.person.pk, case_id, found.version, timezone.now()):
        words = _("You follow %(most)s cases already: leave one first.") % {"most": watching.MOST}
        messages.error(request, words)
    return redirect(reverse("cases:case", args=[case_id]))
