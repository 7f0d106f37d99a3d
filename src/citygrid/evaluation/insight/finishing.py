"""What was finished before, and how much time each task had left then: by what `breaching` counts a chance.

Tens of thousands are read for one page, so moments are whole microseconds since 1970, and the rows come as one text: to
make objects of each costs more than to find them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from citygrid.cases.database import Connection, cursor
from citygrid.process.rules import Rules
from citygrid.worktime import CalendarGap, Limit, LimitError, Unit

BACK = timedelta(days=183)
EACH = 200
"""So many finished tasks of a unit and a class are looked at, the newest."""
ENOUGH = 50_000
"""So many finished tasks of all are looked at, the newest."""
_MONTH = timedelta(days=31)
_LATE = -1


@dataclass(frozen=True, slots=True)
class Finished:
    """Tasks of a unit in a class that are over. `slacks`: the microseconds of its own time that each had left, the
    newest first; negative when it was late."""

    unit: int
    class_id: str | None
    slacks: list[int]


def finished(
    connection: Connection, units: Iterable[int], classes: Iterable[str], now: datetime, rules: Rules
) -> list[Finished]:
    """What these units and these classes finished before `now`, the newest of each unit and class, and of all."""
    asked = [sorted(units), sorted(classes)]
    found: dict[tuple[int, str | None], list[int]] = {}
    kept, until = 0, now
    # By months from the newest back: a large city has told enough after the first, which is a part of the tables.
    while until > now - BACK and kept < ENOUGH:
        since = max(until - _MONTH, now - BACK)
        row = cursor(connection).execute(_FINISHED, [since, until, *asked, ENOUGH - kept, since]).fetchone()
        for unit, class_id, late, done_at, due, limit, calendar in json.loads(row[0]) if row and row[0] else ():
            slacks = found.setdefault((unit, class_id), [])
            if len(slacks) < EACH:
                # What was credited, or moved since, is judged as the timeline judged it.
                slacks.append(_LATE if late else max(0, time_left(rules, unit, calendar, limit, done_at, due)))
                kept += 1
        until = since
    return [Finished(unit, class_id, slacks) for (unit, class_id), slacks in found.items()]


# An item lies with the month in which it was over: nothing older is looked through. Its limit is looked up by key
# (`limit` keeps the planner from reading the months whole), and not at all where it was late: how late nobody asks.
_FINISHED = b"""select json_agg(json_build_array(
        f.unit, f.class_id, f.late, (extract(epoch from f.done_at) * 1000000)::bigint,
        (extract(epoch from f.due) * 1000000)::bigint, i.limit_text, i.calendar)
        order by f.done_at desc, f.case_id, f.no)::text
    from (
        select case_id, no, unit, class_id, due, done_at, late from evaluation_item
        where kind = 'handle' and outcome = 'done' and done_at >= %s and done_at < %s and due is not null and not exempt
            and (unit = any(%s::bigint[]) or class_id = any(%s::text[]))
        order by done_at desc, case_id, no limit %s) f
    left join lateral (
        select limit_text, calendar from cases_item
        where not f.late and case_id = f.case_id and no = f.no
            and bucket >= (%s::timestamptz at time zone 'UTC')::date - 62
        limit 1) i on true"""


def time_left(rules: Rules, unit: int, calendar: str | None, limit: str | None, start: int, due: int) -> int:
    """From `start` to `due` in the time that the limit runs in, in microseconds (both since 1970). Clock time where a
    calendar does not reach."""
    try:
        named = calendar if calendar in rules.calendars else None
        return rules.calendar_for(unit, named).between(start, due, _unit(limit))
    except (CalendarGap, LimitError):
        return due - start


@lru_cache(maxsize=1024)
def _unit(limit: str | None) -> Unit:
    return Limit.parse(limit).unit if limit else Unit.WORK_HOUR
