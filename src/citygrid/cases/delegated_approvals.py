"""What was approved under a delegation: the entries that cite it, of cases that somebody may see."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.organization.visibility import Scope

PAGE = 50
MOST = 10_000
"""Counted up to this many."""
Key = tuple[datetime, UUID, int]
# An approval's entry holds the request as it was decided; the index `cases_entry_under` is on that.
_FROM = """from cases_entry e join cases_head h on h.case_id = e.case_id
      join cases_case c on c.id = h.case_id and c.bucket = h.bucket
    where e.type = 'approve' and e.data -> 'request' @> %s::jsonb"""


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval. `limit`, `until`: what was granted; neither for an approval that grants no time."""

    case: UUID
    seq: int
    at: datetime
    person: int
    body: int | None
    number: str
    class_id: str | None
    kind: str
    limit: str | None
    until: str | None


def under(code: str, scope: Scope, before: Key | None = None, most: int = PAGE) -> list[Approval]:
    """Approvals that cite the delegation, newest first, of cases in the scope. `before`: the last one of a page."""
    seen, params = scope.sql("c")
    after = "and (e.effective_at, e.case_id, e.seq) < (%s, %s, %s)" if before is not None else ""
    sql = f"""select e.case_id, e.seq, e.effective_at, e.person, e.body, coalesce(c.case_no, c.report_no), c.class_id,
        e.data -> 'request', e.data -> 'change' {_FROM} and {seen} {after}
        order by e.effective_at desc, e.case_id desc, e.seq desc limit %s"""
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [_cited(code), *params, *(before or ()), most]).fetchall()
    return [_approval(code, *row) for row in rows]


def _approval(
    code: str, case: UUID, seq: int, at: datetime, person: int, body: int | None, number: str, class_id: str | None,
    requests: list[dict[str, Any]], changed: list[dict[str, Any]] | None,
) -> Approval:  # fmt: skip
    one = next(r for r in requests if r.get("delegation") == code)
    until = one.get("until")
    # An extension whose length nobody named: what it added stands at the unit's work item.
    added = [item["added"][-1] for item in changed or () if item.get("added")]
    limit = one.get("limit") or (added[0] if added and until is None and one["kind"] == "extend" else None)
    return Approval(case, seq, at, person, body, number, class_id, one["kind"], limit, until)


def count(code: str, scope: Scope) -> int:
    """How many approvals of cases in the scope cite the delegation; at most `MOST`."""
    seen, params = scope.sql("c")
    sql = f"select count(*) from (select 1 {_FROM} and {seen} limit {MOST}) x"  # noqa: S608 - constants
    with plain() as connection:
        row = cursor(connection).execute(sql.encode(), [_cited(code), *params]).fetchone()
    return int(row[0]) if row is not None else 0


def _cited(code: str) -> str:
    return json.dumps([{"delegation": code}])
