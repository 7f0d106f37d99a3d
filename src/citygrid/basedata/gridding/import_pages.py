"""Bringing in areas from a file: send it, match its columns, look at the plan, apply it from a day (S1-08)."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citygrid.areas import importing
from citygrid.areas.models import Area
from citygrid.basedata import sent_files
from citygrid.basedata.gridding import asked, plan_forms, planning
from citygrid.basedata.gridding.forms import ImportForm, MappingForm
from citygrid.basedata.gridding.import_plan import guess, opened
from citygrid.basedata.gridding.plans import AreaPlan, PlanKind, PlanState
from citygrid.basedata.gridding.words import told
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.tabular import TableError
from citygrid.web.refusals import Told

SAMPLE = 20
"""Rows shown while columns are matched."""


def _only_for_the_city(signed: Signed) -> None:
    """An import may touch any area, so the post's scope must reach the city; before the first import there is none."""
    if not asked.may_edit(signed, *Area.objects.filter(kind="city").only("pk")):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def send(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The form that takes the file."""
    _only_for_the_city(signed)
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        answer = _kept(form, signed) if form.is_valid() else None
        if answer is not None:
            return answer
        return render(request, "basedata/areas/import.html", {"tab": "import", "form": form}, status=422)
    form = ImportForm(initial=plan_forms.first_values(request, kind="community"))
    return render(request, "basedata/areas/import.html", {"tab": "import", "form": form})


def _kept(form: ImportForm, signed: Signed) -> HttpResponse | None:
    """Keep the file with a new plan that still lacks its columns."""
    values = form.cleaned_data
    try:
        data, file = sent_files.read(values["file"], signed.person.pk)
        with transaction.atomic():
            plan, made = planning.make(
                values["plan"],
                PlanKind.IMPORT,
                codes=[],
                from_day=values["from_day"],
                inputs={"kind": values["kind"]},
                reason=values["reason"],
                by=signed.person,
                at=timezone.now(),
                file=file,
            )
            if made:
                plan.file = data
                plan.save(update_fields=["file"])
    except Refused as refusal:
        form.refuse(refusal, "file")
        return None
    return redirect("basedata:area_mapping", plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("areas.edit")
def mapping(request: HttpRequest, signed: Signed, plan_id: UUID) -> HttpResponse:
    """Which column means what, in which coordinates; the first rows are shown. Sent, the plan is worked out."""
    _only_for_the_city(signed)
    plan = get_object_or_404(AreaPlan, pk=plan_id, kind=PlanKind.IMPORT)
    if not plan.open or plan.state in (PlanState.WAITING, PlanState.WORKING):
        return redirect("basedata:area_plan", plan.pk)
    wishes = _wishes(request, plan)
    look = _look(plan, wishes)
    first = {**guess(look["columns"]), **plan.inputs.get("columns", {}), **wishes}
    form = MappingForm(
        request.POST if request.method == "POST" and "look" not in request.POST else None,
        fields={name: name == "code" for name in importing.FIELDS},
        columns=look["columns"],
        sheets=look["sheets"],
        initial=first,
    )
    if form.is_bound and form.is_valid() and look["refusal"] is None:
        with transaction.atomic():
            plan.inputs = {**plan.inputs, **form.wishes(), "columns": form.mapping()}
            plan.save(update_fields=["inputs"])
            planning.begin(plan)
        return redirect("basedata:area_plan", plan.pk)
    context = {"tab": "import", "plan": plan, "form": form, **look}
    status = 422 if form.is_bound and (form.errors or look["refusal"]) else 200
    return render(request, "basedata/areas/mapping.html", context, status=status)


def _wishes(request: HttpRequest, plan: AreaPlan) -> dict[str, Any]:
    """Sheet, coordinate system and order of axes: as sent, else as kept."""
    if request.method == "POST":
        return {
            "sheet": request.POST.get("sheet", ""),
            "crs": request.POST.get("crs", "").strip(),
            "swapped": bool(request.POST.get("swapped")),
        }
    return {name: plan.inputs.get(name, usual) for name, usual in (("sheet", ""), ("crs", ""), ("swapped", False))}


def _look(plan: AreaPlan, wishes: dict[str, Any]) -> dict[str, Any]:
    """The columns and first rows of the file, or why it cannot be read as wished."""
    try:
        with opened(plan, wishes) as table:
            batch = next(islice(table.batches(SAMPLE), 1), None)
            rows = []
            if batch is not None:
                for at in range(min(len(batch.numbers), SAMPLE)):
                    cells = [batch.columns.get(name, [""] * SAMPLE)[at][:60] for name in table.columns]
                    kind = batch.shapes[at].geom_type if batch.shapes is not None and batch.shapes[at] else ""
                    rows.append({"number": batch.numbers[at], "cells": cells, "shape": kind})
            notes = [
                told(p.code, p.message, p.params).sentence
                for p in [*table.problems, *(batch.problems if batch else [])]
            ]
            return {
                "columns": table.columns,
                "sheets": table.sheets,
                "crs_found": table.crs or "",
                "has_shapes": table.has_shapes,
                "sample": rows,
                "notes": notes[:SAMPLE],
                "refusal": None,
            }
    except TableError as error:
        sheets = list(error.params.get("tables", [])) if error.code == "several_tables" else []
        return {
            "columns": [],
            "sheets": sheets,
            "sample": [],
            "notes": [],
            "refusal": Told(error.code, told(error.code, error.message, error.params).sentence),
        }
