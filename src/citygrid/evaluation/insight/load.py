"""Workload against capacity: what each unit has in hand, what comes, what it gets done, when it would be through.

    capacity = so many tasks a day the unit has got done on a good day (the 90th percentile of the days of the period on
               which it finished anything)
    days to clear = tasks in hand / (capacity - inflow a day); never, where as much or more comes

Counted in handling tasks of the unit itself (main, assisting and forwarded ones). Days are the city's own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from citygrid.cases.database import Connection, cursor
from citygrid.evaluation.insight.paging import Cut, Row
from citygrid.evaluation.periods import Period
from citygrid.organization.models import Seat

WEEKS = 4
_OPEN = "f.opened_at < %(cut)s and (f.done_at is null or f.done_at >= %(cut)s)"
WHAT = {
    "open": _OPEN,
    "late": f"{_OPEN} and f.due < %(cut)s and (f.paused_at is null or f.due < f.paused_at)",
    "came": "f.opened_at >= %(start)s and f.opened_at < %(cut)s",
    "done": "f.outcome = 'done' and f.done_at >= %(start)s and f.done_at < %(cut)s",
}
"""What is counted of a handling task, and opens to its cases."""


@dataclass(frozen=True, slots=True)
class Load:
    """`open`: in hand at the end of the period, `late` of these past their limit; `came`, `done`: in the period of
    `days` days; `best`: tasks on a good day; `staff`: people who hold a post of the unit; `trend`: in hand a week
    apart, the oldest first."""

    unit: int
    open: int
    late: int
    came: int
    done: int
    days: int
    best: int
    staff: int
    trend: tuple[int, ...]

    @property
    def inflow(self) -> Fraction:
        return Fraction(self.came, self.days)

    @property
    def outflow(self) -> Fraction:
        return Fraction(self.done, self.days)

    @property
    def days_to_clear(self) -> int | None:
        """Whole days; None: never."""
        if not self.open:
            return 0
        spare = self.best - self.inflow
        return ceil(self.open / spare) if spare > 0 else None

    @property
    def per_head(self) -> Fraction | None:
        """Tasks a day that each of its people would have to do, so that no more come than leave."""
        return self.inflow / self.staff if self.staff else None

    def flagged(self, clear_days: int) -> bool:
        """Whether somebody has to do something: it would never be through, or too late."""
        return self.days_to_clear is None or self.days_to_clear > clear_days


def good_day(done: Iterable[int]) -> int:
    """The 90th percentile (nearest rank) of the days on which anything was done; 0 where there was none."""
    days = sorted(number for number in done if number)
    return days[ceil(len(days) * 9 / 10) - 1] if days else 0


def loads(
    connection: Connection, period: Period, zone: str, seen: str, params: Sequence[Any], now: datetime
) -> list[Load]:
    """The units that had anything in hand, the one with the longest way to go first."""
    ends = [period.cut - timedelta(weeks=WEEKS - n) for n in range(WEEKS + 1)]
    values, condition = _named(period, seen, params)
    values |= {f"end{n}": end for n, end in enumerate(ends)}
    at = [
        f"count(*) filter (where f.opened_at < %(end{n})s and (f.done_at is null or f.done_at >= %(end{n})s))"
        for n in range(len(ends))
    ]
    counts = ", ".join(f"count(*) filter (where {WHAT[what]})" for what in ("late", "came", "done"))
    text = f"""select f.unit, {counts}, {", ".join(at)}
        from evaluation_item f where f.kind = 'handle' and f.unit is not null and f.opened_at < %(cut)s
            and (f.done_at is null or f.done_at >= %(since)s) and {condition} group by f.unit"""  # noqa: S608
    rows = cursor(connection).execute(text.encode(), values | {"since": min(ends[0], period.start)}).fetchall()
    best, staff = _best(connection, period, zone, seen, params), _staff([row[0] for row in rows], now)
    days = max(1, round((period.cut - period.start) / timedelta(days=1)))
    found = [
        Load(unit, trend[-1], over, came, done, days, best.get(unit, 0), staff.get(unit, 0), tuple(trend))
        for unit, over, came, done, *trend in rows
    ]
    return sorted(found, key=_longest_way)


def behind(
    connection: Connection, unit: int, what: str, period: Period, seen: str, params: Sequence[Any], part: Cut
) -> list[Row]:
    """The cases of a number, one row for each task, the newest first."""
    values, condition = _named(period, seen, params)
    values |= {"unit": unit, "most": part.most, "at": part.at, "case": part.case, "no": part.no}
    after = "and (f.opened_at, f.case_id, f.no) < (%(at)s, %(case)s, %(no)s)" if part.at is not None else ""
    text = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, f.unit, c.community, c.state, c.received_at,
            f.opened_at, f.no
        from evaluation_item f join cases_head h on h.case_id = f.case_id
            join cases_case c on c.id = f.case_id and c.bucket = h.bucket
        where f.kind = 'handle' and f.unit = %(unit)s and {WHAT[what]} and {condition} {after}
        order by f.opened_at desc, f.case_id desc, f.no desc limit %(most)s"""  # noqa: S608
    return cursor(connection).execute(text.encode(), values).fetchall()


def number(
    connection: Connection, unit: int, what: str, period: Period, seen: str, params: Sequence[Any]
) -> int:
    """How many tasks there are behind a number."""
    values, condition = _named(period, seen, params)
    text = f"""select count(*) from evaluation_item f
        where f.kind = 'handle' and f.unit = %(unit)s and {WHAT[what]} and {condition}"""  # noqa: S608
    row = cursor(connection).execute(text.encode(), values | {"unit": unit}).fetchone()
    return row[0] if row else 0


def _named(period: Period, seen: str, params: Sequence[Any]) -> tuple[dict[str, Any], str]:
    """Parameters by name, and the condition of the scope with them."""
    named = {f"seen{n}": value for n, value in enumerate(params)}
    for name in named:
        seen = seen.replace("%s", f"%({name})s", 1)
    return {"start": period.start, "cut": period.cut, **named}, seen


def _longest_way(one: Load) -> tuple[bool, int, int, int]:
    return one.days_to_clear is not None, -(one.days_to_clear or 0), -one.open, one.unit


def _best(
    connection: Connection, period: Period, zone: str, seen: str, params: Sequence[Any]
) -> dict[int, int]:
    text = f"""select f.unit, (f.done_at at time zone %s)::date, count(*) from evaluation_item f
        where f.kind = 'handle' and f.outcome = 'done' and f.unit is not null and f.done_at >= %s and f.done_at < %s
            and {seen} group by 1, 2"""  # noqa: S608
    days: dict[int, list[int]] = defaultdict(list)
    for unit, _day, done in cursor(connection).execute(text.encode(), [zone, period.start, period.cut, *params]):
        days[unit].append(done)
    return {unit: good_day(done) for unit, done in days.items()}


def _staff(units: Iterable[int], now: datetime) -> Mapping[int, int]:
    """How many people hold a post of each unit now, each once."""
    rows = Seat.objects.filter(post__body__in=list(units), post__active=True, person__is_active=True, since__lte=now)
    held = rows.exclude(until__lte=now).values_list("post__body_id", "person_id")
    people: dict[int, set[int]] = defaultdict(set)
    for body, person in held:
        people[body].add(person)
    return {body: len(ones) for body, ones in people.items()}
