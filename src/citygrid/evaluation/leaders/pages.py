"""The list for leaders: one page, the same on paper; whoever may instructs from here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.coordination.able import acts_of
from citygrid.evaluation import city_periods
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.leaders import gathering
from citygrid.evaluation.leaders.gathering import Last, Listed, Pending
from citygrid.evaluation.periods import Named, before
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.slices import localday
from citygrid.web import papers
from citygrid.web.words import chinese, office_day, office_moment, say

READ = "leaders.read"
PAPER = Path(__file__).with_name("list.typ")


def may_open(signed: Signed | None) -> bool:
    return may(signed, READ)


@require_safe
@right_required(READ)
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The list as a page."""
    now = timezone.now()
    month = _month(request, now)
    found = gathering.gathered(signed.scope, city_periods.span(month, now), now)
    today = localday(now)
    context = {
        "month": month, "following": city_periods.after(month, today),
        "before": before(month, city_periods.months_on(today)).name, "found": found, **_said(found, now),
        "may_instruct": "instruct" in acts_of(signed, now, "instruct"), "here": request.get_full_path(),
    }  # fmt: skip
    return render(request, "evaluation/leaders/list.html", context)


@require_safe
@right_required(READ)
def paper(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The same as PDF."""
    now = timezone.now()
    month = _month(request, now)
    found = gathering.gathered(signed.scope, city_periods.span(month, now), now)
    try:
        data = papers.pdf(PAPER, _paper(found, month.name, now), at=now)
    except papers.PaperError as error:
        sentence = _(error.message) % error.params
        return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": content_disposition_header(True, f"leaders_{month.name}.pdf")}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def _month(request: HttpRequest, now: datetime) -> Named:
    """The period asked for by name; unasked the city's last month that is over."""
    return city_periods.asked(request.GET.get("month"), now, past=True)


def _said(found: Listed, now: datetime) -> dict[str, Any]:
    """The lists in words of the reader."""
    pending, safety = (_cases(rows, now) for rows in (found.pending, found.safety))
    return {
        "last": [_last(found, one) for one in found.last], "pending": pending, "safety": safety,
        "places": None if found.places is None else [_place(one, found.addresses) for one in found.places],
        "orders": _orders(found, now),
    }  # fmt: skip


def _last(found: Listed, one: Last) -> dict[str, Any]:
    period = found.period
    words = {"scheme": one.scheme, "from": period.first, "to": period.last, "subject": one.row.subject}
    scheme = catalogue(period.last).schemes.get(one.scheme)
    band = next((grade for grade in scheme.grades if grade.code == one.row.grade), None) if scheme else None
    weak = sorted(
        (term for term in one.row.terms if term.points is not None and term.share),
        key=lambda term: term.counts - term.share,
    )  # fmt: skip
    return {
        "scheme": say(one.names), "group": say(one.group), "name": one.row.name, "shown": one.row.shown,
        "rank": one.row.rank, "of": one.of, "address": f"{reverse('evaluation:score')}?{urlencode(words)}",
        "band": band, "weak": say(weak[0].names) if weak and weak[0].counts < weak[0].share else "",
    }  # fmt: skip


def _cases(rows: Iterable[Pending], now: datetime) -> list[dict[str, Any]]:
    rows = list(rows)
    classes = naming.classes(row.class_id for row in rows)
    areas = naming.areas(one for row in rows for one in (row.district, row.community))
    return [
        {
            "case": row.case, "number": row.number, "title": classes.get(row.class_id or "") or _("No class"),
            "unit": naming.body(row.unit) or "–", "state": say(STATE_NAMES[State(row.state)]), "since": row.since,
            "days": (now - row.since).days, "late": row.due is not None and row.due < now,
            "where": " ".join(areas[one] for one in (row.district, row.community) if one in areas),
        }
        for row in rows
    ]  # fmt: skip


def _place(one: Any, addresses: Mapping[UUID, str]) -> dict[str, Any]:
    newest = one.cases[-1]
    classes = naming.classes(key for key, _number in one.classes)
    told = (naming.areas([newest.community]).get(newest.community), addresses.get(newest.case))
    return {
        "count": len(one.cases), "case": newest.case, "number": newest.number, "received_at": newest.received_at,
        "title": _counted([(classes.get(key, key), number) for key, number in one.classes]),
        "where": " ".join(one for one in told if one) or "–",
        "unit": _counted([(naming.body(unit) or "–", number) for unit, number in one.units]),
        "open": newest.state in gathering.STANDING,
    }  # fmt: skip


def _counted(parts: list[tuple[str, int]]) -> str:
    """What a place has most of, and how much of its cases that is where it has several sorts."""
    name, number = parts[0]
    return name if len(parts) == 1 else f"{name} {number} …"


def _orders(found: Listed, now: datetime) -> list[dict[str, Any]]:
    classes = naming.classes(row.class_id for row in found.orders)
    return [
        {
            "case": row.case, "number": row.number, "title": classes.get(row.class_id or "") or _("No class"),
            "holder": naming.body(row.holder) or "–", "due": row.due, "at": row.at,
            "days": (now - row.due).days if row.due else 0,
        }
        for row in found.orders
    ]  # fmt: skip


def _paper(found: Listed, month: str, now: datetime) -> dict[str, Any]:
    said = _said(found, now)
    case_heads = [_("Number"), _("Class"), _("Where"), _("Unit"), _("State"), _("Days open")]

    def cases(rows: list[dict[str, Any]]) -> list[list[str]]:
        names = ("number", "title", "where", "unit", "state", "days")
        return [[str(row[name]) for name in names] for row in rows]

    sections = [
        _section(_("The last of each group"), len(said["last"]),
                 [_("Group"), pgettext("judged", "Who"), _("Rank"), _("Score"), _("Loses most by")],
                 [[row["group"], row["name"], f"{row['rank']} / {row['of']}", str(row["shown"]), row["weak"] or "–"]
                  for row in said["last"]]),
        _section(_("Public safety, open"), found.safety_in_all, case_heads, cases(said["safety"])),
        _section(_("Open for more than %(days)s days") % {"days": found.rules.long_pending_days},
                 found.pending_in_all, case_heads, cases(said["pending"])),
        _section(_("Supervision orders without an answer in time"), found.orders_in_all,
                 [_("Number"), _("Class"), _("Who answers"), _("Due"), _("Days late")],
                 [[row["number"], row["title"], row["holder"], office_moment(row["due"]), str(row["days"])]
                  for row in said["orders"]]),
        _section(_("Recurring places"), found.places_in_all,
                 [_("Cases"), _("Class"), _("Where"), _("Unit"), _("Newest case")],
                 [[str(row["count"]), row["title"], row["where"], row["unit"], row["number"]]
                  for row in said["places"] or ()]),
    ]  # fmt: skip
    return {
        "lang": "zh" if chinese() else "en", "title": _("List for leaders"), "month": month,
        "at": _("As of %(moment)s") % {"moment": office_moment(now)}, "none": _("None"), "sections": sections,
        "days": f"{office_day(found.period.first)} – {office_day(found.period.last)}",
    }  # fmt: skip


def _section(title: str, number: int, heads: list[str], rows: list[list[str]]) -> dict[str, Any]:
    more = _("%(shown)s of %(number)s") % {"shown": len(rows), "number": number} if number > len(rows) else str(number)
    return {"title": title, "number": more, "heads": heads, "rows": rows}
