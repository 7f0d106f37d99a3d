"""The service area (实行区域): where the system works, as approved, from a day (S4-02).

A new one ends the one before it; what a point outside is told is `locating.located`'s answer.
"""

from dataclasses import dataclass
from datetime import date

import shapely
from django.db import transaction
from shapely import Geometry

from citygrid.areas import changing
from citygrid.areas.changing import Change, Who, refused
from citygrid.areas.models import ServiceArea
from citygrid.areas.versions import bump

MOST_CODE = 32


@dataclass(frozen=True, slots=True)
class Approval:
    """The document by which a service area was approved, and its date."""

    document: str
    on: date


def replace(
    code: str, shape: Geometry, day: date, approval: Approval, who: Who, *, name: str = "", keep: bool = True
) -> Change:
    """Work in this area (Polygon or MultiPolygon, degrees) from a day; all that hold then end. Raises Refused.

    The first service area may begin on a day that is past. The same code may be used again: it is the city's own
    number of the area, and the days tell them apart.
    """
    _check(code, shape, day, approval)
    with transaction.atomic():
        held = list(ServiceArea.objects.select_for_update().filter(valid_to=None).order_by("code"))
        if ServiceArea.objects.exists():
            changing.not_past(day, who)
        for row in held:
            if row.valid_from >= day:
                raise refused("begins_later", code=row.code, day=row.valid_from.isoformat())
        change = Change(day, ended=tuple(row.code for row in held))
        if keep:
            _keep(held, code, name, shape, day, approval)
            changing.note("service_area.replace", ("service_area", code), who, change)
            bump()
    return change


def _check(code: str, shape: Geometry, day: date, approval: Approval) -> None:
    if not code or len(code) > MOST_CODE:
        raise refused("bad_code")
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty or not shape.is_valid:
        raise refused("bad_surface", reason=shapely.is_valid_reason(shape))
    if not approval.document.strip():
        raise refused("no_approval")
    if approval.on > day:
        raise refused("approved_later", approved=approval.on.isoformat(), day=day.isoformat())


def _keep(held: list[ServiceArea], code: str, name: str, shape: Geometry, day: date, approval: Approval) -> None:
    for row in held:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    ServiceArea.objects.create(
        code=code,
        name=name,
        geometry=shapely.to_wkb(shape),
        approval=approval.document.strip(),
        approved_on=approval.on,
        valid_from=day,
    )
