"""What a unit owes and what became of it: open work items of the body in sections, first what is late first (S1-49)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.coordination.keyset import Key
from citygrid.coordination.seen import seen
from citygrid.organization.visibility import Scope

PAGE = 50
_ASKED = "c.snapshot -> 'requests' @> jsonb_build_array(jsonb_build_object('assignment', a.no, 'state', 'open'))"
_REFUSED = """c.snapshot -> 'requests' @> jsonb_build_array(
    jsonb_build_object('assignment', a.no, 'state', 'refused', 'kind', 'return'))"""
_RUNS = "i.kind = 'handle' and i.paused_at is null"
# What each section of the desk holds. A case may stand in several: overdue and come back, say.
SECTIONS: dict[str, str] = {
    "sign": "i.kind = 'sign'",
    "handling": "i.kind = 'handle' and a.state in ('signed', 'forwarded')",
    "today": f"{_RUNS} and i.due >= %(now)s and i.due < %(tomorrow)s",
    "overdue": f"{_RUNS} and i.due < %(now)s",
    "owed": "i.kind in ('explain', 'answer', 'arrive', 'make_safe')",
    "back": f"{_RUNS} and (a.reworks > 0 or {_REFUSED})",
    "asked": f"i.kind = 'handle' and {_ASKED}",
    "suspended": "i.kind = 'handle' and a.state = 'suspended'",
}
_KINDS = ["sign", "handle", "explain", "answer", "arrive", "make_safe"]
_FROM = """from cases_item i
      join cases_head h on h.case_id = i.case_id
      join cases_case c on c.id = i.case_id and c.bucket = h.bucket
      left join cases_assignment a on a.case_id = i.case_id and a.month = h.month and i.subject = 'a' || a.no
    where i.bucket = %(open)s and i.body = %(body)s and i.kind = any(%(kinds)s)"""


@dataclass(frozen=True, slots=True)
class Owed:
    """One open work item of a unit, with what the desk shows of its case."""

    case: UUID
    no: int
    kind: str
    person: int | None
    opened_at: datetime
    due: datetime | None
    warn_at: datetime | None
    sort_at: datetime
    paused_at: datetime | None
    provisional: bool
    state: str | None
    assisting: bool
    reworks: int
    extensions: int
    refused: bool
    asked: bool
    number: str
    class_id: str | None
    safety: bool
    community: int | None
    photo: str | None
    marks: list[str]
    text: str | None
    address: str | None
    lon: str | None
    lat: str | None


_ROWS = f"""select i.case_id, i.no, i.kind, i.person, i.opened_at, i.due, i.warn_at, i.sort_at, i.paused_at,
      i.provisional, a.state, coalesce(a.assisting, false), coalesce(a.reworks, 0), coalesce(a.extensions, 0),
      a.no is not null and {_REFUSED}, a.no is not null and {_ASKED},
      coalesce(c.case_no, c.report_no), c.class_id, c.safety, c.community, c.snapshot #>> '{{media,0}}', c.marks,
      (select t.plain from trust_redactable t where t.id = c.text_id),
      (select t.plain from trust_redactable t where t.id = c.address_id), c.lon, c.lat
    {_FROM}"""  # noqa: S608 - constants


def owed(
    body: int, scope: Scope, section: str, now: datetime, tomorrow: datetime, *, worker: int | None = None,
    after: Key | None = None, most: int = PAGE,
) -> list[Owed]:  # fmt: skip
    """A page of a section. `worker`: only what this person has by name; 0: what nobody has. `after`: keyset."""
    visible, values = seen(scope)
    sql = f"{_ROWS} and ({SECTIONS[section]}) and {visible}"
    if worker is not None:
        sql += " and i.person is null" if worker == 0 else " and i.person = %(worker)s"
    if after is not None:
        sql += " and (i.sort_at, i.case_id, i.no) > (%(at)s, %(case)s, %(no)s)"
        values |= dict(zip(("at", "case", "no"), after, strict=True))
    sql += " order by i.sort_at, i.case_id, i.no limit %(most)s"
    values |= {"open": OPEN_BUCKET, "body": body, "kinds": _KINDS, "now": now, "tomorrow": tomorrow}
    return _read(sql, values | {"worker": worker, "most": most})


def of_worker(person: int, body: int, role: str, scope: Scope, most: int = 200) -> list[Owed]:
    """What a field worker has by name, and what the unit's field workers owe together (到场, 排险); late first."""
    visible, values = seen(scope)
    mine = "(i.person = %(person)s or (i.person is null and i.role = %(role)s))"
    paused = "i.paused_at is null"
    sql = f"{_ROWS} and {mine} and {paused} and {visible} order by i.sort_at, i.case_id, i.no limit %(most)s"
    values |= {"open": OPEN_BUCKET, "body": body, "kinds": _KINDS, "person": person, "role": role, "most": most}
    return _read(sql, values)


def counts(body: int, scope: Scope, now: datetime, tomorrow: datetime) -> dict[str, int]:
    """How many stand in each section."""
    visible, values = seen(scope)
    sums = ", ".join(f"count(*) filter (where {condition})" for condition in SECTIONS.values())
    values |= {"open": OPEN_BUCKET, "body": body, "kinds": _KINDS, "now": now, "tomorrow": tomorrow}
    with plain() as connection:
        row = cursor(connection).execute(f"select {sums} {_FROM} and {visible}".encode(), values).fetchone()
    assert row is not None
    return dict(zip(SECTIONS, row, strict=True))


def _read(sql: str, values: dict[str, Any]) -> list[Owed]:
    with plain() as connection:
        return [Owed(*row) for row in cursor(connection).execute(sql.encode(), values).fetchall()]
