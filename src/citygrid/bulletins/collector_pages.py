"""Statements of collectors: a month of those whom one leads, or one's own; beside them those of the contractors."""

from collections import Counter
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.bulletins import collector_files, collector_statements
from citygrid.bulletins.tables_pages import attached
from citygrid.bulletins.workbook_sheets import TYPE
from citygrid.collection.models import Statement
from citygrid.collection.teams import crew, seeing, spans, workload
from citygrid.collection.teams.statement_pages import STATES
from citygrid.evaluation.pages import may_open
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed, seat_required
from citygrid.rulebook.slices import profile_at
from citygrid.web.papers import PaperError

KINDS = {"pdf": "application/pdf", "xlsx": TYPE}


@never_cache
@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Everybody's month (`?month=2026-03`) with its files; and the contractors' statements of that month."""
    now = timezone.now()
    span = spans.month_of(request.GET.get("month"), now)
    found = collector_statements.people(signed, span, now)
    contractors = seeing.contractor_bodies(signed)
    rows = Statement.objects.filter(body__in=[one.pk for one in contractors], month=span.first)
    context = {
        "span": span, "over": span.end <= now, "may_open": may_open(signed), "own": not seeing.may_look(signed),
        "people": _rows(found, signed, span, now), "contractors": bool(contractors),
        "statements": [
            (one, STATES[Statement.State(one.state)])
            for one in rows.select_related("body").order_by("body__code", "-version")
        ],
    }  # fmt: skip
    return render(request, "bulletins/collectors.html", context)


def _rows(
    found: list[crew.Member], signed: Signed, span: spans.Span, now: datetime
) -> list[tuple[crew.Member, str, workload.Load | None]]:
    """Each with the team's name and the numbers of the workload page; who has several, with those of each."""
    bodies = Body.objects.in_bulk({one.body for one in found})
    loads = workload.workload(signed.scope, span, now, str(profile_at(now).timezone))
    by_person = {load.person: load for _team, rows in loads.teams for load in rows}
    times = Counter(one.person for one in found)
    return [
        (one, str(bodies[one.body]), by_person.get(one.person) if times[one.person] == 1 else _load(one, span, now))
        for one in found
    ]


def _load(one: crew.Member, span: spans.Span, now: datetime) -> workload.Load:
    """What somebody did for one of several contractors."""
    done = collector_statements.worked(one, span, now)
    return workload.Load(one.name, one.person, one.body, len(done.days), done.numbers, {})


@never_cache
@require_safe
@seat_required
def file(request: HttpRequest, signed: Signed, person: int, month: str, kind: str) -> HttpResponse:
    """The paper (`pdf`) or the workbook (`xlsx`) of one month. `?body=`: for which body they went out, where there are
    several; unsaid it is the first."""
    now = timezone.now()
    span = spans.month_of(month, now)
    if kind not in KINDS or span.month != month:
        raise Http404
    wanted = request.GET.get("body", "")
    mine = [one for one in collector_statements.people(signed, span, now) if one.person == person]
    one = next((one for one in mine if wanted in ("", str(one.body))), None)
    if one is None:
        raise Http404
    found = collector_statements.monthly(one, span, signed, now)
    which = f"-{Body.objects.get(pk=one.body).code}" if len(mine) > 1 else ""
    name = f"collector-{one.login}-{month}{which}.{kind}"
    if kind == "xlsx":
        return attached(collector_files.xlsx(found, now), name)
    try:
        return attached(collector_files.pdf(found, now), name, KINDS[kind])
    except PaperError as error:
        return HttpResponse(_(error.message), status=503, content_type="text/plain; charset=utf-8")
