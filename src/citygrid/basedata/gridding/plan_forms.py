"""From a filled form to a plan: made once and worked out, or the form again with what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from citygrid.basedata.gridding import planning
from citygrid.basedata.gridding.forms import PlanForm
from citygrid.basedata.gridding.plans import OPEN, AreaPlan
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused


def first_values(request: HttpRequest, **usual: Any) -> dict[str, Any]:
    """What a new form shows: the usual, from tomorrow on, or what was typed into an open plan (`?plan=`)."""
    values = {"plan": PlanForm.fresh(), "from_day": timezone.localdate() + timedelta(days=1), **usual}
    former = former_plan(request)
    if former is not None:
        values |= former.inputs.get("typed", {}) | {"from_day": former.from_day, "reason": former.reason}
    return values


def former_plan(request: HttpRequest) -> AreaPlan | None:
    """The open plan that `?plan=` names, None for any other text."""
    try:
        wanted = UUID(request.GET.get("plan", ""))
    except ValueError:
        return None
    return AreaPlan.objects.filter(pk=wanted, state__in=OPEN).first()


def start(
    form: PlanForm,
    kind: str,
    signed: Signed,
    *,
    codes: Sequence[str],
    inputs: Mapping[str, Any],
    prepare: Callable[[AreaPlan], None] = lambda plan: None,
    file: tuple[str, str] = ("", ""),
) -> HttpResponse | None:
    """Make the plan of a valid form, work it out (or begin to), and go to its page; None when it was refused, which the
    form then says. `prepare`: keeps a file with a plan that was just made."""
    values = form.cleaned_data
    try:
        with transaction.atomic():
            plan, made = planning.make(
                values["plan"],
                kind,
                codes=codes,
                from_day=values["from_day"],
                inputs={**inputs, "typed": typed(form)},
                reason=values["reason"],
                by=signed.person,
                at=timezone.now(),
                file=file,
            )
            if made:
                prepare(plan)
                planning.begin(plan)
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return redirect("basedata:area_plan", plan.pk)


def typed(form: PlanForm) -> dict[str, str]:
    """What was typed, but for files, the plan's number, and what the plan keeps itself."""
    apart = {"plan", "from_day", "reason", *form.files}
    return {name: str(form.data.get(name, "")) for name in form.fields if name not in apart and name in form.data}
