"""Cases that will breach in the next hours: handling tasks that are due soon, each with the chance that it ends late.

The chance is a count of what happened before, no model: of the tasks that this unit finished in this class in half a
year, those that were still open with as little working time left (or less); how many of them ended late. Where there
are too few it is counted over the unit, then over the class, then over all; the page says which. Time is the limit's
own: working time by the unit's calendar, clock time for urgent limits; so a weekend does not count as time left."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from citygrid.cases.database import Connection, cursor
from citygrid.cases.models import OPEN_BUCKET
from citygrid.process.rules import Rules
from citygrid.worktime import CalendarGap, Limit, LimitError, Unit

BACK = timedelta(days=183)
EACH = 200
"""So many finished tasks of a unit and a class are looked at, the newest."""
ENOUGH = 50_000
"""So many finished tasks of all are looked at, the newest."""
MOST = 20_000
"""So many tasks are put in order at once; more want a class, a district or fewer hours."""
GROUPS = ("both", "unit", "class", "all")
"""Over what a chance was counted."""


@dataclass(frozen=True, slots=True)
class Task:
    """An open handling task whose clock runs."""

    case: UUID
    item: int
    number: str
    class_id: str | None
    unit: int
    district: int | None
    opened_at: datetime
    due: datetime
    limit: str | None
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that is over. `slack`: working time that was left; negative when it was late."""

    unit: int
    class_id: str | None
    slack: timedelta


@dataclass(frozen=True, slots=True)
class Expected:
    """`late` of `of` such tasks ended late; `over`: of what they were taken (GROUPS), empty where there are too few."""

    task: Task
    left: timedelta
    late: int
    of: int
    over: str

    @property
    def chance(self) -> float | None:
        return self.late / self.of if self.over else None


class TooManyError(ValueError):
    """More tasks than are put in order at once."""


def due_soon(connection: Connection, now: datetime, hours: int, seen: str, params: Sequence[object]) -> list[Task]:
    """Running tasks that are due within so many hours, what is due first first. TooManyError."""
    text = f"""select i.case_id, i.no, coalesce(c.case_no, c.report_no), c.class_id, i.body, c.district, i.opened_at,
            i.due, i.limit_text, i.calendar
        from cases_item i join cases_case c on c.id = i.case_id and c.bucket = i.bucket
        where i.bucket = %s and i.kind = 'handle' and i.paused_at is null and i.due > %s and i.due <= %s
            and i.body is not null and {seen} order by i.due, i.case_id, i.no limit %s"""  # noqa: S608
    values = [OPEN_BUCKET, now, now + timedelta(hours=hours), *params, MOST + 1]
    rows = cursor(connection).execute(text.encode(), values).fetchall()
    if len(rows) > MOST:
        raise TooManyError(MOST)
    return [Task(*row) for row in rows]


def finished(connection: Connection, tasks: Iterable[Task], now: datetime, rules: Rules) -> list[Finished]:
    """What these units and these classes finished before, the newest of each unit and class, and of all."""
    tasks = list(tasks)
    units, classes = {one.unit for one in tasks}, {one.class_id for one in tasks if one.class_id}
    found: list[Finished] = []
    each: Counter[tuple[int, str | None]] = Counter()
    until = now
    # By months from the newest back: a large city has told enough after the first, which is a part of the tables.
    while until > now - BACK and len(found) < ENOUGH:
        since = max(until - _MONTH, now - BACK)
        values = [since, until, sorted(units), sorted(classes), ENOUGH - len(found), since]
        for unit, class_id, due, done_at, late, limit, calendar in cursor(connection).execute(_FINISHED, values):
            each[unit, class_id] += 1
            if each[unit, class_id] <= EACH:
                slack = time_left(rules, unit, calendar, limit, done_at, due)
                # What was credited, or moved since, is judged as the timeline judged it.
                found.append(Finished(unit, class_id, min(slack, -_TICK) if late else max(slack, timedelta(0))))
        until = since
    return found


# An item lies with the month in which it was over: nothing older is looked through.
_FINISHED = b"""select f.unit, f.class_id, f.due, f.done_at, f.late, i.limit_text, i.calendar from (
        select case_id, no, unit, class_id, due, done_at, late from evaluation_item
        where kind = 'handle' and outcome = 'done' and done_at >= %s and done_at < %s and due is not null and not exempt
            and (unit = any(%s::bigint[]) or class_id = any(%s::text[]))
        order by done_at desc, case_id, no limit %s) f
    join cases_item i on i.case_id = f.case_id and i.no = f.no
        and i.bucket >= (%s::timestamptz at time zone 'UTC')::date - 62
    order by f.done_at desc, f.case_id, f.no"""
_MONTH = timedelta(days=31)
_TICK = timedelta(microseconds=1)


def time_left(
    rules: Rules, unit: int, calendar: str | None, limit: str | None, start: datetime, due: datetime
) -> timedelta:
    """From `start` to `due` in the time that the limit runs in. Clock time where a calendar does not reach."""
    try:
        kind = _unit(limit)
        if kind.clock:
            return due - start
        return rules.calendar_for(unit, calendar if calendar in rules.calendars else None).elapsed(start, due, kind)
    except (CalendarGap, LimitError):
        return due - start


@lru_cache(maxsize=1024)
def _unit(limit: str | None) -> Unit:
    return Limit.parse(limit).unit if limit else Unit.WORK_HOUR


def expected(
    tasks: Iterable[Task], history: Iterable[Finished], left: Callable[[Task], timedelta], least: int
) -> list[Expected]:
    """The chance of each, the likeliest first, those that nobody can tell last; then what is due first."""
    by: dict[tuple[object, ...], list[timedelta]] = defaultdict(list)
    for one in history:
        for key in _groups(one):
            by[key].append(one.slack)
    for slacks in by.values():
        slacks.sort()
    found = []
    for task in tasks:
        rest = left(task)
        late, of, over = 0, 0, ""
        for key in _groups(task):
            slacks = by.get(key, [])
            of = bisect_left(slacks, rest)  # still open with as little time left
            late = min(of, bisect_left(slacks, timedelta(0)))
            if of >= max(1, least):
                over = str(key[0])
                break
        found.append(Expected(task, rest, late, of, over))
    return sorted(found, key=lambda one: (
        one.chance is None, -(one.chance or 0), one.task.due, str(one.task.case), str(one.task.item)))  # fmt: skip


def _groups(one: Task | Finished) -> tuple[tuple[object, ...], ...]:
    """Over what its chance is counted, the nearest first (GROUPS)."""
    return ("both", one.unit, one.class_id), ("unit", one.unit), ("class", one.class_id), ("all",)
