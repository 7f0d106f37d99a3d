"""已办: what a person did, the newest first, by day (as far as they still see the case)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.organization.visibility import Scope

PAGE = 50
Key = tuple[datetime, UUID, int]


@dataclass(frozen=True, slots=True)
class Did:
    """One entry of mine, with what a list shows of its case now."""

    case: UUID
    seq: int
    act: str
    at: datetime
    report_no: str
    case_no: str | None
    state: str
    class_id: str | None
    community: int | None
    address: str | None

    @property
    def key(self) -> Key:
        return (self.at, self.case, self.seq)


_SQL = """select e.case_id, e.seq, e.type, e.recorded_at, c.report_no, c.case_no, c.state, c.class_id, c.community,
      a.plain
    from cases_entry e join cases_head h on h.case_id = e.case_id
      join cases_case c on c.id = h.case_id and c.bucket = h.bucket
      left join trust_redactable a on a.id = c.address_id
    where e.person = %s and e.person <> 0 and {terms}
    order by e.recorded_at desc, e.case_id desc, e.seq desc limit %s"""


def done_by(
    person: int, scope: Scope, *, day: datetime | None = None, before: Key | None = None, most: int = PAGE
) -> list[Did]:
    """A page of what the person did. `day`: the first moment of a day: only that day's."""
    seen, values = scope.sql("c")
    terms, params = [seen], [person, *values]
    if day is not None:
        terms.append("e.recorded_at >= %s and e.recorded_at < %s")
        params += [day, day + timedelta(days=1)]
    if before is not None:
        terms.append("e.recorded_at <= %s and (e.recorded_at, e.case_id, e.seq) < (%s, %s, %s)")
        params += [before[0], *before]
    with plain() as connection:
        rows: list[tuple[Any, ...]] = (
            cursor(connection).execute(_SQL.format(terms=" and ".join(terms)).encode(), [*params, most]).fetchall()
        )
    return [Did(*row) for row in rows]
