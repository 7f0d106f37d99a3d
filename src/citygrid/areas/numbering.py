"""In which order unit grids are numbered, and which numbers are free (GB/T 30428.1: 从西向东、由北至南).

Precisely: the community is cut into bands as high as a cell's side, counted from its northern edge in the metres of
the city's projection. A grid belongs to the band in which its centre of gravity lies. Bands go from north to south,
the grids of a band from west to east by their centres; of two centres on one meridian the northern one goes first.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely import Geometry

from citygrid.standards.codes import CodeProfile
from citygrid.standards.formats import PartFormat

LEVEL = 1e-3
"""Metres: centres that are nearer than this to a band's edge or to a meridian count as on it."""


def order(shapes: Sequence[Geometry], north: float, side: float) -> list[int]:
    """The indices of the shapes (metres) in the order of their numbers. `north`: the community's northern edge."""
    centres = shapely.get_coordinates(shapely.centroid(np.array(shapes, dtype=object)))
    bands = np.floor((north - centres[:, 1] + LEVEL) / side).astype(int)
    east = np.round(centres[:, 0] / LEVEL)
    south = -np.round(centres[:, 1] / LEVEL)
    return [int(at) for at in np.lexsort((south, east, bands))]


class CodesExhausted(ValueError):  # noqa: N818 - told to a person as a refusal
    """A community has fewer free numbers than are needed. `params`: community, needed, free."""

    def __init__(self, community: str, needed: int, free: int) -> None:
        super().__init__(community)
        self.params = {"community": community, "needed": str(needed), "free": str(free)}


def codes(community: str, count: int, used: Iterable[str], profile: CodeProfile) -> list[str]:
    """The next `count` codes of unit grids of a community: the lowest numbers that were never used.

    `used`: every code that any grid of the community ever had, also those that have ended. Raises CodesExhausted,
    or CodeError for a community code that the profile does not know.
    """
    base = profile.parse("community", community)
    part = serial_part(profile)
    taken = set(used)
    found: list[str] = []
    for number in range(max(part.least, 1), part.greatest + 1):
        if len(found) == count:
            break
        code = str(profile.build("grid", base, **{part.name: number}))
        if code not in taken:
            found.append(code)
    if len(found) < count:
        raise CodesExhausted(community, count, len(found))
    return found


def serial_part(profile: CodeProfile) -> PartFormat:
    """The part of a grid's code that its community's code has not."""
    above = {part.name for part in profile.format("community").parts}
    return next(part for part in profile.format("grid").parts if part.name not in above)
