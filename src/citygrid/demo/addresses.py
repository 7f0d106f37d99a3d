"""Where things happen: points along the base map's roads with an address as people write it, and hot spots."""

import json
import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from typing import Any

METRES_A_DEGREE = 111_320.0
HOUSE_EVERY_M = 14
"""A house number for every so many metres of a road, odd on one side and even on the other."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point in degrees and its address; `angle`: radians from east in which the road runs there."""

    lon: float
    lat: float
    address: str
    angle: float = 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    """A straight piece of a road; `begins`: metres from the beginning of its line."""

    road: str
    start: tuple[float, float]
    end: tuple[float, float]
    begins: float
    length: float


class Streets:
    """Named roads of a city folder's base map, drawn by length and by `[places]` of the settings."""

    def __init__(self, folder: Path, wanted: dict[str, Any]) -> None:
        kinds, skip = wanted["road_kinds"], re.compile(wanted["skip"])
        self._sides: list[str] = wanted["sides"]
        self._pieces: list[_Piece] = []
        weights: list[float] = []
        rows = json.loads((folder / "basemap" / "roads.geojson").read_text(encoding="utf-8"))["features"]
        for row in rows:
            name, kind = row["properties"].get("name"), row["properties"]["kind"]
            if name and not skip.search(name) and kinds.get(kind):
                for piece in _pieces(name, row["geometry"]["coordinates"]):
                    self._pieces.append(piece)
                    weights.append(piece.length * kinds[kind])
        self._sums = list(accumulate(weights))
        self.metres = sum(piece.length for piece in self._pieces)

    def spot(self, chance: Random) -> Spot:
        """Some point at a road."""
        at = bisect_right(self._sums, chance.random() * self._sums[-1])
        return self._on(self._pieces[min(at, len(self._pieces) - 1)], chance.random(), chance)

    def near(self, spot: Spot, chance: Random, metres: float = 22.0) -> Spot:
        """A point close to another one, with its address."""
        lon = spot.lon + chance.gauss(0, metres) / (METRES_A_DEGREE * math.cos(math.radians(spot.lat)))
        return Spot(lon, spot.lat + chance.gauss(0, metres) / METRES_A_DEGREE, spot.address)

    def _on(self, piece: _Piece, share: float, chance: Random) -> Spot:
        (west, south), (east, north) = piece.start, piece.end
        away = chance.choice((-1, 1)) * chance.uniform(4, 14)
        narrow = math.cos(math.radians(south))
        across = (north - south, -(east - west) * narrow)
        length = math.hypot(*across) or 1.0
        lon = west + (east - west) * share + across[0] / length * away / (METRES_A_DEGREE * narrow)
        lat = south + (north - south) * share + across[1] / length * away / METRES_A_DEGREE
        number = 2 * int((piece.begins + piece.length * share) / HOUSE_EVERY_M) + (1 if away > 0 else 2)
        side = chance.choice(self._sides)
        beside = f"{side}{chance.randrange(5, 60, 5)}米" if side.endswith("侧") else side
        angle = math.atan2(north - south, (east - west) * narrow)
        return Spot(lon, lat, f"{piece.road}{number}号{beside}", angle)


def _pieces(name: str, line: list[list[float]]) -> list[_Piece]:
    found, begins = [], 0.0
    for (west, south), (east, north) in pairwise(line):
        narrow = math.cos(math.radians(south))
        length = math.hypot((east - west) * narrow, north - south) * METRES_A_DEGREE
        if length > 1:
            found.append(_Piece(name, (west, south), (east, north), begins, length))
        begins += length
    return found
