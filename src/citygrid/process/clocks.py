"""The clocks of work items: opening with a due, pausing, going on, extending, computing anew. All pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from citygrid.process.model import WorkItem
from citygrid.process.rules import Rules
from citygrid.worktime import Limit, Unit

_MINUTE = timedelta(minutes=1)


def timed(rules: Rules, item: WorkItem, limit: Limit | None, calendar: str | None = None) -> WorkItem:
    """The item with due and yellow-light moment computed from its opening."""
    if limit is None:
        return item
    return replace(item, **clock(rules, item.holder.body, item.opened_at, limit, calendar))


def clock(rules: Rules, body: int | None, at: datetime, limit: Limit, calendar: str | None) -> dict[str, Any]:
    """The fields of a work item's clock that starts at a moment, on the calendar named or the body's."""
    found = rules.calendar_for(body, calendar)
    due = found.due(at, limit)
    warn = found.due(at, limit, rules.warn_percent)
    return {
        "limit": str(limit),
        "calendar": found.code,
        "due": due.at,
        "warn_at": warn.at,
        "provisional": due.provisional,
    }


def given(rules: Rules, item: WorkItem, due: datetime) -> WorkItem:
    """The item with a due that was named, not computed; it turns yellow at the same share of the clock."""
    warn = item.opened_at + (due - item.opened_at) * rules.warn_percent // 100
    return replace(item, due=due, warn_at=warn, limit=None, provisional=False, lapsed=False, climbed=())


def remaining(rules: Rules, item: WorkItem, until: datetime | None = None) -> Limit | None:
    """What was left when a paused item's clock stopped, in whole minutes of its kind of time; one at least.

    `until`: as if it had run on to that moment (the time of the pause is charged to its holder)."""
    if item.due is None or item.paused_at is None:
        return None
    limit = limit_of(item)
    clock = limit is None or limit.unit.clock or item.calendar is None
    unit = Unit.URGENT_MINUTE if clock else Unit.WORK_MINUTE
    calendar = rules.calendars[item.calendar] if item.calendar else rules.calendar_for(item.holder.body)
    start = until or item.paused_at
    left = calendar.elapsed(start, item.due, unit) if start < item.due else timedelta(0)
    return Limit(max(1, -(-left // _MINUTE)), unit)


def limit_of(item: WorkItem) -> Limit | None:
    return None if item.limit is None else Limit.parse(item.limit)


def pause(item: WorkItem, at: datetime) -> WorkItem:
    return item if item.paused_at is not None else replace(item, paused_at=at)


def _shift(rules: Rules, item: WorkItem, paused_at: datetime, at: datetime) -> dict[str, Any]:
    if item.due is None:
        return {}
    if item.calendar is None or item.limit is None:
        # A due that was given, not computed: it moves by the clock.
        late = item.due <= paused_at
        by = timedelta(0) if late else at - paused_at
        return {"due": item.due + by, "warn_at": item.warn_at and item.warn_at + by}
    calendar, unit = rules.calendars[item.calendar], Limit.parse(item.limit).unit
    due = calendar.resume(item.due, paused_at, at, unit)
    warn = calendar.resume(item.warn_at, paused_at, at, unit).at if item.warn_at is not None else None
    return {"due": due.at, "warn_at": warn, "provisional": item.provisional or due.provisional}


def go_on(rules: Rules, item: WorkItem, at: datetime) -> WorkItem:
    """The paused clock runs again: what remained counts on from `at`."""
    if item.paused_at is None:
        return item
    pauses = (*item.pauses, (item.paused_at, at))
    return replace(item, paused_at=None, pauses=pauses, **_shift(rules, item, item.paused_at, at))


def charge(item: WorkItem, at: datetime) -> WorkItem:
    """The pause did not count (a return refused): the clock ran all the while, off the main line."""
    if item.paused_at is None:
        return item
    return replace(item, paused_at=None, shadows=(*item.shadows, (item.paused_at, at)))


def shadow(item: WorkItem, at: datetime) -> WorkItem:
    """Off the main line (somebody below holds it), the clock runs on."""
    return replace(item, shadow_at=at)


def unshadow(item: WorkItem, at: datetime) -> WorkItem:
    if item.shadow_at is None:
        return item
    return replace(item, shadow_at=None, shadows=(*item.shadows, (item.shadow_at, at)))


def extend(rules: Rules, item: WorkItem, limit: Limit) -> WorkItem:
    """A granted extension adds to the old due."""
    if item.due is None:
        return item
    calendar = rules.calendars[item.calendar] if item.calendar else rules.calendar_for(item.holder.body)
    due = calendar.extend(item.due, limit)
    warn = item.warn_at and calendar.due(item.warn_at, limit, rules.warn_percent).at
    return replace(
        item,
        due=due.at,
        warn_at=warn,
        added=(*item.added, str(limit)),
        provisional=item.provisional or due.provisional,
        lapsed=False,
        climbed=(),
    )


def anew(rules: Rules, item: WorkItem, limit: Limit | None = None) -> WorkItem:
    """Due and light computed anew from the opening: another limit (class changed) or another calendar (retime)."""
    if item.due is None or item.limit is None:
        return item
    fresh = timed(rules, replace(item, added=(), pauses=()), limit or Limit.parse(item.limit), item.calendar)
    for added in item.added:
        fresh = extend(rules, fresh, Limit.parse(added))
    for start, end in item.pauses:
        fresh = replace(fresh, **_shift(rules, fresh, start, end))
    same = fresh.due == item.due
    return replace(fresh, pauses=item.pauses, lapsed=item.lapsed and same, climbed=item.climbed if same else ())
