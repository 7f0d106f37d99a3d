"""The ground of a patrol: outlines of its duty grids and their unit grids on a day, in metres, kept by area version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import shapely
from django.db.models import Q
from numpy.typing import NDArray
from shapely import Geometry

from citygrid.areas import versions
from citygrid.areas.models import Area, DutyMembership, Kind
from citygrid.standards.coordinates import Metric, metric


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """`outline`: all duty grids as one shape in metres; empty when none is known. `grids`: unit grids with id and code.
    `areas`: ids of the duty grids and of all that lies above their unit grids, for who may see."""

    crs: str
    outline: Geometry
    codes: tuple[str, ...]
    grid_ids: tuple[int, ...]
    grids: tuple[Geometry, ...]
    areas: tuple[int, ...]

    @property
    def metric(self) -> Metric:
        return metric(self.crs)

    def inside(self, xs: NDArray[np.float64], ys: NDArray[np.float64], edge: float) -> list[bool]:
        """For each place whether it is in the duty grids, or within `edge` metres of them. Everywhere is inside for
        whoever has no duty grid."""
        if self.outline.is_empty:
            return [True] * len(xs)
        found: list[bool] = shapely.dwithin(self.outline, shapely.points(xs, ys), edge).tolist()
        return found

    def metres_from(self, lon: float, lat: float) -> float | None:
        """How far a place in degrees is from the duty grids, 0 inside; None without duty grids."""
        if self.outline.is_empty:
            return None
        return float(shapely.distance(self.outline, shapely.Point(*self.metric(lon, lat))))


def ground_of(codes: Sequence[str], day: date, crs: str) -> Ground:
    """The ground of these duty grids on a day; codes that are none then are left out."""
    newest = versions.current()
    return _ground(newest.text if newest else "", tuple(sorted(set(codes))), day, crs)


@lru_cache(maxsize=512)
def _ground(version: str, codes: tuple[str, ...], day: date, crs: str) -> Ground:
    on = Q(valid_to=None) | Q(valid_to__gt=day)
    duties = Area.objects.filter(on, kind=Kind.DUTY_GRID, code__in=codes, valid_from__lte=day).order_by("code")
    found = list(duties.values_list("id", "geometry"))
    ids = [one for one, _ in found]
    members = DutyMembership.objects.filter(on, duty_grid__in=ids, valid_from__lte=day)
    grids = list(
        Area.objects.filter(id__in=members.values("grid")).order_by("code").values_list("id", "code", "geometry")
    )
    shapes = in_metres([bytes(one[2]) for one in grids], crs)
    outlines = in_metres([bytes(one) for _, one in found], crs) or shapes
    whole = shapely.union_all(outlines) if outlines else shapely.Polygon()
    shapely.prepare(whole)
    areas = sorted({*ids, *_above([one for one, *_ in grids])})
    return Ground(
        crs, whole, tuple(code for _, code, _ in grids), tuple(one for one, *_ in grids), tuple(shapes), tuple(areas)
    )


def in_metres(wkbs: Sequence[bytes], crs: str) -> list[Geometry]:
    """Shapes in degrees as shapes in metres; empty ones are left out."""
    to = metric(crs)

    def there(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to(pairs[:, 0], pairs[:, 1]))

    shapes = [one for one in shapely.from_wkb(list(wkbs)) if not one.is_empty]
    return [shapely.transform(one, there) for one in shapes]


def in_degrees(shape: Geometry, crs: str) -> Geometry:
    """The way back, for a map."""
    to = metric(crs)
    return shapely.transform(shape, lambda pairs: np.column_stack(to.inverse(pairs[:, 0], pairs[:, 1])))


def _above(ids: Sequence[int]) -> set[int]:
    """Ids of all areas above these."""
    found: set[int] = set()
    level = set(ids)
    while level:
        above = Area.objects.filter(id__in=level).values_list("parent", flat=True)
        level = {one for one in above if one is not None} - found
        found |= level
    return found
