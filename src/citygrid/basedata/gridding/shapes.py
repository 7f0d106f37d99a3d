"""Areas as GeoJSON for the maps of these pages. Each feature says its tone: present, new, ended, fault ..."""

import json
from collections.abc import Iterable, Sequence
from datetime import date

import shapely
from django.urls import reverse
from django.utils.translation import gettext as _

from citygrid.areas import geojson
from citygrid.areas.models import LADDER, Area
from citygrid.basedata.gridding import reading
from citygrid.basedata.gridding.words import KINDS

Drawn = tuple[dict[str, object], shapely.Geometry]


def shape_of(area: Area) -> shapely.Geometry:
    """The shape in degrees."""
    return shapely.from_wkb(bytes(area.geometry))


def drawn(area: Area, tone: str, key: str = "", label: str | None = None) -> Drawn:
    """An area as a feature of a page's map, with a card that leads to its page."""
    title = f"{area.code} {area.name}".strip()
    if label is None:
        label = str(area.serial) if area.kind == "grid" else (area.name or area.code)
    rows = [[str(KINDS[area.kind]), area.code], [_("Surface"), f"{area.area_m2:,.0f} m²"]]
    address = reverse("basedata:area", args=[area.kind, area.code]) if area.kind in LADDER else None
    known: dict[str, object] = {
        "key": key or area.code,
        "tone": tone,
        "label": label,
        "title": title,
        "rows": rows,
        "url": address,
    }
    return known, shape_of(area)


def feature(
    tone: str,
    shape: shapely.Geometry,
    key: str,
    title: str = "",
    label: str = "",
    rows: Sequence[tuple[str, str]] = (),
) -> Drawn:
    """Any other shape as a feature: a proposed piece, a fault, a line. `rows`: title and text in its card."""
    listed = [list(row) for row in rows]
    return {"key": key, "tone": tone, "title": title or None, "label": label or None, "rows": listed}, shape


def text(features: Iterable[Drawn]) -> str:
    """GeoJSON text; features without a surface or a length are left out."""
    return geojson.text((facts, shape) for facts, shape in features if shape is not None and not shape.is_empty)


def around(area: Area, day: date) -> list[Drawn]:
    """The outline of an area and what is directly below it."""
    if area.kind == "grid":
        return [drawn(area, "present")]
    below = [drawn(row, "present") for row in reading.children(area, day)]
    return [drawn(area, "plain", f"{area.kind}:{area.code}", ""), *below]


def collection(features: Iterable[Drawn]) -> dict[str, object]:
    """The same as a value for a page's `json_script`."""
    found: dict[str, object] = json.loads(text(features))
    return found
