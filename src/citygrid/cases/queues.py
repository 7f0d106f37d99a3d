"""Queues are open work items: mine by name, and those of my post's role in my body; first what is late first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.lists.filters import Filters, Terms, of_case, of_light
from citygrid.cases.models import OPEN_BUCKET
from citygrid.process.guards import PERSONAL
from citygrid.process.states import TERMINAL
from citygrid.process.transitions import FROM

PAGE = 50
COUNTED = 1000
"""So many items of each branch are counted for the tabs; beyond, a tab says that there are more."""


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
    source: str
    unit: int | None

    def key(self, order: str) -> "Key":
        """Where this row stands in an order."""
        return (self.sort_at if order == "due" else self.opened_at, self.case, self.no)


Key = tuple[datetime, UUID, int]
"""Keyset: the moment that the order goes by, case, no of the last row of the page before."""

# Order -> column, direction, which side the next page lies on. Each has an index of the open items behind it.
_ORDERS = {"due": ("sort_at", "", ">"), "came": ("opened_at", "", ">"), "newest": ("opened_at", "desc", "<")}
# The case of an item is open, but for the few kinds of work that outlive it: these are looked for through the head.
LASTING = sorted({row.answers for state in TERMINAL for row in FROM[state] if row.answers})
_OPEN_FITS = "i.case_id in (select c.id from cases_case c where c.bucket = %s and {terms})"
_ENDED_FITS = """i.kind = any(%s) and exists (select from cases_head h
      join cases_case c on c.id = h.case_id and c.bucket = h.bucket
      where h.case_id = i.case_id and h.bucket <> %s and {terms})"""
_BRANCH = """(select i.* from cases_item i where i.bucket = %s and {terms}
      order by i.{column} {way}, i.case_id {way}, i.no {way} limit %s)"""
_ROWS = """select i.case_id, i.no, i.kind, i.main, i.body, i.role, i.person, i.opened_at, i.due, i.warn_at, i.sort_at,
      i.paused_at, i.provisional, c.report_no, c.case_no, c.state, c.class_id, c.safety, c.district, c.community,
      c.received_at, c.marks, t.plain, a.plain, c.source, c.unit
    from (select * from ({branches}) u order by {column} {way}, case_id {way}, no {way} limit %s) i
      join cases_head h on h.case_id = i.case_id
      join cases_case c on c.id = i.case_id and c.bucket = h.bucket
      left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id
    order by i.{column} {way}, i.case_id {way}, i.no {way}"""


def my_items(
    person: int,
    body: int | None,
    role: str,
    *,
    after: Key | None = None,
    kind: str | None = None,
    most: int = PAGE,
    filters: Filters | None = None,
    now: datetime | None = None,
) -> list[Queued]:
    """A page of what this person owes: items by name first among equals, then the queue of the role in the body.

    `filters`: only what fits them, in their order; those of lights need `now`."""
    wanted = filters if filters is not None else Filters()
    column, way, side = _ORDERS[wanted.sort or "due"]
    branches, params = [], []
    for terms in _branches(person, body, role, _fits(wanted, kind, now), wanted):
        if after:
            terms.append((f"(i.{column}, i.case_id, i.no) {side} (%s, %s, %s)", list(after)))
        text = " and ".join(condition for condition, _values in terms)
        branches.append(_BRANCH.format(terms=text, column=column, way=way))
        params += [OPEN_BUCKET, *(value for _condition, values in terms for value in values), most]
    sql = _ROWS.format(branches=" union all ".join(branches), column=column, way=way)
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [*params, most])
        return [Queued(*row) for row in rows.fetchall()]


def count(person: int, body: int | None, role: str, wanted: Filters, now: datetime, most: int) -> int:
    """How many items `my_items` would give without a page's end, counted up to `most`."""
    branches, params = [], []
    for terms in _branches(person, body, role, _fits(wanted, None, now), wanted):
        text = " and ".join(condition for condition, _values in terms)
        branches.append(f"(select i.case_id, i.no from cases_item i where i.bucket = %s and {text} limit %s)")  # noqa: S608
        params += [OPEN_BUCKET, *(value for _condition, values in terms for value in values), most]
    sql = f"select count(*) from ({' union all '.join(branches)}) u"  # noqa: S608 - constants
    with plain() as connection:
        row = cursor(connection).execute(sql.encode(), params).fetchone()
    return min(most, int(row[0])) if row is not None else 0


def _fits(wanted: Filters, kind: str | None, now: datetime | None) -> Terms:
    """The filters as conditions on the item `i`."""
    terms: Terms = []
    if kind or wanted.kind:
        terms.append(("i.kind = %s", [kind or wanted.kind]))
    if wanted.light and now is not None:
        terms += of_light(wanted.light, now)
    if wanted.worker is not None:
        terms.append(("i.person = %s", [wanted.worker]))
    return terms


def _branches(person: int, body: int | None, role: str, fits: Terms, wanted: Filters) -> list[Terms]:
    """The conditions of each part of the list: by name and by queue; of open cases and of ended ones where the case is
    asked about."""
    of = of_case(wanted)
    text = " and ".join(condition for condition, _values in of)
    values: list[Any] = [value for _condition, given in of for value in given]
    parts: list[Terms] = [[]]
    if of:
        open_ones = (_OPEN_FITS.format(terms=text), [OPEN_BUCKET, *values])
        parts = [[open_ones], [(_ENDED_FITS.format(terms=text), [LASTING, OPEN_BUCKET, *values])]]
    return [[who, *fits, *part] for who in _whose(person, body, role) for part in parts]


def _whose(person: int, body: int | None, role: str) -> list[tuple[str, list[object]]]:
    mine: tuple[str, list[object]] = ("i.person = %s", [person])
    if body is None:
        return [mine]
    shared = "i.body = %s and i.role = %s and (i.person is null or (i.person <> %s and i.kind <> all(%s)))"
    return [mine, (shared, [body, role, person, sorted(PERSONAL)])]


def counts(person: int, body: int | None, role: str, at: datetime, most: int = COUNTED) -> dict[str, tuple[int, int]]:
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
