"""A division worked out (划分单元网格): the communities one by one, what would be new, and what becomes of the old.

S0-03, S1-08, S2-19. The pieces are kept with the plan, so that what is applied is what was looked at."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from shapely import Geometry, STRtree

from citygrid.areas import dividing, life, sizing
from citygrid.areas.dividing import DivideError, Division, Sizes
from citygrid.areas.lattice import project
from citygrid.areas.models import Area
from citygrid.basedata.city_frame import metric_crs
from citygrid.basedata.gridding import barriers, reading, shapes
from citygrid.basedata.gridding.life_plan import who
from citygrid.basedata.gridding.planning import Actor, Progress, Worked
from citygrid.basedata.gridding.plans import AreaPlan
from citygrid.basedata.gridding.plans_day import noon
from citygrid.basedata.gridding.shapes import Drawn, shape_of
from citygrid.process.refusal import Refusal, Refused

CODES_SHOWN = 60
AT_ONCE = 1
"""Communities that are divided within a request; more are a job."""
CUT = 1.0
"""m2 of a building that lie in a second grid before it counts as cut."""
MESSAGES: dict[str, str] = {
    "no_communities": "There is no community to divide on that day.",
    "none_divided": "None of the communities can be divided; see the faults.",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """A community, what it is divided into, and how many buildings that would cut (none, or the divider erred)."""

    community: Area
    division: Division
    buildings: int
    cut: int
    codes: tuple[str, ...]


def ground(plan: AreaPlan) -> str:
    """The communities and the grids in them, as they are on the plan's day and after."""
    rows = Area.objects.filter(kind="community", code__in=plan.codes) | Area.objects.filter(
        kind="grid", parent__code__in=plan.codes
    )
    listed = rows.order_by("pk").values_list("pk", "valid_from", "valid_to")
    return hashlib.sha256(repr(list(listed)).encode()).hexdigest()


def work(plan: AreaPlan, progress: Progress) -> Worked:
    """Divide each community of the plan; one that cannot be divided is a fault and the others go on."""
    cuts: list[Cut] = []
    faults: list[dict[str, Any]] = []
    for number, code in enumerate(plan.codes):
        progress(number, len(plan.codes))
        found = reading.find("community", code, plan.from_day)
        if found is None:
            continue
        try:
            cuts.append(_cut(found, plan))
        except DivideError as error:
            faults.append(_fault(found, error.code, error.message, error.params))
        except Refused as told:
            faults.append(_fault(found, told.refusal.code, told.refusal.message, told.refusal.params))
    progress(len(plan.codes), len(plan.codes))
    pack(plan, cuts)
    refusal = None
    if not cuts:
        code = "none_divided" if faults else "no_communities"
        refusal = Refusal(code, MESSAGES[code])
    drawing = shapes.text(feature for cut in cuts for feature in _drawn(cut, plan))
    return Worked(drawing, _numbers(cuts, plan), [_row(cut, plan) for cut in cuts], faults, refusal)


def sizes(inputs: dict[str, Any]) -> Sizes:
    """The limits of size as they were typed."""
    return sizing.chosen(float(inputs["cell_m2"]), float(inputs["least"]), float(inputs["most"]))


def _cut(community: Area, plan: AreaPlan) -> Cut:
    crs, shape = metric_crs(noon(plan.from_day)), shape_of(community)
    found = barriers.around(shape, crs, plan.inputs["barriers"], plan.from_day)
    division = dividing.divide_with(shape, crs, found, sizes(plan.inputs))
    closed = barriers.closed(found)
    cut = buildings_cut(division.grids, closed, crs)
    # What the life of grids would refuse is told before anybody presses the button.
    change = life.apply_division(community.code, division.grids, plan.from_day, who(plan, None), keep=False)
    return Cut(community, division, len(closed), cut, tuple(one.code for one in change.made))


def _fault(community: Area, code: str, message: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {"key": f"community:{community.code}", "code": code, "message": message, "params": dict(params)}


def apply(plan: AreaPlan, actor: Actor) -> dict[str, Any]:
    """Give each community its pieces, all or none."""
    codes: list[str] = []
    ended = 0
    for community, pieces in unpack(plan).items():
        change = life.apply_division(community, pieces, plan.from_day, who(plan, actor))
        codes += [one.code for one in change.made]
        ended += len(change.ended)
    return {"codes": codes[:CODES_SHOWN], "made": len(codes), "ended_count": ended}


def buildings_cut(grids: list[Geometry], closed: list[Geometry], crs: str) -> int:
    """How many of the shapes (degrees) lie in two grids or more by over a square metre each, inside the community.

    Counted anew, not by the divider. A building larger than a grid may be is cut by nobody but its size: it counts
    only where it lies in two grids."""
    if not closed or not grids:
        return 0
    flat = np.array([project(grid, crs) for grid in grids], dtype=object)
    whole = np.array([project(one, crs) for one in closed], dtype=object)
    building, grid = STRtree(list(flat)).query(list(whole), predicate="intersects")
    common = shapely.area(shapely.intersection(whole[building], flat[grid]))
    several = np.bincount(building[common > CUT], minlength=len(whole))
    return int((several > 1).sum())


def pack(plan: AreaPlan, cuts: list[Cut]) -> None:
    """Keep the pieces in the plan."""
    pieces = {cut.community.code: [shapely.to_wkb(grid, hex=True) for grid in cut.division.grids] for cut in cuts}
    plan.content = gzip.compress(json.dumps(pieces).encode(), mtime=0)


def unpack(plan: AreaPlan) -> dict[str, list[Geometry]]:
    """The pieces by the community's code, in the order of their numbers."""
    pieces = json.loads(gzip.decompress(bytes(plan.content)))
    return {code: list(shapely.from_wkb(wkb)) for code, wkb in pieces.items()}


def _present(community: Area, plan: AreaPlan) -> list[Area]:
    return list(reading.children(community, plan.from_day).filter(kind="grid"))


def _drawn(cut: Cut, plan: AreaPlan) -> list[Drawn]:
    present = [shapes.drawn(row, "ended", f"old:{row.code}", "") for row in _present(cut.community, plan)]
    outline = shapes.drawn(cut.community, "plain", f"community:{cut.community.code}", "")
    beyond = set(cut.division.beyond)
    new = [
        shapes.feature(
            "warning" if number in beyond else "proposed",
            shape,
            f"{cut.community.code}:{number + 1}",
            cut.codes[number],
            str(number + 1),
            [(_("Surface"), f"{area:,.0f} m²")],
        )
        for number, (shape, area) in enumerate(zip(cut.division.grids, cut.division.areas, strict=True))
    ]
    return [outline, *present, *new]


def _row(cut: Cut, plan: AreaPlan) -> dict[str, Any]:
    return {
        "key": f"community:{cut.community.code}",
        "code": cut.community.code,
        "name": cut.community.name,
        "now": reading.statistics([row.area_m2 for row in _present(cut.community, plan)]),
        "then": reading.statistics(cut.division.areas),
        "beyond": len(cut.division.beyond),
        "buildings": cut.buildings,
        "cut": cut.cut,
        "codes": [cut.codes[0], cut.codes[-1]] if cut.codes else [],
    }


def _numbers(cuts: list[Cut], plan: AreaPlan) -> dict[str, Any]:
    now = [row.area_m2 for cut in cuts for row in _present(cut.community, plan)]
    then = [area for cut in cuts for area in cut.division.areas]
    return {
        "now": reading.statistics(now),
        "then": reading.statistics(then),
        "beyond": sum(len(cut.division.beyond) for cut in cuts),
        "buildings": sum(cut.buildings for cut in cuts),
        "cut": sum(cut.cut for cut in cuts),
    }


def slow(plan: AreaPlan) -> bool:
    """Several communities are a job."""
    return len(plan.codes) > AT_ONCE
