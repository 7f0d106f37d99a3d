"""One row in staging: what the file says, what is wrong, the map; corrected in place, left out, accepted (S1-08)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.basedata import component_words, corrections, mappings, survey_asking, survey_words
from citygrid.basedata.component_frame import frame
from citygrid.basedata.identifying import BY_PLACE
from citygrid.basedata.models import Component, Survey, SurveyRow
from citygrid.basedata.sheets import Field
from citygrid.basedata.staging_pages import rows_of
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refused
from citygrid.web.refusals import Told
from citygrid.web.words import chinese


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("basedata.survey", "basedata.publish")
def row(request: HttpRequest, signed: Signed, pk: UUID, number: str) -> HttpResponse:
    """The row's page. A refused correction shows the form again with what was typed."""
    survey = survey_asking.survey(signed, pk)
    found = SurveyRow.objects.filter(survey=survey, number=_number(number)).first()
    if found is None:
        raise Http404
    refusal: Told | None = None
    if request.method == "POST":
        if not _may_correct(survey, signed):
            raise PermissionDenied
        try:
            messages.success(request, _done(found, survey, request, signed, timezone.now()))
            return redirect(_onwards(request, survey, found))
        except Refused as refused:
            refusal = survey_asking.tell(refused.refusal)
    context = _context(request, signed, survey, found) | {"refusal": refusal}
    return render(request, "basedata/surveys/row.html", context, status=422 if refusal else 200)


def _done(found: SurveyRow, survey: Survey, request: HttpRequest, signed: Signed, at: datetime) -> str:
    """What the pressed button asks for. Raises Refused."""
    pressed = next((name for name in ("leave_out", "take_in", "accept", "confirm") if name in request.POST), "correct")
    by = signed.person
    if pressed == "leave_out":
        corrections.leave_out(found, by, at)
        return _("Row %(number)s is left out.") % {"number": found.number}
    if pressed == "take_in":
        corrections.take_in(found, by, at)
        return _("Row %(number)s is taken in again.") % {"number": found.number}
    if pressed == "confirm":
        yes = request.POST["confirm"] == "yes"
        corrections.confirm_removed(survey, [found.code], by, at, yes)
        return _("Confirmed: it is gone.") if yes else _("It stays in the register.")
    if pressed == "accept":
        code = request.POST["accept"]
        reason = request.POST.get(f"reason:{code}", "").strip()
        if not reason:
            raise Refused(survey_words.refusal("accept_reason", field=f"reason:{code}"))
        corrections.accept(found, code, reason, by, at)
        return _("The warning is accepted.")
    cells, shape = _corrected(found, survey, request)
    if cells or shape is not None:
        corrections.correct(found, cells=cells, shape=shape, by=by, at=at)
        found.refresh_from_db()
    left = found.errors
    if left:
        return _("Saved. The row still has %(count)s errors.") % {"count": left}
    return _("Saved. The row has no errors.")


def _corrected(
    found: SurveyRow, survey: Survey, request: HttpRequest
) -> tuple[dict[str, str], shapely.Geometry | None]:
    """Cells that were typed otherwise than they are, and a place that was moved. Raises Refused for a wrong place."""
    cells = {}
    for one in _fields(survey):
        typed = request.POST.get(f"cell:{one.name}")
        if typed is not None and typed.strip() != _text(found, one):
            cells[one.name] = typed.strip()
    return cells, _moved(found, request)


def _moved(found: SurveyRow, request: HttpRequest) -> shapely.Geometry | None:
    lon, lat = (request.POST.get(name, "").strip() for name in ("lon", "lat"))
    if (not lon and not lat) or (lon, lat) == _place(found):
        return None
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        raise Refused(survey_words.refusal("row_place", value=f"{lon}, {lat}", field="lon")) from None
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise Refused(survey_words.refusal("row_place", value=f"{lon}, {lat}", field="lon"))
    if found.shape is None:
        return shapely.Point(x, y)
    old = shapely.from_wkb(bytes(found.shape))
    centre = old.representative_point()
    return shapely.transform(old, lambda c: np.add(c, [x - centre.x, y - centre.y]))


def _context(request: HttpRequest, signed: Signed, survey: Survey, found: SurveyRow) -> dict[str, Any]:
    named = survey_words.titles(survey)
    wrong: dict[str, list[Any]] = {}
    for one in (survey_words.said(p, named) for p in found.problems):
        wrong.setdefault(one["field"], []).append(one)
    fields = [_line(found, one, wrong, request) for one in _fields(survey)]
    show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    around = rows_of(survey, show, kind).values_list("number", flat=True)
    query = request.GET.urlencode()
    known = Component.objects.filter(code=found.code).first() if found.code and survey.register_id is None else None
    return {
        "survey": survey, "row": found, "fields": [one for one in fields if one["shown"]],
        "more": [one for one in fields if not one["shown"]],
        "problems": [survey_words.said(p, named) for p in found.problems],
        "before": around.filter(number__lt=found.number).order_by("-number").first(),
        "following": around.filter(number__gt=found.number).first(), "query": f"?{query}" if query else "",
        "may_correct": _may_correct(survey, signed), "place": _typed_place(request, found), "known": known,
        "differences": component_words.differences(known, found, survey.on) if known else [],
        "shapes": survey_words.shapes([found], survey), "movable": survey.register_id is None or bool(found.lon),
        "class_name": component_words.class_name(found.class_id, survey.on) if found.class_id else "", "step": 3,
        **frame(signed, "surveys"),
    }  # fmt: skip


def _line(found: SurveyRow, one: Field, wrong: dict[str, list[Any]], request: HttpRequest) -> dict[str, Any]:
    text = _text(found, one)
    choices = [(c.code, one.say(c.code, chinese())) for c in one.choices]
    value = request.POST.get(f"cell:{one.name}", text)
    here = wrong.get(one.name, [])
    known = {code for code, _words in choices}
    return {
        "field": one, "title": component_words.title_of(one), "value": value, "choices": choices, "wrong": here,
        "odd": value if choices and value and value not in known else "", "shown": bool(text or here or one.required),
        "bad": any(p["severity"] == "error" for p in here),
    }  # fmt: skip


def _fields(survey: Survey) -> tuple[Field, ...]:
    target = mappings.REGISTER + survey.register.code if survey.register else mappings.COMPONENTS
    return mappings.fields(target, survey.on)


def _text(found: SurveyRow, one: Field) -> str:
    """What the row says of a fact: as the file (or a correction) says it, else what the mapping's constant says."""
    said = found.cells.get(one.name)
    if said is not None:
        return str(said)
    if one.name == "class":
        return found.class_id
    if one.name in found.attributes:
        return one.write(found.attributes[one.name])
    value = getattr(found, one.name, "")
    if one.name == "key" and value.startswith(BY_PLACE):
        return ""
    return one.write(value) if isinstance(value, str) else str(value or "")


def _place(found: SurveyRow) -> tuple[str, str]:
    if found.lon is None or found.lat is None:
        return "", ""
    return f"{found.lon:.7f}", f"{found.lat:.7f}"


def _typed_place(request: HttpRequest, found: SurveyRow) -> tuple[str, str]:
    lon, lat = _place(found)
    return request.POST.get("lon", lon), request.POST.get("lat", lat)


def _may_correct(survey: Survey, signed: Signed) -> bool:
    """The surveyor corrects before submitting; the steward may correct what is being reviewed by sending it back."""
    return survey.status == Survey.Status.CHECKED and may(signed, "basedata.survey")


def _onwards(request: HttpRequest, survey: Survey, found: SurveyRow) -> str:
    """To the next row of the same filter when that was asked for, else back to this one."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if "next" in request.POST:
        rows = rows_of(survey, request.GET.get("show", ""), request.GET.get("kind", ""))
        following = rows.filter(number__gt=found.number).values_list("number", flat=True).first()
        if following is None:
            return reverse("basedata:survey", args=[survey.pk]) + query
        return reverse("basedata:survey_row", args=[survey.pk, following]) + query
    return reverse("basedata:survey_row", args=[survey.pk, found.number]) + query


def _number(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Http404
    return int(text)
