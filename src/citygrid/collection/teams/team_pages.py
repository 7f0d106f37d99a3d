"""Who is where, workload and quota, and the lists behind the numbers."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming
from citygrid.collection.models import Quota
from citygrid.collection.teams import crew, prices, quotas, seeing, spans, tabs, where, work, workload
from citygrid.organization.models import Body
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import led
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday, profile_at
from citygrid.tabular import write_table
from citygrid.trust import audit

STATES = {
    where.ABSENT: gettext_lazy("on duty, not signed in"),
    where.OUTSIDE: gettext_lazy("outside the duty grid"),
    where.SILENT: gettext_lazy("no position"),
    where.THERE: gettext_lazy("in the duty grid"),
    where.LEAVE: gettext_lazy("on leave"),
    where.OFF: gettext_lazy("not on duty"),
}
FILES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
BEHIND = 500


@never_cache
@require_safe
@right_required(seeing.SEE, seeing.LEAD)
def team(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The map and the list of one's people now; `?body=` one team, `?all=1` those who are not on duty too."""
    now = timezone.now()
    bodies, body = _bodies(request, signed, now)
    found = where.rows(signed.scope, now, body)
    counted = [(label, sum(row.state == state for row in found), state) for state, label in STATES.items()]
    everybody = request.GET.get("all") == "1"
    resting = (where.OFF, where.LEAVE)
    context = {
        "rows": [(row, STATES[row.state]) for row in found if everybody or row.state not in resting],
        "everybody": everybody,
        "shapes": where.shapes(found),
        "counted": counted,
        "bodies": bodies,
        "body": body,
        "now": now,
        "may_lead": seeing.may_lead(signed),
    }
    return tabs.page(request, signed, "team", context)


@never_cache
@require_safe
@right_required(seeing.SEE, seeing.LEAD)
def loads(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What everybody did in a month (`?month=`), beside what is expected."""
    now = timezone.now()
    bodies, body = _bodies(request, signed, now)
    span = _span(request, now)
    found = workload.workload(signed.scope, span, now, str(profile_at(now).timezone), body)
    shown = [name for name, one in found.whole.against.items() if one.quota is not None]
    most = max(found.hours) or 1
    context = {
        "span": span,
        "day": span.first == span.last,
        "found": found,
        "bodies": bodies,
        "body": body,
        "measures": [(name, work.MEASURES[name].label) for name in workload.SHOWN],
        "quota_kinds": [(name, quotas.MEASURES[name].label) for name in shown],
        "teams": [(_cells(team, shown), [_cells(row, shown) for row in rows]) for team, rows in found.teams],
        "whole": _cells(found.whole, shown),
        "hours": [
            {
                "hour": hour,
                "x": hour * 30 + 4,
                "y": 60 - number * 54 // most,
                "height": number * 54 // most,
                "n": number,
            }
            for hour, number in enumerate(found.hours)
        ],
        "query": request.GET.urlencode(),
    }
    return tabs.page(request, signed, "workload", context)


def _cells(load: workload.Load, shown: list[str]) -> dict[str, Any]:
    return {
        "load": load,
        "against": [load.against[name] for name in shown],
        "numbers": [(name, load.numbers.get(name, 0)) for name in workload.SHOWN],
        "missed": load.numbers.get("call_missed", 0),
    }


@never_cache
@require_safe
@right_required(seeing.SEE, seeing.LEAD)
def behind(request: HttpRequest, signed: Signed, measure: str) -> HttpResponse:
    """The list behind a number: of a person (`?person=`), a team (`?body=`) or all, in a month or on a day."""
    now = timezone.now()
    names = workload.FINDINGS if measure == "findings" else (measure,)
    if any(name not in work.MEASURES for name in names):
        raise Http404
    _all, body = _bodies(request, signed, now)
    span = _span(request, now)
    mine = [one for one in crew.members(signed.scope, span.start, span.end, now) if body in (None, one.body)]
    person = _number(request.GET.get("person", ""))
    people = {one.person: one for one in mine if person in (None, one.person)}
    if not people:
        raise Http404
    asked = work.Asked(list(people), span, now, {one.body for one in mine})
    rows = list(work.deeds(asked, names, signed.scope, BEHIND))
    classes = naming.classes(one.class_id for one in rows)
    context = {
        "title": _("Findings") if measure == "findings" else work.MEASURES[measure].label,
        "who": people[person].name if person in people else "",
        "span": span,
        "day": span.first == span.last,
        "rows": [(one, people[one.person].name, classes.get(one.class_id or "", "")) for one in rows],
        "most": BEHIND if len(rows) >= BEHIND else 0,
    }
    return tabs.page(request, signed, "behind", context)


@require_safe
@right_required(seeing.SEE, seeing.LEAD)
def load_file(request: HttpRequest, signed: Signed, kind: str) -> HttpResponse:
    """The workload as a table, `xlsx` or `csv`."""
    if kind not in FILES:
        raise Http404
    now = timezone.now()
    _all, body = _bodies(request, signed, now)
    span = _span(request, now)
    found = workload.workload(signed.scope, span, now, str(profile_at(now).timezone), body)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"workload.{kind}"
        write_table(path, workload.columns(), workload.table(found), sheet=_("Workload"))
        answer = HttpResponse(path.read_bytes(), content_type=FILES[kind])
    answer["Content-Disposition"] = content_disposition_header(True, f"workload-{span.month}.{kind}")
    return answer


@never_cache
@require_safe
@right_required(seeing.SEE, seeing.LEAD, seeing.MAKE)
def quota_list(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The quotas of one's people, newest first, and the form for a new version."""
    return _quotas(request, signed)


def _quotas(request: HttpRequest, signed: Signed, fault: str = "") -> HttpResponse:
    now = timezone.now()
    bodies, _body = _bodies(request, signed, now)
    ids = {one.pk for one in bodies}
    rows = Quota.objects.select_related("body", "post__body").order_by("-since", "measure", "pk")
    seen = [one for one in rows if _quota_body(one) in ids or (one.body is None and one.post is None)]
    today = localday(now)
    context = {
        "rows": [
            (one, quotas.MEASURES[one.measure].label, one.since > today)
            for one in seen
            if one.measure in quotas.MEASURES
        ],
        "kinds": [(name, kind.label) for name, kind in quotas.MEASURES.items()],
        "bodies": bodies,
        "may_edit": _may_edit(signed),
        "today": today,
        "typed": request.POST,
        "refusal": fault,
    }  # fmt: skip
    return tabs.page(request, signed, "quotas", context, status=422 if fault else 200)


def _may_edit(signed: Signed) -> bool:
    return seeing.MAKE in signed.role.rights


def _quota_body(one: Quota) -> int | None:
    return one.post.body_id if one.post is not None else one.body_id


@require_POST
@right_required(seeing.MAKE)
def add_quota(request: HttpRequest, signed: Signed) -> HttpResponse:
    """A new version of a quota from today or a later day; the same once more changes nothing."""
    now = timezone.now()
    bodies, _body = _bodies(request, signed, now)
    since, measure = led.day(request.POST.get("since", "")), request.POST.get("measure", "")
    text = request.POST.get("amount", "").strip()
    amount = prices.number_of(text) if text else None
    chosen = next((one for one in bodies if str(one.pk) == request.POST.get("body", "")), None)
    if since is None or since < localday(now):
        return _quotas(request, signed, _("A quota begins today or later: what was expected before does not change."))
    if measure not in quotas.MEASURES or chosen is None:
        return _quotas(request, signed, _("Choose a team and what the quota is about."))
    if text and (amount is None or not 0 <= amount <= 100_000):
        return _quotas(request, signed, _("Give a number with at most two decimals, or nothing to end the quota."))
    Quota.objects.update_or_create(since=since, body=chosen, post=None, measure=measure, defaults={"amount": amount})
    audit.record(
        now, "set_quota", subject=("body", str(chosen.pk)), person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk, params={"since": str(since), "measure": measure, "amount": text},
    )  # fmt: skip
    messages.success(request, _("The quota holds from %(day)s on.") % {"day": since.isoformat()})
    return redirect("collection:quotas")


def _bodies(request: HttpRequest, signed: Signed, now: datetime) -> tuple[list[Body], int | None]:
    """The teams of one's people, and the one that the page is about. Http404 for one that is not among them."""
    bodies = crew.bodies_of(crew.members(signed.scope, now))
    text = request.GET.get("body", "")
    if not text:
        return bodies, None
    if text not in {str(one.pk) for one in bodies}:
        raise Http404
    return bodies, int(text)


def _span(request: HttpRequest, now: datetime) -> spans.Span:
    """`?day=` one day, else `?month=`."""
    day = led.day(request.GET.get("day", ""))
    if day is not None and 1970 <= day.year <= 9000:
        return spans.of_days(day, day, now)
    return spans.month_of(request.GET.get("month"), now)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
