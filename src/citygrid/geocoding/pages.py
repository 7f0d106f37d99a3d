"""The search page: what may be meant by a text, on the map; what is at a point."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citygrid.geocoding import coordinates, reverse, search
from citygrid.geocoding.api import LONGEST
from citygrid.geocoding.coordinates import Typed
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.standards.coordinates import CGCS2000, CoordinateError

SHOWN = 20


@dataclass(slots=True)
class Asked:
    """What the address of the page says."""

    q: str
    crs: str
    lon: str
    lat: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        get = request.GET
        crs = get.get("crs", CGCS2000)
        return cls(get.get("q", "").strip()[:LONGEST], crs[:40], get.get("lon", "")[:24], get.get("lat", "")[:24])


@require_safe
@seat_required
def search_page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Search by text, or ask what is at a point (a click on the map puts it into the address of the page)."""
    asked, now = Asked.of(request), timezone.now()
    context: dict[str, Any] = {
        "asked": asked, "systems": coordinates.SYSTEMS, "may_edit": may(signed, "geocoding.edit"),
        "centre": centre(), "matches": [], "hints": [], "described": None, "problem": "",
    }  # fmt: skip
    try:
        if asked.q:
            context["matches"] = search.find(asked.q, SHOWN, at=now, crs=asked.crs)
            typed = coordinates.read(asked.q)
            context["hints"] = coordinates.hints(typed, asked.crs, now) if typed else []
        elif asked.lon and asked.lat:
            context |= _at_point(asked, now)
    except CoordinateError as error:
        context["problem"] = _(error.message) % error.params
    return render(request, "geocoding/search.html", context, status=422 if context["problem"] else 200)


def _at_point(asked: Asked, now: Any) -> dict[str, Any]:
    try:
        typed = Typed(float(asked.lon), float(asked.lat), named=False)
    except ValueError:
        return {"problem": _("(%(lon)s, %(lat)s) is not a place.") % {"lon": asked.lon, "lat": asked.lat}}
    point = coordinates.placed(typed, asked.crs)
    if point is None:
        return {"problem": _("(%(lon)s, %(lat)s) is not a place.") % {"lon": asked.lon, "lat": asked.lat}}
    return {"described": reverse.describe(*point, now), "hints": coordinates.hints(typed, asked.crs, now)}


def centre() -> tuple[str, str] | None:
    """Where the city's map begins."""
    try:
        shown = profile_at(timezone.now()).data.get("map") or {}
    except NoRules:
        return None
    return (shown["lon"], shown["lat"]) if shown else None
