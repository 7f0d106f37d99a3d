"""`describe`: a point as a person would say it, with the areas that it lies in.

"江海路88号北侧约30米，近江海路与山北路路口": from the nearest number, building or landmark, in which direction and how
far; on or beside which street; near which crossing."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import shapely
import shapely.ops
from django.db import connection
from django.utils.translation import gettext as _

from citygrid.areas import locating
from citygrid.areas.places import AreaRef, Outside
from citygrid.areas.places import Place as Areas
from citygrid.geocoding import positions
from citygrid.geocoding.composing import crossing_words, side
from citygrid.geocoding.matches import day_of
from citygrid.geocoding.models import Kind
from citygrid.geocoding.positions import Spot
from citygrid.maps import metres
from citygrid.standards.coordinates import Metric

NEAR_M = 250.0
"""Nothing further away is named as that from which a point is said to lie."""
AT_M = 8.0
"""Nearer than this it is the place itself, without a direction."""
STREET_M = 60.0
CROSSING_M = 120.0
AT_CROSSING_M = 15.0
LANDMARK_LESS_M = 10.0
"""So much nearer must a mere landmark be to be named before a building or a number."""
NEAREST = 24

POINTS = (
    "(select p.id, p.kind, p.name, p.weight, p.lon, p.lat, p.shape, p.point <-> %s::point as away"
    " from geocoding_place p where p.kind in ('door_plate', 'estate', 'landmark') and p.valid_from <= %s"
    " and (p.valid_to is null or p.valid_to > %s) order by p.point <-> %s::point limit %s)"
)
LINES = (
    "select p.id, p.kind, p.name, p.weight, p.lon, p.lat, p.shape, 0 as away from geocoding_place p"
    " where p.box && %s::box and p.kind in ('street', 'estate') and p.valid_from <= %s"
    " and (p.valid_to is null or p.valid_to > %s) and p.shape is not null"
)
CROSSINGS = (
    "select a.name, b.name, c.point <-> %s::point as away from geocoding_crossing c"
    " join geocoding_place a on a.id = c.first_id join geocoding_place b on b.id = c.second_id"
    " where a.valid_from <= %s and (a.valid_to is null or a.valid_to > %s)"
    " and b.valid_from <= %s and (b.valid_to is null or b.valid_to > %s)"
    " order by c.point <-> %s::point limit 6"
)


@dataclass(frozen=True, slots=True)
class Near:
    """A place near a point. `metres`: to its shape or point; `bearing`: from there to the point, degrees from north;
    `inside`: the point lies in its shape."""

    id: int
    kind: str
    name: str
    metres: float
    bearing: float
    inside: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Description:
    """`sentence`: in the reader's language. `outside`: why the point is not in the service area that day, or None."""

    lon: float
    lat: float
    sentence: str
    grid: AreaRef | None = None
    community: AreaRef | None = None
    street: AreaRef | None = None
    district: AreaRef | None = None
    duty_grid: AreaRef | None = None
    road: Near | None = None
    place: Near | None = None
    crossing: str = ""
    crossing_metres: float = 0.0
    outside: Outside | None = None

    @property
    def address(self) -> str:
        """The sentence with the names of the areas before it."""
        named = (one.name for one in (self.district, self.street) if one is not None)
        return "".join(named) + self.sentence


def describe(lon: float, lat: float, at: date | datetime) -> Description:
    """What is at a point in degrees (CGCS2000) on a day. A point outside the service area is answered so, with what is
    near it all the same."""
    found = locating.located(lon, lat, at)
    areas = found.place if isinstance(found, Outside) else found
    outside = found if isinstance(found, Outside) else None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return Description(lon, lat, _("The point is not in the area of this system."), outside=outside)
    to = metres.city()
    spot = to(lon, lat)
    near = sorted(_near(spot, day_of(at), to), key=lambda one: one.metres)
    road = next((one for one in near if one.kind == Kind.STREET and one.metres <= STREET_M), None)
    anchor = _anchor([one for one in near if one.kind != Kind.STREET])
    crossing, away = _crossing(spot, day_of(at), road.name if road is not None else "")
    sentence = _sentence(anchor, road, crossing, away, areas, outside)
    refs = {kind: getattr(areas, kind) if areas else None
            for kind in ("grid", "community", "street", "district", "duty_grid")}  # fmt: skip
    return Description(
        lon, lat, sentence, road=road, place=anchor, crossing=crossing, crossing_metres=round(away, 1),
        outside=outside, **refs,
    )  # fmt: skip


def _near(spot: Spot, day: date, to: Metric) -> Iterator[Near]:
    x, y = spot
    at = f"({x!r},{y!r})"
    box = f"({x + NEAR_M!r},{y + NEAR_M!r}),({x - NEAR_M!r},{y - NEAR_M!r})"
    seen: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(POINTS, [at, day, day, at, NEAREST])
        rows = cursor.fetchall()
        cursor.execute(LINES, [box, day, day])
        rows += cursor.fetchall()
    point = shapely.Point(spot)
    for pk, kind, name, weight, lon, lat, wkb, _away in rows:
        if pk in seen:
            continue
        seen.add(pk)
        shape = shapely.Point(to(lon, lat))
        if wkb is not None:
            (shape,) = metres.in_metres([shapely.from_wkb(bytes(wkb))], to)
        away = float(shape.distance(point))
        if away <= NEAR_M:
            foot = shapely.ops.nearest_points(shape, point)[0]
            inside = bool(shape.area) and away == 0
            yield Near(pk, kind, name, round(away, 1), positions.bearing((foot.x, foot.y), spot), inside, weight)


def _anchor(near: list[Near]) -> Near | None:
    """What a person would name: what it lies in, a number very near, else the best known of what is about as near."""
    within = [one for one in near if one.inside]
    if within:
        return within[0]
    plate = next((one for one in near if one.kind == Kind.DOOR_PLATE), None)
    if plate is not None and plate.metres <= 30:
        return plate
    return min(near, key=_distance_felt, default=None)


def _distance_felt(one: Near) -> float:
    return one.metres * (1 - one.weight / 200) + (LANDMARK_LESS_M if one.kind == Kind.LANDMARK else 0)


def _crossing(spot: Spot, day: date, road: str) -> tuple[str, float]:
    """The nearest crossing, one of the street at which the point lies before others."""
    at = f"({spot[0]!r},{spot[1]!r})"
    with connection.cursor() as cursor:
        cursor.execute(CROSSINGS, [at, day, day, day, day, at])
        rows = [row for row in cursor.fetchall() if row[2] <= CROSSING_M]
    if not rows:
        return "", 0.0
    first, second, away = min(rows, key=lambda row: (road not in row[:2], row[2]))
    if second == road:
        first, second = second, first
    return crossing_words(first, second), float(away)


def _sentence(
    anchor: Near | None, road: Near | None, crossing: str, away: float, areas: Areas | None, outside: Outside | None
) -> str:
    parts = []
    if anchor is not None:
        parts.append(_from(anchor))
    if road is not None and (anchor is None or not anchor.name.startswith(road.name)):
        on = _("on %(road)s") if road.metres <= AT_M else _("beside %(road)s")
        parts.append(on % {"road": road.name})
    if crossing:
        near = _("near the %(crossing)s") if away > AT_CROSSING_M else _("at the %(crossing)s")
        parts.append(near % {"crossing": crossing})
    if not parts and areas is not None:
        lowest = areas.community or areas.street or areas.district
        parts.append(_("in %(area)s") % {"area": lowest.name if lowest else ""})
    said = _(", ").join(parts)
    if outside is None:
        return said
    why = _(outside.message) % outside.params
    return f"{said} ({why})" if said else why


def _from(near: Near) -> str:
    if near.inside:
        return _("in %(area)s") % {"area": near.name}
    if near.metres <= AT_M:
        return near.name
    rounded = max(10, 10 * math.floor(near.metres / 10 + 0.5))
    params = {"metres": rounded, "side": side(near.bearing), "anchor": near.name}
    return _("about %(metres)s m %(side)s of %(anchor)s") % params
