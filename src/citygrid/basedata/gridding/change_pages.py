"""Splitting, merging and retiring unit grids: chosen on the map or by their codes, planned, looked at, applied."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citygrid.areas.models import Area
from citygrid.basedata.gridding import asked, plan_forms, reading
from citygrid.basedata.gridding.forms import GridsForm, MergeForm, RetireForm, SplitForm
from citygrid.basedata.gridding.plans import PlanKind
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed

FORMS: dict[str, type[GridsForm]] = {
    PlanKind.SPLIT: SplitForm,
    PlanKind.MERGE: MergeForm,
    PlanKind.RETIRE: RetireForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def change(request: HttpRequest, signed: Signed, code: str, act: str) -> HttpResponse:
    """The form of a change in a community; `?grid=` names the grids that were chosen."""
    if act not in FORMS:
        raise Http404
    community = asked.area("community", code, timezone.localdate())
    if not asked.may_edit(signed, community):
        raise PermissionDenied
    if request.method == "POST":
        form = FORMS[act](request.POST)
        answer = _planned(form, act, community, signed) if form.is_valid() else None
        if answer is not None:
            return answer
        return render(request, "basedata/areas/change.html", _context(form, act, community), status=422)
    first = plan_forms.first_values(request, grids="\n".join(request.GET.getlist("grid")))
    return render(request, "basedata/areas/change.html", _context(FORMS[act](initial=first), act, community))


def _planned(form: GridsForm, act: str, community: Area, signed: Signed) -> HttpResponse | None:
    values = form.cleaned_data
    inputs = {"community": community.code, "line": values.get("line", "")}
    return plan_forms.start(form, act, signed, codes=values["grids"], inputs=inputs)


def _context(form: GridsForm, act: str, community: Area) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "tab": "overview",
        "area": community,
        "path": reading.path(community, today),
        "act": act,
        "title": PlanKind(act).label,
        "form": form,
        "shapes_url": reverse("basedata:area_shapes", args=["community", community.code]),
    }
