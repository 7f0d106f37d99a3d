"""Pages of cases: the desk, the list, the case. Forms of acts stand in `act_pages`, lists to pick from in `picks`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.areas.models import Area
from citygrid.cases import callers, component_picks, naming, options, panels, queues, reading, showing, wording
from citygrid.cases.asking import actor_of
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Offer, creations
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.states import STATE_NAMES, TERMINAL, State
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.lights import light
from citygrid.web.words import say

# The acts that carry a case forward come first among those that answer the same work item.
MAIN_LINE = ("verify", "accept", "send_verify", "file_case", "dispatch", "sign", "feed_back", "send_check", "check",
             "close", "approve", "settle", "resume", "review_self")  # fmt: skip


@require_safe
@seat_required
def desk(request: HttpRequest, signed: Signed) -> HttpResponse:
    """My open work items and those of my post's queue, first what will be late first."""
    now = timezone.now()
    kind = request.GET.get("kind") or None
    kind = kind if kind in ITEM_KINDS else None
    who = (signed.person.pk, signed.body.pk, signed.role.code)
    rows = queues.my_items(*who, after=_desk_key(request.GET.get("after")), kind=kind)
    counts = queues.counts(*who, now)
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas([row.community for row in rows])
    context = {
        "rows": [_row(row, names, areas, now) for row in rows],
        "after": _desk_text(rows[-1]) if len(rows) == queues.PAGE else None,
        "kind": kind,
        "filters": _filters(counts),
        "total": sum(number for number, _late in counts.values()),
        "late": sum(late for _number, late in counts.values()),
        "creations": _creations(signed, now),
    }
    return render(request, "cases/desk.html", context)


def _row(row: queues.Queued, names: dict[str, str], areas: dict[int, str], now: datetime) -> dict[str, Any]:
    return {
        "case": row.case,
        "kind": say(ITEM_KINDS.get(row.kind, (row.kind, row.kind))),
        "light": light(row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional),
        "number": row.case_no or row.report_no,
        "title": names.get(row.class_id or "") or _("Class not chosen yet"),
        "text": row.text or "",
        "where": row.address or areas.get(row.community or 0, ""),
        "mine": row.person is not None,
        "safety": row.safety,
        "marks": [wording.choice(mark) for mark in row.marks],
        "received_at": row.received_at,
    }


def _filters(counts: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "label": say(ITEM_KINDS[kind]), "number": counts[kind][0], "late": counts[kind][1]}
        for kind in ITEM_KINDS
        if kind in counts
    ]


def _creations(signed: Signed, now: datetime) -> list[Any]:
    """Acts by which this person may open a case; none before a city is loaded."""
    try:
        return creations(actor_of(signed), rules_at(now).variant(None))
    except NoRules:
        return []


def _desk_text(row: queues.Queued) -> str:
    return f"{row.sort_at.isoformat()}~{row.case}~{row.no}"


def _desk_key(text: str | None) -> queues.Key | None:
    """The keyset of a page; whatever is not one begins at the beginning."""
    try:
        at, case, no = (text or "").split("~")
        return datetime.fromisoformat(at), UUID(case), int(no)
    except ValueError:
        return None


@require_safe
@seat_required
def case(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """One case: what, where, photos, light, holder, the acts that this person may take, the timeline."""
    found = reading.case_for(signed.scope, case_id)
    if found is None:
        raise Http404
    now = timezone.now()
    view = showing.view_of(found, now)
    offered = reading.offers_for(found, actor_of(signed), now)
    first, rest = _ordered(offered)
    context = {
        "case": found,
        "view": view,
        "first": first,
        "rest": rest,
        "near": options.near_cases(found, signed, now) if found.state not in TERMINAL else [],
        "related": _related(found, signed),
        "panels": panels.shown(signed, found),
        "outline": showing.outline_of(found),
        "may_see_caller": found.caller is not None and may(signed, callers.RIGHT),
        "component": component_picks.linked(found.component, signed) if found.component else "",
    }
    return render(request, "cases/case.html", context)


def _ordered(offered: list[Offer]) -> tuple[list[Offer], list[Offer]]:
    """What somebody owes comes first; an act that answers the same item comes beside it; the rest behind a menu."""
    first = sorted(
        (one for one in offered if one.item is not None),
        key=lambda one: MAIN_LINE.index(one.spec.name) if one.spec.name in MAIN_LINE else len(MAIN_LINE),
    )
    rest = [one for one in offered if one.item is None]
    return first, rest


def _related(found: Any, signed: Signed) -> list[tuple[UUID, str, str]]:
    """Linked cases that this person may see: id, how they are linked, number."""
    links = [(found.parent, _("Merged into")), (found.split_from, _("Split from"))]
    links.append((found.reopen_of, _("Reported before")))
    links += [(child, _("Merged here")) for child in sorted(found.children, key=str)]
    shown = []
    for other, how in links:
        linked = reading.case_for(signed.scope, other) if other is not None else None
        if linked is not None:
            shown.append((linked.id, how, linked.case_no or linked.report_no))
    return shown


@require_safe
@seat_required
def cases(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The list of all cases that the post may see; search by words, number, state, class, area."""
    now = timezone.now()
    query = _query(request)
    rows = reading.search(signed.scope, query)
    names = naming.classes(row.class_id for row in rows)
    areas = naming.areas([row.community for row in rows])
    context = {
        "rows": [
            {
                "row": row,
                "state": say(STATE_NAMES[State(row.state)]),
                "title": names.get(row.class_id or "") or _("Class not chosen yet"),
                "where": row.address or areas.get(row.community or 0, ""),
                "unit": naming.body(row.unit),
                "light": light(row.due, None, now, done_at=row.closed_at),
            }
            for row in rows
        ],
        "after": f"{rows[-1].received_at.isoformat()}~{rows[-1].id}" if len(rows) == reading.PAGE else None,
        "states": [(state.value, say(pair)) for state, pair in STATE_NAMES.items()],
        "districts": Area.objects.filter(kind="district", valid_to=None).order_by("code"),
        "asked": request.GET,
        "class_words": naming.class_words(query.class_id) if query.class_id else "",
        "searched": any(request.GET.get(name) for name in ("q", "state", "class_id", "area")),
        "may_find_callers": may(signed, callers.RIGHT),
    }
    return render(request, "cases/list.html", context)


def _query(request: HttpRequest) -> reading.Query:
    """What was asked for. Digits with at most letters before them are taken for a number."""
    words = request.GET.get("q", "").strip()[:100]
    number = words if any(sign.isdigit() for sign in words) and " " not in words and len(words) > 5 else ""
    area = request.GET.get("area", "")
    state = request.GET.get("state", "")
    return reading.Query(
        text="" if number else words,
        number=number,
        states=(state,) if state in set(State) else (),
        class_id=request.GET.get("class_id", "")[:80],
        area=int(area) if area.isascii() and area.isdigit() and len(area) < 18 else None,
        before=_list_key(request.GET.get("after")),
    )


def _list_key(text: str | None) -> tuple[datetime, UUID] | None:
    try:
        at, case_id = (text or "").split("~")
        return datetime.fromisoformat(at), UUID(case_id)
    except ValueError:
        return None
