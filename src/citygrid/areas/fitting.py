"""Whether the areas of a folder fit each other: inside what is above, no overlap, no gap (GB/T 30428.1, 拓扑)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely
from shapely import STRtree

from citygrid.areas.drafts import Draft, Drafts, meet
from citygrid.areas.lattice import project
from citygrid.areas.models import LADDER
from citygrid.standards.reports import Report

SEAM_M = 0.05
"""Metres beside a shared edge that rounded corners may take from each other."""


def check(drafts: Drafts, at: date, report: Report) -> dict[int, float]:
    """Notes what does not fit, on the areas in metres; gives the surface in m2 by the draft's identity."""
    areas = [draft for draft in drafts.all() if draft.shape is not None]
    shapes = shapely.GeometryCollection([draft.shape for draft in areas])
    flat = dict(zip(map(id, areas), project(shapes, drafts.metric_crs).geoms, strict=True))
    for kind in LADDER[1:]:
        rows = drafts.layers[kind]
        for draft in rows:
            _inside(draft, flat, report)
        _apart(rows, flat, report)
    _filled(drafts, at, flat, report)
    return {key: float(shape.area) for key, shape in flat.items()}


def _slack(shape: shapely.Geometry) -> float:
    return float(shape.length) * SEAM_M


def _inside(draft: Draft, flat: dict[int, shapely.Geometry], report: Report) -> None:
    shape = flat[id(draft)]
    if draft.parent is None:
        return
    outside = shape.difference(flat[id(draft.parent)]).area
    if outside > _slack(shape):
        params = {"m2": round(outside), "parent": draft.parent.code}
        message = "%(m2)s m² of it lie outside %(parent)s."
        report.add(draft.file, draft.line, "geometry", "outside_parent", message, params)


def _apart(rows: Sequence[Draft], flat: dict[int, shapely.Geometry], report: Report) -> None:
    shapes = np.array([flat[id(draft)] for draft in rows], dtype=object)
    if not len(shapes):
        return
    first, second = STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    for index in np.flatnonzero(common > SEAM_M):
        one, other = rows[first[index]], rows[second[index]]
        if meet(one.span, other.span) and common[index] > min(_slack(flat[id(one)]), _slack(flat[id(other)])):
            params = {"m2": round(float(common[index])), "other": one.code}
            message = "%(m2)s m² of it lie in %(other)s too."
            report.add(other.file, other.line, "geometry", "overlap", message, params)


def _filled(drafts: Drafts, at: date, flat: dict[int, shapely.Geometry], report: Report) -> None:
    """On the day of the import the unit grids fill their community."""
    grids: dict[int, list[shapely.Geometry]] = defaultdict(list)
    day = (at, None)
    for grid in drafts.layers["grid"]:
        if grid.parent is not None and meet(grid.span, day):
            grids[id(grid.parent)].append(flat[id(grid)])
    for community in drafts.layers["community"]:
        parts = grids.get(id(community))
        if not parts or not meet(community.span, day):
            continue
        gap = flat[id(community)].difference(shapely.union_all(parts)).area
        if gap > sum(map(_slack, parts)) / 2:
            message = "%(m2)s m² of it belong to no unit grid."
            params = {"m2": round(gap)}
            report.add(community.file, community.line, "geometry", "gap", message, params)
