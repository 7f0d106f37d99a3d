"""Areas and unit grids from any file that `tabular` reads: look first (`plan`), then bring in from a day (`apply`).

A plan says of each row whether its area is new, changed, the same or wrong, and which areas end because the file no
longer has them. What is wrong stays out and is named by its row; the rest must still fit together (inside what is
above, no overlap), so a row that fits only with a wrong one stays out too. The same file twice changes nothing.
S1-08, S3-04; GB/T 30428.1 (codes are never used again).
"""

from collections.abc import Mapping
from datetime import date

from citygrid.areas import citywide, import_rows, import_state
from citygrid.areas.import_judging import Judge
from citygrid.areas.import_plan import ENDINGS, Ending, Fault, Plan, Row
from citygrid.areas.import_rows import FIELDS
from citygrid.areas.import_writing import apply
from citygrid.areas.models import LADDER
from citygrid.areas.versions import current
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.codes import CodeProfile
from citygrid.tabular import Table

__all__ = ["ENDINGS", "FIELDS", "Ending", "Fault", "Plan", "Row", "apply", "plan"]


def plan(
    kind: str,
    table: Table,
    mapping: Mapping[str, str],
    at: date,
    *,
    profile: CodeProfile | None = None,
    metric_crs: str = "",
    ending: Ending = "siblings",
    file: str = "",
) -> Plan:
    """What bringing in a table would do from a day on; nothing is written.

    `kind`: of the ladder, city to grid. `mapping`: `FIELDS` -> column; `code` is needed. `profile`: how codes look, if
    not as the city says. `metric_crs`: the city's projection, needed before there is a city. `ending`: see `ENDINGS`.
    Raises Refused (`kind_unknown`, `code_unmapped`, `no_such_column`, `no_projection`, `no_code_profile`), TableError.
    """
    if kind not in LADDER:
        raise Refused(Refusal("kind_unknown", "%(kind)s is no kind of area that can be imported.", {"kind": kind}))
    version = current()
    state = import_state.load(kind, at)
    crs = state.metric_crs or metric_crs
    if not crs:
        raise Refused(Refusal("no_projection", "There is no city yet, and no projection in metres was given."))
    file = file or "table"
    profile = profile or citywide.code_profile(at)
    sent = list(import_rows.read(kind, table, mapping, at, profile, file))
    work = Judge(kind, file, at, crs, state, ending, profile)
    rows, faults, notes, surfaces = work.judged(sent)
    digest = version.digest if version else ""
    return Plan(kind, file, at, rows, [*table.problems, *notes], faults, digest, crs, state, surfaces)
