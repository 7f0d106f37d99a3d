"""The unit grids of a duty grid on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from citygrid.areas.models import Area, DutyMembership
from citygrid.basedata.gridding.reading import on


def members(duty_grid: Area, at: date) -> QuerySet[Area]:
    """By code."""
    ids = DutyMembership.objects.filter(on(at), duty_grid__code=duty_grid.code).values("grid_id")
    return Area.objects.filter(pk__in=ids).order_by("code")


def duty_touched(rows: Iterable[Area]) -> list[Area]:
    """These areas, with the unit grids of the duty grids among them: nobody takes grids from afar."""
    rows = list(rows)
    held = DutyMembership.objects.filter(duty_grid__in=[row.pk for row in rows if row.kind == "duty_grid"])
    return [
        *(row for row in rows if row.kind != "duty_grid"),
        *Area.objects.filter(pk__in=held.values("grid_id")).only("pk"),
    ]
