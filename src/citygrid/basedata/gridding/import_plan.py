"""An import of areas worked out: what would be new, changed and ended, what is wrong and stays out (S1-08)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from citygrid import tabular
from citygrid.areas import importing
from citygrid.areas.importing import Fault, Plan, Row
from citygrid.areas.lattice import project
from citygrid.areas.versions import current
from citygrid.basedata import sent_files
from citygrid.basedata.city_frame import code_profile, metric_crs
from citygrid.basedata.gridding import shapes
from citygrid.basedata.gridding.planning import Actor, Progress, Worked
from citygrid.basedata.gridding.plans import AreaPlan
from citygrid.basedata.gridding.plans_day import noon
from citygrid.basedata.gridding.words import VERDICTS
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.reports import Problem
from citygrid.tabular import Table, TableError

AT_ONCE = 3_000_000
"""Bytes of a file that is worked out within a request; a larger one is a job."""
SHOWN = 1000
"""Rows kept for the page, those that change something first; all are counted and applied."""
GUESSES: Mapping[str, Sequence[str]] = {
    "code": ("code", "bgid", "编码", "代码", "标识码", "grid_code", "id"),
    "name": ("name", "名称", "xzqmc"),
    "parent": ("parent", "上级编码", "所属编码", "parent_code"),
}
"""Words by which a column is known, the likelier first; the person decides."""
TONES = {"new": "new", "changed": "changed", "same": "same", "ended": "ended", "wrong": "fault"}
ORDER = ("wrong", "new", "changed", "ended", "same")
MESSAGES: dict[str, str] = {
    "nothing_changes": "This file changes nothing: every area in it is there already.",
    "nothing_usable": "No area of this file can be brought in; see what is wrong with each.",
}


def guess(columns: Sequence[str]) -> dict[str, str]:
    """What -> the column that is probably it."""
    found = {}
    for what in importing.FIELDS:
        by_word = [
            column
            for word in GUESSES.get(what, ())
            for column in columns
            if word in (column.lower(), column.lower()[:4])
        ]
        ends = [column for word in GUESSES.get(what, ()) for column in columns if column.lower().endswith(word)]
        if by_word or ends:
            found[what] = (by_word or ends)[0]
    return found


@contextmanager
def opened(plan: AreaPlan, wishes: Mapping[str, Any]) -> Iterator[Table]:
    """The plan's file as a table, read as wished. Raises TableError."""
    with sent_files.opened(plan) as path:
        yield tabular.open_table(
            path,
            sheet=wishes.get("sheet") or None,
            crs=wishes.get("crs") or None,
            swapped=bool(wishes.get("swapped")),
        )


def ground(plan: AreaPlan) -> str:
    """Any change of areas may change what an import does."""
    version = current()
    return version.digest if version else ""


def slow(plan: AreaPlan) -> bool:
    return len(plan.file) > AT_ONCE


def work(plan: AreaPlan, progress: Progress) -> Worked:
    """Look at each row; what is wrong stays out and is told."""
    found = _planned(plan)
    rows = sorted(found.rows, key=lambda row: (ORDER.index(row.verdict), row.number))
    refusal = None
    if not found.changes:
        code = "nothing_usable" if found.counts["wrong"] else "nothing_changes"
        refusal = Refusal(code, MESSAGES[code])
    numbers = {"counts": found.counts}
    faults = [*(_note(note) for note in found.notes), *(_fault(one, at) for at, one in enumerate(found.faults))]
    return Worked(
        shapes.text(_drawn(rows, found.faults)),
        numbers,
        [_row(row, found) for row in rows[:SHOWN]],
        faults,
        refusal,
    )


def _planned(plan: AreaPlan) -> Plan:
    at = noon(plan.from_day)
    try:
        with opened(plan, plan.inputs) as table:
            return importing.plan(
                plan.inputs["kind"],
                table,
                plan.inputs["columns"],
                plan.from_day,
                profile=code_profile(at),
                metric_crs=metric_crs(at),
                ending=plan.inputs.get("ending", "siblings"),
                file=plan.file_name,
            )
    except TableError as error:
        raise Refused(Refusal(error.code, error.message, error.params)) from error


def _drawn(rows: Sequence[Row], faults: Sequence[Fault]) -> list[shapes.Drawn]:
    drawn = [
        shapes.feature(
            TONES[row.verdict],
            shape,
            _key(row),
            f"{row.code} {row.name}".strip(),
            row.name,
            [(str(VERDICTS[row.verdict]), "")],
        )
        for row in reversed(rows)
        if (shape := row.shape if row.shape is not None else row.before) is not None
    ]
    named = [
        shapes.feature("fault", one.shape, f"fault:{at}", one.code)
        for at, one in enumerate(faults)
        if one.shape is not None
    ]
    return [*drawn, *named]


def _key(row: Row) -> str:
    return f"{row.kind}:{row.code}:{row.number}"


def _row(row: Row, found: Plan) -> dict[str, Any]:
    shape = row.shape if row.shape is not None else row.before
    surface = project(shape, found.metric_crs).area if shape is not None and not shape.is_empty else None
    return {
        "key": _key(row) if shape is not None else "",
        "code": row.code,
        "name": row.name,
        "number": row.number,
        "verdict": row.verdict,
        "differs": list(row.differs),
        "m2": round(surface, 1) if surface else None,
    }


def _note(note: Problem) -> dict[str, Any]:
    return {"key": "", "number": note.line, "code": note.code, "message": note.message, "params": dict(note.params)}


def _fault(one: Fault, at: int) -> dict[str, Any]:
    return {**_note(one.problem), "key": f"fault:{at}" if one.shape is not None else "", "area": one.code}


def apply(plan: AreaPlan, actor: Actor) -> dict[str, Any]:
    """Bring in what was looked at; the plan is made again from the same file for the same areas."""
    found = _planned(plan)
    report = importing.apply(found, actor.person.pk, actor.at)
    return {"counts": dict(report.counts)}
