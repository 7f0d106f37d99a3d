"""Areas as sources of layers: city, district, street, community, unit grid, duty grid and service area, by day.

They are held in memory by version: a city has some ten thousand, every process has them for `locate` anyway, and a tile
of them is cut out of an STRtree without asking the database (bench/maps.py)."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import shapely
from django.utils.translation import gettext_lazy as _

from citygrid.areas import versions
from citygrid.areas.models import Area, Kind, ServiceArea
from citygrid.maps import sources
from citygrid.maps.sources import Held, Property, Row

TITLES = {
    Kind.CITY: _("City"), Kind.DISTRICT: _("Districts"), Kind.STREET: _("Subdistricts"),
    Kind.COMMUNITY: _("Communities"), Kind.GRID: _("Unit grids"), Kind.DUTY_GRID: _("Duty grids"),
}  # fmt: skip
PROPERTIES = {
    "code": Property("", "text", _("Code")),
    "name": Property("", "text", _("Name")),
    "parent": Property("", "text", _("Belongs to")),
    "area_m2": Property("", "number", _("Area in m²")),
    "valid_from": Property("", "date", _("Valid from")),
    "valid_to": Property("", "date", _("Valid until")),
}
SERVICE = {
    "code": Property("", "text", _("Code")),
    "name": Property("", "text", _("Name")),
    "approval": Property("", "text", _("Approval")),
    "approved_on": Property("", "date", _("Approved on")),
    "valid_from": Property("", "date", _("Valid from")),
    "valid_to": Property("", "date", _("Valid until")),
}


def register() -> None:
    """Tell what areas there are; called when the app starts."""
    for kind, title in TITLES.items():
        sources.add(Held(f"areas.{kind}", title, "polygon", partial(_areas, kind), state, PROPERTIES))
    sources.add(Held("areas.service_area", _("Service area"), "polygon", _services, state, SERVICE))


def state() -> str:
    """The version of all areas."""
    newest = versions.current()
    return newest.digest[:16] if newest else ""


def _key(code: str, since: date, first: date, last: date) -> str:
    """On one day codes are unique; over several a key says since when the row holds."""
    return code if first == last else f"{code}@{since.isoformat()}"


def _areas(kind: str, first: date, last: date) -> Sequence[Row]:
    rows = Area.objects.filter(kind=kind, valid_from__lte=last).exclude(valid_to__lte=first).order_by("code")
    names = ("code", "name", "parent__code", "area_m2", "valid_from", "valid_to", "geometry")
    found = []
    for code, name, parent, area, since, until, wkb in rows.values_list(*names):
        if not wkb:
            continue
        facts = {"code": code, "name": name or None, "parent": parent, "area_m2": round(area),
                 "valid_from": since.isoformat(), "valid_to": until.isoformat() if until else None}  # fmt: skip
        found.append(Row(_key(code, since, first, last), shapely.from_wkb(bytes(wkb)), facts))
    return found


def _services(first: date, last: date) -> Sequence[Row]:
    rows = ServiceArea.objects.filter(valid_from__lte=last).exclude(valid_to__lte=first).order_by("code")
    return [
        Row(
            _key(row.code, row.valid_from, first, last),
            shapely.from_wkb(bytes(row.geometry)),
            {
                "code": row.code,
                "name": row.name or None,
                "approval": row.approval or None,
                "approved_on": row.approved_on.isoformat() if row.approved_on else None,
                "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            },
        )
        for row in rows
    ]
