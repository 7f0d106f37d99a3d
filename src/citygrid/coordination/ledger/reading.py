"""台账: every request to return, extend, suspend, void or close by force, as the timelines have it (S1-20; the approval
procedure and ledger that 江苏省办法 第二十一条 asks for). One line for each request, read from the entry that asked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.coordination.keyset import Key
from citygrid.coordination.seen import seen
from citygrid.organization.visibility import Scope
from citygrid.process.acts import REQUEST_KINDS

PAGE = 50
STATES = ("open", "granted", "refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. `since`, `until`: moments. `unit`: the body that asked. `class_id`: a class.
    `area`: an area's id."""

    kind: str = ""
    state: str = ""
    unit: int | None = None
    class_id: str = ""
    area: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: Key | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `request`: as it stands now (snapshot): no, kind, state, mode, limit, until, decided_at, delegation.
    `reason`: id of the text. `media`: file ids of the evidence."""

    case: UUID
    seq: int
    at: datetime
    person: int
    role: str
    body: int | None
    request: dict[str, Any]
    reason: str | None
    suggested: int | None
    media: list[str]
    number: str
    class_id: str | None
    district: int | None
    unit: int | None

    @property
    def no(self) -> int:
        return int(self.request["no"])

    @property
    def kind(self) -> str:
        return str(self.request["kind"])

    @property
    def state(self) -> str:
        return str(self.request["state"])


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody said to a request. `act`: approve, withdraw or settle. `note`: id of the opinion's text."""

    at: datetime
    act: str
    person: int
    role: str
    body: int | None
    granted: bool | None
    note: str | None
    delegation: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    asked: Asked
    steps: list[Step] = field(default_factory=list)


_FROM = """from cases_entry e
      join cases_head h on h.case_id = e.case_id and h.month = e.month
      join cases_case c on c.id = h.case_id and c.bucket = h.bucket
      cross join lateral (select r as request from jsonb_array_elements(c.snapshot -> 'requests') r
        where r -> 'no' = e.data #> '{request,0,no}' limit 1) q
    where e.type = 'request'"""
_UNIT = "case when q.request ->> 'kind' in ('void', 'force') then c.unit else e.body end"
"""Whose work a request is about: of voiding and forced closing, which the centre asks for, the case's unit."""


def lines(scope: Scope, query: Query, most: int = PAGE) -> list[Line]:
    """A page of the ledger, the newest request first, with the steps of each. Only of cases in the scope."""
    visible, values = seen(scope)
    terms, named = _terms(query)
    if query.before is not None:
        terms.append("(e.effective_at, e.case_id, e.seq) < (%(at)s, %(case)s, %(seq)s)")
        named |= dict(zip(("at", "case", "seq"), query.before, strict=True))
    sql = f"""select e.case_id, e.seq, e.effective_at, e.person, e.role, e.body, q.request,
        e.data #>> '{{said,reason,id}}', (e.data #>> '{{said,suggested}}')::bigint,
        coalesce(e.data #> '{{said,media}}', '[]'), coalesce(c.case_no, c.report_no), c.class_id, c.district, c.unit
        {_FROM} and {" and ".join([visible, *terms])}
        order by e.effective_at desc, e.case_id desc, e.seq desc limit %(most)s"""
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), values | named | {"most": most}).fetchall()
    asked = [Asked(*row) for row in rows]
    steps = _steps({one.case for one in asked})
    return [Line(one, steps.get((one.case, one.no), [])) for one in asked]


def _steps(cases: set[UUID]) -> dict[tuple[UUID, int], list[Step]]:
    """(case, number of the request) -> what was said to it, in order."""
    found: dict[tuple[UUID, int], list[Step]] = {}
    if not cases:
        return found
    sql = b"""select e.case_id, r ->> 'no', e.effective_at, e.type, e.person, e.role, e.body,
          e.data #> '{said,granted}', coalesce(e.data #>> '{said,note,id}', e.data #>> '{said,ground,id}'),
          r ->> 'delegation'
        from cases_head h join cases_entry e on e.case_id = h.case_id and e.month = h.month
          cross join lateral jsonb_array_elements(coalesce(e.data -> 'request', '[]')) r
        where h.case_id = any(%s) and e.type in ('approve', 'withdraw', 'settle') order by e.seq"""
    with plain() as connection:
        for case, no, *rest in cursor(connection).execute(sql, [list(cases)]).fetchall():
            found.setdefault((case, int(no)), []).append(Step(*rest))
    return found


_GOT = """select a.body, count(*) from cases_assignment a
      join cases_head h on h.case_id = a.case_id and h.month = a.month
      join cases_case c on c.id = a.case_id and c.bucket = h.bucket
    where a.body = any(%(units)s) and {visible} and a.offered_at >= coalesce(%(since)s, '-infinity'::timestamptz)
      and a.offered_at < coalesce(%(until)s, 'infinity'::timestamptz) group by a.body"""


def shares(scope: Scope, query: Query) -> list[tuple[int | None, str, int, int, int]]:
    """(unit, kind, asked, granted, assignments that the unit got in the time) for each unit whose work was
    asked about, of cases in the scope."""
    visible, values = seen(scope)
    terms, named = _terms(query)
    sql = f"""select {_UNIT} as unit, q.request ->> 'kind' as kind, count(*),
          count(*) filter (where q.request ->> 'state' = 'granted') {_FROM} and {" and ".join([visible, *terms])}
        group by 1, 2"""
    with plain() as connection:
        run = cursor(connection)
        rows = run.execute(sql.encode(), values | named).fetchall()
        units = {"units": [row[0] for row in rows if row[0]], "since": query.since, "until": query.until}
        got = dict(run.execute(_GOT.format(visible=visible).encode(), values | units).fetchall())
    order = {kind: place for place, kind in enumerate(REQUEST_KINDS)}
    found = [(unit, kind, asked, granted, got.get(unit, 0)) for unit, kind, asked, granted in rows]
    return sorted(found, key=lambda one: (one[0] is None, one[0] or 0, order.get(one[1], 9)))


def _terms(query: Query) -> tuple[list[str], dict[str, Any]]:
    terms, named = ["q.request ->> 'kind' = any(%(kinds)s)"], dict[str, Any]()
    named["kinds"] = [query.kind] if query.kind else list(REQUEST_KINDS)
    for condition, name, value in (
        ("q.request ->> 'state' = %(state)s", "state", query.state or None),
        (f"{_UNIT} = %(unit)s", "unit", query.unit),
        ("c.class_id = %(class_id)s", "class_id", query.class_id or None),
        ("c.areas && array[%(area)s]::bigint[]", "area", query.area),
        ("e.effective_at >= %(since)s", "since", query.since),
        ("e.effective_at < %(until)s", "until", query.until),
    ):
        if value is not None:
            terms.append(condition)
            named[name] = value
    return terms, named
