"""What waits for the dispatcher, first what will be late first, with what a suggestion is made of. Plain SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope

PAGE = 50
KIND = "dispatch"
Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case to be dispatched. `areas`: ids from the unit grid up, the duty grid last."""

    case: UUID
    item: int
    due: datetime | None
    warn_at: datetime | None
    sort_at: datetime
    paused_at: datetime | None
    provisional: bool
    number: str
    class_id: str | None
    condition: str | None
    safety: bool
    areas: list[int]
    component: str | None
    lon: str | None
    lat: str | None
    community: int | None
    received_at: datetime
    marks: list[str]
    text: str | None
    address: str | None


_COLUMNS = """i.case_id, i.no, i.due, i.warn_at, i.sort_at, i.paused_at, i.provisional,
    coalesce(c.case_no, c.report_no), c.class_id, c.condition, c.safety, c.areas, c.component, c.lon, c.lat,
    c.community, c.received_at, c.marks, t.plain, a.plain"""
_JOINS = """join cases_head h on h.case_id = i.case_id join cases_case c on c.id = i.case_id and c.bucket = h.bucket
    left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id"""
_MINE = "i.bucket = %s and i.body = %s and i.role = %s and i.kind = %s and (i.person is null or i.person = %s)"


def of_post(signed: Signed, *, after: Key | None = None, most: int = PAGE) -> list[Waiting]:
    """A page of the queue of the post's role in its body."""
    later = "and (i.sort_at, i.case_id) > (%s, %s)" if after else ""
    sql = f"""select {_COLUMNS} from (select * from cases_item i where {_MINE} {later}
              order by i.sort_at, i.case_id, i.no limit %s) i {_JOINS} order by i.sort_at, i.case_id, i.no"""  # noqa: S608 - constants
    mine = [OPEN_BUCKET, signed.body.pk, signed.role.code, KIND, signed.person.pk]
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [*mine, *(after or ()), most])
        return [Waiting(*row) for row in rows.fetchall()]


def of_cases(scope: Scope, cases: Sequence[UUID]) -> list[Waiting]:
    """Those of these cases that wait to be dispatched and that the scope holds, in the same order as a queue."""
    seen, params = scope.sql("c")
    sql = f"""select {_COLUMNS} from cases_item i {_JOINS}
              where i.bucket = %s and i.case_id = any(%s) and i.kind = %s and {seen}
              order by i.sort_at, i.case_id, i.no"""  # noqa: S608 - the condition holds no input
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [OPEN_BUCKET, list(cases), KIND, *params])
        return [Waiting(*row) for row in rows.fetchall()]


def count(signed: Signed, at: datetime, most: int = 1000) -> tuple[int, int]:
    """(waiting, of these late) in the queue of the post; looks at no more than `most`."""
    sql = f"""select count(*), count(*) filter (where due < %s and paused_at is null)
              from (select due, paused_at from cases_item i where {_MINE} limit %s) i"""  # noqa: S608 - constants
    mine = [OPEN_BUCKET, signed.body.pk, signed.role.code, KIND, signed.person.pk]
    with plain() as connection:
        row = cursor(connection).execute(sql.encode(), [at, *mine, most]).fetchone()
    return (row[0], row[1]) if row else (0, 0)
