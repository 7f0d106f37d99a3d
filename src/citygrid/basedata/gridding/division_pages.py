"""Dividing a community, or all communities of a street, into unit grids (划分单元网格)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citygrid.areas import sizing
from citygrid.areas.models import Area
from citygrid.basedata.gridding import asked, barriers, plan_forms, reading
from citygrid.basedata.gridding.forms import DivideForm
from citygrid.basedata.gridding.plans import PlanKind
from citygrid.basedata.gridding.words import KINDS
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed

KINDS_DIVIDED = ("community", "street")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def divide(request: HttpRequest, signed: Signed, kind: str, code: str) -> HttpResponse:
    """The form of a division; sent, it becomes a plan."""
    if kind not in KINDS_DIVIDED:
        raise Http404
    today = timezone.localdate()
    area = asked.area(kind, code, today)
    if not asked.may_edit(signed, area):
        raise PermissionDenied
    layers = barriers.layers()
    if request.method == "POST":
        form = DivideForm(request.POST, layers=layers)
        answer = _planned(form, area, signed) if form.is_valid() else None
        if answer is not None:
            return answer
        return render(request, "basedata/areas/divide.html", _context(form, area), status=422)
    usual = sizing.sizes(today)
    shares = {"least": round(usual.least, 3), "most": round(usual.most, 3)}
    first = plan_forms.first_values(request, cell_m2=int(usual.cell_m2), **shares)
    form = DivideForm(layers=layers, initial=first)
    return render(request, "basedata/areas/divide.html", _context(form, area))


def _planned(form: DivideForm, area: Area, signed: Signed) -> HttpResponse | None:
    values = form.cleaned_data
    if area.kind == "community":
        codes = [area.code]
    else:
        rows = reading.children(area, values["from_day"]).filter(kind="community")
        codes = list(rows.values_list("code", flat=True))
    inputs = {name: values[name] for name in ("cell_m2", "least", "most")}
    more = {"barriers": form.barriers(), "kind": area.kind, "code": area.code}
    return plan_forms.start(form, PlanKind.DIVIDE, signed, codes=codes, inputs={**inputs, **more})


def _context(form: DivideForm, area: Area) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "tab": "overview",
        "area": area,
        "path": reading.path(area, today),
        "kind_name": KINDS[area.kind],
        "form": form,
        "at": today,
        "communities": reading.children(area, today).filter(kind="community").count(),
        "shapes_url": reverse("basedata:area_shapes", args=[area.kind, area.code]),
    }
