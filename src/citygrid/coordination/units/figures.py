"""A unit's own figures of a month, by worker; each number is counted by the condition that its list is read by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.coordination.keyset import Key
from citygrid.coordination.months import Month
from citygrid.coordination.seen import seen
from citygrid.coordination.units.work import PAGE
from citygrid.organization.visibility import Scope

_RECEIVED = "a.offered_at >= %(start)s and a.offered_at < %(end)s"
_DONE = "a.state = 'done' and a.done_at >= %(start)s and a.done_at < %(end)s"
_STOPPED = "('returning', 'suspended')"
# What is counted of the assignments of a body. `overdue`: at the end of the month, or now: past its limit, not done.
MEASURES: Mapping[str, str] = {
    "received": _RECEIVED,
    "done": _DONE,
    "on_time": f"{_DONE} and not coalesce(a.late, false)",
    "late": f"{_DONE} and coalesce(a.late, false)",
    "overdue": f"a.offered_at < %(cut)s and a.due < %(cut)s and (a.done_at is null or a.done_at >= %(cut)s)"
    f" and a.state not in {_STOPPED}",
    "rework": f"{_RECEIVED} and a.reworks > 0",
    "returned": "a.outcome = 'returned' and a.done_at >= %(start)s and a.done_at < %(end)s",
    "extended": f"{_RECEIVED} and a.extensions > 0",
}
_FROM = """from cases_assignment a
      join cases_head h on h.case_id = a.case_id and h.month = a.month
      join cases_case c on c.id = a.case_id and c.bucket = h.bucket
    where a.body = %(body)s"""


@dataclass(frozen=True, slots=True)
class Counted:
    """One assignment behind a number."""

    case: UUID
    no: int
    number: str
    class_id: str | None
    offered_at: datetime
    due: datetime | None
    done_at: datetime | None
    late: bool | None
    worker: int | None
    state: str
    reworks: int
    extensions: int


def figures(body: int, scope: Scope, month: Month, now: datetime) -> dict[int | None, dict[str, int]]:
    """Worker (None: given to nobody) -> measure -> number; workers without any are left out."""
    visible, values = _values(body, scope, month, now)
    sums = ", ".join(f"count(*) filter (where {condition})" for condition in MEASURES.values())
    sql = f"select a.worker, {sums} {_FROM} and {visible} group by a.worker"
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), values).fetchall()
    found = {worker: dict(zip(MEASURES, numbers, strict=True)) for worker, *numbers in rows}
    return {worker: numbers for worker, numbers in found.items() if any(numbers.values())}


def total(by_worker: Mapping[int | None, Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(numbers[name] for numbers in by_worker.values()) for name in MEASURES}


def behind(
    body: int, scope: Scope, month: Month, now: datetime, measure: str, *, worker: int | None = None,
    before: Key | None = None, most: int = PAGE,
) -> list[Counted]:  # fmt: skip
    """The assignments that a number counts, newest first. `worker`: of one person; 0: given to nobody."""
    visible, values = _values(body, scope, month, now)
    sql = f"""select a.case_id, a.no, coalesce(c.case_no, c.report_no), c.class_id, a.offered_at, a.due, a.done_at,
        a.late, a.worker, a.state, a.reworks, a.extensions {_FROM} and {visible} and ({MEASURES[measure]})"""
    if worker is not None:
        sql += " and a.worker is null" if worker == 0 else " and a.worker = %(worker)s"
    if before is not None:
        sql += " and (a.offered_at, a.case_id, a.no) < (%(at)s, %(case)s, %(no)s)"
        values |= dict(zip(("at", "case", "no"), before, strict=True))
    sql += " order by a.offered_at desc, a.case_id desc, a.no desc limit %(most)s"
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), values | {"worker": worker, "most": most})
        return [Counted(*row) for row in rows.fetchall()]


def _values(body: int, scope: Scope, month: Month, now: datetime) -> tuple[str, dict[str, Any]]:
    visible, values = seen(scope)
    cut = max(month.start, min(month.end, now))
    return visible, values | {"body": body, "start": month.start, "end": month.end, "cut": cut}
