"""Whom a supervising department supervises, in which sectors; orders and results. Plain SQL (S1-47, S1-48, S1-51).

The relations of the organization say it (`supervises`, with a sector); a department without any supervises the units
below it in the tree. Classes are not asked: a case is its sector's through the unit that has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q

from citygrid.cases import directory
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.partitions import month_of
from citygrid.organization import tree
from citygrid.organization.models import Relation
from citygrid.organization.unit_models import RelationKind
from citygrid.organization.visibility import Scope
from citygrid.process.states import Side
from citygrid.rulebook.slices import remembered

PAGE = 50
LAST = datetime(9999, 12, 31, tzinfo=UTC)
"""Orders without a limit come last."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a supervised unit. `due` of the unit's handling; `line_due`, `line_warn`: of whoever holds it now."""

    case: UUID
    number: str
    state: str
    class_id: str | None
    unit: int
    due: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None
    provisional: bool
    urges: int
    supervisions: int
    received_at: datetime
    closed_at: datetime | None
    outcome: str | None
    address: str | None
    late: bool | None = None


def sectors(body: int, on: date) -> dict[int, str]:
    """Supervised body -> its sector on that day, by the relations in force; the sectors of one body are joined."""
    rows = Relation.objects.filter(Q(until=None) | Q(until__gt=on), kind=RelationKind.SUPERVISES, body=body)
    rows = rows.filter(Q(since=None) | Q(since__lte=on)).order_by("sector")
    found: dict[int, list[str]] = {}
    for other, sector in rows.values_list("other_id", "sector"):
        found.setdefault(other, []).append(sector)
    if found:
        return {other: " ".join(one for one in names if one) for other, names in found.items()}
    book = directory.current()
    below = tree.descendants([body]) - {body}
    return {one: "" for one in below if one in book.bodies and book.bodies[one].side is not Side.SUPERVISING}


def supervises(body: int, on: date) -> bool:
    """Whether a relation says so; the tree alone makes no supervising department."""
    known = remembered("supervising")
    if not known:
        rows = Relation.objects.filter(kind=RelationKind.SUPERVISES).values_list("body_id", "until")
        known["until"] = [(one, until or date.max) for one, until in rows]
    return any(one == body and until > on for one, until in known["until"])


_COLUMNS = """c.id, coalesce(c.case_no, c.report_no), c.state, c.class_id, c.unit, c.due, i.warn_at, i.paused_at,
    coalesce(i.provisional, false), coalesce((c.snapshot->>'urges')::int, 0),
    coalesce((c.snapshot->>'supervisions')::int, 0), c.received_at, c.closed_at, c.outcome, a.plain"""


def orders(
    scope: Scope, units: Sequence[int], *, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[Order]:
    """Open cases that these units have, first what will be late first; those without a limit come last."""
    seen, params = scope.sql("c")
    later = "and (coalesce(c.due, '9999-12-31 00:00+00'), c.id) > (%s, %s)" if after else ""
    sql = f"""select {_COLUMNS} from cases_case c
                left join lateral (select warn_at, paused_at, provisional from cases_item i where i.bucket = c.bucket
                  and i.case_id = c.id and i.kind = 'handle' and i.body = c.unit limit 1) i on true
                left join trust_redactable a on a.id = c.address_id
              where c.bucket = %s and c.unit = any(%s) and {seen} {later}
              order by coalesce(c.due, '9999-12-31 00:00+00'), c.id limit %s"""  # noqa: S608 - the condition holds no input
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [OPEN_BUCKET, list(units), *params, *(after or ()), most])
        return [Order(*row) for row in rows.fetchall()]


def results(scope: Scope, units: Sequence[int], since: datetime, most: int = PAGE) -> list[Order]:
    """Cases of these units that were closed since a moment, the newest first: the result is told to who supervises."""
    seen, params = scope.sql("c")
    sql = f"""select {_COLUMNS}, c.handled_at > c.due from cases_case c
                left join lateral (select null::timestamptz warn_at, null::timestamptz paused_at, false provisional) i
                  on true
                left join trust_redactable a on a.id = c.address_id
              where c.bucket >= %s and c.closed_at >= %s
                and c.unit = any(%s) and {seen} order by c.closed_at desc, c.id desc limit %s"""  # noqa: S608 - the condition holds no input
    with plain() as connection:
        rows = cursor(connection).execute(
            sql.encode(), [month_of(since.astimezone(UTC)), since, list(units), *params, most]
        )
        return [Order(*row) for row in rows.fetchall()]
