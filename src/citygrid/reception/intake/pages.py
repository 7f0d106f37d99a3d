"""The intake queue and the tasks of verification: lists from which one acts without leaving them (受理台, 核实)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.cases.photos import pictures
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.acts import ACTS, ITEM_KINDS
from citygrid.process.rules import Rules
from citygrid.process.states import STATE_NAMES, State
from citygrid.reception.able import able
from citygrid.reception.intake import queue, ways
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.lights import light
from citygrid.web.words import say

DECIDING = ("accept", "send_verify", "refuse", "file_case", "refuse_filing", "confirm")
ACTS_OF: dict[str, tuple[str, ...]] = {
    "accept": ("accept", "send_verify", "refuse"),
    "send_verify": ("send_verify", "refuse"),
    "verify": ("reassign_task",),
    "confirm": ("confirm",),
    "file": ("file_case", "refuse_filing"),
}
"""Which acts a row offers by its step, in the order of their keys; whether a post may is the variant's."""
MOST_THUMBS = 3


def may_open(who: Signed | None) -> bool:
    """Whoever decides on reports in some variant in force."""
    return able(who, timezone.now(), *DECIDING)


@require_safe
@seat_required
def intake(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The one queue, by group of sources (`from`) and by step (`step`)."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    groups = ways.groups_at(now)
    group, step = request.GET.get("from", ""), request.GET.get("step", "")
    group, step = group if group in groups else "", step if step in queue.STEPS else ""
    rows = queue.waiting(
        signed.scope, now, steps=(step,) if step else (), sources=groups[group] if group else None,
        after=_key(request.GET.get("after")),
    )  # fmt: skip
    found = queue.counts(signed.scope, now)
    context = {
        "rows": _rows(rows, signed, now),
        "after": _text(rows[-1]) if len(rows) == queue.PAGE else None,
        "groups": _groups(found, groups),
        "steps": _steps([one for one in found if not group or one.source in groups[group]]),
        "group": group, "step": step,
        "total": sum(one.number for one in found), "late": sum(one.late for one in found),
        "today": _today(signed, now, groups),
        "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "reception/intake/queue.html", context)


@require_safe
@seat_required
def tasks(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Open tasks of verification: who has it, since when, how long it may take, who is on duty there now."""
    now = timezone.now()
    if not able(signed, now, "send_verify", "reassign_task", "verify"):
        raise PermissionDenied
    rows = queue.waiting(signed.scope, now, steps=("verify",), after=_key(request.GET.get("after")))
    people = naming.people(row.person for row in rows)
    shown = _rows(rows, signed, now)
    for one, row in zip(shown, rows, strict=True):
        one["person"] = people.get(row.person or 0, "")
    context = {
        "rows": shown, "after": _text(rows[-1]) if len(rows) == queue.PAGE else None,
        "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "reception/intake/tasks.html", context)


def _rows(rows: Sequence[queue.Waiting], signed: Signed, now: datetime) -> list[dict[str, Any]]:
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas([row.community for row in rows] + [row.district for row in rows])
    thumbs = {one.id: one for one in pictures([id for row in rows for id in row.media[:MOST_THUMBS]])}
    try:
        rules = rules_at(now)
    except NoRules:
        return []
    told = {
        district: ways.ways((row.source for row in rows if row.district == district), rules.variant(district))
        for district in {row.district for row in rows}
    }
    return [
        {
            "row": row,
            "step": say(ITEM_KINDS[row.step]),
            "state": say(STATE_NAMES[State(row.state)]),
            "title": names.get(row.class_id or "") or _("Class not chosen yet"),
            "where": row.address or areas.get(row.community or 0, ""),
            "way": told[row.district][row.source],
            "light": light(row.due, row.warn_at, now, provisional=row.provisional),
            "thumbs": [thumbs[id] for id in row.media[:MOST_THUMBS] if id in thumbs],
            "photos": len(row.media),
            "lacks": _lacks(row, rules),
            "acts": _acts(row, signed, rules),
        }
        for row in rows
    ]


def _lacks(row: queue.Waiting, rules: Rules) -> list[str]:
    """What the report does not have yet, in words."""
    rule = rules.classes.get(row.class_id or "")
    photos = rule.before_photos if rule is not None else 0
    found = [
        (row.class_id is None, _("class")),
        (row.grid is None, _("place in the service area")),
        (not row.text, _("description")),
        (len(row.media) < photos, _("photo")),
    ]
    return [words for lacking, words in found if lacking]


def _acts(row: queue.Waiting, signed: Signed, rules: Rules) -> list[tuple[str, str]]:
    """Acts of this step that the post may do where the case lies."""
    may = rules.variant(row.district).acts
    return [
        (name, say((ACTS[name].zh, ACTS[name].en)))
        for name in ACTS_OF[row.step] if signed.role.code in may.get(name, frozenset())
    ]  # fmt: skip


def _groups(found: list[queue.Count], groups: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Groups of sources with how much waits; units' own checks are a group of their own (S2-25)."""
    return [
        {"code": code, "label": say(ways.GROUPS.get(code, (code, code))),
         "number": sum(one.number for one in found if one.source in sources)} for code, sources in groups.items()
    ]  # fmt: skip


def _steps(found: list[queue.Count]) -> list[dict[str, Any]]:
    return [
        {"code": step, "label": say(ITEM_KINDS[step]), "number": sum(o.number for o in found if o.step == step),
         "late": sum(o.late for o in found if o.step == step)} for step in queue.STEPS
    ]  # fmt: skip


def _today(signed: Signed, now: datetime, groups: dict[str, list[str]]) -> list[tuple[str, int]]:
    """What came in since midnight, by group."""
    start = datetime.combine(cityclock.day_of(now), time(0), cityclock.zone(now))
    came = queue.came_in(signed.scope, start, now + timedelta(seconds=1))
    known = {source for sources in groups.values() for source in sources}
    rows = [(say(ways.GROUPS.get(code, (code, code))), sum(came.get(one, 0) for one in sources))
            for code, sources in groups.items()]  # fmt: skip
    rest = sum(number for source, number in came.items() if source not in known)
    return [*rows, (_("Others"), rest)] if rest else rows


def _text(row: queue.Waiting) -> str:
    return f"{row.sort_at.isoformat()}~{row.case}~{row.no}"


def _key(text: str | None) -> queue.Key | None:
    """The keyset of a page; whatever is none begins at the beginning."""
    try:
        at, case, no = (text or "").split("~")
        found = datetime.fromisoformat(at), UUID(case), int(no)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None and abs(found[2]) < 2**31 else None
