"""The list of cases: what a scope holds, by words, number and filters, a page at a time.

A list by the newest first is looked for among the newest days before it is looked for in all: the partitions go by the
month of closing, and each of them would be walked to its end by whoever has nothing there."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases import partitions
from citygrid.cases.database import Connection, cursor, plain
from citygrid.cases.lists.filters import Filters, of_case, of_light
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.visibility import Scope
from citygrid.process.states import OPEN, State
from citygrid.trust.bigrams import bigrams

PAGE = 50
NEW = timedelta(days=14)
"""The days that are looked through first."""
LOOK_EVERY = 60.0  # seconds
RARE = 300
"""Words that so few texts hold are looked for by these texts; others by walking through the cases."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search. `text`: Chinese bigrams over descriptions and addresses; `number`: report or case number, whole."""

    text: str = ""
    number: str = ""
    states: tuple[str, ...] = ()
    class_id: str = ""
    area: int | None = None
    unit: int | None = None
    ids: tuple[UUID, ...] = ()
    """Only these cases."""
    before: tuple[datetime, UUID] | None = None
    """Keyset: the moment that the order goes by, and id, of the last row of the page before."""
    filters: Filters | None = None
    """Further filters, and the order: `newest` received first, or `due`: open cases, what will be late first."""
    now: datetime | None = None
    """For filters of lights."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of cases. `doing`, `item_due` and what follows: of the open work item on its main line."""

    id: UUID
    report_no: str
    case_no: str | None
    state: str
    kind: str
    class_id: str | None
    source: str
    received_at: datetime
    due: datetime | None
    closed_at: datetime | None
    district: int | None
    community: int | None
    unit: int | None
    text: str | None = None
    address: str | None = None
    marks: list[str] = field(default_factory=list)
    safety: bool = False
    filed_at: datetime | None = None
    handled_at: datetime | None = None
    doing: str | None = None
    sort_at: datetime | None = None
    item_due: datetime | None = None
    warn_at: datetime | None = None
    paused: bool = False
    provisional: bool = False

    def key(self, order: str) -> tuple[datetime, UUID]:
        """Where this row stands in an order."""
        return (self.sort_at if order == "due" and self.sort_at else self.received_at, self.id)


# The rows of a page: by when they were received, or open cases by their main line's work item (what a desk goes by).
_NEWEST = "select {columns} from cases_case c where {terms} order by c.received_at desc, c.id desc limit %s"
# The same, not along the index of that order: a sum is no column.
_SORTED = """select {columns} from cases_case c where {terms}
      order by c.received_at + interval '0' desc, c.id desc limit %s"""
_DUE = """select {columns} from cases_item o join cases_case c on c.id = o.case_id and c.bucket = o.bucket
      where {terms} order by o.sort_at, o.case_id limit %s"""
_COLUMNS = """c.id, c.report_no, c.case_no, c.state, c.kind, c.class_id, c.source, c.received_at, c.due, c.closed_at,
      c.district, c.community, c.unit, c.text_id, c.address_id, c.marks, c.safety, c.filed_at, c.handled_at"""
_SEARCH = """select c.id, c.report_no, c.case_no, c.state, c.kind, c.class_id, c.source, c.received_at, c.due,
      c.closed_at, c.district, c.community, c.unit, t.plain, a.plain, c.marks, c.safety, c.filed_at, c.handled_at,
      i.kind, i.sort_at, i.due, i.warn_at, coalesce(i.paused_at is not null, false), coalesce(i.provisional, false)
    from ({page}) c
      left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id
      left join lateral (select i.kind, i.sort_at, i.due, i.warn_at, i.paused_at, i.provisional from cases_item i
        where i.case_id = c.id and i.bucket = %s and i.main order by i.no desc limit 1) i on true
    order by {by}"""
_BY = {"newest": "c.received_at desc, c.id desc", "due": "i.sort_at, c.id"}


def search(scope: Scope, query: Query, most: int = PAGE) -> list[Listed]:
    """Cases that the scope holds, in the order of the filters (newest first), at most `most`; no count of all is
    made."""
    order = _order(query)
    with plain() as connection:
        terms, params = _where(connection, scope, query, order)
        if order == "due":
            return _page(connection, _DUE, order, (terms, params), most)
        new = None if query.ids or query.number else _new(connection, query, most)
        if new is not None:
            found = _page(connection, _NEWEST, order, (f"{terms} and {new[0]}", [*params, *new[1]]), most)
            if len(found) >= most:
                return found
        # What has an index in this order is walked along it; of the rest there is little, and all of it is sorted.
        indexed = bool(query.class_id or query.unit or query.states or (query.filters and query.filters.indexed))
        return _page(connection, _NEWEST if indexed or new is None else _SORTED, order, (terms, params), most)


def _page(connection: Connection, page: str, order: str, where: tuple[str, list[Any]], most: int) -> list[Listed]:
    terms, params = where
    sql = _SEARCH.format(page=page.format(columns=_COLUMNS, terms=terms), by=_BY[order])
    rows = cursor(connection).execute(sql.encode(), [*params, most, OPEN_BUCKET])
    return [Listed(*row) for row in rows.fetchall()]


def _new(connection: Connection, query: Query, most: int) -> tuple[str, list[Any]] | None:
    """The condition of the newest days, before the newest page of all cases began, with the partitions that can hold
    them (nothing is closed before it was received). None where there are no more cases than a page holds."""
    began = _Newest.began if query.before is None else None
    if began is None or _Newest.most != most or time.monotonic() - _Newest.looked > LOOK_EVERY:
        where, values = ("where received_at <= %s", [query.before[0]]) if query.before is not None else ("", [])
        newest = f"select received_at from cases_case {where} order by received_at desc, id desc offset %s limit 1"  # noqa: S608
        row = cursor(connection).execute(newest.encode(), [*values, most]).fetchone()
        if row is None:
            return None
        began = row[0]
        if query.before is None:
            _Newest.began, _Newest.most, _Newest.looked = began, most, time.monotonic()
    since = began - NEW
    month = partitions.month_of(since - timedelta(days=1))
    return "c.received_at >= %s and (c.bucket = %s or c.bucket >= %s)", [since, OPEN_BUCKET, month]


class _Newest:
    """When the newest page of all cases began, as last looked: days that are looked through first, whatever they are,
    change no answer."""

    began: datetime | None = None
    most = 0
    looked = float("-inf")


def count(scope: Scope, query: Query, most: int) -> int:
    """How many cases `search` would give without an end, counted up to `most`."""
    with plain() as connection:
        terms, params = _where(connection, scope, query, _order(query))
        rows = (_DUE if _order(query) == "due" else _NEWEST).format(columns="c.id", terms=terms)
        sql = f"select count(*) from ({rows}) u"  # noqa: S608 - constants
        row = cursor(connection).execute(sql.encode(), [*params, most]).fetchone()
    return int(row[0]) if row is not None else 0


def _order(query: Query) -> str:
    return query.filters.sort if query.filters is not None and query.filters.sort else "newest"


def _where(connection: Connection, scope: Scope, query: Query, order: str) -> tuple[str, list[Any]]:
    """Conditions, the scope's first, with their parameters."""
    seen, values = scope.sql("c")
    terms, params = [seen], list(values)
    worded = [_worded(connection, query.text)] if query.text else []
    for condition, value in (*worded, *_conditions(query, order)):
        terms.append(condition)
        params.extend(value)
    return " and ".join(terms), params


def _conditions(query: Query, order: str) -> Iterable[tuple[str, list[Any]]]:
    yield from _named(query)
    wanted = query.filters
    if wanted is not None:
        yield from of_case(wanted)
        if wanted.state and State(wanted.state) in OPEN:
            yield "c.bucket = %s", [OPEN_BUCKET]
        if wanted.light and query.now is not None:
            fits = of_light(wanted.light, query.now)
            text = " and ".join(condition for condition, _values in fits)
            on_line = "select from cases_item i where i.case_id = c.id and i.bucket = %s and i.main and"
            values: list[Any] = [OPEN_BUCKET, OPEN_BUCKET, *(v for _condition, given in fits for v in given)]
            yield f"c.bucket = %s and exists ({on_line} {text})", values
    if order == "due":
        yield "o.bucket = %s and o.main", [OPEN_BUCKET]
    if query.before is not None:
        before = "(o.sort_at, o.case_id) > (%s, %s)" if order == "due" else "(c.received_at, c.id) < (%s, %s)"
        yield before, list(query.before)


def _worded(connection: Connection, text: str) -> tuple[str, list[Any]]:
    """Cases whose description or address holds the words (Chinese bigrams, then the words as they stand)."""
    like = "%" + text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
    given = [bigrams(text), like]
    fits = "bigrams @> %s::text[] and plain ilike %s"
    few = f"select id from trust_redactable where {fits} limit {RARE + 1}"  # noqa: S608 - constants
    found = [row[0] for row in cursor(connection).execute(few.encode(), given).fetchall()]
    if len(found) <= RARE:
        return "(c.text_id = any(%s) or c.address_id = any(%s))", [found, found]
    # As a value, not as `exists`: then the cases are walked in their order until the page is full.
    here = f"(select true from trust_redactable w where w.id in (c.text_id, c.address_id) and w.{fits} limit 1)"  # noqa: S608
    return here.replace("and plain", "and w.plain"), given


def _named(query: Query) -> Iterable[tuple[str, list[Any]]]:
    if query.number:
        yield "c.id in (select case_id from cases_number where number = %s)", [query.number.strip()]
    if query.states:
        yield "c.state = any(%s)", [list(query.states)]
    if query.class_id:
        yield "c.class_id = %s", [query.class_id]
    if query.area is not None:
        yield "c.areas && %s::bigint[]", [[query.area]]
    if query.unit is not None:
        yield "c.unit = %s", [query.unit]
    if query.ids:
        yield "c.id = any(%s)", [list(query.ids)]
