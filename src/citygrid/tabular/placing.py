"""Shapes as they stand in a file, turned into degrees and looked at one by one. What cannot be used is told by row."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely import Geometry

from citygrid.standards.reports import Problem
from citygrid.tabular.shapes import ShapeColumns, made
from citygrid.tabular.systems import Extent, System, as_is
from citygrid.tabular.table import Batch, Raw, Shapes

MESSAGES = {
    "curve": "The shape has curves: give it as lines or polygons with straight edges.",
    "bad_shape": "The shape cannot be read: %(reason)s",
    "crosses_itself": "The shape crosses itself: %(reason)s (near %(lon)s, %(lat)s).",
    "collection": "The shape is a collection of several kinds: give points, lines or polygons.",
    "empty_shape": "The shape is empty.",
    "crs_not_named": "The file does not name the coordinate system of its shapes: name it.",
    "not_a_place": "These coordinates are no place on the earth in the file's system.",
    "outside_extent": "The place (%(lon)s, %(lat)s) lies outside the area that was expected.",
}


@dataclass(slots=True)
class Placing:
    """How the rows of one table get their shapes. `system` None: the first rows have none, and nobody has said in
    which system later ones are. `off`: the table is read without shapes."""

    file: str
    system: System | None
    swapped: bool = False
    extent: Extent | None = None
    picks: ShapeColumns | None = None
    off: bool = False
    _told_heights: bool = field(default=False)

    def batch(self, raw: Raw) -> Batch:
        if self.picks:
            raw = made(raw, self.picks, self.file)
        first = raw.numbers[0] if raw.numbers else 0
        if raw.shapes is None or self.off:
            return Batch(first, raw.numbers, raw.columns, None, raw.problems)
        work = _Work(self.file, raw.numbers, raw.problems)
        for number, code in raw.broken.items():
            work.tell(number, code, reason="WKB/WKT")
        shapes = self._turned(self._flat(raw.shapes, work), work)
        shapes = self._usable(shapes, work)
        return Batch(first, raw.numbers, raw.columns, shapes, work.problems, work.faulty)

    def _flat(self, shapes: Shapes, work: "_Work") -> Shapes:
        tall = shapely.has_z(shapes) | shapely.has_m(shapes)
        if not tall.any():
            return shapes
        if not self._told_heights:
            self._told_heights = True
            message = "Heights (or measures) of the shapes were left out; places are kept in the plane."
            number = work.numbers[int(np.flatnonzero(tall)[0])]
            work.problems.append(Problem(self.file, number, "geometry", "heights_dropped", message))
        return np.asarray(shapely.force_2d(shapes), dtype=object)

    def _turned(self, shapes: Shapes, work: "_Work") -> Shapes:
        if self.system is None:
            for at in np.flatnonzero(~shapely.is_missing(shapes)).tolist():
                work.tell(work.numbers[at], "crs_not_named")
            return np.full(len(shapes), None, dtype=object)
        if self.swapped:
            shapes = shapely.transform(shapes, lambda points: points[:, ::-1])
        if self.system.to_degrees is not as_is:
            shapes = np.asarray(shapely.transform(shapes, self.system.to_degrees), dtype=object)
        elif not self.swapped:
            shapes = shapes.copy()
        box = shapely.bounds(shapes)
        with np.errstate(invalid="ignore"):
            good = (box[:, 0] >= -180) & (box[:, 2] <= 180) & (box[:, 1] >= -90) & (box[:, 3] <= 90)
        good &= np.isfinite(shapely.get_coordinates(shapes)).all() or _finite(shapes)
        for at in np.flatnonzero(~good).tolist():
            if shapes[at] is not None:
                work.tell(work.numbers[at], "empty_shape" if shapes[at].is_empty else "not_a_place")
                shapes[at] = None
        return shapes

    def _usable(self, shapes: Shapes, work: "_Work") -> Shapes:
        kinds = shapely.get_type_id(shapes)
        for at in np.flatnonzero(kinds == shapely.GeometryType.GEOMETRYCOLLECTION).tolist():
            work.fault(at, shapes, "collection")
        extended = np.isin(kinds, (1, 3, 5, 6))  # lines and surfaces
        for at in np.flatnonzero(extended)[~shapely.is_valid(shapes[extended])].tolist():
            reason = shapely.is_valid_reason(shapes[at])
            lon, lat = _where(reason, shapes[at])
            code = "crosses_itself" if "ntersect" in reason else "bad_shape"
            work.fault(at, shapes, code, reason=reason.split("[")[0], lon=lon, lat=lat)
        if self.extent is not None:
            self._within(shapes, self.extent, work)
        return shapes

    def _within(self, shapes: Shapes, extent: Extent, work: "_Work") -> None:
        box = shapely.bounds(shapes)
        west, south, east, north = extent
        with np.errstate(invalid="ignore"):
            out = (box[:, 2] < west) | (box[:, 0] > east) | (box[:, 3] < south) | (box[:, 1] > north)
        for at in np.flatnonzero(out).tolist():
            lon, lat = (box[at, 0] + box[at, 2]) / 2, (box[at, 1] + box[at, 3]) / 2
            work.tell(work.numbers[at], "outside_extent", lon=f"{lon:.6f}", lat=f"{lat:.6f}")


@dataclass(slots=True)
class _Work:
    file: str
    numbers: list[int]
    problems: list[Problem]
    faulty: dict[int, Geometry] = field(default_factory=dict)

    def tell(self, number: int, code: str, **params: Any) -> None:
        self.problems.append(Problem(self.file, number, "geometry", code, MESSAGES[code], params))

    def fault(self, at: int, shapes: Shapes, code: str, **params: Any) -> None:
        """The row loses its shape; what was drawn is kept to be shown."""
        self.tell(self.numbers[at], code, **params)
        self.faulty[self.numbers[at]] = shapes[at]
        shapes[at] = None


def _finite(shapes: Shapes) -> Any:
    """Row by row: bounds pass over single coordinates that are not numbers."""
    return np.array([shape is None or bool(np.isfinite(shapely.get_coordinates(shape)).all()) for shape in shapes])


def _where(reason: str, shape: Geometry) -> tuple[str, str]:
    """GEOS says where: "Self-intersection[121.5 31.2]"."""
    parts = reason.partition("[")[2].rstrip("]").split()
    lon, lat = (float(parts[0]), float(parts[1])) if len(parts) >= 2 else shapely.get_coordinates(shape)[0]
    return f"{lon:.6f}", f"{lat:.6f}"
