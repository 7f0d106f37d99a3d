"""问题库: what could not be solved: hung cases, cases referred to the commission, duties disputed for long (S0-47)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.coordination.seen import seen
from citygrid.organization.visibility import Scope

PAGE = 50
KINDS = ("referred", "disputed", "hung")


@dataclass(frozen=True, slots=True)
class Problem:
    """One open case of the library. `kind`: `referred` (the commission has to settle it), `disputed` (returned again,
    or not settled in time), `hung` (缓办, 挂账). `since`: the last change on the main line. `due`: when it comes back
    by itself, or when its settlement is due. `ground`: code of the referral's ground."""

    case: UUID
    number: str
    kind: str
    class_id: str | None
    district: int | None
    community: int | None
    unit: int | None
    received_at: datetime
    since: datetime
    due: datetime | None
    mode: str | None
    ground: str | None
    returns: int
    suspensions: int


_KIND = """case when c.state = 'disputed' then 'referred'
      when c.state = 'suspended' then 'hung'
      when s.due < %(now)s or (s.case_id is not null and (c.snapshot ->> 'returns')::int > 0) then 'disputed' end"""
_SQL = """select * from (
      select c.id, coalesce(c.case_no, c.report_no), {kind} as kind, c.class_id, c.district, c.community, c.unit,
        c.received_at, (c.snapshot ->> 'since')::timestamptz as since, coalesce(s.due, r.due) as due,
        c.snapshot ->> 'suspend_mode', c.snapshot ->> 'referral_ground' as ground,
        coalesce((c.snapshot ->> 'returns')::int, 0), coalesce((c.snapshot ->> 'suspensions')::int, 0)
      from cases_case c
        left join lateral (select i.case_id, i.due from cases_item i where i.case_id = c.id and i.bucket = %(open)s
          and (i.kind = 'settle' or (i.kind = 'approve' and i.main)) order by i.no limit 1) s on true
        left join lateral (select i.due from cases_item i where i.case_id = c.id and i.bucket = %(open)s
          and i.kind = 'resume' limit 1) r on true
      where c.bucket = %(open)s and {visible}) p
    where p.kind is not null {more} order by p.since, p.id limit %(most)s"""


def problems(
    scope: Scope, now: datetime, *, kind: str = "", ground: str = "", after: tuple[datetime, UUID] | None = None,
    most: int = PAGE,
) -> list[Problem]:  # fmt: skip
    """A page of the library, the longest standing first. `after`: (since, id) of the last one of the page before."""
    visible, values = seen(scope)
    more = ""
    if kind in KINDS:
        more += " and p.kind = %(kind)s"
    if ground:
        more += " and p.ground = %(ground)s"
    if after is not None:
        more += " and (p.since, p.id) > (%(at)s, %(case)s)"
        values |= dict(zip(("at", "case"), after, strict=True))
    values |= {"open": OPEN_BUCKET, "now": now, "kind": kind, "ground": ground, "most": most}
    sql = _SQL.format(kind=_KIND, visible=visible, more=more)
    with plain() as connection:
        return [Problem(*row) for row in cursor(connection).execute(sql.encode(), values).fetchall()]
