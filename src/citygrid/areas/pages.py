"""Areas as GeoJSON for maps; for whoever is signed in."""

import math
from datetime import date

import shapely
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from citygrid.areas import geojson
from citygrid.areas.models import Area, Kind
from citygrid.areas.versions import current

MOST = 5000
"""Areas in one answer; a map that shows more asks for a smaller box."""


@require_GET
@login_required
def areas(request: HttpRequest, kind: str) -> HttpResponse:
    """`?bbox=west,south,east,north` (degrees) `&at=YYYY-MM-DD`: the areas of a kind that touch the box."""
    if kind not in Kind.values:
        return _refused("unknown_kind", _("There is no such kind of area."), 404)
    try:
        box = _box(request.GET.get("bbox", ""))
        day = _day(request.GET.get("at", ""))
    except ValueError:
        text = _("bbox is west,south,east,north in degrees; at is YYYY-MM-DD.")
        return _refused("bad_question", text, 400)
    version = current()
    tag = f'"{version.pk if version else 0}-{day}"'
    if request.headers.get("If-None-Match") == tag:
        return _kept(HttpResponse(status=304), tag)
    rows = Area.objects.filter(kind=kind, valid_from__lte=day).exclude(valid_to__lte=day).order_by("code")
    found = [(row, shapely.from_wkb(bytes(row.geometry))) for row in rows.iterator(1000)]
    if box is not None:
        found = [(row, shape) for row, shape in found if shape.intersects(box)]
    if len(found) > MOST:
        return _refused("too_many", _("Too many areas in one answer; ask for a smaller box."), 413)
    text = geojson.text(
        ({"id": row.pk, "code": row.code, "name": row.name or None, "area_m2": round(row.area_m2)}, shape)
        for row, shape in found
    )
    return _kept(HttpResponse(text, content_type="application/geo+json"), tag)


def _box(text: str) -> shapely.Geometry | None:
    if not text:
        return None
    west, south, east, north = (float(part) for part in text.split(","))
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise ValueError(text)
    return shapely.box(west, south, east, north)


def _day(text: str) -> date:
    return date.fromisoformat(text) if text else timezone.localdate()


def _refused(code: str, message: str, status: int) -> HttpResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def _kept(answer: HttpResponse, tag: str, seconds: int = 0) -> HttpResponse:
    answer["ETag"] = tag
    answer["Cache-Control"] = f"private, max-age={seconds}" if seconds else "private, no-cache"
    answer["Vary"] = "Cookie, Accept-Encoding"
    return answer
