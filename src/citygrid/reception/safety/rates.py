"""How often an alarm of public safety was false, by month and source, with the list behind each number (S4-24)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.rosters import cityclock
from citygrid.organization.visibility import Scope

WHATS = {
    "asked": "true",
    "true": "i.outcome = 'true'",
    "false": "i.outcome = 'false'",
    "late": "(i.late or (i.done_at is null and i.due < %s))",
    "open": "i.done_at is null",
    "dropped": "(i.done_at is not null and i.outcome not in ('true', 'false'))",
}
"""What is counted of the confirmations that were asked for in a month."""
MOST = 200


@dataclass(frozen=True, slots=True)
class Rate:
    """One source in one month. `asked` = `true` + `false` + `open` + `dropped` (ended otherwise: class changed, case
    refused); `late`: of all, answered or still open after the limit."""

    source: str
    asked: int
    true: int
    false: int
    late: int
    open: int
    dropped: int

    @property
    def percent(self) -> int | None:
        """False ones of all that were answered, in percent; None when none was."""
        answered = self.true + self.false
        return round(100 * self.false / answered) if answered else None


@dataclass(frozen=True, slots=True)
class Behind:
    """One confirmation behind a number."""

    case: UUID
    number: str
    class_id: str | None
    source: str
    opened_at: datetime
    due: datetime | None
    done_at: datetime | None
    outcome: str | None
    late: bool | None


def month_of(text: str, at: datetime) -> date:
    """The first day of the month that was asked for (`2026-03`); the present one for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return cityclock.day_of(at).replace(day=1)


def span(month: date, at: datetime) -> tuple[datetime, datetime]:
    """The month on the city's clock: from, up to and not including."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    since, until = (datetime.combine(day, time(0)) for day in (month, following))
    zone = cityclock.zone(at)
    return since.replace(tzinfo=zone), until.replace(tzinfo=zone)


_FROM = """from cases_item i join cases_head h on h.case_id = i.case_id
      join cases_case c on c.id = i.case_id and c.bucket = h.bucket
    where i.kind = 'confirm' and (i.bucket = %s or i.bucket >= %s) and i.opened_at >= %s and i.opened_at < %s and """


def rates(scope: Scope, month: date, at: datetime) -> list[Rate]:
    """All sources of a month, as far as the scope sees their cases; the most first."""
    seen, params = scope.sql("c")
    counts = ", ".join(f"count(*) filter (where {term})" for term in WHATS.values())
    with plain() as connection:
        rows = cursor(connection).execute(
            f"select c.source, {counts} {_FROM} {seen} group by c.source order by 2 desc, 1".encode(),
            [at, OPEN_BUCKET, month, *span(month, at), *params],
        )
        return [Rate(*row) for row in rows.fetchall()]


def behind(scope: Scope, month: date, source: str, what: str, at: datetime) -> list[Behind]:
    """The confirmations behind a number; `source` empty: all. KeyError for something that is not counted."""
    seen, params = scope.sql("c")
    term = WHATS[what]
    values: list[Any] = [OPEN_BUCKET, month, *span(month, at), *params]
    values += [at] if "%s" in term else []
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select i.case_id, coalesce(c.case_no, c.report_no), c.class_id, c.source, i.opened_at, i.due, i.done_at,
                  i.outcome, i.late {_FROM} {seen} and {term} and (%s::text = '' or c.source = %s)
                order by i.opened_at desc, i.case_id limit %s""".encode(),
            [*values, source, source, MOST],
        )
        return [Behind(*row) for row in rows.fetchall()]
