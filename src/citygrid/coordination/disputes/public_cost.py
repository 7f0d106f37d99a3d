"""Handling that nobody (or not yet anybody) pays for: no owner (无责任主体), rapid disposal (快速处置), repaired first
(先行处置). Each with its cost, and sums by month, class and area (S0-34, S4-27, S4-28; workflow 9)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.coordination.seen import seen
from citygrid.organization.visibility import Scope
from citygrid.rulebook.slices import profile_at

PAGE = 50
# Which cases are meant; the words of the partial index `cases_case_public_cost`.
KINDS = {
    "ownerless": """c.snapshot @> '{"ownerless": true}'""",
    "rapid": "c.mode = 'rapid'",
    "first": """c.snapshot @> '{"assignments": [{"provisional": true}]}'""",
}
BY = {
    "month": "to_char(c.received_at at time zone %(zone)s, 'YYYY-MM')",
    "class": "coalesce(c.class_id, '')",
    "district": "coalesce(c.district::text, '')",
}
_DONE = "c.handled_at is not null"
_COST = "(c.snapshot ->> 'cost')::bigint"


@dataclass(frozen=True, slots=True)
class Query:
    """`month` as `2026-11`; empty for all."""

    kind: str
    month: str = ""
    class_id: str = ""
    district: int | None = None
    before: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Handled:
    """One case. `cost`: in the smallest coin; None: not told. `duty`: the body on which it was settled. `settling`:
    a settlement is still open."""

    case: UUID
    number: str
    state: str
    class_id: str | None
    district: int | None
    areas: list[int]
    unit: int | None
    received_at: datetime
    handled_at: datetime | None
    cost: int | None
    duty: int | None
    settling: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """`handled`: of `number` cases so many were fed back; `told`: of these so many with their cost, in sum `cost`."""

    key: str
    number: int
    handled: int
    told: int
    cost: int


def cases(scope: Scope, query: Query, at: datetime, most: int = PAGE) -> list[Handled]:
    """A page of the cases, the newest first."""
    terms, values = _terms(scope, query, at)
    if query.before is not None:
        terms.append("(c.received_at, c.id) < (%(before_at)s, %(before_id)s)")
        values |= {"before_at": query.before[0], "before_id": query.before[1]}
    sql = f"""select c.id, coalesce(c.case_no, c.report_no), c.state, c.class_id, c.district, c.areas, c.unit,
          c.received_at, c.handled_at, {_COST}, (c.snapshot ->> 'duty')::bigint,
          exists (select 1 from cases_item i where i.case_id = c.id and i.bucket = %(open)s and i.kind = 'settle')
        from cases_case c where {" and ".join(terms)} order by c.received_at desc, c.id desc limit %(most)s"""  # noqa: S608 - constants
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), values | {"open": OPEN_BUCKET, "most": most}).fetchall()
    return [Handled(*row) for row in rows]


def sums(scope: Scope, query: Query, by: str, at: datetime) -> list[Sum]:
    """The same cases counted `by` month, class or district; the newest month, else the dearest first."""
    terms, values = _terms(scope, query, at)
    order = "1 desc" if by == "month" else "5 desc, 2 desc, 1"
    sql = f"""select {BY[by]}, count(*), count(*) filter (where {_DONE}),
          count(*) filter (where {_DONE} and {_COST} is not null), coalesce(sum({_COST}), 0)::bigint
        from cases_case c where {" and ".join(terms)} group by 1 order by {order}"""  # noqa: S608 - constants
    with plain() as connection:
        return [Sum(*row) for row in cursor(connection).execute(sql.encode(), values).fetchall()]


def _terms(scope: Scope, query: Query, at: datetime) -> tuple[list[str], dict[str, Any]]:
    visible, values = seen(scope)
    terms = [f"({KINDS[query.kind]})", visible]
    for condition, name, value in (
        (f"{BY['month']} = %(month)s", "month", query.month or None),
        ("c.class_id = %(class_id)s", "class_id", query.class_id or None),
        ("c.district = %(district)s", "district", query.district),
    ):
        if value is not None:
            terms.append(condition)
            values[name] = value
    return terms, values | {"zone": str(profile_at(at).timezone)}
