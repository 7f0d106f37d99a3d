"""What this part puts into the bar and on the start page of base data."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.basedata import doors, start_pages
from citygrid.basedata.gridding import asked, reading
from citygrid.basedata.gridding.plans import OPEN, AreaPlan
from citygrid.maps.models import Layer
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.web import navigation


def register() -> None:
    """Called once when the app starts."""
    navigation.add(
        navigation.Entry("basedata:start", _("Base data"), "database", 70, start_pages.may_open, "b"),
    )
    doors.add(
        doors.Door(
            "basedata:areas",
            _("Areas and unit grids"),
            _("Districts, subdistricts, communities and their unit grids: map, division, split, merge, history"),
            "grid-dots",
            10,
            asked.may_read,
            _grids,
            _("unit grids"),
        )
    )
    doors.add(
        doors.Door(
            "basedata:area_plans",
            _("Plans of changes"),
            _("Imports, divisions and other changes of areas: being prepared, applied, dropped"),
            "list-check",
            12,
            asked.may_read,
            _open_plans,
            _("not finished"),
        )
    )
    doors.add(
        doors.Door(
            "maps:manager",
            _("Layers"),
            _("The register of map layers: style, visibility by role, sharing, base maps"),
            "stack-2",
            60,
            lambda signed: may(signed, "maps.manage"),
            lambda signed: Layer.objects.filter(published=True).count(),
            _("published"),
        )
    )


def _grids(signed: Signed) -> int:
    return reading.count_by_kind(timezone.localdate())["grid"]


def _open_plans(signed: Signed) -> int | None:
    return AreaPlan.objects.filter(state__in=OPEN).count() if may(signed, "areas.edit") else None
