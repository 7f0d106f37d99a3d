"""What the shift leader's board counts: what waits in the centre by post, what is oldest, today against last week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.visibility import Scope
from citygrid.reception.models import Call

ACTS = ("report", "log_call", "warn", "accept", "file_case", "dispatch", "close")
"""What is counted of a day, in this order; the first three are one number: what came in."""
MOST_OLD = 8


@dataclass(frozen=True, slots=True)
class Load:
    """Open work of one role of the centre. `red`: past its due; `yellow`: past its warning; `oldest`: its opening."""

    role: str
    total: int
    red: int
    yellow: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One open work item that waits long."""

    case: UUID
    kind: str
    role: str
    number: str
    class_id: str | None
    opened_at: datetime
    due: datetime | None
    warn_at: datetime | None
    provisional: bool


def loads(body: int, at: datetime) -> list[Load]:
    """Open work items of a body that run, by role, the latest first."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"""select role, count(*), count(*) filter (where due < %s),
                  count(*) filter (where warn_at <= %s and due >= %s), min(opened_at)
                from cases_item where bucket = %s and body = %s and paused_at is null group by role
                order by 3 desc, 4 desc, 2 desc, role""",
            [at, at, at, OPEN_BUCKET, body],
        )
        return [Load(*row) for row in rows.fetchall()]


def oldest(body: int, scope: Scope, most: int = MOST_OLD) -> list[Waiting]:
    """What is due first of all that waits in the body."""
    seen, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select i.case_id, i.kind, i.role, coalesce(c.case_no, c.report_no), c.class_id, i.opened_at, i.due,
                  i.warn_at, i.provisional
                from cases_item i join cases_head h on h.case_id = i.case_id
                  join cases_case c on c.id = i.case_id and c.bucket = h.bucket
                where i.bucket = %s and i.body = %s and i.paused_at is null and i.due is not null and {seen}
                order by i.sort_at, i.case_id, i.no limit %s""".encode(),  # noqa: S608 - the condition holds no input
            [OPEN_BUCKET, body, *params, most],
        )
        return [Waiting(*row) for row in rows.fetchall()]


def acts(scope: Scope, since: datetime, until: datetime) -> dict[str, int]:
    """How many acts of each kind of `ACTS` were recorded in a span, on cases that the scope holds."""
    seen, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select e.type, count(*) from cases_entry e join cases_head h on h.case_id = e.case_id
                  join cases_case c on c.id = e.case_id and c.bucket = h.bucket
                where e.recorded_at >= %s and e.recorded_at < %s and e.type = any(%s) and {seen}
                group by e.type""".encode(),  # noqa: S608 - the condition holds no input
            [since, until, list(ACTS), *params],
        )
        return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of a centre in a span: how many came, were answered, were lost; longest wait until the answer (seconds)."""

    came: int
    answered: int
    lost: int
    longest: int


def calls(body: int, since: datetime, until: datetime) -> Calls:
    """What the telephone told; calls of the softphone do not count."""
    rows = Call.objects.filter(body_id=body, came_at__gte=since, came_at__lt=until, simulated=False)
    lost = Q(state__in=(Call.State.MISSED, Call.State.ABANDONED))
    found = rows.aggregate(came=Count("id"), answered=Count("answered_at"), lost=Count("id", filter=lost))
    waits = rows.filter(answered_at__isnull=False).values_list("came_at", "answered_at")
    longest = max((int((answered - came).total_seconds()) for came, answered in waits if answered), default=0)
    return Calls(found["came"], found["answered"], found["lost"], longest)


def ringing(body: int) -> tuple[int, datetime | None]:
    """How many calls wait now, and since when the first."""
    found = Call.objects.filter(body_id=body, state=Call.State.RINGING).aggregate(n=Count("id"), first=Min("came_at"))
    return found["n"], found["first"]


def last_calls(persons: Iterable[int]) -> dict[int, datetime]:
    """When each person answered last."""
    rows = Call.objects.filter(person_id__in=list(persons), answered_at__isnull=False)
    return dict(rows.values_list("person").annotate(last=Max("answered_at")))
