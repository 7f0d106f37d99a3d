"""Cases that will breach in the next hours: handling tasks that are due soon, each with the chance that it ends late.

The chance is a count of what happened before, no model: of the tasks that this unit finished in this class in half a
year, those that were still open with as little working time left (or less); how many of them ended late. Where there
are too few it is counted over the unit, then over the class, then over all; the page says which. Time is the limit's
own: working time by the unit's calendar, clock time for urgent limits; so a weekend does not count as time left."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from citygrid.cases.database import Connection, cursor
from citygrid.cases.models import OPEN_BUCKET
from citygrid.evaluation.insight.finishing import Finished

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
    due: int
    """Microseconds since 1970."""
    limit: str | None
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """`left`: microseconds of its own time. `late` of `of` such tasks ended late; `over`: of what they were taken
    (GROUPS), empty where there are too few."""

    task: Task
    left: int
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
    text = f"""select json_agg(json_build_array(
            case_id, no, number, class_id, body, district, due, limit_text, calendar))::text
        from (select i.case_id, i.no, coalesce(c.case_no, c.report_no) as number, c.class_id, i.body, c.district,
                (extract(epoch from i.due) * 1000000)::bigint as due, i.limit_text, i.calendar
            from cases_item i join cases_case c on c.id = i.case_id and c.bucket = i.bucket
            where i.bucket = %s and i.kind = 'handle' and i.paused_at is null and i.due > %s and i.due <= %s
                and i.body is not null and {seen} order by i.due, i.case_id, i.no limit %s) f"""  # noqa: S608
    values = [OPEN_BUCKET, now, now + timedelta(hours=hours), *params, MOST + 1]
    row = cursor(connection).execute(text.encode(), values).fetchone()
    found = json.loads(row[0]) if row and row[0] else []
    if len(found) > MOST:
        raise TooManyError(MOST)
    return [Task(UUID(case), *rest) for case, *rest in found]


def expected(
    tasks: Iterable[Task], history: Iterable[Finished], left: Callable[[Task], int], least: int
) -> list[Expected]:
    """The chance of each, the likeliest first, those that nobody can tell last; then what is due first."""
    by: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for one in history:
        for key in _groups(one):
            by[key].extend(one.slacks)
    for slacks in by.values():
        slacks.sort()
    found = []
    for task in tasks:
        rest = left(task)
        late, of, over = 0, 0, ""
        for key in _groups(task):
            slacks = by.get(key, [])
            of = bisect_left(slacks, rest)  # still open with as little time left
            late = min(of, bisect_left(slacks, 0))
            if of >= max(1, least):
                over = str(key[0])
                break
        found.append(Expected(task, rest, late, of, over))
    return sorted(found, key=lambda one: (
        one.chance is None, -(one.chance or 0), one.task.due, str(one.task.case), str(one.task.item)))  # fmt: skip


def _groups(one: Task | Finished) -> tuple[tuple[object, ...], ...]:
    """Over what its chance is counted, the nearest first (GROUPS)."""
    return ("both", one.unit, one.class_id), ("unit", one.unit), ("class", one.class_id), ("all",)
