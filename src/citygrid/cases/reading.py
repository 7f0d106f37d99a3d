"""Reads for pages: a case that somebody may see, its timeline with texts, the list of cases, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases import loading
from citygrid.cases.acting import visible
from citygrid.cases.database import cursor, plain
from citygrid.cases.lists.filters import Filters, of_case, of_light
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.visibility import Scope
from citygrid.process import Actor, Case, Entry, Offer, offers
from citygrid.process.states import OPEN, State
from citygrid.rulebook.slices import rules_at
from citygrid.trust import redactable
from citygrid.trust.bigrams import bigrams

PAGE = 50


def case_for(scope: Scope, case: UUID) -> Case | None:
    """The case when it exists and the scope holds it, else None: a stranger cannot tell the two apart."""
    with plain() as connection:
        found = loading.peek(connection, case)
    return found if found is not None and visible(found, scope) else None


def timeline(case: Case) -> list[Entry]:
    """All entries of a case, oldest first. The caller has asked `case_for`."""
    with plain() as connection:
        rows = cursor(connection).execute(
            f"select {loading.ENTRY_COLUMNS} from cases_head h join cases_entry e on e.case_id = h.case_id"  # noqa: S608
            " and e.month = h.month where h.case_id = %s order by e.seq".encode(),
            [case.id],
        )
        return [loading.entry_of(row) for row in rows.fetchall()]


def texts_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Redactable texts that entries refer to, by id; names and numbers are masked, redacted ones left out."""
    ids: dict[str, UUID] = {}
    for entry in entries:
        for ref, _digest in refs(entry.data["said"]):
            ids[ref] = UUID(ref)
    found = redactable.get_many(ids.values())
    return {
        str(i): row.text if row.kind not in redactable.SEALED else mask(row.text)
        for i, row in found.items() if row.text is not None
    }  # fmt: skip


def mask(text: str) -> str:
    """A name keeps its first character, a number its last two."""
    return "*" * max(0, len(text) - 2) + text[-2:] if text[:1].isdigit() else text[:1] + "*" * max(1, len(text) - 1)


def refs(value: Any) -> Iterable[tuple[str, str]]:
    """Id and digest (hex) of every redactable row that an entry's data refers to."""
    if isinstance(value, dict):
        if set(value) == {"id", "digest"}:
            yield value["id"], value["digest"]
        else:
            for inner in value.values():
                yield from refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs(inner)


def offers_for(case: Case, actor: Actor, at: datetime) -> list[Offer]:
    """The acts that this person may take on the case now."""
    return offers(case, actor, rules_at(at), at)


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
    terms, params = _where(scope, query, order)
    page = (_DUE if order == "due" else _NEWEST).format(columns=_COLUMNS, terms=terms)
    sql = _SEARCH.format(page=page, by=_BY[order])
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [*params, most, OPEN_BUCKET])
        return [Listed(*row) for row in rows.fetchall()]


def count(scope: Scope, query: Query, most: int) -> int:
    """How many cases `search` would give without an end, counted up to `most`."""
    terms, params = _where(scope, query, _order(query))
    rows = (_DUE if _order(query) == "due" else _NEWEST).format(columns="c.id", terms=terms)
    sql = f"select count(*) from ({rows}) u"  # noqa: S608 - constants
    with plain() as connection:
        row = cursor(connection).execute(sql.encode(), [*params, most]).fetchone()
    return int(row[0]) if row is not None else 0


def _order(query: Query) -> str:
    return query.filters.sort if query.filters is not None and query.filters.sort else "newest"


def _where(scope: Scope, query: Query, order: str) -> tuple[str, list[Any]]:
    """Conditions, the scope's first, with their parameters."""
    seen, values = scope.sql("c")
    terms, params = [seen], list(values)
    for condition, value in _conditions(query, order):
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


def _named(query: Query) -> Iterable[tuple[str, list[Any]]]:
    if query.text:
        grams = bigrams(query.text)
        matching = "select id from trust_redactable where bigrams @> %s::text[] and plain ilike %s"
        like = "%" + query.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        yield f"(c.text_id in ({matching}) or c.address_id in ({matching}))", [grams, like, grams, like]
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
