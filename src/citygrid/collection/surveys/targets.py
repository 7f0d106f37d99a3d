"""What a survey has to look at: components of a class, places of a list, unit grids; each with its place's areas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Q

from citygrid.areas.changing import holding
from citygrid.areas.locating import Many, locate_many
from citygrid.areas.models import Area, DutyMembership
from citygrid.basedata.models import Component
from citygrid.collection.models import Campaign
from citygrid.collection.surveys import ground
from citygrid.collection.surveys.refusals import refused
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday

MOST = 20_000
LEVELS = ("district", "street", "community", "grid")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to be looked at, and where it is."""

    key: str
    name: str
    lon: float
    lat: float
    grid: str
    duty_grids: tuple[str, ...]
    area_ids: tuple[int, ...]


def of(campaign: Campaign, signed: Signed, now: datetime) -> list[Target]:
    """All that lies in the ground of the post and in the areas of the campaign. Raises Refused: survey_nothing,
    survey_many, survey_outside (a place of the list)."""
    found = _found(campaign, now)
    if len(found) > MOST:
        raise refused("survey_many", count=len(found), most=MOST)
    many = locate_many(np.array([one[2] for one in found]), np.array([one[3] for one in found]), now)
    held = _held(campaign.areas, now)
    told = []
    for n, (key, name, lon, lat) in enumerate(found):
        target = _target(many, n, (key, name, lon, lat))
        inside = target is not None and ground.within(signed, target.area_ids)
        if campaign.target == Campaign.Target.POINTS and not inside:
            raise refused("survey_outside", name=name or key, field="points")
        if target is not None and inside and (held is None or not held.isdisjoint(_names(target, now))):
            told.append(target)
    if not told:
        raise refused("survey_nothing", field="areas")
    return told


def _names(target: Target, now: datetime) -> set[object]:
    return {*target.area_ids, *target.duty_grids}


def _held(codes: Sequence[str], now: datetime) -> set[object] | None:
    """Ids of the areas and codes of the duty grids that were chosen; None: no choice, everything."""
    if not codes:
        return None
    rows = Area.objects.filter(holding(localday(now)), code__in=codes)
    return {row.code if row.kind == "duty_grid" else row.pk for row in rows}


def _target(many: Many, n: int, found: tuple[str, str, float, float]) -> Target | None:
    place = many.place(n)
    if place is None:
        return None
    duties = place.duty_grids or ((place.duty_grid,) if place.duty_grid is not None else ())
    grid = place.grid.code if place.grid is not None else ""
    return Target(*found, grid, tuple(one.code for one in duties), place.ids)


def _found(campaign: Campaign, now: datetime) -> list[tuple[str, str, float, float]]:
    if campaign.target == Campaign.Target.POINTS:
        return [(str(n), name, lon, lat) for n, (name, lon, lat) in enumerate(campaign.points, 1)]
    day = localday(now)
    areas = list(Area.objects.filter(holding(day), code__in=campaign.areas))
    if campaign.target == Campaign.Target.COMPONENTS:
        rows = Component.objects.filter(_in_areas(areas), class_id=campaign.class_id, valid_to=None, lon__isnull=False)
        chosen = rows.order_by("code").values_list("code", "name", "lon", "lat")[: MOST + 1]
        return [(code, name, float(lon or 0), float(lat or 0)) for code, name, lon, lat in chosen]
    grids = Area.objects.filter(holding(day), kind="grid")
    if any(row.kind == "duty_grid" for row in areas):
        duty = [row.pk for row in areas if row.kind == "duty_grid"]
        members = DutyMembership.objects.filter(holding(day), duty_grid__in=duty)
        plain = [row for row in areas if row.kind != "duty_grid"]
        if not plain:
            grids = grids.filter(pk__in=members.values("grid"))
    found = grids.order_by("code").values_list("code", "name", "centre_lon", "centre_lat")
    return list(found)


def _in_areas(areas: Iterable[Area]) -> Q:
    """Components by the codes that they keep of their areas; everything where none is named."""
    found, duty = Q(), []
    for row in areas:
        if row.kind in LEVELS:
            found |= Q(**{row.kind: row.code})
        elif row.kind == "duty_grid":
            duty.append(row.pk)
    if duty:
        grids = DutyMembership.objects.filter(duty_grid__in=duty, valid_to=None).values("grid__code")
        found |= Q(grid__in=grids)
    return found
