"""A small map for paper: the city's base map around a place, the outline of the unit grid, the place itself; as SVG.

Drawn from the layers that the reader may see; whoever owns their data is named below the map."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from math import atan2, degrees
from typing import Any

import numpy as np
import shapely
from django.db import connection
from shapely import Geometry
from shapely.geometry import LineString

from citygrid.areas.models import Area
from citygrid.maps import sharing
from citygrid.maps.models import Kind, Layer
from citygrid.organization.seats import Signed
from citygrid.process.model import Place
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import Metric, metric

WIDE, HIGH = 300.0, 180.0
"""Metres that the map shows."""
MOST = 3000
LINE, FILL, GRID, SPOT = "#8b99a7", "#e6ebf0", "#c2187f", "#b3261e"
EDGE = 'stroke-linecap="round"'
Paint = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Extract:
    """`svg`: the picture; `sources`: whose data it shows."""

    svg: str
    sources: tuple[str, ...] = ()


def draw(place: Place, signed: Signed, at: datetime, font: str) -> Extract:
    """The map around a place. `font`: family for the names of roads."""
    to = metric(str(profile_at(at).data["metric_crs"]))
    x, y = to(float(place.lon), float(place.lat))
    box = (x - WIDE / 2, y - HIGH / 2, x + WIDE / 2, y + HIGH / 2)
    layers = _layers(signed)
    parts: list[str] = []
    names: dict[str, Any] = {}
    for layer, rows in _features(layers, box):
        paint, drawn = _paint(layer), list[str]()
        for name, shape in rows:
            flat = shapely.intersection(_metres(shape, to), shapely.box(*box))
            drawn += _drawn(flat, paint, box)
            _longest(names, name, flat)
        parts += sorted(drawn, key=lambda one: EDGE not in one)  # edges lie below, so that crossings are open
    parts += [_label(name, line, box, font) for name, line in names.items()]
    outline = _grid(place)
    if outline is not None:
        flat = shapely.intersection(shapely.boundary(_metres(outline, to)), shapely.box(*box))
        parts += _drawn(flat, (GRID, "none", 1.6), box)
    parts.append(_spot(x, y, box))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:g} {HIGH:g}" width="{WIDE:g}" height="{HIGH:g}">'
        f'<rect width="{WIDE:g}" height="{HIGH:g}" fill="#fbfcfd"/>{"".join(parts)}</svg>'
    )
    return Extract(svg, tuple(dict.fromkeys(one.attribution for one in layers if one.attribution)))


def _layers(signed: Signed) -> list[Layer]:
    """The city's own base map as this reader sees it; the layers at the bottom first."""
    rows = Layer.objects.filter(base=True, kind=Kind.FEATURES).order_by("-order", "code")
    return [one for one in rows if sharing.visible(one, signed)]


def _features(layers: Sequence[Layer], box: tuple[float, ...]) -> list[tuple[Layer, list[tuple[str, Geometry]]]]:
    found: dict[int, list[tuple[str, Geometry]]] = {one.pk: [] for one in layers}
    with connection.cursor() as cursor:
        cursor.execute(
            "select layer_id, name, shape from maps_feature where layer_id = any(%s) and valid_to is null"
            " and box && box(point(%s, %s), point(%s, %s)) order by size desc, key limit %s",
            [list(found), *box, MOST],
        )
        for layer, name, shape in cursor.fetchall():
            found[layer].append((name, shapely.from_wkb(bytes(shape))))
    return [(one, found[one.pk]) for one in layers]


def _metres(shape: Geometry, to: Metric) -> Geometry:
    def turned(points: Any) -> Any:
        return np.column_stack(to(points[:, 0], points[:, 1]))

    return shapely.make_valid(shapely.transform(shapely.force_2d(shape), turned))


def _paint(layer: Layer) -> Paint:
    """Line, fill, width from the layer's own style where that names a plain colour."""
    line, fill = (layer.style.get(name) or {} for name in ("line", "fill"))
    return _colour(line, LINE), _colour(fill, FILL if not line else "none"), 1.2


def _colour(part: Any, usual: str) -> str:
    found = part.get("color") if isinstance(part, dict) else None
    return found if isinstance(found, str) and re.fullmatch("#([0-9a-fA-F]{3}){1,2}", found) else usual


def _drawn(shape: Geometry, paint: Paint, box: tuple[float, ...]) -> list[str]:
    line, fill, width = paint
    found = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and fill != "none":
            path = "".join(_path(ring, box) + "Z" for ring in (part.exterior, *part.interiors))
            found.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{line}" stroke-width="0.3"/>')
        elif part.geom_type == "LineString":
            if _pale(line):  # a white road is seen by its edges
                edges = f'fill="none" stroke="{LINE}" stroke-width="{width * 4}" {EDGE}'
                found.append(f'<path d="{_path(part, box)}" {edges}/>')
                width = 3.6
            found.append(f'<path d="{_path(part, box)}" fill="none" stroke="{line}" stroke-width="{width}"/>')
    return found


def _pale(colour: str) -> bool:
    """Whether a colour such as `#ffffff` can hardly be seen on paper."""
    signs = colour[1:] if len(colour) == 7 else "".join(2 * one for one in colour[1:4])
    return all(int(signs[at : at + 2], 16) > 0xD0 for at in (0, 2, 4))


def _path(line: LineString, box: tuple[float, ...]) -> str:
    points = shapely.get_coordinates(line)
    return "M" + "L".join(f"{x - box[0]:.1f} {box[3] - y:.1f}" for x, y in points)


def _longest(names: dict[str, Any], name: str, shape: Geometry) -> None:
    """Of every named road its longest straight piece: there its name stands."""
    if not name:
        return
    for part in shapely.get_parts(shape):
        long = part.geom_type == "LineString" and part.length > max(30.0, 6.0 * len(name))
        if long and (name not in names or part.length > names[name].length):
            names[name] = part


def _label(name: str, line: LineString, box: tuple[float, ...], font: str) -> str:
    before, middle, after = (line.interpolate(share, normalized=True) for share in (0.45, 0.5, 0.55))
    angle = -degrees(atan2(after.y - before.y, after.x - before.x))
    angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
    x, y = middle.x - box[0], box[3] - middle.y
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="7" font-family="{escape(font)}" fill="#2d3a46" text-anchor="middle"'
        f' dominant-baseline="central" transform="rotate({angle:.1f} {x:.1f} {y:.1f})">{escape(name)}</text>'
    )


def _grid(place: Place) -> Geometry | None:
    row = Area.objects.filter(pk=place.grid).values_list("geometry", flat=True).first() if place.grid else None
    return shapely.from_wkb(bytes(row)) if row else None


def _spot(x: float, y: float, box: tuple[float, ...]) -> str:
    left, top = x - box[0], box[3] - y
    return (
        f'<circle cx="{left:.1f}" cy="{top:.1f}" r="5" fill="none" stroke="{SPOT}" stroke-width="2"/>'
        f'<circle cx="{left:.1f}" cy="{top:.1f}" r="1.6" fill="{SPOT}"/>'
    )
