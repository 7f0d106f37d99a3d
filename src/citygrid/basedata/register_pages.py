"""Registers of other departments: which there are, the entries of one, one number with its days (S1-10, S2-45)."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.basedata import component_words, registers, seeing, survey_words
from citygrid.basedata.component_frame import frame
from citygrid.basedata.models import Register, RegisterEntry
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed, seat_required
from citygrid.web.words import chinese


@require_safe
@seat_required
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The registers that the post may read, with the number of entries in force."""
    rows = registers.readable(signed)
    bodies = {one.code: str(one) for one in Body.objects.filter(code__in=[row.department for row in rows])}
    counts = registers.counts(timezone.localdate())
    shown = [
        {"row": row, "name": name(row), "department": bodies.get(row.department, ""), "count": counts.get(row.pk, 0),
         "fields": ", ".join(component_words.title_of(one) for one in registers.fields(row))}
        for row in rows
    ]  # fmt: skip
    return render(request, "basedata/registers/list.html", {"rows": shown, **frame(signed, "registers")})


@require_safe
@seat_required
def register(request: HttpRequest, signed: Signed, code: str) -> HttpResponse:
    """The entries of a register in force on a day (`?on=`, empty: all days), by number or name."""
    found = _register(signed, code)
    today = timezone.localdate()
    said = request.GET.get("on", today.isoformat())
    day = _day(said)
    typed = request.GET.get("q", "").strip()[:100]
    rows = registers.page(found, seeing.entries(signed), day, typed, _after(request))
    names = component_words.area_names(rows)
    fields = registers.fields(found)[:3]
    shown = [
        {"row": row, "url": reverse("basedata:register_entry", args=[code, row.key]),
         "where": " ".join(names[c] for c in (row.street, row.community) if c in names),
         "facts": [one.say(row.data.get(one.name), chinese()) if one.name in row.data else "" for one in fields]}
        for row in rows
    ]  # fmt: skip
    last = rows[-1] if len(rows) == registers.PAGE else None
    context = {
        "register": found, "name": name(found), "rows": shown, "typed": typed, "on": said,
        "titles": [component_words.title_of(one) for one in fields], "shapes": _shapes(rows, code),
        "after": f"{last.key}~{last.valid_from.isoformat()}" if last else None, **frame(signed, "registers"),
    }  # fmt: skip
    return render(request, "basedata/registers/register.html", context)


@require_safe
@seat_required
def entry(request: HttpRequest, signed: Signed, code: str, key: str) -> HttpResponse:
    """A number with all its spans of days, newest first."""
    found = _register(signed, code)
    spans = [one for one in registers.spans(found, key) if registers.sees(signed, one)]
    if not spans:
        raise Http404
    today = timezone.localdate()
    fields = registers.fields(found)
    shown = [
        {"row": one, "now": one.valid_from <= today and (one.valid_to is None or today < one.valid_to),
         "facts": [(component_words.title_of(f), component_words.with_unit(f, one.data[f.name]))
                   for f in fields if one.data.get(f.name) not in (None, "")]}
        for one in spans
    ]  # fmt: skip
    names = component_words.area_names(spans[:1])
    context = {
        "register": found, "name": name(found), "key": key, "spans": shown, "first": spans[0],
        "where": [names[c] for c in (spans[0].district, spans[0].street, spans[0].community) if c in names],
        "shapes": _shapes(spans[:1], code), **frame(signed, "registers"),
    }  # fmt: skip
    return render(request, "basedata/registers/entry.html", context)


def name(row: Register) -> str:
    """The register's name in the reader's language."""
    return row.name if chinese() or not row.name_en else row.name_en


def _register(signed: Signed, code: str) -> Register:
    found = Register.objects.filter(code=code).first()
    if found is None or not registers.may_read(signed, found):
        raise Http404
    return found


def _shapes(rows: list[RegisterEntry], code: str) -> dict[str, Any]:
    features = []
    for row in rows:
        geometry = survey_words.geometry_of(row)
        if geometry is not None:
            properties = {"tone": "present", "title": row.key, "rows": [[_("Name"), row.name]],
                          "url": reverse("basedata:register_entry", args=[code, row.key])}  # fmt: skip
            features.append({"type": "Feature", "id": str(row.pk), "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def _after(request: HttpRequest) -> str:
    after = request.GET.get("after", "")[:200]
    return after if _day(after.rpartition("~")[2]) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
