"""Components to pick from in the form of a new case: by code or name, or those next to the place that is typed."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from citygrid.basedata import components, listing, seeing
from citygrid.basedata.models import Component
from citygrid.cases import naming
from citygrid.organization.seats import Signed, seat_required
from citygrid.standards.coordinates import CoordinateError

MOST = 8
NEAR_M = 60.0


@require_safe
@seat_required
def pick_component(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Components that the post may see. Picking one also gives the case its place and class (`sets`)."""
    words = request.GET.get("words", "").strip()[:60]
    seen = seeing.components(signed)
    if words:
        found: list[Any] = listing.page(listing.Query(text=words), seen, MOST)
    else:
        codes = [one.code for one in _near(request)]
        found = [one for one in (listing.one(code, seen) for code in codes) if one is not None]
    picks = [(one.code, f"{one.code} {one.name}", naming.class_words(one.class_id), _sets(one)) for one in found]
    return render(request, "cases/component_picks.html", {"picks": picks, "typed": words})


def linked(code: str, signed: Signed) -> str:
    """The component's code and name as a link, or the plain code when the register does not have it for this post."""
    found = listing.one(code, seeing.components(signed))
    if found is None or not seeing.may_open(signed):
        return code
    address = reverse("basedata:component", args=[code])
    return format_html('<a href="{}">{} {}</a>', address, code, found.name)


def _near(request: HttpRequest) -> list[components.Near]:
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
        return components.near(lon, lat, NEAR_M, most=MOST, at=timezone.now())
    except (ValueError, CoordinateError):
        return []


def _sets(one: Component) -> str:
    facts = {"lon": f"{one.lon:.7f}", "lat": f"{one.lat:.7f}", "class_id": one.class_id}
    return json.dumps({**facts, "class_words": naming.class_words(one.class_id)}, ensure_ascii=False)
