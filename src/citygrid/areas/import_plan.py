"""What an import of areas would do: rows with their verdicts, faults with the shapes to draw."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import shapely
from shapely import Geometry

from citygrid.areas.drafts import Draft
from citygrid.areas.import_state import State
from citygrid.standards.reports import Problem

Verdict = Literal["new", "changed", "same", "ended", "wrong"]
Ending = Literal["none", "siblings", "all"]
ENDINGS: tuple[Ending, ...] = ("siblings", "none", "all")
"""Which areas end that the file does not have: those beside the ones it has (same parent), none, all of the kind."""


@dataclass(slots=True, eq=False)
class Row:
    """One area in a plan. `number`: its row in the file, 0 when it is not of the file (ended, or a derived shape that
    follows its parts). `shape`: as it would be; `before`: as it is. `differs`: which of name, parent, shape change."""

    number: int
    kind: str
    code: str
    name: str
    parent: str
    verdict: Verdict
    shape: Geometry | None
    before: Geometry | None = None
    differs: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the shape to draw for it (degrees), if there is one."""

    problem: Problem
    code: str
    shape: Geometry | None


@dataclass(slots=True)
class Plan:
    """What an import would do from the day `at` on. `notes`: of the file as a whole. `version`: the areas that it was
    made for; `apply` refuses when they have changed since."""

    kind: str
    file: str
    at: date
    rows: list[Row]
    notes: list[Problem]
    faults: list[Fault]
    version: str
    metric_crs: str
    state: State
    surfaces: dict[int, float]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in ("new", "changed", "same", "ended", "wrong")}

    @property
    def changes(self) -> bool:
        return any(row.verdict in ("new", "changed", "ended") for row in self.rows)

    @property
    def digest(self) -> str:
        """Of what would be done: a plan made again from the same file is the one that was looked at."""
        total = hashlib.sha256(f"{self.kind} {self.at} {self.version}".encode())
        for row in self.rows:
            facts = (row.number, row.kind, row.code, row.name, row.parent, row.verdict)
            total.update(repr(facts).encode() + (b"" if row.shape is None else shapely.to_wkb(row.shape)))
        return total.hexdigest()
