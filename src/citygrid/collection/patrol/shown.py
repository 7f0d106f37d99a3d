"""A patrol for a map and a timeline: line, unit grids, squares, spans, places to replay; degrees and seconds."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from shapely import Geometry

from citygrid.collection.patrol import track
from citygrid.collection.patrol.figures import Looked
from citygrid.collection.patrol.ground import in_degrees

MOST_PLACES = 4000
"""Places of one replay; of a longer track every second, third ... fix is shown."""


def shown(looked: Looked) -> dict[str, Any]:
    """`features` (GeoJSON; `tone` as the maps of the house draw it), `spans`, `places` [t, lon, lat], `figures`."""
    return {
        "figures": looked.figures(),
        "starts": looked.starts.timestamp(),
        "ends": looked.ends.timestamp(),
        "spans": [[one.starts, one.ends, one.state, one.inside] for one in looked.spans],
        "idle": track.idle_spells(looked.spans),
        "outside": track.outside_spells(looked.spans, looked.rules.track),
        "places": _places(looked),
        "features": {"type": "FeatureCollection", "features": list(_features(looked))},
    }


def _places(looked: Looked) -> list[list[float]]:
    used = looked.sifted.used
    step = max(1, -(-len(used) // MOST_PLACES))
    kept = [*used[:-1][::step], *used[-1:]]
    if not kept:
        return []
    lons, lats = looked.ground.metric.inverse(np.array([one.x for one in kept]), np.array([one.y for one in kept]))
    return [
        [round(one.t), round(lon, 6), round(lat, 6)]
        for one, lon, lat in zip(kept, lons.tolist(), lats.tolist(), strict=True)
    ]


def _features(looked: Looked) -> Iterator[dict[str, Any]]:
    ground, covered = looked.ground, looked.covered
    for code, shape, visited, seconds in zip(ground.codes, ground.grids, covered.visited, covered.seconds, strict=True):
        tone = "new" if visited else "ended"
        yield _feature(shape, ground.crs, tone, kind="grid", key=code, label=code[-4:], seconds=seconds)
    half = looked.rules.coverage.cell_metres / 2
    seen = [
        shapely.box(x - half, y - half, x + half, y + half)
        for x, y, was in zip(looked.squares[0], looked.squares[1], covered.seen, strict=True)
        if was
    ]
    if seen:
        yield _feature(shapely.union_all(seen), ground.crs, "same", kind="squares", key="squares")
    for run in track.runs(looked.sifted, looked.rules.track):
        yield _feature(_line(run.fixes, looked.rules.track.simplify_metres), ground.crs, "proposed", kind="track")
    for fix in looked.sifted.jumps:
        yield _feature(shapely.Point(fix.x, fix.y), ground.crs, "warning", kind="jump")


def _line(fixes: Sequence[track.Spot], metres: float) -> Geometry:
    places = [(one.x, one.y) for one in fixes]
    return shapely.LineString(places).simplify(metres) if len(places) > 1 else shapely.Point(places[0])


def _feature(shape: Geometry, crs: str, tone: str, **properties: Any) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shapely.set_precision(in_degrees(shape, crs), 1e-7, mode="pointwise"))
    return {"type": "Feature", "geometry": geometry, "properties": {"tone": tone, **properties}}
