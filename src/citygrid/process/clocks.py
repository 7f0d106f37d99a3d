"""The clocks of work items: opening with a due, pausing, going on, extending, computing anew. All pure."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from citygrid.process.model import WorkItem
from citygrid.process.rules import Rules
from citygrid.worktime import Limit


def timed(rules: Rules, item: WorkItem, limit: Limit | None, calendar: str | None = None) -> WorkItem:
    """The item with due and yellow-light moment computed from its opening."""
    if limit is None:
        return item
    found = rules.calendar_for(item.holder.body, calendar)
    due = found.due(item.opened_at, limit)
    warn = found.due(item.opened_at, limit, rules.warn_percent)
    return replace(
        item, limit=str(limit), calendar=found.code, due=due.at, warn_at=warn.at, provisional=due.provisional
    )


def limit_of(item: WorkItem) -> Limit | None:
    return None if item.limit is None else Limit.parse(item.limit)


def pause(item: WorkItem, at: datetime) -> WorkItem:
    return item if item.paused_at is not None else replace(item, paused_at=at)


def _shift(rules: Rules, item: WorkItem, paused_at: datetime, at: datetime) -> dict[str, Any]:
    if item.due is None:
        return {}
    if item.calendar is None or item.limit is None:
        # A due that was given, not computed: it moves by the clock.
        return {"due": item.due + (at - paused_at) if item.due > paused_at else item.due}
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
    return replace(
        item,
        due=due.at,
        added=(*item.added, str(limit)),
        provisional=item.provisional or due.provisional,
        lapsed=False,
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
    return replace(fresh, pauses=item.pauses, lapsed=item.lapsed and fresh.due == item.due)
