"""The areas of a published score in the five grade colours, as a picture that needs no script, no tiles and no sign-in;
every letter and number in it stands in the table beside it (GB/T 30428.4: results in five colours on the map)."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

import numpy as np
import shapely
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from citygrid.areas.models import Area
from citygrid.evaluation.chart_drawing import LINE, PAPER, SMALL, Canvas, width_of
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.scheme import Grade, Scheme
from citygrid.evaluation.score_drawing import band, drawn
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from citygrid.web.words import say

WIDTH, MOST_HEIGHT, EDGE = 400, 400, 4
"""Small enough that its letters are read on a phone, where it is drawn at about this size."""
FINE = 0.4
"""Pixels: what is finer is not seen."""
NAMED = 12
"""So many areas have room for their names."""


def picture(scheme: Scheme, rows: Sequence[SubjectScore], now: datetime, key: str = "map") -> SafeString:
    """The map of these areas, each in the shape that it had when it was judged. Empty where none is known any more."""
    shapes = _shapes(rows, now)
    if not shapes:
        return SafeString("")
    west, south, east, north = shapely.total_bounds([shape for _row, shape in shapes])
    scale = min((WIDTH - 2 * EDGE) / max(east - west, 1), (MOST_HEIGHT - 2 * EDGE) / max(north - south, 1))
    draw = Canvas(WIDTH, round((north - south) * scale) + 2 * EDGE, key)
    placed = [(row, _placed(shape, west, north, scale)) for row, shape in shapes]
    for row, shape in placed:
        _area(draw, row, shape, band(scheme, row.grade))
    for row, shape in placed:
        _label(draw, row, shape, named=len(placed) <= NAMED)
    told = "; ".join(_told(row, band(scheme, row.grade)) for row, _shape in placed)
    return drawn(draw.svg(_("Map of scores"), told))


def _shapes(rows: Sequence[SubjectScore], now: datetime) -> list[tuple[SubjectScore, BaseGeometry]]:
    """Each area with its shape in metres."""
    wanted = {int(row.subject): row for row in rows if row.subject.isdigit()}
    areas = Area.objects.filter(pk__in=wanted).order_by("code")
    if not areas:
        return []
    metres = metric(profile_at(now).data["metric_crs"])

    def flat(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(metres(xy[:, 0], xy[:, 1]))

    return [(wanted[area.pk], shapely.transform(shapely.from_wkb(bytes(area.geometry)), flat)) for area in areas]


def _placed(shape: BaseGeometry, west: float, north: float, scale: float) -> BaseGeometry:
    """The shape in pixels, north up."""
    moved = shapely.transform(shape, lambda xy: (xy - [west, north]) * [scale, -scale] + EDGE)
    return moved.simplify(FINE)


def _area(draw: Canvas, row: SubjectScore, shape: BaseGeometry, grade: Grade | None) -> None:
    fill = draw.fill(grade.colour) if grade is not None else LINE
    name = escape(_told(row, grade))
    draw.parts.append(
        f'<path d="{_path(shape)}" fill="{fill}" fill-rule="evenodd" stroke="{PAPER}" stroke-width="1">'
        f"<title>{name}</title></path>"
    )


def _path(shape: BaseGeometry) -> str:
    rings = [
        ring for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]  # fmt: skip
    return "".join("M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings)


def _label(draw: Canvas, row: SubjectScore, shape: BaseGeometry, *, named: bool) -> None:
    """The letter of the grade; below it the name where there is room for all of them."""
    at = shape.representative_point()
    letter = row.grade or NOTHING
    low, _y, high, _top = shape.bounds
    if named and width_of(row.name, SMALL) < high - low:
        draw.text(at.x, at.y + 9, row.name, size=SMALL, anchor="middle", halo=True)
        draw.text(at.x, at.y - 7, letter, anchor="middle", bold=True, halo=True)
    else:
        draw.text(at.x, at.y, letter, anchor="middle", bold=True, halo=True)


def _told(row: SubjectScore, grade: Grade | None) -> str:
    shown = NOTHING if row.shown is None else str(row.shown)
    return f"{row.name} {shown} {row.grade} {say(grade.names) if grade else ''}".strip()
