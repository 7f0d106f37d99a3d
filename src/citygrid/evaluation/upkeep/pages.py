"""Pages of the maintenance fund: drafts and confirmed months, one of them with every line open, its files."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.areas.models import Area
from citygrid.basedata import maintained
from citygrid.evaluation import city_periods, entry_seeing
from citygrid.evaluation.periods import PeriodNameError, named
from citygrid.evaluation.standing import city_files, pages
from citygrid.evaluation.standing_models import FundCheck
from citygrid.evaluation.upkeep import fund_files, funds
from citygrid.evaluation.upkeep.rules import FAILED, FILE
from citygrid.organization.models import Body
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.rulebook.slices import localday
from citygrid.web.refusals import tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

MAKE, CONFIRM = "upkeep.make", "upkeep.confirm"
SHOWN, PAGE = 100, 200
STATES = {
    "proposed": gettext_lazy("draft"), "confirmed": gettext_lazy("confirmed"), "dropped": gettext_lazy("given up"),
}  # fmt: skip
TYPES = {"csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


def may_open(signed: Signed | None) -> bool:
    return may(signed, MAKE) or may(signed, CONFIRM)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(MAKE, CONFIRM)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What was drafted and confirmed; draft a month (POST)."""
    now = timezone.now()
    refusal: Refusal | None = None
    units = _units(signed, localday(now))
    if request.method == "POST":
        answer = _draft(request, signed, units)
        if isinstance(answer, FundCheck):
            messages.success(request, _("Drafted. Somebody else confirms it."))
            return redirect("evaluation:fund", answer.pk)
        refusal = answer
    rows = _seen(signed).select_related("unit", "by", "confirmed_by").order_by("-first", "unit__code", "-version")
    context = {
        "rows": [(row, STATES[row.state], city_periods.name_of(row.first, row.last)) for row in rows[:SHOWN]],
        "units": units, "may_make": may(signed, MAKE),
        "month": request.POST.get("month") or city_periods.chosen(None, now, past=True).name, "typed": request.POST,
        "uid": request.POST.get("uid") or uuid4(), "refusal": tell(refusal) if refusal else None,
        "rules": bool(city_files.text_at(FILE, localday(now))),
    }  # fmt: skip
    return render(request, "evaluation/upkeep/list.html", context, status=422 if refusal else 200)


def _draft(request: HttpRequest, signed: Signed, units: list[Body]) -> FundCheck | Refusal:
    if not may(signed, MAKE):
        raise PermissionDenied
    uid, now = uuid_of(request.POST.get("uid")), timezone.now()
    unit = next((one for one in units if one.code == request.POST.get("unit")), None)
    if uid is None or unit is None:
        raise Http404
    try:
        of = named(request.POST.get("month", ""), localday(now), city_periods.months_on(localday(now)))
    except PeriodNameError:
        return funds.refuse("no_period")
    return funds.draft(uid, unit, of.first, request.POST.get("reason", ""), signed, now, of.last)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(MAKE, CONFIRM)
def one(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """A month of a unit: counts, score, findings, each open; confirm (second person) or drop it (POST)."""
    found = _one(signed, pk)
    refusal: Refusal | None = None
    if request.method == "POST":
        answer = _act(request, signed, found)
        if not isinstance(answer, Refusal):
            messages.success(request, _("Kept."))
            return redirect("evaluation:fund", pk)
        refusal = answer
    said = found.content
    open_ = found.state == FundCheck.State.PROPOSED
    words = f"from={found.first}&to={found.last}&by=unit&subject={found.unit_id}"
    context = {
        "check": found, "period": city_periods.name_of(found.first, found.last), "said": said,
        "months": said.get("months", ()), "state": STATES[found.state], "refusal": tell(refusal) if refusal else None,
        "lines": [(line, fund_files.line_name(line)) for line in said["lines"]],
        "unpriced": [(pages.class_name(key), number, key) for key, number in said["unpriced"]],
        "terms": [(say((row[0], row[1])), *row[2:]) for row in said["terms"]],
        "taken": [(say((row[1], row[2])), row, "" if row[3] == FAILED else f"{row[3]}/?{words}")
                  for row in said["taken"]],
        "failed": funds.failed_checks(found.unit, found.first, found.last).order_by("day"),
        "genuine": funds.genuine(found) if found.digest else None,
        "may_confirm": open_ and may(signed, CONFIRM) and found.by_id != signed.person.pk,
        "own": open_ and found.by_id == signed.person.pk, "may_drop": open_ and may(signed, MAKE),
        "scores": f"from={found.first}&to={found.last}&scheme={said['scheme']}&subject={found.unit_id}",
    }  # fmt: skip
    return render(request, "evaluation/upkeep/one.html", context, status=422 if refusal else 200)


def _act(request: HttpRequest, signed: Signed, found: FundCheck) -> FundCheck | Refusal:
    now = timezone.now()
    if request.POST.get("act") == "confirm" and may(signed, CONFIRM):
        return funds.confirm(found.pk, signed, now)
    if request.POST.get("act") == "drop" and may(signed, MAKE):
        return funds.drop(found.pk, signed, now)
    raise PermissionDenied


@require_safe
@right_required(MAKE, CONFIRM)
def components(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """The components behind a count, as they stood on the day of the register."""
    found, class_id = _one(signed, pk), request.GET.get("class", "")
    known = {line[0]: line[3] for line in found.content["lines"]} | dict(found.content["unpriced"])
    months = {one[1]: one[2] for one in found.content.get("months", ())}
    day = found.day
    if months:  # the count is of all months together; each of them has its own components
        day = date.fromisoformat(asked) if (asked := request.GET.get("day", "")) in months else found.day
    if class_id not in known:
        raise Http404
    count = months[day.isoformat()].get(class_id, 0) if months else known[class_id]
    rows = maintained.listed(found.unit.code, class_id, day, request.GET.get("after", "")[:40], PAGE + 1)
    streets = dict(Area.objects.filter(code__in={row[2] for row in rows}).values_list("code", "name"))
    context: dict[str, Any] = {
        "check": found, "period": city_periods.name_of(found.first, found.last), "day": day, "months": months,
        "day_text": day.isoformat(), "month_days": [one[:2] for one in found.content.get("months", ())],
        "rows": [(code, name, streets.get(street, street)) for code, name, street in rows[:PAGE]],
        "name": pages.class_name(class_id), "count": count, "class_id": class_id,
        "after": rows[PAGE - 1][0] if len(rows) > PAGE else None,
    }  # fmt: skip
    return render(request, "evaluation/upkeep/components.html", context)


@require_safe
@right_required(MAKE, CONFIRM)
def file(request: HttpRequest, signed: Signed, pk: UUID, kind: str) -> HttpResponse:
    """The check as `csv` or `xlsx`."""
    found = _one(signed, pk)
    if kind not in TYPES:
        raise Http404
    data: str | bytes = "\ufeff" + fund_files.as_csv(found) if kind == "csv" else fund_files.xlsx(found)
    called = city_periods.name_of(found.first, found.last).replace(" – ", "_")
    name = f"fund_{found.unit.code}_{called}_{found.version}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(data, content_type=TYPES[kind], headers=headers)


def _seen(signed: Signed) -> Any:
    rows = FundCheck.objects.all()
    return rows if signed.scope.everything else rows.filter(unit__in=entry_seeing.bodies(signed.scope))


def _one(signed: Signed, pk: UUID) -> FundCheck:
    rows = _seen(signed).select_related("unit", "by", "confirmed_by")
    found: FundCheck = get_object_or_404(rows, pk=pk)
    return found


def _units(signed: Signed, day: date) -> list[Body]:
    """The units within the scope that maintain anything."""
    codes = maintained.bodies(day)
    return list(entry_seeing.bodies(signed.scope).filter(code__in=codes).order_by("code"))
