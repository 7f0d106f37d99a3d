"""Questions about the register of components: by code, near a place, in a box, who answers for one, how many there are.

Hot paths, in plain SQL; all distances are metres of the city's projection."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from citygrid.areas import locating
from citygrid.basedata import cityfiles
from citygrid.basedata.models import Component, Serial
from citygrid.basedata.situating import AREAS, places
from citygrid.basedata.units import units_at
from citygrid.rulebook.slices import localday, profile_at
from citygrid.standards.coordinates import metric

BATCH = 10_000
_SHOWN = "t.code, t.class_id, t.name, t.lon, t.lat, t.state"
_REGRID = "~regrid"


@dataclass(frozen=True, slots=True)
class Near:
    """A component and how far away it is, in metres."""

    code: str
    class_id: str
    name: str
    lon: float
    lat: float
    metres: float


def find(code: str) -> Component | None:
    """The component of a code, also one that is gone."""
    return Component.objects.filter(code=code).first()


def near(
    lon: float, lat: float, metres: float, class_id: str | None = None, most: int = 50, at: datetime | None = None
) -> list[Near]:
    """Living components within a distance of a place (degrees), the nearest first. Lines and surfaces count from the
    point that stands for them."""
    x, y = metric(profile_at(at or timezone.now()).data["metric_crs"])(lon, lat)
    kind = " and class_id = %s" if class_id else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "select code, class_id, name, lon, lat, point <-> point(%s, %s) as far from basedata_component"  # noqa: S608
            f" where valid_to is null and point <@ circle(point(%s, %s), %s){kind} order by far limit %s",
            [x, y, x, y, metres, *([class_id] if class_id else []), most],
        )
        return [Near(*row) for row in cursor.fetchall()]


def in_box(
    west: float, south: float, east: float, north: float, after: str = "", most: int = 2000,
    scope: tuple[str, Sequence[Any]] = ("true", ()), class_id: str | None = None,
) -> list[tuple[str, str, str, float, float, str]]:  # fmt: skip
    """(code, class, name, lon, lat, state) of the living components in a box of metres, by code, from `after` on.

    `scope`: a condition over the alias `t`, with its parameters."""
    kind = " and t.class_id = %s" if class_id else ""
    box = [west, south, east, north]
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_SHOWN} from ("  # noqa: S608 - our own words
            " select * from basedata_component c where c.point <@ box(point(%s, %s), point(%s, %s)) and c.box is null"
            " union all"
            " select * from basedata_component c where c.box && box(point(%s, %s), point(%s, %s))) t"
            f" where t.valid_to is null and t.code > %s and {scope[0]}{kind} order by t.code limit %s",
            [*box, *box, after, *scope[1], *([class_id] if class_id else []), most],
        )
        return [tuple(row) for row in cursor.fetchall()]


def owner_bodies(code: str, day: date | None = None) -> tuple[int | None, int | None]:
    """Ids of the bodies that own and that maintain a component, by code or as the city's units.csv says (S0-25)."""
    return owner_bodies_many([code], day).get(code, (None, None))


def owner_bodies_many(codes: Iterable[str], day: date | None = None) -> dict[str, tuple[int | None, int | None]]:
    """`owner_bodies` of many components at once; a code that the register lacks is left out."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    units = units_at(day or localday(timezone.now()))

    def body(code: str, name: str) -> int | None:
        known = units.find(code) or units.find(name)
        return units.ids.get(known) if known else None

    rows = Component.objects.filter(code__in=wanted)
    names = ("code", "owner", "owner_name", "maintainer", "maintainer_name")
    return {code: (body(a, b), body(c, d)) for code, a, b, c, d in rows.values_list(*names)}


def counts(level: str = "district", areas: Sequence[str] = (), day: date | None = None) -> list[tuple[str, str, int]]:
    """(area code, class id, how many) by an area level, now or on a day: what upkeep money goes by (S0-62)."""
    assert level in AREAS, level
    params: list[Any] = []
    table = "basedata_component t where t.valid_to is null"
    if day is not None:
        table = (
            "(select distinct on (v.code) v.* from basedata_componentversion v where v.valid_from <= %s"
            " order by v.code, v.version desc) t where not t.ended"
        )
        params.append(day)
    where = f" and t.{level} = any(%s)" if areas else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select t.{level}, t.class_id, count(*) from {table}{where} group by 1, 2 order by 1, 2",  # noqa: S608
            [*params, *([list(areas)] if areas else [])],
        )
        return [tuple(row) for row in cursor.fetchall()]


def regrid(at: datetime) -> int:
    """Bring the areas of living components to the division of the day (after grids were divided anew); how many
    changed. The place counts and has not changed, so this is no new version."""
    day, changed, last = localday(at), 0, ""
    locating.forget()
    with transaction.atomic():
        while True:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"select code, lon, lat, {', '.join(AREAS)} from basedata_component"  # noqa: S608 - our own words
                    " where code > %s and valid_to is null and lon is not null order by code limit %s",
                    [last, BATCH],
                )
                rows = cursor.fetchall()
            if not rows:
                break
            last = rows[-1][0]
            changed += _regrid(rows, day)
        if changed:
            Serial.objects.get_or_create(prefix=_REGRID)
            Serial.objects.filter(prefix=_REGRID).update(last=F("last") + 1)
    return changed


def _regrid(rows: Sequence[tuple[Any, ...]], day: date) -> int:
    found = places(np.array([row[1] for row in rows]), np.array([row[2] for row in rows]), day)
    moved = [(row[0], *found[at]) for at, row in enumerate(rows) if tuple(row[3:]) != found[at] and found[at][1]]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(
                "update basedata_component c set grid = n.g, community = n.c, street = n.s, district = n.d"
                " from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) n(code, g, c, s, d)"
                " where c.code = n.code",
                [list(column) for column in zip(*moved, strict=True)],
            )
    return len(moved)


def state() -> str:
    """Another word whenever a component has changed: two look-ups in indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select (select max(id) from basedata_componentversion),"
            " (select last from basedata_serial where prefix = %s)",
            [_REGRID],
        )
        return "-".join(str(one or 0) for one in cursor.fetchone()) + cityfiles.state()
