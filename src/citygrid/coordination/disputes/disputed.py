"""Cases whose duty is disputed: a return waits for its decision, or somebody owes a settlement (S0-36, S0-38)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.coordination.keyset import Key
from citygrid.coordination.seen import seen
from citygrid.organization.visibility import Scope

PAGE = 50


@dataclass(frozen=True, slots=True)
class Disputed:
    """One case. `since`: when the work item that waits was opened. `at_work`: repaired meanwhile (先行处置). `ground`:
    why it was referred. `suggested`: the unit that the returning one named."""

    case: UUID
    no: int
    kind: str
    since: datetime
    due: datetime | None
    warn_at: datetime | None
    sort_at: datetime
    paused_at: datetime | None
    provisional: bool
    holder: int | None
    number: str
    state: str
    class_id: str | None
    lon: str | None
    lat: str | None
    district: int | None
    unit: int | None
    returns: int
    ground: str | None
    at_work: bool
    suggested: int | None


_SQL = """select i.case_id, i.no, i.kind, i.opened_at, i.due, i.warn_at, i.sort_at, i.paused_at, i.provisional, i.body,
      coalesce(c.case_no, c.report_no), c.state, c.class_id, c.lon, c.lat, c.district, c.unit,
      coalesce((c.snapshot ->> 'returns')::int, 0), c.snapshot ->> 'referral_ground',
      i.kind = 'settle' and c.state <> 'disputed',
      (select (e.data #>> '{{said,suggested}}')::bigint from cases_entry e
        where e.case_id = i.case_id and e.month = h.month and e.type = 'request' and e.data -> 'said' ? 'suggested'
        order by e.seq desc limit 1)
    from cases_item i join cases_head h on h.case_id = i.case_id
      join cases_case c on c.id = i.case_id and c.bucket = h.bucket
    where i.bucket = %(open)s and (i.kind = 'settle' or (i.kind = 'approve' and i.main)) and {visible} {after}
    order by i.sort_at, i.case_id, i.no limit %(most)s"""


def disputed(scope: Scope, after: Key | None = None, most: int = PAGE) -> list[Disputed]:
    """A page of what waits for a decision, what is late first."""
    visible, values = seen(scope)
    paged = ""
    if after is not None:
        paged = "and (i.sort_at, i.case_id, i.no) > (%(at)s, %(case)s, %(no)s)"
        values |= dict(zip(("at", "case", "no"), after, strict=True))
    sql = _SQL.format(visible=visible, after=paged)
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), values | {"open": OPEN_BUCKET, "most": most}).fetchall()
    return [Disputed(*row) for row in rows]
