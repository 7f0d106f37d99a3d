"""Duty grids (责任网格) from any file that `tabular` reads: look first (`plan`), then bring in from a day (`apply`).

Either a row for each unit grid (its code, and the duty grid that it belongs to), or a row for each duty grid with its
surface: then it has the unit grids whose inner point lies there. What is wrong is told by its row and takes its whole
duty grid out: half a duty grid is none. The same file twice changes nothing. GB/T 30428.1; S1-41.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import shapely
from django.db import transaction
from shapely import Geometry, STRtree

from citygrid.areas import changing, duties
from citygrid.areas.changing import Who
from citygrid.areas.models import Area, DutyMembership
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.reports import Problem
from citygrid.tabular import NOTICES, Table

FIELDS = ("code", "grid", "name", "shift")
"""What a column may be mapped to. `grid` unmapped: the rows have surfaces. Names and shifts that no column has stay."""
MESSAGES = {
    "no_code": "The row has no code of a duty grid.",
    "bad_code": "A code is text of 1 to 32 signs.",
    "bad_shift": "A shift is at most %(most)s signs.",
    "unknown_grid": "There is no unit grid %(code)s on %(day)s.",
    "no_surface": "The row has no surface, and no column was named for the unit grids.",
    "no_grid_inside": "No unit grid lies in the surface of %(code)s.",
    "facts_differ": "%(code)s has another %(field)s on line %(line)s.",
    "code_ended": "The code %(code)s ended on %(day)s and is not used again.",
    "code_later": "%(code)s changes on %(day)s already: import from a later day.",
}
Verdict = Literal["new", "changed", "same", "wrong"]


@dataclass(slots=True)
class Duty:
    """One duty grid of the file. `line`: of its first row; `grids`: codes of its unit grids."""

    line: int
    code: str
    name: str
    shift: str
    grids: set[str] = field(default_factory=set)
    verdict: Verdict = "wrong"
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class DutyPlan:
    """What an import would do from the day `at` on. `notes`: of the file as a whole."""

    at: date
    duties: list[Duty]
    notes: list[Problem]

    @property
    def counts(self) -> dict[str, int]:
        """Duty grids by verdict."""
        return {one: sum(duty.verdict == one for duty in self.duties) for one in ("new", "changed", "same", "wrong")}

    @property
    def problems(self) -> list[Problem]:
        return [*self.notes, *(problem for duty in self.duties for problem in duty.problems)]


def plan(table: Table, mapping: Mapping[str, str], at: date, file: str = "table") -> DutyPlan:
    """What bringing in a table would do; nothing is written. `mapping`: `FIELDS` -> column, `code` is needed.

    Raises Refused (`no_such_column`, `code_unmapped`), TableError."""
    _check(mapping, table)
    known = _Known(at, bool(mapping.get("shift")))
    found: dict[str, Duty] = {}
    for batch in table.batches():
        told: dict[int, list[Problem]] = {}
        for problem in batch.problems:
            told.setdefault(problem.line, []).append(problem)
        shapes = [None] * len(batch) if batch.shapes is None else batch.shapes.tolist()
        for at_row, number in enumerate(batch.numbers):
            facts = {name: batch.columns[column][at_row] for name, column in mapping.items() if column}
            row = _Row(file, number, facts, shapes[at_row], told.get(number, []))
            row.into(found, known, by_code=bool(mapping.get("grid")))
    for duty in found.values():
        known.judge(duty, file)
    return DutyPlan(at, list(found.values()), list(table.problems))


def apply(of: DutyPlan, who: Who) -> dict[str, int]:
    """Do what the plan says, all of it or nothing; gives its counts. Raises Refused (`day_past`, ...)."""
    with transaction.atomic():
        for duty in of.duties:
            if duty.verdict in ("new", "changed"):
                duties.set_members(duty.code, sorted(duty.grids), of.at, who, name=duty.name, shift=duty.shift)
    return of.counts


def _check(mapping: Mapping[str, str], table: Table) -> None:
    if not mapping.get("code"):
        raise Refused(Refusal("code_unmapped", "Say which column holds the code of the area."))
    for name, column in mapping.items():
        if name not in FIELDS or (column and column not in table.columns):
            params = {"column": column, "columns": ", ".join(table.columns)[:300]}
            raise Refused(Refusal("no_such_column", "There is no column %(column)s. There are: %(columns)s.", params))


class _Known:
    """The unit grids and duty grids of the day."""

    def __init__(self, at: date, by_shift: bool) -> None:
        self.at, self.by_shift = at, by_shift
        grids = list(Area.objects.filter(changing.holding(at), kind="grid").order_by("code"))
        self.codes = [grid.code for grid in grids]
        self.grids = frozenset(self.codes)
        self.tree = STRtree(shapely.points([[grid.centre_lon, grid.centre_lat] for grid in grids]) if grids else [])
        rows = Area.objects.filter(kind="duty_grid").order_by("valid_from")
        self.last = {row.code: row for row in rows}
        held = DutyMembership.objects.filter(changing.holding(at)).values_list("duty_grid__code", "grid__code")
        self.members: dict[str, set[str]] = {}
        for duty, grid in held:
            self.members.setdefault(duty, set()).add(grid)

    def inside(self, surface: Geometry) -> set[str]:
        return {self.codes[place] for place in self.tree.query(surface, predicate="intersects").tolist()}

    def judge(self, duty: Duty, file: str) -> None:
        """The verdict, when all its rows can be used."""
        last = self.last.get(duty.code)
        if last is not None and last.valid_to is not None:
            _tell(duty, file, "code", "code_ended", code=duty.code, day=last.valid_to.isoformat())
        elif last is not None and last.valid_from > self.at:
            _tell(duty, file, "code", "code_later", code=duty.code, day=last.valid_from.isoformat())
        if any(problem.code not in NOTICES for problem in duty.problems):
            return
        if last is None:
            duty.verdict = "new"
            return
        duty.shift = duty.shift if self.by_shift else last.shift
        same = self.members.get(duty.code) == duty.grids and duty.shift == last.shift and duty.name in ("", last.name)
        duty.verdict = "same" if same else "changed"


@dataclass(slots=True)
class _Row:
    file: str
    number: int
    facts: Mapping[str, str]
    shape: Geometry | None
    problems: list[Problem]

    def into(self, found: dict[str, Duty], known: _Known, by_code: bool) -> None:
        """Adds what the row says to its duty grid."""
        code, name, shift = (self.facts.get(one, "") for one in ("code", "name", "shift"))
        duty = found.setdefault(code, Duty(self.number, code, name, shift))
        duty.problems += self.problems
        if not code:
            self._tell(duty, "code", "no_code")
        elif len(code) > duties.MOST_CODE:
            self._tell(duty, "code", "bad_code")
        if len(shift) > duties.MOST_SHIFT:
            self._tell(duty, "shift", "bad_shift", most=duties.MOST_SHIFT)
        for column, said, first in (("name", name, duty.name), ("shift", shift, duty.shift)):
            if said != first:
                self._tell(duty, column, "facts_differ", code=code, field=column, line=duty.line)
        duty.grids |= self._grids(duty, known, by_code)

    def _grids(self, duty: Duty, known: _Known, by_code: bool) -> set[str]:
        if by_code:
            grid = self.facts.get("grid", "")
            if grid in known.grids:
                return {grid}
            self._tell(duty, "grid", "unknown_grid", code=grid, day=known.at.isoformat())
            return set()
        if self.shape is None or self.shape.geom_type not in ("Polygon", "MultiPolygon"):
            self._tell(duty, "geometry", "no_surface")
            return set()
        inside = known.inside(self.shape)
        if not inside:
            self._tell(duty, "geometry", "no_grid_inside", code=duty.code)
        return inside

    def _tell(self, duty: Duty, column: str, code: str, /, **params: Any) -> None:
        _tell(duty, self.file, column, code, self.number, **params)


def _tell(duty: Duty, file: str, column: str, code: str, line: int | None = None, /, **params: Any) -> None:
    duty.problems.append(Problem(file, line or duty.line, column, code, MESSAGES[code], params))
