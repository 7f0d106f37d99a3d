"""A sketch of where a case lies, for paper: its unit grid, the grids around, the community, the point, a scale bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import shapely
from shapely import Geometry

from citygrid.areas.models import Area
from citygrid.process.model import Place
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric

SIDE = 400  # of the drawing, in its own units
MARGIN = 60.0  # metres around the unit grid
BAR = 50.0  # metres that the scale bar shows


@dataclass(frozen=True, slots=True)
class Sketch:
    """`svg`: the drawing, north is up. `metres`: what the scale bar shows."""

    svg: str
    metres: int


def sketch_of(place: Place | None, at: datetime) -> Sketch | None:
    """None where there is no place, or no unit grid around it."""
    if place is None or place.grid is None:
        return None
    rows = list(Area.objects.filter(parent_id=place.community, kind="grid") if place.community else ())
    there = metric(str(profile_at(at).data["metric_crs"]))
    shapes = {row.pk: _metres(shapely.from_wkb(bytes(row.geometry)), there) for row in rows}
    own = shapes.get(place.grid)
    if own is None:
        row = Area.objects.filter(pk=place.grid).first()
        if row is None:
            return None
        own = _metres(shapely.from_wkb(bytes(row.geometry)), there)
    x, y = there(float(place.lon), float(place.lat))
    low_x, low_y, high_x, high_y = shapely.union(own, shapely.Point(x, y)).bounds
    size = max(high_x - low_x, high_y - low_y) + 2 * MARGIN
    left, top = (low_x + high_x - size) / 2, (low_y + high_y + size) / 2
    frame = shapely.box(left, top - size, left + size, top)

    def at_paper(shape: Geometry) -> str:
        return _path(shape, left, top, SIDE / size)

    others = [one.intersection(frame) for key, one in shapes.items() if key != place.grid and one.intersects(frame)]
    parts = [f'<path d="{at_paper(one)}" fill="#f4f7fa" stroke="#9fb0c0" stroke-width="1"/>' for one in others]
    parts.append(f'<path d="{at_paper(own)}" fill="#dcebf8" stroke="#0b5cad" stroke-width="2.5"/>')
    px, py = (x - left) * SIDE / size, (top - y) * SIDE / size
    parts.append(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="7" fill="#c62828" stroke="#ffffff" stroke-width="2"/>')
    length = BAR * SIDE / size
    parts.append(f'<path d="M12 {SIDE - 14} v6 h{length:.1f} v-6" fill="none" stroke="#1b2733" stroke-width="2"/>')
    parts.append(f'<path d="M{SIDE - 18} 34 v-20 l-6 9 m6 -9 l6 9" fill="none" stroke="#1b2733" stroke-width="2"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" fill="#ffffff" stroke="#9fb0c0"/>{"".join(parts)}</svg>'
    )
    return Sketch(svg, int(BAR))


def _metres(shape: Geometry, there: object) -> Geometry:
    return shapely.transform(shape, lambda xy: _columns(there, xy))


def _columns(there: object, xy: object) -> object:
    import numpy as np  # noqa: PLC0415 - shapely brings it

    x, y = there(xy[:, 0], xy[:, 1])  # type: ignore[operator,index]  # arrays in, arrays out
    return np.column_stack((x, y))


def _path(shape: Geometry, left: float, top: float, scale: float) -> str:
    return " ".join(_ring(ring, left, top, scale) for ring in _rings(shape))


def _rings(shape: Geometry) -> Iterable[Geometry]:
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part.exterior
            yield from part.interiors


def _ring(ring: Geometry, left: float, top: float, scale: float) -> str:
    points = [f"{(x - left) * scale:.1f} {(top - y) * scale:.1f}" for x, y in ring.coords]
    return "M" + " L".join(points) + " Z"
