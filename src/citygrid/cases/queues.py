"""Queues are open work items: mine by name, and those of my post's role in my body; first what is late first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.process.guards import PERSONAL

PAGE = 50


@dataclass(frozen=True, slots=True)
class Queued:
    """One open work item with what a list shows of its case."""

    case: UUID
    no: int
    kind: str
    main: bool
    body: int | None
    role: str
    person: int | None
    opened_at: datetime
    due: datetime | None
    warn_at: datetime | None
    sort_at: datetime
    paused_at: datetime | None
    provisional: bool
    report_no: str
    case_no: str | None
    state: str
    class_id: str | None
    safety: bool
    district: int | None
    community: int | None
    received_at: datetime
    marks: list[str]
    text: str | None
    address: str | None


Key = tuple[datetime, UUID, int]
"""Keyset: sort_at, case, no of the last row of the page before."""

_BRANCH = """(select i.* from cases_item i where i.bucket = %s and {who} {kind} {after}
              order by i.sort_at, i.case_id, i.no limit %s)"""
_ROWS = """select i.case_id, i.no, i.kind, i.main, i.body, i.role, i.person, i.opened_at, i.due, i.warn_at, i.sort_at,
      i.paused_at, i.provisional, c.report_no, c.case_no, c.state, c.class_id, c.safety, c.district, c.community,
      c.received_at, c.marks, t.plain, a.plain
    from (select * from ({branches}) u order by sort_at, case_id, no limit %s) i
      join cases_head h on h.case_id = i.case_id
      join cases_case c on c.id = i.case_id and c.bucket = h.bucket
      left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id
    order by i.sort_at, i.case_id, i.no"""


def my_items(
    person: int, body: int | None, role: str, *, after: Key | None = None, kind: str | None = None, most: int = PAGE
) -> list[Queued]:
    """A page of what this person owes: items by name first among equals, then the queue of the role in the body."""
    branches, params = [], []
    for who, values in _whose(person, body, role):
        branches.append(
            _BRANCH.format(
                who=who,
                kind="and i.kind = %s" if kind else "",
                after="and (i.sort_at, i.case_id, i.no) > (%s, %s, %s)" if after else "",
            )
        )
        params += [OPEN_BUCKET, *values, *([kind] if kind else []), *(after or ()), most]
    sql = _ROWS.format(branches=" union all ".join(branches))
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [*params, most])
        return [Queued(*row) for row in rows.fetchall()]


def _whose(person: int, body: int | None, role: str) -> list[tuple[str, list[object]]]:
    mine: tuple[str, list[object]] = ("i.person = %s", [person])
    if body is None:
        return [mine]
    shared = "i.body = %s and i.role = %s and (i.person is null or (i.person <> %s and i.kind <> all(%s)))"
    return [mine, (shared, [body, role, person, sorted(PERSONAL)])]


def counts(person: int, body: int | None, role: str, at: datetime, most: int = 1000) -> dict[str, tuple[int, int]]:
    """Kind -> (open, of these late) of what this person owes; looks at no more than `most` items of each branch."""
    branches, params = [], []
    for who, values in _whose(person, body, role):
        branches.append(f"(select kind, due, paused_at from cases_item i where bucket = %s and {who} limit %s)")  # noqa: S608
        params += [OPEN_BUCKET, *values, most]
    sql = (
        "select kind, count(*), count(*) filter (where due < %s and paused_at is null) from ("  # noqa: S608 - constants
        + " union all ".join(branches) + ") i group by kind"
    )  # fmt: skip
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [at, *params])
        return {kind: (all_, late) for kind, all_, late in rows.fetchall()}
