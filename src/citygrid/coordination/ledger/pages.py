"""The ledger's page: requests with their steps, filters, shares by unit, and the file."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from citygrid.areas.models import Area
from citygrid.cases import directory, naming, wording
from citygrid.coordination.able import able
from citygrid.coordination.keyset import key_of, text_of
from citygrid.coordination.ledger import exporting, reading, telling
from citygrid.coordination.months import month_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.acts import REQUEST_KINDS
from citygrid.web.words import chinese

ACTS = (
    "request",
    *(f"request:{kind}" for kind in REQUEST_KINDS),
    "approve",
    "settle",
    "supervise",
    "instruct",
    "inspect",
)
"""Who asks, decides or oversees has the ledger."""


def may_open(signed: Signed | None) -> bool:
    return able(signed, timezone.now(), *ACTS)


def _only(signed: Signed) -> None:
    if not may_open(signed):
        raise PermissionDenied


@require_safe
@seat_required
def ledger(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Requests about cases that the post may see, the newest first."""
    _only(signed)
    now = timezone.now()
    query = _query(request, now)
    lines = reading.lines(signed.scope, replace(query, before=key_of(request.GET.get("after"))))
    last = lines[-1].asked if len(lines) == reading.PAGE else None
    month = month_of(request.GET.get("month"), now)
    context = {
        "rows": telling.told(lines),
        "after": text_of((last.at, last.case, last.seq)) if last is not None else None,
        "asked": request.GET,
        "month": month,
        "kinds": [(kind, wording.choice(kind)) for kind in REQUEST_KINDS],
        "states": list(telling.results().items()),
        "units": _units(),
        "districts": Area.objects.filter(kind="district", valid_to=None).order_by("code"),
        "class_words": naming.class_words(query.class_id) if query.class_id else "",
        "query": _without(request, "after"),
    }
    return render(request, "coordination/ledger/ledger.html", context)


@require_safe
@seat_required
def shares(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What share of a unit's cases it asked to return, extend, suspend: by unit, in a month (江苏省办法 第二十一条)."""
    _only(signed)
    now = timezone.now()
    query, month = _query(request, now), month_of(request.GET.get("month"), now)
    rows: dict[int | None, dict[str, Any]] = {}
    for unit, kind, asked, granted, got in reading.shares(signed.scope, query):
        row = rows.setdefault(unit, {"unit": unit, "name": naming.body(unit) or "–", "got": got, "kinds": {}})
        share = f"{100 * granted / got:.1f}%" if got else ""
        row["kinds"][kind] = (asked, granted, share)
    table = [
        {**row, "cells": [(kind, *row["kinds"].get(kind, (0, 0, ""))) for kind in REQUEST_KINDS]}
        for row in rows.values()
    ]
    context = {
        "rows": table,
        "kinds": [wording.choice(kind) for kind in REQUEST_KINDS],
        "month": month,
        "following": month_of(f"{month.end:%Y-%m}", now) if month.end <= now else None,
    }
    return render(request, "coordination/ledger/shares.html", context)


@require_safe
@seat_required
def export(request: HttpRequest, signed: Signed, kind: str) -> HttpResponse:
    """The same requests as a file; who took it stands in the audit."""
    _only(signed)
    if kind not in exporting.KINDS:
        raise Http404
    now = timezone.now()
    data = exporting.export(signed.scope, _query(request, now), kind)
    answer = HttpResponse(data, content_type=exporting.KINDS[kind])
    answer["Content-Disposition"] = content_disposition_header(True, f"ledger-{now:%Y%m%d}.{kind}")
    return answer


def _query(request: HttpRequest, now: datetime) -> reading.Query:
    """What was asked for; what is none of the choices is left out. `month`: empty for all times."""
    asked = request.GET
    kind, state = asked.get("kind", ""), asked.get("state", "")
    month = month_of(asked["month"], now) if asked.get("month") else None
    if month is None and request.resolver_match is not None and request.resolver_match.url_name == "ledger_shares":
        month = month_of(None, now)
    return reading.Query(
        kind=kind if kind in REQUEST_KINDS else "",
        state=state if state in reading.STATES else "",
        unit=_id(asked.get("unit")),
        class_id=asked.get("class_id", "")[:80],
        area=_id(asked.get("area")),
        since=month.start if month is not None else None,
        until=month.end if month is not None else None,
    )


def _units() -> list[tuple[int, str]]:
    book = directory.current()
    names = book.names if chinese() else book.names_en
    able = [(pk, names[pk]) for pk, body in book.bodies.items() if body.side != "supervising"]
    return sorted(able, key=lambda one: one[1])


def _without(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop(name, None)
    return query.urlencode()


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
