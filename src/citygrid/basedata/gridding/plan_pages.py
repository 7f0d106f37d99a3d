"""Plans of changes of areas: the list, one plan with its map and figures, and what can be done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citygrid.areas.models import Area
from citygrid.basedata.gridding import asked, planning
from citygrid.basedata.gridding.duty_members import duty_touched
from citygrid.basedata.gridding.planning import Actor
from citygrid.basedata.gridding.plans import OPEN, AreaPlan, PlanKind, PlanState
from citygrid.basedata.gridding.words import VERDICTS, tell, told
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused

PAGE = 50
BUSY = (PlanState.WAITING, PlanState.WORKING)


@require_safe
@right_required(*asked.READERS)
def plans(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All plans, newest first; `?show=open|applied`."""
    show = request.GET.get("show", "")
    rows = AreaPlan.objects.select_related("made_by", "ended_by").defer("shapes", "content", "file")
    if show == "open":
        rows = rows.filter(state__in=OPEN)
    elif show == "applied":
        rows = rows.filter(state=PlanState.APPLIED)
    else:
        show = ""
    after = request.GET.get("after", "")
    if after:
        rows = _after(rows, after)
    listed = list(rows.order_by("-made_at", "-pk")[: PAGE + 1])
    last = listed[PAGE - 1] if len(listed) > PAGE else None
    context = {
        "tab": "plans",
        "plans": listed[:PAGE],
        "show": show,
        "after": str(last.pk) if last else None,
        "shows": [("", _("All")), ("open", _("Open")), ("applied", _("Applied"))],
    }
    return render(request, "basedata/areas/plans.html", context)


def _after(rows: Any, key: str) -> Any:
    try:
        last = AreaPlan.objects.only("made_at").get(pk=UUID(key))
    except (ValueError, AreaPlan.DoesNotExist):
        return rows
    return rows.filter(made_at__lte=last.made_at).exclude(made_at=last.made_at, pk__gte=last.pk)


@require_safe
@right_required(*asked.READERS)
def plan(request: HttpRequest, signed: Signed, plan_id: UUID) -> HttpResponse:
    """One plan. A part of it is asked again and again while it is being worked out."""
    found = get_object_or_404(AreaPlan.objects.select_related("made_by", "ended_by"), pk=plan_id)
    part = "htmx" if request.headers.get("HX-Request") and found.state in BUSY else ""
    answer = render(request, _template(found, part), _context(found, signed))
    if request.headers.get("HX-Request") and not part:
        answer["HX-Refresh"] = "true"
    return answer


def _template(found: AreaPlan, part: str) -> str:
    return "basedata/areas/progress.html" if part else "basedata/areas/plan.html"


def _context(found: AreaPlan, signed: Signed, refusal: Refused | None = None) -> dict[str, Any]:
    outcome = found.outcome
    why = outcome.get("refusal")
    refused = tell(refusal.refusal) if refusal else None
    return {
        "tab": "plans",
        "plan": found,
        "kind_name": PlanKind(found.kind).label,
        "kinds": found.kind,
        "state_name": PlanState(found.state).label,
        "busy": found.state in BUSY,
        "may_apply": found.state == PlanState.READY and _may(found, signed),
        "may_drop": found.open and _may(found, signed),
        "may_again": found.open and _may(found, signed),
        "refusal": refused,
        "why": told(why["code"], why["message"], why["params"]) if why else None,
        "numbers": outcome.get("numbers", {}),
        "counts": [(VERDICTS[key], n) for key, n in outcome.get("numbers", {}).get("counts", {}).items()],
        "rows": [{**row, "verdict_name": VERDICTS.get(row.get("verdict"))} for row in outcome.get("rows", [])],
        "faults": [
            {**one, "sentence": told(one["code"], one["message"], one["params"]).sentence}
            for one in outcome.get("faults", [])
        ],
        "applied": outcome.get("applied", {}),
        "shapes_url": reverse("basedata:area_plan_shapes", args=[found.pk]) if found.shapes else "",
        "again_url": _edit_address(found),
    }


def _edit_address(found: AreaPlan) -> str:
    """Where the same form is filled in again with what was typed."""
    if not found.open:
        return ""
    community = found.inputs.get("community", "")
    changes = (PlanKind.SPLIT, PlanKind.MERGE, PlanKind.RETIRE)
    if found.kind in changes:
        address = reverse("basedata:area_change", args=[community, found.kind])
    elif found.kind == PlanKind.DIVIDE:
        address = reverse("basedata:area_divide", args=[found.inputs["kind"], found.inputs["code"]])
    elif found.kind == PlanKind.DUTY and found.inputs.get("retire"):
        address = reverse("basedata:area_duty_retire", args=found.codes)
    elif found.kind == PlanKind.DUTY:
        address = reverse("basedata:area_duty_new")
    elif found.kind == PlanKind.SERVICE:
        address = reverse("basedata:area_service_new")
    else:
        return reverse("basedata:area_mapping", args=[found.pk])
    return f"{address}?plan={found.pk}"


def _may(found: AreaPlan, signed: Signed) -> bool:
    return asked.may_edit(signed, *touched(found))


def touched(found: AreaPlan) -> list[Area]:
    """The areas whose change the plan is: the scope of whoever applies it must reach them.

    A plan of the whole city (an import, a service area) touches the city."""
    if found.kind in (PlanKind.IMPORT, PlanKind.SERVICE):
        return list(Area.objects.filter(kind="city").only("pk"))
    codes = [*found.codes, *found.inputs.get("grids", []), found.inputs.get("community", "")]
    return duty_touched(Area.objects.filter(kind__in=("community", "grid", "duty_grid"), code__in=codes))


@require_safe
@right_required(*asked.READERS)
def shapes(request: HttpRequest, signed: Signed, plan_id: UUID) -> HttpResponse:
    """What the plan draws, as GeoJSON."""
    found = get_object_or_404(AreaPlan.objects.only("shapes"), pk=plan_id)
    answer = HttpResponse(bytes(found.shapes), content_type="application/geo+json")
    if found.shapes:
        answer["Content-Encoding"] = "gzip"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_POST
@right_required("areas.edit")
def apply(request: HttpRequest, signed: Signed, plan_id: UUID) -> HttpResponse:
    """Apply it. Sent again, it shows what was applied."""
    return _done(request, signed, plan_id, planning.apply, _("Applied."))


@require_POST
@right_required("areas.edit")
def drop(request: HttpRequest, signed: Signed, plan_id: UUID) -> HttpResponse:
    """Give it up."""
    return _done(request, signed, plan_id, planning.drop, _("Dropped; nothing was changed."))


@require_POST
@right_required("areas.edit")
def again(request: HttpRequest, signed: Signed, plan_id: UUID) -> HttpResponse:
    """Work it out anew, against the areas as they are now."""
    return _done(request, signed, plan_id, planning.again, _("Worked out anew."))


def _done(request: HttpRequest, signed: Signed, plan_id: UUID, act: Any, words: str) -> HttpResponse:
    found = get_object_or_404(AreaPlan, pk=plan_id)
    if not _may(found, signed):
        raise PermissionDenied
    try:
        act(plan_id, Actor(signed.person, timezone.now(), signed))
    except Refused as refusal:
        found.refresh_from_db()
        return render(request, "basedata/areas/plan.html", _context(found, signed, refusal), status=409)
    messages.success(request, words)
    return redirect("basedata:area_plan", plan_id)
