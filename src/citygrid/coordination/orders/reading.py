"""督办, 催办, 批示: who was told to do what, what was answered, from the timelines; the newest first (S1-34, S1-48)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.coordination.keyset import Key
from citygrid.coordination.months import Month
from citygrid.coordination.seen import seen
from citygrid.organization.visibility import Scope

PAGE = 50
KINDS = ("supervise", "urge", "instruct")
STATES = {
    "open": "i.done_at is null and i.no is not null",
    "overdue": "i.done_at is null and i.due < %(now)s",
    "answered": "i.outcome = 'done'",
}


@dataclass(frozen=True, slots=True)
class Order:
    """One act. `person` 0: the system, by the ladder. `item`: the answer that it asks for (supervise only), with its
    `due`; `holder`: who owes it. `note`, `reply`: ids of texts."""

    case: UUID
    seq: int
    kind: str
    at: datetime
    person: int
    role: str
    body: int | None
    note: str | None
    number: str
    class_id: str | None
    state: str
    unit: int | None
    item: int | None
    holder: int | None
    opened_at: datetime | None
    due: datetime | None
    warn_at: datetime | None
    done_at: datetime | None
    outcome: str | None
    reply: str | None
    replied_by: int | None


_SQL = """select e.case_id, e.seq, e.type, e.effective_at, e.person, e.role, e.body,
      coalesce(e.data #>> '{{said,note,id}}', e.data #>> '{{said,text,id}}'), coalesce(c.case_no, c.report_no),
      c.class_id, c.state, c.unit, i.no, i.body, i.opened_at, i.due, i.warn_at, i.done_at, i.outcome,
      r.data #>> '{{said,text,id}}', r.person
    from cases_entry e
      join cases_head h on h.case_id = e.case_id and h.month = e.month
      join cases_case c on c.id = h.case_id and c.bucket = h.bucket
      left join lateral (select * from cases_item j where e.type = 'supervise' and j.case_id = e.case_id
        and j.kind = 'answer' and e.data -> 'open' @> jsonb_build_array(jsonb_build_object('no', j.no))
        limit 1) i on true
      left join lateral (select * from cases_entry a where i.done_at is not null and a.case_id = e.case_id
        and a.month = e.month and a.type = 'answer'
        and a.data -> 'close' @> jsonb_build_array(jsonb_build_object('no', i.no)) limit 1) r on true
    where e.type = any(%(kinds)s) and {where}
    order by e.effective_at desc, e.case_id desc, e.seq desc limit %(most)s"""


def orders(
    scope: Scope, kind: str, now: datetime, *, state: str = "", unit: int | None = None, month: Month | None = None,
    before: Key | None = None, most: int = PAGE,
) -> list[Order]:  # fmt: skip
    """A page of orders of one kind about cases in the scope. `state`: open, overdue, answered (of supervision orders).
    `unit`: of cases that this unit has. `month`: given in it."""
    where, values = seen(scope)
    if state in STATES:
        where += f" and {STATES[state]}"
    if unit is not None:
        where += " and c.unit = %(unit)s"
    if month is not None:
        where += " and e.effective_at >= %(start)s and e.effective_at < %(end)s"
        values |= {"start": month.start, "end": month.end}
    if before is not None:
        where += " and (e.effective_at, e.case_id, e.seq) < (%(at)s, %(case)s, %(seq)s)"
        values |= dict(zip(("at", "case", "seq"), before, strict=True))
    values |= {"kinds": [kind], "now": now, "unit": unit, "most": most}
    with plain() as connection:
        return [Order(*row) for row in cursor(connection).execute(_SQL.format(where=where).encode(), values).fetchall()]


_BY_UNIT = """select c.unit, count(*) filter (where e.type = 'urge'),
      count(*) filter (where e.type = 'urge' and e.person = 0),
      count(*) filter (where e.type = 'supervise'), count(*) filter (where e.type = 'instruct')
    from cases_entry e
      join cases_head h on h.case_id = e.case_id and h.month = e.month
      join cases_case c on c.id = h.case_id and c.bucket = h.bucket
    where e.type in ('urge', 'supervise', 'instruct') and c.unit is not null
      and e.effective_at >= %(start)s and e.effective_at < %(end)s and {visible}
    group by c.unit order by 2 desc, 4 desc, 1"""


def by_unit(scope: Scope, month: Month) -> list[tuple[int, int, int, int, int]]:
    """(unit, urged, of these by the system, supervised, instructed) in a month, the most urged first."""
    visible, values = seen(scope)
    values |= {"start": month.start, "end": month.end}
    with plain() as connection:
        rows: list[Any] = cursor(connection).execute(_BY_UNIT.format(visible=visible).encode(), values).fetchall()
        return [tuple(row) for row in rows]
