"""Reports that were refused under a permit (`refuse`, `refuse_filing` with its code), as far as a scope sees them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.organization.visibility import Scope

MOST = 50


@dataclass(frozen=True, slots=True)
class Refused:
    """A report and when it was refused."""

    case: UUID
    number: str
    class_id: str | None
    at: datetime


def under(code: str, scope: Scope) -> list[Refused]:
    """The newest reports that name the permit, at most `MOST`."""
    seen, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select c.id, c.report_no, c.class_id, e.effective_at from cases_entry e
                join cases_head h on h.case_id = e.case_id
                join cases_case c on c.id = e.case_id and c.bucket = h.bucket
                where e.type in ('refuse', 'refuse_filing') and e.data -> 'said' ->> 'permit' = %s and {seen}
                order by e.effective_at desc limit %s""".encode(),  # noqa: S608 - the condition holds no input
            [code, *params, MOST],
        )
        return [Refused(*row) for row in rows.fetchall()]
