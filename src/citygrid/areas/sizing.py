"""How large the unit grids of a city are: `[grids]` of its profile (city.toml), the standard's 万米单元网格 else.

    [grids]            # all in m2, whole numbers, each of them optional
    cell = 10000       # wanted
    least = 3000       # a division joins what is smaller to a neighbour
    most = 20000       # a division makes nothing larger
    [grids.report]     # what the topology report takes without a word
    least = 1500
    most = 25000
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from citygrid.areas import citywide
from citygrid.areas.cutting import Sizes

CELL_M2 = (400, 1_000_000)
"""Cells from and to which the divider works."""
LEAST_SHARE, MOST_SHARE = (0.01, 0.9), (1.1, 10.0)
"""What least and most may be, in cells."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Surfaces of unit grids in m2 that are taken without a word, and the side of a usual one in metres."""

    least_m2: float = 1_500.0
    most_m2: float = 25_000.0
    side: float = 100.0


def sizes(day: date) -> Sizes:
    """The city's sizes in force on a day."""
    return read_sizes(citywide.grids(day))


def limits(day: date) -> Limits:
    """What the topology report of a day takes without a word."""
    return read_limits(citywide.grids(day))


def chosen(cell_m2: float, least: float, most: float) -> Sizes:
    """Sizes for a division as somebody typed them: `least` and `most` in cells."""
    usual = Sizes()
    return Sizes(
        cell_m2=cell_m2,
        least=least,
        most=most,
        cut_above=min(usual.cut_above, most),
        join_below=max(usual.join_below, least),
    )


def read_sizes(table: Mapping[str, Any]) -> Sizes:
    """`[grids]`, checked before; what it does not say is the standard's, in cells."""
    usual = Sizes()
    cell = float(table.get("cell", usual.cell_m2))
    least = float(table["least"]) / cell if "least" in table else usual.least
    most = float(table["most"]) / cell if "most" in table else usual.most
    return chosen(cell, least, most)


def read_limits(table: Mapping[str, Any]) -> Limits:
    """The same for the report: its own limits, else the usual ones by the size of a cell."""
    usual, cell = Limits(), read_sizes(table).cell_m2
    report, scale = table.get("report", {}), cell / Sizes().cell_m2
    return Limits(
        float(report.get("least", usual.least_m2 * scale)),
        float(report.get("most", usual.most_m2 * scale)),
        math.sqrt(cell),
    )


def wrong(table: Mapping[str, Any]) -> str:
    """The key whose number cannot be used beside the others; empty when all can."""
    found, report = read_sizes(table), read_limits(table)
    if not CELL_M2[0] <= found.cell_m2 <= CELL_M2[1]:
        return "cell"
    if not LEAST_SHARE[0] <= found.least <= LEAST_SHARE[1]:
        return "least"
    if not MOST_SHARE[0] <= found.most <= MOST_SHARE[1]:
        return "most"
    if report.least_m2 < 0:
        return "report.least"
    return "report.most" if report.most_m2 <= report.least_m2 else ""
