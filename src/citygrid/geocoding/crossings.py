"""Where streets meet: computed when streets change, looked up by name or by nearness."""

from collections.abc import Collection, Iterator

import numpy as np
import shapely
from django.db.models import Q
from shapely import STRtree

from citygrid.geocoding import candidates, facts, positions
from citygrid.geocoding.models import Crossing, Kind, Place
from citygrid.maps import metres
from citygrid.standards.coordinates import Metric

APART_M = 60.0
"""Meetings of the same two streets nearer than this are one crossing of several lanes."""
APPROACH_M = 300.0
"""Streets that come no nearer than this do not cross, whatever somebody says."""
TOUCH_M = 3.0
"""Survey lines may end this short of each other."""

MET = (
    "select id, first_id, second_id, lon, lat from geocoding_crossing where first_id = any(%s::int8[])"
    " and second_id = any(%s::int8[]) or first_id = any(%s::int8[]) and second_id = any(%s::int8[]) order by id"
)


def renew(changed: Collection[int] | None = None) -> int:
    """Compute the crossings of these streets (None: of all) anew; how many there are of them."""
    streets = list(Place.objects.filter(kind=Kind.STREET, valid_to=None).exclude(shape=None).order_by("pk"))
    ids = [street.pk for street in streets]
    old = Crossing.objects.all()
    wanted = None
    if changed is not None:
        wanted = set(changed)
        old = old.filter(Q(first__in=wanted) | Q(second__in=wanted))
    old.delete()
    to = metres.city()
    made = list(_met(ids, [in_metres(street, to) for street in streets], wanted, to))
    Crossing.objects.bulk_create(made, batch_size=2000)
    return len(made)


def _met(ids: list[int], shapes: list[shapely.Geometry], wanted: set[int] | None, to: Metric) -> Iterator[Crossing]:
    if not shapes:
        return
    tree = STRtree(shapes)
    some = range(len(ids)) if wanted is None else [i for i, pk in enumerate(ids) if pk in wanted]
    pairs = set()
    for i in some:
        for j in tree.query(shapes[i], predicate="dwithin", distance=TOUCH_M).tolist():
            if i != j:
                pairs.add((min(i, j), max(i, j)))
    for i, j in sorted(pairs):
        for x, y in _points(shapes[i], shapes[j]):
            lon, lat = to.inverse(x, y)
            yield Crossing(first_id=ids[i], second_id=ids[j], lon=lon, lat=lat, point=(x, y))


def _points(first: shapely.Geometry, second: shapely.Geometry) -> list[positions.Spot]:
    found = positions.meetings(first, second, APART_M)
    return found or [positions.approach(first, second)[0]]


def of_streets(first: Collection[int], second: Collection[int]) -> list[Crossing]:
    """The crossings between any street of the one and any of the other, with both streets."""
    asked = [list(first), list(second), list(second), list(first)]
    met = [Crossing(pk=pk, first_id=a, second_id=b, lon=x, lat=y) for pk, a, b, x, y in candidates.rows(MET, asked)]
    known = facts.places({pk for one in met for pk in (one.first_id, one.second_id)})
    for one in met:
        one.first, one.second = known[one.first_id], known[one.second_id]
    return met


def approach(first: Place, second: Place) -> tuple[float, float, float] | None:
    """(lon, lat, metres between them) where two streets come nearest; None when that is not near."""
    if first.shape is None or second.shape is None:
        return None
    to = metres.city()
    (x, y), apart = positions.approach(in_metres(first, to), in_metres(second, to))
    if apart > APPROACH_M:
        return None
    lon, lat = to.inverse(x, y)
    return lon, lat, apart


def in_metres(place: Place, to: Metric) -> shapely.Geometry:
    """The shape of a place (or its point) in metres."""
    if place.shape is None:
        return shapely.Point(to(place.lon, place.lat))
    shape = shapely.from_wkb(bytes(place.shape))
    return shapely.transform(shape, lambda at: np.column_stack(to(at[:, 0], at[:, 1])))
