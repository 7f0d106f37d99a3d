"""Whether the first coordinates of a file agree with the system that it (or whoever brought it) says it is in.

Nothing is ever changed silently: what looks wrong stops with a sentence, or is told and left to be said again.
"""

from collections.abc import Callable

import numpy as np

from citygrid.standards.coordinates import CGCS2000
from citygrid.standards.reports import Problem
from citygrid.tabular import systems
from citygrid.tabular.systems import Extent, Points, System
from citygrid.tabular.table import TableError

MOST = 0.5
"""Of the looked-at points: the share that settles what a whole file is."""


def settle(
    points: Points, said: str | None, asked: str | None, swapped: bool, extent: Extent | None, file: str
) -> tuple[System | None, list[Problem]]:
    """The system to read a file in, and what there is to tell of it. `points`: some of the file's, as they stand.

    `said`: by the file; `asked`: by the caller, which goes before. None when there are no points and nobody says it.
    TableError `crs_missing`, `crs_not_degrees`, `crs_not_metres`, `crs_unknown`, `crs_unusable`.
    """
    problems: list[Problem] = []

    def tell(code: str, message: str, **params: object) -> None:
        problems.append(Problem(file, 0, "", code, message, params))

    points = points[np.isfinite(points).all(axis=1)]
    if swapped:
        points = points[:, ::-1]
    name = asked or said
    if name is None:
        if not len(points):
            return None, []
        _must_be_degrees(points, file)
        name = CGCS2000
        tell("crs_assumed", "The file does not name its coordinate system; its degrees are read as CGCS2000.")
    system = systems.system(name)
    if asked and said and systems.system(said).name != system.name:
        message = "The file says %(said)s; it was read in %(asked)s as you said."
        tell("crs_overruled", message, said=systems.system(said).name, asked=system.name)
    if len(points):
        turned = _looks_swapped(points, system, extent)
        _agree(points[:, ::-1] if turned and system.degrees else points, system, file)
        if turned:
            message = "The axes look swapped (such as %(x)s, %(y)s): read the file again with the axes exchanged."
            tell("axes_swapped", message, **_example(points))
    if not system.exact:
        message = "From %(crs)s to CGCS2000 no exact way is known: places may be off by up to some hundred metres."
        tell("crs_inexact", message, crs=system.name)
    return system, problems


def _must_be_degrees(points: Points, file: str) -> None:
    either = systems.in_degrees(points) | systems.in_degrees(points[:, ::-1])
    if either.mean() <= MOST:
        message = (
            "%(file)s does not name its coordinate system, and its numbers (%(x)s, %(y)s) are no degrees: name it."
        )
        raise TableError("crs_missing", message, {"file": file, **_example(points)})


def _agree(points: Points, system: System, file: str) -> None:
    share = systems.in_degrees(points).mean()
    params = {"file": file, "crs": system.name, **_example(points)}
    if system.degrees and share <= MOST:
        message = "%(file)s should be in degrees (%(crs)s), but its numbers (%(x)s, %(y)s) look like metres."
        raise TableError("crs_not_degrees", message, params)
    if not system.degrees and share > MOST:
        message = "%(file)s should be in metres (%(crs)s), but its numbers (%(x)s, %(y)s) look like degrees."
        raise TableError("crs_not_metres", message, params)


def _looks_swapped(points: Points, system: System, extent: Extent | None) -> bool:
    """Most points are nowhere (or elsewhere) as they stand, and right when the axes are exchanged."""
    home = extent or system.home

    def right(some: Points) -> float:
        return float(_inside(some, system, home).mean())

    return right(points) < 0.1 and right(points[:, ::-1]) > MOST


def _inside(points: Points, system: System, home: Extent | None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    turn: Callable[[Points], Points] = system.to_degrees
    found = turn(np.ascontiguousarray(points))
    return systems.within(found, home) if home else systems.in_degrees(found)


def _example(points: Points) -> dict[str, str]:
    return {"x": f"{points[0, 0]:.6f}".rstrip("0").rstrip("."), "y": f"{points[0, 1]:.6f}".rstrip("0").rstrip(".")}
