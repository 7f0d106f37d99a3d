"""Where rows are: a point in degrees and in metres for each, the areas around it, what is wrong with the place."""

from datetime import date
from typing import Any

import numpy as np
import shapely

from citygrid.areas import locating
from citygrid.basedata.chunks import PLACE, Floats, Shapes, Work
from citygrid.standards.coordinates import Metric

DECIMALS = 7
"""Of degrees: about a centimetre."""
_KINDS = {0: "point", 1: "line", 2: "line", 3: "polygon", 5: "line", 6: "polygon"}
UNSERVED = -2
AREAS = ("grid", "community", "street", "district")


def canonical(shapes: Shapes) -> Shapes:
    """The same shape in the same words: seven decimals, one part alone is no collection, points in a fixed order."""
    shapes = np.array(shapes, dtype=object)
    kinds = shapely.get_type_id(shapes)
    points = kinds == 0
    if points.any():
        xy = np.round(np.column_stack([shapely.get_x(shapes[points]), shapely.get_y(shapes[points])]), DECIMALS)
        shapes[points] = shapely.points(xy + 0.0)
    for at in np.flatnonzero((kinds >= 1) & (kinds <= 6)).tolist():
        shape = shapes[at]
        if kinds[at] >= 4 and shapely.get_num_geometries(shape) == 1:
            shape = shapely.get_geometry(shape, 0)
        shape = shapely.transform(shape, lambda xy: np.round(xy, DECIMALS) + 0.0)
        shapes[at] = shapely.normalize(shape)
    return shapes


def situate(work: Work) -> None:
    """Fills lon, lat, shape, point, box and the areas; tells rows without a usable place, or with one outside."""
    shapes = canonical(work.chunk.shapes)
    usable = _usable(work, shapes)
    lon, lat = _points(shapes, usable)
    codes = _areas(work, lon, lat, usable)
    inside = np.array([bool(code) for code in codes["community"]], dtype=bool) if len(work) else usable
    x, y = np.full(len(work), np.nan), np.full(len(work), np.nan)
    if inside.any():
        x[inside], y[inside] = work.context.metric(lon[inside], lat[inside])
    work.x, work.y = x, y
    work.facts |= codes
    work.facts["lon"] = [None if np.isnan(one) else one for one in lon.tolist()]
    work.facts["lat"] = [None if np.isnan(one) else one for one in lat.tolist()]
    work.facts["shape"] = [None if one is None or kind == 0 else one for one, kind in _with_kinds(shapes)]
    work.facts["point"] = _native(x, y)
    work.facts["box"] = _boxes(shapes, inside, work.context.metric)


def kind_of(shape: Any) -> str:
    """point, line or polygon; empty for anything else."""
    return _KINDS.get(int(shapely.get_type_id(shape)), "")


def kinds_of(shapes: Shapes) -> list[str]:
    return [_KINDS.get(kind, "") for kind in shapely.get_type_id(shapes).tolist()]


def _with_kinds(shapes: Shapes) -> Any:
    return zip(shapes, shapely.get_type_id(shapes).tolist(), strict=True)


def _usable(work: Work, shapes: Shapes) -> Any:
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    valid = shapely.is_valid(shapes)
    told = {at for at, found in work.problems.items() if any(one["field"] == PLACE for one in found)}
    for at in np.flatnonzero(~(there & valid)).tolist():
        if at in told:
            continue
        if there[at]:
            work.tell(at, "place_wrong", PLACE, reason=shapely.is_valid_reason(shapes[at])[:120])
        elif work.context.register is None:
            work.tell(at, "place_missing", PLACE)
    return there & valid


def _points(shapes: Shapes, usable: Any) -> tuple[Floats, Floats]:
    lon, lat = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    within = shapes.copy()
    wide = usable & (shapely.get_type_id(shapes) != 0)
    within[wide] = shapely.point_on_surface(shapes[wide])
    lon[usable], lat[usable] = shapely.get_x(within[usable]), shapely.get_y(within[usable])
    return np.round(lon, DECIMALS), np.round(lat, DECIMALS)


def _areas(work: Work, lon: Floats, lat: Floats, usable: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [""] * len(work) for name in AREAS}
    at = np.flatnonzero(usable)
    index, places = _many(lon[at], lat[at], work.context.on)
    codes = [[getattr(place, name).code if getattr(place, name) else "" for name in AREAS] for place in places]
    for row, place in zip(at.tolist(), index, strict=True):
        if place < 0:
            _outside(work, row, "outside_area" if place > UNSERVED else "outside_service_area", lon, lat)
            continue
        for name, code in zip(AREAS, codes[place], strict=True):
            found[name][row] = code
    return found


def _many(lon: Floats, lat: Floats, on: Any) -> tuple[list[int], list[Any]]:
    """For each point the place (by number), -1 outside, -2 outside the approved service area; the places."""
    many = locating.locate_many(lon, lat, on)
    served = locating.served_many(many, lon, lat, on)
    index = np.where((many.index >= 0) & ~served, UNSERVED, many.index)
    return index.tolist(), many.places


def places(lon: Floats, lat: Floats, on: date) -> list[tuple[str, ...]]:
    """Codes of grid, community, street and district of many points in degrees; empty texts for one that is outside."""
    index, found = _many(lon, lat, on)
    codes = [tuple(getattr(one, name).code if getattr(one, name) else "" for name in AREAS) for one in found]
    return [codes[at] if at >= 0 else ("",) * len(AREAS) for at in index]


def _outside(work: Work, row: int, code: str, lon: Floats, lat: Floats) -> None:
    work.tell(row, code, PLACE, lon=f"{lon[row]:.6f}", lat=f"{lat[row]:.6f}")


def _native(x: Floats, y: Floats) -> list[str | None]:
    return [None if e != e else f"({e:.3f},{n:.3f})" for e, n in zip(x.tolist(), y.tolist(), strict=True)]  # noqa: PLR0124


def _boxes(shapes: Shapes, inside: Any, metric: Metric) -> list[str | None]:
    boxes: list[str | None] = [None] * len(shapes)
    wide = np.flatnonzero(inside & (shapely.get_type_id(shapes) > 0))
    for at in wide.tolist():
        west, south, east, north = shapely.bounds(metres(shapes[at], metric)).tolist()
        boxes[at] = f"({east:.3f},{north:.3f}),({west:.3f},{south:.3f})"
    return boxes


def metres(shape: Any, metric: Metric) -> Any:
    """A shape of degrees in metres of the city's projection."""
    return shapely.transform(shape, lambda xy: np.column_stack(metric(xy[:, 0], xy[:, 1])))
