"""How fast communities are divided into unit grids: 100 km2 of a made-up city, a community at a time, one core.

Each community (about 1 km2) has streets, lanes and buildings. The bare cost beside it is a plain lattice of squares
clipped to the same communities, which cuts buildings and follows no street. `python -m bench.dividing`.
"""

import math
import resource
import time
from collections.abc import Iterator
from random import Random

import numpy as np
import shapely
from shapely import Geometry

from citygrid.areas import lattice
from citygrid.areas.barriers import BUILDING, LINE, Barrier
from citygrid.areas.dividing import divide_with

BenchRow = tuple[str, float, str, float | None, str]
CRS = "EPSG:4549"
SIDE = 1_000.0
COMMUNITIES = 100
X, Y = 550_000.0, 3_450_000.0


def rows(communities: int = COMMUNITIES) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    ours = bare = 0.0
    grids = squares = buildings = 0
    before = 0
    for number, (community, given) in enumerate(_city(communities)):
        begun = time.perf_counter()
        grids += len(divide_with(community, CRS, given).grids)
        ours += time.perf_counter() - begun
        begun = time.perf_counter()
        squares += len(lattice.divide(community, CRS))
        bare += time.perf_counter() - begun
        buildings += sum(one.kind == BUILDING for one in given)
        if number == communities // 10:
            before = _memory()
    note = (
        f"{communities} km2, {buildings:,} buildings, {grids:,} grids; issue 3: 60 s; bare: plain lattice ({squares:,})"
    )
    grown = (_memory() - before) / 1024
    return [
        ("divide communities", ours, "s", bare, note),
        ("divide, memory grown", grown, "MB", None, "from the first tenth of the communities to the last"),
    ]


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _city(communities: int) -> Iterator[tuple[Geometry, list[Barrier]]]:
    across = math.ceil(math.sqrt(communities))
    for number in range(communities):
        yield _community(Random(number), X + SIDE * (number % across), Y + SIDE * (number // across))


def _community(chance: Random, x: float, y: float) -> tuple[Geometry, list[Barrier]]:
    """A square with a bitten edge; streets every 150 to 300 m, lanes, a building on most plots."""
    edge = [(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x + SIDE * chance.uniform(0.3, 0.7), y + SIDE * 0.93)]
    region = shapely.Polygon([*edge, (x, y + SIDE)])
    lines = [*_streets(chance, x, y, up=True), *_streets(chance, x, y, up=False)]
    houses = []
    for column in range(25):
        for row in range(25):
            if chance.random() < 0.7:
                west, south = x + column * 40 + chance.uniform(2, 15), y + row * 40 + chance.uniform(2, 15)
                box = shapely.box(west, south, west + chance.uniform(8, 24), south + chance.uniform(8, 24))
                houses.append(shapely.affinity.rotate(box, chance.uniform(-20, 20)))
    given = [Barrier(_back(line), LINE, strength) for line, strength in lines]
    return _back(region), given + [Barrier(_back(house), BUILDING) for house in houses]


def _streets(chance: Random, x: float, y: float, *, up: bool) -> Iterator[tuple[Geometry, float]]:
    at = chance.uniform(50, 150)
    while at < SIDE:
        points = [(at + chance.uniform(-12, 12), along) for along in np.linspace(-20, SIDE + 20, 8)]
        yield (
            shapely.LineString([(x + a, y + b) if up else (x + b, y + a) for a, b in points]),
            chance.uniform(0.2, 0.9),
        )
        at += chance.uniform(150, 300)


def _back(shape: Geometry) -> Geometry:
    return lattice.project(shape, CRS, back=True)


if __name__ == "__main__":
    for name, value, unit, bare, note in rows():
        print(f"{name:32} {value:12,.1f} {unit:4} bare {bare or 0:12,.1f}  {note}")
