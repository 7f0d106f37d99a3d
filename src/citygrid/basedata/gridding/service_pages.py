"""The service area (实行区域): where the system works, as approved; its history, and a new one (S4-02)."""

from typing import Any

import shapely
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.areas import geojson
from citygrid.areas.models import Area, ServiceArea
from citygrid.basedata import sent_files
from citygrid.basedata.gridding import asked, plan_forms, reading, shapes
from citygrid.basedata.gridding.forms import ServiceForm
from citygrid.basedata.gridding.plans import AreaPlan, PlanKind, PlanState
from citygrid.media.checking import MediaError
from citygrid.media.storing import store
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused


@require_safe
@right_required(*asked.READERS)
def service(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The service area of a day with its approval, and all earlier and later ones."""
    at = asked.day(request)
    rows = list(ServiceArea.objects.order_by("-valid_from", "code").defer("geometry"))
    context = {
        "tab": "service",
        "rows": [{"row": row, "plan": _plan_of(row), "now": _holds(row, at)} for row in rows],
        "any": any(_holds(row, at) for row in rows),
        "may_edit": asked.may_edit(signed, *Area.objects.filter(kind="city").only("pk")),
        "shapes": _drawn(at),
        **asked.days(request, at),
        "turns": sorted({row.valid_from for row in rows}, reverse=True)[: asked.LINKS],
    }
    return render(request, "basedata/areas/service.html", context)


def _holds(row: ServiceArea, at: Any) -> bool:
    return row.valid_from <= at and (row.valid_to is None or at < row.valid_to)


def _plan_of(row: ServiceArea) -> AreaPlan | None:
    """The plan that made it; it keeps the approval document."""
    made = AreaPlan.objects.filter(kind=PlanKind.SERVICE, state=PlanState.APPLIED, from_day=row.valid_from)
    found = made.filter(codes=[row.code]).select_related("document").defer("shapes", "content", "file")
    return found.order_by("-ended_at").first()


def _drawn(at: Any) -> dict[str, Any]:
    city = [shapes.drawn(row, "plain", f"district:{row.code}") for row in _districts(at)]
    rows = ServiceArea.objects.filter(reading.on(at)).order_by("code")
    served = [
        shapes.feature("proposed", shapely.from_wkb(bytes(row.geometry)), f"service:{row.code}", row.name or row.code)
        for row in rows
    ]
    return shapes.collection([*city, *served])


def _districts(at: Any) -> list[Area]:
    return list(Area.objects.filter(reading.on(at), kind="district").order_by("code"))


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The form of a new service area; sent, it becomes a plan."""
    if not asked.may_edit(signed, *Area.objects.filter(kind="city").only("pk")):
        raise PermissionDenied
    if request.method == "POST":
        form = ServiceForm(request.POST, request.FILES)
        answer = _planned(form, signed) if form.is_valid() else None
        if answer is not None:
            return answer
        return render(request, "basedata/areas/service_new.html", _context(form), status=422)
    held = ServiceArea.objects.filter(reading.on(timezone.localdate())).order_by("code").first()
    usual = {"code": held.code, "name": held.name} if held else {"code": "1"}
    if held is not None:
        usual["shape"] = shapely.to_geojson(shapely.from_wkb(bytes(held.geometry)))
    form = ServiceForm(initial=plan_forms.first_values(request, **usual))
    return render(request, "basedata/areas/service_new.html", _context(form))


def _context(form: ServiceForm) -> dict[str, Any]:
    return {"tab": "service", "form": form, "shapes": _drawn(timezone.localdate())}


def _planned(form: ServiceForm, signed: Signed) -> HttpResponse | None:
    values = form.cleaned_data
    data, file, document = b"", ("", ""), None
    try:
        if values.get("file"):
            data, file = sent_files.read(values["file"], signed.person.pk)
    except Refused as refusal:
        form.refuse(refusal, "file")
        return None
    if values.get("document"):
        try:
            sent = values["document"]
            document = store(sent.read(), sent.name, signed.person.pk, timezone.now())
        except MediaError as error:
            form.add_error("document", _(error.message) % dict(error.params))
            return None

    def prepare(plan: AreaPlan) -> None:
        plan.file, plan.document = data, document
        plan.save(update_fields=["file", "document"])

    inputs = {name: str(values[name]) for name in ("name", "approval", "approved_on")}
    inputs["shape"] = "" if data else values["shape"]
    codes = [values["code"]]
    return plan_forms.start(form, PlanKind.SERVICE, signed, codes=codes, inputs=inputs, prepare=prepare, file=file)


@require_safe
@right_required(*asked.READERS)
def file(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The service areas of a day as GeoJSON, to be kept or published (实行区域 is published by its approval)."""
    at = asked.day(request)
    rows = ServiceArea.objects.filter(reading.on(at)).order_by("code")
    text = geojson.text(
        (
            {"code": row.code, "name": row.name, "approval": row.approval, "valid_from": row.valid_from.isoformat()},
            shapely.from_wkb(bytes(row.geometry)),
        )
        for row in rows
    )
    answer = HttpResponse(text, content_type="application/geo+json")
    answer["Content-Disposition"] = content_disposition_header(True, f"service-area-{at.isoformat()}.geojson")
    return answer
