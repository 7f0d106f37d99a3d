"""Pages of public safety: the alarm below the bar, muting it, what waits to be confirmed, the false rate by source."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, wording
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.acts import ITEM_KINDS
from citygrid.reception.able import able
from citygrid.reception.safety import owed, rates
from citygrid.reception.shifts.watches import LEAD
from citygrid.web.lights import light
from citygrid.web.words import say

COLUMNS: dict[str, Any] = {
    "asked": gettext_lazy("Asked"),
    "true": gettext_lazy("Confirmed"),
    "false": gettext_lazy("False"),
    "late": gettext_lazy("Late"),
    "open": gettext_lazy("Open"),
    "dropped": gettext_lazy("Ended otherwise"),
}


@never_cache
@require_safe
@seat_required
def alarm(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The line below the bar; empty while nothing rings."""
    return _alarm(request, signed)


@require_POST
@seat_required
def mute(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Quiet for five minutes, on record; the line stays."""
    now = timezone.now()
    owed.mute(signed, owed.rings(signed, now) if owed.concerned(signed, now) else [], now)
    if request.headers.get("HX-Request"):
        return _alarm(request, signed)
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else "cases:desk")


def _alarm(request: HttpRequest, signed: Signed) -> HttpResponse:
    now = timezone.now()
    found = owed.rings(signed, now) if owed.concerned(signed, now) else []
    context = {
        "rings": _words(found, now),
        "muted": owed.muted_until(signed, found, now) if found else None,
        "confirming": sum(one.kind == owed.CONFIRM for one in found),
        "signing": sum(one.kind == owed.SIGN for one in found),
    }
    return render(request, "reception/safety/alarm.html", context)


def _words(found: list[owed.Ring], now: Any) -> list[dict[str, Any]]:
    names, areas = naming.classes(one.class_id for one in found), naming.areas([one.district for one in found])
    return [
        {"row": one, "title": names.get(one.class_id or "", one.number), "where": areas.get(one.district or 0, ""),
         "kind": say(ITEM_KINDS[one.kind]), "light": light(one.due, one.warn_at, now)} for one in found
    ]  # fmt: skip


@require_safe
@seat_required
def waiting(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What waits to be confirmed or signed, each with its clock; acting opens the form of the act."""
    now = timezone.now()
    if not (owed.concerned(signed, now) or may_report(signed)):
        raise PermissionDenied
    found = owed.rings(signed, now) if owed.concerned(signed, now) else []
    context = {"rings": _words(found, now), "next": request.get_full_path(), "may_report": may_report(signed)}
    return render(request, "reception/safety/waiting.html", context)


@require_safe
@seat_required
def report(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The false rate by source of a month (`month`), each number with its list (`source`, `what`)."""
    if not may_report(signed):
        raise PermissionDenied
    now = timezone.now()
    month = rates.month_of(request.GET.get("month", ""), now)
    rows = rates.rates(signed.scope, month, now)
    words = {row.source: wording.source(row.source) for row in rows}
    context = {
        "month": f"{month:%Y-%m}",
        "columns": COLUMNS,
        "rows": [
            {"row": row, "name": words[row.source],
             "cells": [(what, getattr(row, what)) for what in COLUMNS]} for row in rows
        ],
        **_behind(request.GET, signed, month, now),
    }  # fmt: skip
    return render(request, "reception/safety/report.html", context)


def _behind(asked: Mapping[str, str], signed: Signed, month: Any, now: Any) -> dict[str, Any]:
    """The list behind the number that was asked for; nothing when none was."""
    what, source = asked.get("what", ""), asked.get("source", "")[:40]
    if not what:
        return {"behind": None}
    if what not in rates.WHATS:
        raise Http404
    found = rates.behind(signed.scope, month, source, what, now)
    names = naming.classes(one.class_id for one in found)
    rows = [
        {"row": one, "title": names.get(one.class_id or "", ""), "source": wording.source(one.source),
         "light": light(one.due, None, now, done_at=one.done_at),
         "answer": wording.answer("true", one.outcome == "true") if one.outcome in ("true", "false") else ""}
        for one in found
    ]  # fmt: skip
    name = wording.source(source) if source else _("All sources")
    return {"behind": rows, "behind_words": f"{name} · {COLUMNS[what]}"}


def may_report(who: Signed | None) -> bool:
    """Who reads the false rate: whoever leads a shift, or decides on reports, or inspects."""
    return may(who, LEAD) or able(who, timezone.now(), "file_case", "inspect", "instruct")


def rings_for(who: Signed | None) -> bool:
    """Whether the line below the bar is asked for at all on this post."""
    return owed.concerned(who, timezone.now())


def in_bar(who: Signed | None) -> bool:
    return rings_for(who) or may_report(who)
