"""Pieces joined until each is a good unit grid: none too small, none a strip, the strong lines kept as edges."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from citygrid.areas.cutting import Sizes
from citygrid.areas.plane import Edges

LAND, BUILDING, WHOLE = "land", "building", "whole"
"""What a piece is: ground; a building that some line crosses, to be given to a neighbour; one that is a grid of
its own."""
ROUND_ENOUGH = 0.35
"""4 pi surface / perimeter squared of a grid made by choice (a square has 0.79, a strip of one to six 0.39)."""


@dataclass(slots=True)
class _Region:
    number: int
    area: float
    around: float
    kind: str
    members: list[int] = field(default_factory=list)


Neighbours = dict[int, dict[int, tuple[float, float]]]
"""Of each region: its neighbours with the length shared and that length weighted with strength."""


def groups(
    areas: Sequence[float], around: Sequence[float], kinds: Sequence[str], edges: Edges, sizes: Sizes
) -> list[list[int]]:
    """Which pieces (by number) make a grid together. The smallest region joins first; ties by the lowest number."""
    regions = {
        number: _Region(number, area, length, kind, [number])
        for number, (area, length, kind) in enumerate(zip(areas, around, kinds, strict=True))
    }
    joined = _Joining(regions, _neighbours(edges), sizes)
    joined.run()
    return [sorted(region.members) for region in joined.regions.values()]


def _neighbours(edges: Edges) -> Neighbours:
    found: Neighbours = defaultdict(dict)
    rows = zip(edges.first.tolist(), edges.second.tolist(), edges.length.tolist(), edges.held.tolist(), strict=True)
    for one, other, length, held in rows:
        found[one][other] = found[other][one] = (length, held)
    return found


@dataclass(slots=True)
class _Joining:
    regions: dict[int, _Region]
    beside: Neighbours
    sizes: Sizes

    def run(self) -> None:
        heap = [self._entry(region) for region in self.regions.values()]
        heapq.heapify(heap)
        while heap:
            rank, area, number = heapq.heappop(heap)
            region = self.regions.get(number)
            if region is None or self._entry(region) != (rank, area, number):
                continue
            into = self._choice(region)
            if into is not None:
                self._join(region, into)
                heapq.heappush(heap, self._entry(into))

    def _entry(self, region: _Region) -> tuple[int, float, int]:
        """Buildings find their ground before anything is joined for its size."""
        return (0 if region.kind == BUILDING else 1, region.area, region.number)

    def _choice(self, region: _Region) -> _Region | None:
        others = [self.regions[number] for number in self.beside[region.number]]
        if region.kind == WHOLE or not others:
            return None
        ground = [other for other in others if other.kind != WHOLE] or others
        if self._must(region, ground):
            fitting = [o for o in ground if region.area + o.area <= self.sizes.most_m2] or ground
            return max(fitting, key=lambda other: self._liking(region, other))
        if region.area < self.sizes.join_below * self.sizes.cell_m2:
            good = [o for o in ground if o.kind == LAND and self._good(region, o)]
            return max(good, key=lambda other: self._liking(region, other), default=None)
        return None

    def _must(self, region: _Region, others: Sequence[_Region]) -> bool:
        if region.kind == BUILDING or region.area < self.sizes.least_m2:
            return True
        if not self._narrow(region):
            return False
        return any(not self._narrow(o) and o.area + region.area <= self.sizes.most_m2 for o in others)

    def _narrow(self, region: _Region) -> bool:
        return self.sizes.narrow(region.area, region.around)

    def _good(self, region: _Region, other: _Region) -> bool:
        length, held = self.beside[region.number][other.number]
        area, around = region.area + other.area, region.around + other.around - 2 * length
        compact = 12.566 * area >= ROUND_ENOUGH * around * around
        return area <= self.sizes.cut_above * self.sizes.cell_m2 and held <= 0.6 * length and compact

    def _liking(self, region: _Region, other: _Region) -> tuple[float, int]:
        """More for a long common edge that no strong line runs along, less for a grid that gets large or ragged."""
        length, held = self.beside[region.number][other.number]
        area, around = region.area + other.area, region.around + other.around - 2 * length
        compact = 12.566 * area / (around * around)
        large = max(0.0, area / self.sizes.cell_m2 - 1.0)
        narrow = 0.5 if self._narrow(other) and not self._narrow(region) else 0.0
        return ((length - 0.9 * held) / region.around + 0.5 * compact - 0.3 * large - narrow, -other.number)

    def _join(self, region: _Region, into: _Region) -> None:
        length, _ = self.beside[region.number].pop(into.number)
        del self.beside[into.number][region.number]
        for number, (shared, held) in self.beside.pop(region.number).items():
            del self.beside[number][region.number]
            was = self.beside[into.number].get(number, (0.0, 0.0))
            now = (was[0] + shared, was[1] + held)
            self.beside[into.number][number] = self.beside[number][into.number] = now
        del self.regions[region.number]
        into.members += region.members
        into.area += region.area
        into.around += region.around - 2 * length
        if into.kind == BUILDING and region.kind == LAND:
            into.kind = LAND
