"""Duty grids (责任网格): by shift, which unit grids belong to which, who is on duty, gaps and overlaps (S1-41)."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.areas import coverage
from citygrid.areas.models import Area, DutyMembership
from citygrid.basedata.gridding import asked, plan_forms, reading, shapes
from citygrid.basedata.gridding.duty_members import duty_touched, members
from citygrid.basedata.gridding.forms import DutyForm, PlanForm
from citygrid.basedata.gridding.plans import PlanKind
from citygrid.basedata.gridding.words import told
from citygrid.organization import roster
from citygrid.organization.models import Person, Post
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import profile_at

SHOWN = 300
"""Faults in the list; all are counted."""


@require_safe
@right_required(*asked.READERS)
def duty(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The duty grids of a day and a shift, and whether each unit grid has exactly one."""
    at = asked.day(request)
    rows = list(Area.objects.filter(reading.on(at), kind="duty_grid").order_by("code"))
    shifts = sorted({row.shift for row in rows})
    shift = request.GET.get("shift", shifts[0] if shifts else "")
    shown = [row for row in rows if row.shift in (shift, "")]
    found = coverage.report(at)
    lines = [_line(number, one) for number, one in enumerate(found.faults, start=1)]
    lines = [line for line in lines if line["shift"] in (shift, None)]
    sizes, surfaces = _sizes(at)
    on_duty = _on_duty(shown, timezone.now()) if at == timezone.localdate() else {}
    context = {
        "tab": "duty",
        "rows": [
            {"row": row, "grids": sizes[row.pk], "km2": surfaces[row.pk] / 1e6, "who": on_duty.get(row.pk, "")}
            for row in shown
        ],
        "shifts": shifts,
        "shift": shift,
        "lines": lines[:SHOWN],
        "faults": len(lines),
        "kept": [("shift", shift)] if shift else [],
        "may_edit": asked.may_edit(signed),
        "shapes": shapes.collection(_drawn(shown, lines)),
        **asked.days(request, at),
    }
    return render(request, "basedata/areas/duty.html", context)


def _sizes(at: date) -> tuple[Counter[int], Counter[int]]:
    """Unit grids and their surface (m2) by the duty grid's id."""
    sizes: Counter[int] = Counter()
    surfaces: Counter[int] = Counter()
    rows = DutyMembership.objects.filter(reading.on(at)).values_list("duty_grid_id", "grid__area_m2")
    for duty_grid, area_m2 in rows:
        sizes[duty_grid] += 1
        surfaces[duty_grid] += round(area_m2)
    return sizes, surfaces


def _line(number: int, fault: Any) -> dict[str, Any]:
    return {
        "key": f"fault:{number}",
        "shift": fault.shift,
        "codes": list(fault.codes),
        "sentence": told(fault.code, fault.message, fault.params).sentence,
        "warning": fault.warning,
        "fault": fault,
    }


def _drawn(rows: list[Area], lines: list[dict[str, Any]]) -> list[shapes.Drawn]:
    duty_grids = [shapes.drawn(row, "present", f"duty:{row.code}", row.name or row.code) for row in rows]
    faults = [
        shapes.feature(
            "warning" if line["warning"] else "fault",
            line["fault"].shape,
            line["key"],
            ", ".join(line["codes"][:3]),
            "",
            [(_("What is wrong"), line["sentence"])],
        )
        for line in lines[:SHOWN]
        if line["fault"].shape is not None
    ]
    return [*duty_grids, *faults]


def _on_duty(rows: list[Area], at: datetime) -> dict[int, str]:
    """Who is on shift now, by the duty grid's id: the person, else the post."""
    zone = profile_at(at).timezone if rows else None
    found = {row.pk: roster.on_duty(row.pk, at, zone) for row in rows}
    people = Person.objects.in_bulk([one.person for one in found.values() if one and one.person])
    posts = Post.objects.in_bulk([one.post for one in found.values() if one and one.post])
    return {pk: str(people.get(one.person or 0) or posts.get(one.post or 0) or "") for pk, one in found.items() if one}


@require_safe
@right_required(*asked.READERS)
def duty_grid(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """One duty grid: its unit grids on a day, and the form that changes them."""
    at = asked.day(request)
    found = reading.find("duty_grid", code, at)
    if found is None:
        found = Area.objects.filter(kind="duty_grid", code=code).order_by("-valid_from").first()
    if found is None:
        raise Http404
    grids = list(members(found, at))
    context = {
        "tab": "duty",
        "area": found,
        "grids": grids,
        "km2": sum(grid.area_m2 for grid in grids) / 1e6,
        "spans": reading.spans("duty_grid", code),
        "who": _on_duty([found], timezone.now()).get(found.pk, ""),
        "may_edit": asked.may_edit(signed, *grids),
        "shapes": shapes.collection(
            [
                shapes.drawn(found, "plain", f"duty:{found.code}", ""),
                *(shapes.drawn(grid, "present") for grid in grids),
            ]
        ),
        **asked.days(request, at),
    }
    return render(request, "basedata/areas/duty_grid.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The form of a duty grid: a new one, or with `?code=` another membership of one that there is."""
    today = timezone.localdate()
    if request.method == "POST":
        form = DutyForm(request.POST)
        answer = _planned(form, signed) if form.is_valid() else None
        if answer is not None:
            return answer
        return render(request, "basedata/areas/duty_new.html", _context(form, today), status=422)
    held = reading.find("duty_grid", request.GET.get("code", ""), today)
    usual: dict[str, Any] = {"grids": "\n".join(request.GET.getlist("grid"))}
    if held is not None:
        codes = members(held, today).values_list("code", flat=True)
        usual = {"code": held.code, "name": held.name, "shift": held.shift, "grids": "\n".join(codes)}
    form = DutyForm(initial=plan_forms.first_values(request, **usual))
    return render(request, "basedata/areas/duty_new.html", _context(form, today))


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def retire(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The form that ends a duty grid: from which day, and why. Its unit grids stay, without it."""
    today = timezone.localdate()
    found = reading.find("duty_grid", code, today)
    if found is None:
        raise Http404
    if not asked.may_edit(signed, *duty_touched([found])):
        raise PermissionDenied
    form = PlanForm(request.POST) if request.method == "POST" else PlanForm(initial=plan_forms.first_values(request))
    if request.method == "POST" and form.is_valid():
        inputs = {"retire": True, "grids": [], "name": found.name, "shift": found.shift}
        answer = plan_forms.start(form, PlanKind.DUTY, signed, codes=[code], inputs=inputs)
        if answer is not None:
            return answer
    context = {
        "tab": "duty",
        "area": found,
        "form": form,
        "shapes": shapes.collection([shapes.drawn(found, "ended", f"duty:{code}", found.name or code)]),
    }
    return render(request, "basedata/areas/duty_retire.html", context, status=422 if form.is_bound else 200)


def _planned(form: DutyForm, signed: Signed) -> HttpResponse | None:
    values = form.cleaned_data
    touched = Area.objects.filter(kind__in=("grid", "duty_grid"), code__in=[*values["grids"], values["code"]])
    if not asked.may_edit(signed, *duty_touched(touched)):
        raise PermissionDenied
    inputs = {name: values[name] for name in ("name", "shift", "grids")}
    return plan_forms.start(form, PlanKind.DUTY, signed, codes=[values["code"]], inputs=inputs)


def _context(form: DutyForm, at: date) -> dict[str, Any]:
    """The map shows the community of the grids that are in the form, or the streets' outlines to begin with."""
    codes = form["grids"].value() or ""
    chosen = Area.objects.filter(reading.on(at), kind="grid", code__in=area_codes(codes))
    around = set(chosen.values_list("parent__code", flat=True))
    grids = Area.objects.filter(reading.on(at), kind="grid", parent__code__in=around).order_by("code")
    held = reading.duties(grids.values_list("pk", flat=True), at)
    return {
        "tab": "duty",
        "form": form,
        "shifts": sorted(set(Area.objects.filter(kind="duty_grid").values_list("shift", flat=True)) - {""}),
        "shapes": shapes.collection(
            shapes.drawn(grid, "present" if grid.pk in held else "warning") for grid in grids
        ),
        "communities": Area.objects.filter(reading.on(at), kind="community").order_by("code").only("code", "name"),
        "shapes_base": reverse("basedata:areas"),
    }


def area_codes(text: str) -> list[str]:
    return text.split() if isinstance(text, str) else list(text)
