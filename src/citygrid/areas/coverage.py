"""Duty grids (责任网格) by shift: every unit grid has exactly one (S1-41), and the unit grids of one lie together.

A duty grid without a shift holds for every shift. In a city whose duty grids all have none there is one shift, "".
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from shapely import Geometry

from citygrid.areas import changing, citywide
from citygrid.areas.frames import Frame
from citygrid.areas.models import Area, DutyMembership

SEAM = 0.05
"""Metres between neighbours whose corners were rounded apart."""
MESSAGES: dict[str, str] = {
    "no_duty_grid": "%(code)s belongs to no duty grid.",
    "no_duty_grid_in_shift": "%(code)s belongs to no duty grid in the shift %(shift)s.",
    "several_duty_grids": "%(code)s belongs to %(duty_grids)s.",
    "several_duty_grids_in_shift": "%(code)s belongs to %(duty_grids)s in the shift %(shift)s.",
    "not_together": "The unit grids of the duty grid %(code)s lie in %(parts)s places apart from each other.",
    "member_gone": "The duty grid %(duty_grid)s has the unit grid %(code)s, which does not hold on this day.",
}
WARNINGS = frozenset({"not_together"})


@dataclass(frozen=True, slots=True)
class Fault:
    """`codes`: the unit grid (or the duty grid) first, then the others. `shape` in degrees. `shift` None: in all."""

    code: str
    codes: tuple[str, ...]
    shape: Geometry | None
    shift: str | None
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def warning(self) -> bool:
        return self.code in WARNINGS

    def __str__(self) -> str:
        return self.message % dict(self.params)


@dataclass(frozen=True, slots=True)
class Report:
    """`shifts` that there are; `grids` and `duty_grids`: how many of the day; `faults`, warnings last."""

    shifts: tuple[str, ...]
    grids: int
    duty_grids: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return all(fault.warning for fault in self.faults)


def report(at: date) -> Report:
    """What is wrong with the duty grids of a day."""
    grids = {row.pk: row for row in Area.objects.filter(changing.holding(at), kind="grid").order_by("code")}
    duties = {row.pk: row for row in Area.objects.filter(changing.holding(at), kind="duty_grid").order_by("code")}
    rows = DutyMembership.objects.filter(changing.holding(at), duty_grid__in=list(duties))
    members: dict[int, list[int]] = defaultdict(list)
    held: dict[int, list[Area]] = defaultdict(list)
    gone = []
    for duty, grid in rows.order_by("duty_grid__code", "grid__code").values_list("duty_grid_id", "grid_id"):
        if grid in grids:
            members[duty].append(grid)
            held[grid].append(duties[duty])
        else:
            gone.append((duties[duty], grid))
    shifts = tuple(sorted({row.shift for row in duties.values()} - {""})) or ("",)
    found = [fault for grid in grids.values() for fault in _of_grid(grid, held[grid.pk], shifts)]
    found += _gone(gone)
    found += _apart(duties, members, grids, at)
    return Report(shifts, len(grids), len(duties), tuple(found))


def _of_grid(grid: Area, duties: Sequence[Area], shifts: Sequence[str]) -> list[Fault]:
    """A fault that is the same in every shift is told once."""
    by_shift = {shift: [duty.code for duty in duties if duty.shift in (shift, "")] for shift in shifts}
    wrong = {shift: codes for shift, codes in by_shift.items() if len(codes) != 1}
    if len(wrong) == len(shifts) and len({tuple(codes) for codes in wrong.values()}) == 1:
        return [_fault(grid, next(iter(wrong.values())), None)]
    return [_fault(grid, codes, shift) for shift, codes in wrong.items()]


def _fault(grid: Area, codes: Sequence[str], shift: str | None) -> Fault:
    code = ("several_duty_grids" if codes else "no_duty_grid") + ("_in_shift" if shift else "")
    params = {"code": grid.code, "duty_grids": ", ".join(codes)} | ({"shift": shift} if shift else {})
    return Fault(code, (grid.code, *codes), changing.shape_of(grid), shift, MESSAGES[code], params)


def _gone(rows: Sequence[tuple[Area, int]]) -> list[Fault]:
    found = []
    for duty, pk in rows:
        grid = Area.objects.get(pk=pk)
        params = {"code": grid.code, "duty_grid": duty.code}
        codes, shape = (grid.code, duty.code), changing.shape_of(grid)
        found.append(Fault("member_gone", codes, shape, duty.shift or None, MESSAGES["member_gone"], params))
    return found


def _apart(
    duties: Mapping[int, Area], members: Mapping[int, Sequence[int]], grids: Mapping[int, Area], at: date
) -> list[Fault]:
    found = []
    crs = citywide.metric_crs(at) if members else ""
    for pk, ids in members.items():
        shapes = [changing.shape_of(grids[grid]) for grid in ids]
        frame = Frame.of(shapes[0], crs)
        joined = shapely.union_all([frame.there(shape).buffer(SEAM, quad_segs=1) for shape in shapes])
        parts = len(shapely.get_parts(joined))
        if parts > 1:
            duty = duties[pk]
            params = {"code": duty.code, "parts": parts}
            shape = shapely.union_all(shapes)
            message = MESSAGES["not_together"]
            found.append(Fault("not_together", (duty.code,), shape, duty.shift or None, message, params))
    return found
