"""What the pages of work lists have in common: tabs, filters, saved lists, columns, acts for many, paging."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.areas.models import Area
from citygrid.cases import directory, naming, wording
from citygrid.cases.lists import bulk, columns, drawing, filters, saved
from citygrid.cases.lists.filters import DESK, Filters
from citygrid.cases.queues import Queued
from citygrid.cases.searching import Listed
from citygrid.organization.models import Seat
from citygrid.organization.seats import Signed
from citygrid.process.states import STATE_NAMES, Side
from citygrid.rulebook.slices import NoRules, remembered, rules_at
from citygrid.web.lights import NAMES as LIGHTS
from citygrid.web.words import chinese, say

ORDER_NAMES = {
    "due": gettext_lazy("What is due first"),
    "came": gettext_lazy("What came first"),
    "newest": gettext_lazy("The newest first"),
}


def frame(request: HttpRequest, signed: Signed, which: str, wanted: Filters, now: datetime) -> dict[str, Any]:
    """The context of a list but its rows."""
    workers = workers_of(signed, now)
    chips = filters.words_of(wanted, workers)
    return {
        "which": which,
        "asked": request.GET,
        "chips": [{"label": label, "value": value, "without": _without(request, name)} for name, label, value in chips],
        "choices": _choices(which, wanted, workers, now),
        "class_words": naming.class_words(wanted.class_id) if wanted.class_id else "",
        "saved": _saved(request, signed, which),
        "orders": [(order, ORDER_NAMES[order]) for order in filters.ORDERS[which]],
        "order": wanted.sort,
        "filtered": bool(wanted),
        "kept": filters.kept(request.GET),
        "columns": saved.columns_of(signed, which),
        "bulk_acts": [(spec.name, say((spec.zh, spec.en))) for spec in bulk.acts_for(signed, now)],
        "bulk_most": bulk.MOST,
        "server_now": now,
    }


def table(
    rows: Sequence[Queued] | Sequence[Listed], shown: Sequence[columns.Column], now: datetime
) -> list[dict[str, Any]]:
    """Rows as the template shows them: what is chosen by its tick, the colour, the cells."""
    found = []
    for line in columns.lines(rows, now):
        row = line.row
        pick = bulk.Pick(row.case, row.no, row.kind) if isinstance(row, Queued) else bulk.Pick(row.id)
        cells = [(column.css, column.cell(line)) for column in shown]
        found.append({"pick": str(pick), "color": line.light.color, "cells": cells, "number": line.number})
    return found


def _without(request: HttpRequest, name: str) -> str:
    """The address without one filter, on its first page."""
    query = request.GET.copy()
    for one in (name, "after", *(("class_id",) if name == "class" else ())):
        query.pop(one, None)
    return "?" + query.urlencode()


def _saved(request: HttpRequest, signed: Signed, which: str) -> list[dict[str, Any]]:
    here = filters.kept(request.GET)
    return [
        {
            "pk": one.pk,
            "name": one.name,
            "address": f"?{one.query}",
            "here": bool(here) and one.query == here,
            "mine": one.mine,
            "shared": one.shared,
        }
        for one in saved.tabs(signed, which)
    ]


def _choices(which: str, wanted: Filters, workers: dict[int, str], now: datetime) -> list[dict[str, Any]]:
    """The choosers of the filter form: name, label, options, what is chosen. What is chosen and no longer offered (a
    body that ended) is kept as an option, so that sending the form again does not lose it."""
    book = directory.current()
    names = book.names if chinese() else book.names_en
    able = (pk for pk, one in book.bodies.items() if one.active and one.side is not Side.SUPERVISING)
    handling = sorted((names[pk], pk) for pk in able)
    rows: list[tuple[str, str, list[tuple[Any, str]], Any]] = [
        ("area", _("District"), _districts(), wanted.area),
        ("source", _("Source"), [(code, wording.source(code)) for code in _sources(now)], wanted.source),
        ("light", _("Light"), [(key, str(name)) for key, name in LIGHTS.items()], wanted.light),
        ("mark", _("Mark"), [(mark, wording.choice(mark)) for mark in filters.MARKS], wanted.mark),
        ("unit", _("Unit"), [(pk, name) for name, pk in handling], wanted.unit),
    ]
    if which == DESK:
        rows.append(("worker", _("By name"), list(workers.items()), wanted.worker))
    else:
        rows.insert(0, ("state", _("State"), [(s.value, say(pair)) for s, pair in STATE_NAMES.items()], wanted.state))
    return [_choice(*row) for row in rows]


def _districts() -> list[tuple[Any, str]]:
    known = remembered("districts")
    if not known:
        rows = Area.objects.filter(kind="district", valid_to=None).order_by("code").values_list("pk", "name", "code")
        known.update({pk: name or code for pk, name, code in rows})
    return list(known.items())


def _sources(now: datetime) -> list[str]:
    """Codes of the sources that the city's variants declare; the common ones where none does, or no city is loaded."""
    try:
        found = dict.fromkeys(code for variant in rules_at(now).variants.values() for code in variant.sources)
    except NoRules:
        found = {}
    return list(found or wording.SOURCES)


def _choice(name: str, label: str, options: list[tuple[Any, str]], chosen: Any) -> dict[str, Any]:
    value = "" if chosen is None else str(chosen)
    shown = [(str(one), words, str(one) == value) for one, words in options]
    if value and not any(here for _one, _words, here in shown):
        shown.append((value, _gone(name, chosen), True))
    return {"name": name, "label": label, "options": drawing.options(tuple(shown))}


def _gone(name: str, chosen: Any) -> str:
    if name == "unit":
        return naming.body(chosen)
    return naming.areas([chosen]).get(chosen, str(chosen)) if name == "area" else str(chosen)


def workers_of(signed: Signed, now: datetime) -> dict[int, str]:
    """Id -> name of who holds a post in the reader's own body, by name."""
    known = remembered("workers")
    if signed.body.pk not in known:
        held = Seat.objects.filter(post__body=signed.body, post__active=True, person__is_active=True)
        rows = held.order_by("person__name", "person_id")
        known[signed.body.pk] = list(rows.values_list("person_id", "person__name", "since", "until"))
    at_work = (row for row in known[signed.body.pk] if row[2] <= now and (row[3] is None or row[3] > now))
    return {person: name for person, name, _since, _until in at_work}


def key_text(key: tuple[Any, ...] | None) -> str | None:
    """A keyset as the address has it."""
    if key is None:
        return None
    at, *rest = key
    return "~".join([at.isoformat(), *map(str, rest)])


def key_of(text: str | None, numbered: bool) -> tuple[Any, ...] | None:
    """The keyset of a page (`numbered`: with a work item's number); whatever is not one begins at the beginning."""
    parts = (text or "").split("~")
    try:
        at, case = datetime.fromisoformat(parts[0]), UUID(parts[1])
        if at.tzinfo is None or len(parts) != (3 if numbered else 2):
            return None
        return (at, case, int(parts[2])) if numbered else (at, case)
    except (ValueError, IndexError):
        return None
