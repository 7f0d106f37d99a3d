"""How fast a point finds its unit grid: one by one and many at once among 40,000 grids, one core, warm, no database.

The bare cost beside it is what any code pays for the same question with shapely alone: a Point and one
`STRtree.query(point, predicate="intersects")`, for many at once `STRtree.query(points, predicate="intersects")`.
`python -m bench.areas`.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random

import django
import numpy as np
import shapely
from shapely import STRtree

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

from citygrid.areas import locating  # noqa: E402 - Django's settings come first
from citygrid.areas.index import Atlas, Row  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
COLUMNS, LINES, STEP = 200, 200, 0.001
AT = datetime(2024, 5, 1, 4, tzinfo=UTC)
CALLS = 50_000
MANY = 400_000
ROUNDS = 3


def rows(calls: int = CALLS) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    grids = _grids()
    begun = time.perf_counter()
    atlas = Atlas(1, "bench", grids, [], [])
    atlas.day(AT.date())
    built = time.perf_counter() - begun
    chance = Random(1)
    points = [(121 + chance.random() * COLUMNS * STEP, 31 + chance.random() * LINES * STEP) for _ in range(calls)]
    tree = STRtree([row.shape for row in grids if row.kind == "grid"])
    locating.forget()
    locating._Held.atlas, locating._Held.bumps = atlas, locating.Bumps.count
    assert all(locating.locate(*point, AT, "bench") is not None for point in points[:1000])
    ours = _rate(calls, lambda: [locating.locate(lon, lat, AT, "bench") for lon, lat in points])
    bare = _rate(calls, lambda: [tree.query(shapely.Point(p), predicate="intersects") for p in points])
    many, bare_many = _many(tree, MANY if calls == CALLS else calls)
    locating.forget()
    bulk = "points in arrays, 40,000 grids; issue 3: 200,000/s; bare: STRtree.query of all points, no codes"
    note = "40,000 grids, one by one, one core, warm; bare: shapely's STRtree alone"
    return [
        ("locate", ours, "1/s", bare, note),
        ("locate_many", many, "1/s", bare_many, bulk),
        ("areas built in memory", built, "s", None, "40,000 grids, from rows"),
    ]


def _many(tree: STRtree, count: int) -> tuple[float, float]:
    chance = np.random.default_rng(1)
    lons, lats = 121 + chance.random(count) * COLUMNS * STEP, 31 + chance.random(count) * LINES * STEP
    assert (locating.locate_many(lons, lats, AT, "bench").index >= 0).all()
    ours = _rate(count, lambda: locating.locate_many(lons, lats, AT, "bench"))
    return ours, _rate(count, lambda: tree.query(shapely.points(lons, lats), predicate="intersects"))


def _grids() -> list[Row]:
    """Slanted cells, so that no box is the shape itself."""

    def corner(column: int, line: int) -> tuple[float, float]:
        slant = 0.00013 * ((column * 7 + line * 3) % 5 - 2)
        return 121 + column * STEP + (slant if 0 < column < COLUMNS else 0), 31 + line * STEP + (
            slant if 0 < line < LINES else 0
        )

    found = [Row(1, "community", "K", "", None, date(2020, 1, 1), None, shapely.box(121, 31, 122, 32))]
    for line in range(LINES):
        for column in range(COLUMNS):
            ring = [(column, line), (column + 1, line), (column + 1, line + 1), (column, line + 1)]
            shape = shapely.Polygon([corner(*at) for at in ring])
            code = f"G{line * COLUMNS + column:05d}"
            found.append(Row(len(found) + 1, "grid", code, "", 1, date(2020, 1, 1), None, shape))
    return found


def _rate(calls: int, work: Callable[[], object]) -> float:
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        best = max(best, calls / (time.perf_counter() - begun))
    return best


if __name__ == "__main__":
    for name, value, unit, bare, note in rows():
        print(f"{name:32} {value:12,.1f} {unit:4} bare {bare or 0:12,.1f}  {note}")
