"""What a second-level centre has on its hands, what is with its own units, what it handed up to the city. Plain SQL.

S0-42, S2-23; a unit below has an inner clock of its own, the case keeps the city's limit (workflow section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from citygrid.cases import directory
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization import tree
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope
from citygrid.process.states import Side

PAGE = 50
LOOK_BACK = timedelta(days=90)
OWN_KINDS = ("sign", "handle", "approve", "dispatch")


@dataclass(frozen=True, slots=True)
class Row:
    """An open work item with what a list shows. `due` is the holder's own, `outer_due` that of the whole case."""

    case: UUID
    number: str
    state: str
    class_id: str | None
    kind: str
    body: int | None
    due: datetime | None
    warn_at: datetime | None
    paused_at: datetime | None
    provisional: bool
    outer_due: datetime | None
    community: int | None
    address: str | None


@dataclass(frozen=True, slots=True)
class HandedUp:
    """A case that was handed up: where it is now."""

    case: UUID
    number: str
    state: str
    class_id: str | None
    unit: int | None
    holder: int | None
    due: datetime | None
    closed_at: datetime | None
    outcome: str | None


def units_of(signed: Signed) -> list[int]:
    """The centre's own units: bodies below it in the tree; for a centre that judges, the units of its district."""
    book = directory.current()
    below = tree.descendants([signed.body.pk]) - {signed.body.pk}
    found = {one for one in below if one in book.bodies and book.bodies[one].side is not Side.SUPERVISING}
    if not found:
        found = _of_districts([area for area, centre in book.centres.items() if centre == signed.body.pk])
    return sorted(one for one in found if book.bodies[one].active)


def _of_districts(districts: Sequence[int]) -> set[int]:
    """Units that have open work in these districts."""
    if not districts:
        return set()
    book = directory.current()
    with plain() as connection:
        rows = cursor(connection).execute(
            "select distinct i.body from cases_item i join cases_case c on c.id = i.case_id and c.bucket = i.bucket"
            " where i.bucket = %s and i.kind = 'handle' and c.district = any(%s) and i.body is not null",
            [OPEN_BUCKET, list(districts)],
        )
        return {body for (body,) in rows.fetchall() if body in book.bodies}


def is_centre(signed: Signed) -> bool:
    """Whether the body has units below it, or is the centre of a district."""
    book = directory.current()
    own = signed.body.pk
    below = any(one.parent == own and one.active and one.side is not Side.SUPERVISING for one in book.bodies.values())
    return below or own in book.centres.values()


_COLUMNS = """i.case_id, coalesce(c.case_no, c.report_no), c.state, c.class_id, i.kind, i.body, i.due, i.warn_at,
    i.paused_at, i.provisional, c.due, c.community, a.plain"""
_FROM = """cases_item i join cases_case c on c.id = i.case_id and c.bucket = i.bucket
    left join trust_redactable a on a.id = c.address_id"""


def items(scope: Scope, bodies: Sequence[int], kinds: Sequence[str], most: int = PAGE) -> list[Row]:
    """Open work items of these bodies that the scope holds, first what is late first."""
    if not bodies:
        return []
    seen, params = scope.sql("c")
    sql = f"""select {_COLUMNS} from {_FROM} where i.bucket = %s and i.body = any(%s) and i.kind = any(%s) and {seen}
              order by i.sort_at, i.case_id, i.no limit %s"""  # noqa: S608 - the condition holds no input
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [OPEN_BUCKET, list(bodies), list(kinds), *params, most])
        return [Row(*row) for row in rows.fetchall()]


def handed_up(scope: Scope, body: int, at: datetime, most: int = PAGE) -> list[HandedUp]:
    """Cases that this body had and handed up in the last ninety days, the newest first."""
    seen, params = scope.sql("c")
    sql = f"""select c.id, coalesce(c.case_no, c.report_no), c.state, c.class_id, c.unit, c.holder_body, c.due,
                c.closed_at, c.outcome
              from cases_case c where c.marks @> array['escalated'] and c.bodies && %s::bigint[]
                and c.received_at >= %s and {seen} order by c.received_at desc, c.id desc limit %s"""  # noqa: S608 - the condition holds no input
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [[body], at - LOOK_BACK, *params, most])
        return [HandedUp(*row) for row in rows.fetchall()]
