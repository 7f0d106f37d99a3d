"""Queues are open work items: mine by name, and those of my post's role in my body; first what is late first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection, cursor, plain
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
_ENDED = """select i.case_id, h.bucket from cases_item i join cases_head h on h.case_id = i.case_id
    where i.bucket = %s and i.kind = any(%s) and h.bucket <> %s and {terms}"""
_OF_CASES = "select c.id from cases_case c where c.bucket = any(%s) and c.id = any(%s) and {terms}"
_BRANCH = """(select i.* from cases_item i where i.bucket = %s and {terms}
      order by i.{column} {way}, i.case_id {way}, i.no {way} limit %s)"""
_ROWS = """select h.bucket, i.case_id, i.no, i.kind, i.main, i.body, i.role, i.person, i.opened_at, i.due, i.warn_at,
      i.sort_at, i.paused_at, i.provisional
    from (select * from ({branches}) u order by {column} {way}, case_id {way}, no {way} limit %s) i
      join cases_head h on h.case_id = i.case_id
    order by i.{column} {way}, i.case_id {way}, i.no {way}"""
# The cases are read by a statement of their own that names the buckets: one that takes them from the head is planned
# for every partition there is, which costs more than the reading.
_CASES = """select c.id, c.report_no, c.case_no, c.state, c.class_id, c.safety, c.district, c.community, c.received_at,
      c.marks, t.plain, a.plain, c.source, c.unit
    from cases_case c
      left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id
    where c.bucket = any(%s) and c.id = any(%s)"""


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
    with plain() as connection:
        for terms in _branches(connection, (person, body, role), _fits(wanted, kind, now), wanted):
            if after:
                terms.append((f"(i.{column}, i.case_id, i.no) {side} (%s, %s, %s)", list(after)))
            text, values = _joined(terms)
            branches.append(_BRANCH.format(terms=text, column=column, way=way))
            params += [OPEN_BUCKET, *values, most]
        sql = _ROWS.format(branches=" union all ".join(branches), column=column, way=way)
        items = cursor(connection).execute(sql.encode(), [*params, most]).fetchall()
        cases = _cases(connection, {case: bucket for bucket, case, *_rest in items})
    return [Queued(*item, *cases[item[0]]) for _bucket, *item in items if item[0] in cases]


def _cases(connection: Connection, buckets: dict[UUID, date]) -> dict[UUID, tuple[Any, ...]]:
    """What a list shows of these cases. One that is closed meanwhile is looked for again where it went."""
    found: dict[UUID, tuple[Any, ...]] = {}
    for _ in range(3):
        if not buckets:
            break
        rows = cursor(connection).execute(_CASES.encode(), [sorted({*buckets.values()}), list(buckets)])
        found.update({case: tuple(rest) for case, *rest in rows.fetchall()})
        gone = [case for case in buckets if case not in found]
        where = "select case_id, bucket from cases_head where case_id = any(%s)"
        buckets = dict(cursor(connection).execute(where.encode(), [gone]).fetchall()) if gone else {}
    return found


def count(person: int, body: int | None, role: str, wanted: Filters, now: datetime, most: int) -> int:
    """How many items `my_items` would give without a page's end, counted up to `most`."""
    branches, params = [], []
    with plain() as connection:
        for terms in _branches(connection, (person, body, role), _fits(wanted, None, now), wanted):
            text, values = _joined(terms)
            branches.append(f"(select i.case_id, i.no from cases_item i where i.bucket = %s and {text} limit %s)")  # noqa: S608
            params += [OPEN_BUCKET, *values, most]
        sql = f"select count(*) from ({' union all '.join(branches)}) u"  # noqa: S608 - constants
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


def _branches(
    connection: Connection, owner: tuple[int, int | None, str], fits: Terms, wanted: Filters
) -> list[Terms]:
    """The conditions of each part of the list: by name and by queue; of open cases and of ended ones where the case is
    asked about."""
    of, parts = of_case(wanted), list[Terms]([[]])
    if of:
        text, values = _joined(of)
        parts = [[(_OPEN_FITS.format(terms=text), [OPEN_BUCKET, *values])]]
        ended = _ended(connection, owner, text, values)
        if ended:
            parts.append([("i.case_id = any(%s)", [ended])])
    return [[who, *fits, *part] for who in _whose(*owner) for part in parts]


def _ended(connection: Connection, owner: tuple[int, int | None, str], text: str, values: list[Any]) -> list[UUID]:
    """The ended cases with work of this owner left that fit these conditions: there are few."""
    buckets: dict[UUID, date] = {}
    for who, whose in _whose(*owner):
        rows = cursor(connection).execute(
            _ENDED.format(terms=who).encode(), [OPEN_BUCKET, LASTING, OPEN_BUCKET, *whose]
        )
        buckets.update(dict(rows.fetchall()))
    if not buckets:
        return []
    given = [sorted({*buckets.values()}), list(buckets), *values]
    return [row[0] for row in cursor(connection).execute(_OF_CASES.format(terms=text).encode(), given).fetchall()]


def _joined(terms: Terms) -> tuple[str, list[Any]]:
    text = " and ".join(condition for condition, _values in terms)
    return text, [value for _condition, values in terms for value in values]


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
