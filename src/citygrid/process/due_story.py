"""Why is it due then? (S0-13; workflow section 7): how the due of each clock came about, entry by entry.

The timeline keeps every due that was computed, so nothing is computed anew here but the intervals that were counted,
which come from the calendar named in the work item.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from citygrid.process.evolving import evolve
from citygrid.process.model import Case, Entry, WorkItem
from citygrid.worktime import Calendar, CalendarGap, Limit, LimitError


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that gave or moved a due: `opened`, `extended`, `paused`, `resumed`, `charged`, `recomputed`."""

    how: str
    entry: int
    act: str
    at: datetime
    before: datetime | None
    after: datetime | None
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A work item with its clock as it last stood, and what became of its due. `done_at`: None while it is open."""

    item: WorkItem
    changes: tuple[Change, ...]
    done_at: datetime | None = None
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The intervals that count from the opening to the due, and whether they make up the limits that were given.

    `agrees` None: it cannot be compared (a due that was given, a calendar that does not know the days)."""

    spans: tuple[tuple[datetime, datetime], ...]
    total: timedelta
    agrees: bool | None


def clocks_of(entries: Iterable[Entry]) -> list[Clock]:
    """All clocks of a timeline with a due, in the order in which they were opened."""
    case: Case | None = None
    found: dict[int, Clock] = {}
    for entry in entries:
        before = {i.no: i for i in case.work} if case is not None else {}
        case = evolve(case, entry)
        after = {i.no: i for i in case.work}
        for closed in entry.data.get("close", ()):
            if closed["no"] in found and closed["no"] not in after:
                done = replace(found[closed["no"]], done_at=entry.effective_at, late=closed["late"])
                found[closed["no"]] = done
        for no, item in after.items():
            known = found.get(no)
            if known is None and item.due is None:
                continue
            change = _change(before.get(no), known, item, entry)
            changes = (*(known.changes if known is not None else ()), *([change] if change is not None else []))
            found[no] = Clock(item, changes)
    return [found[no] for no in sorted(found)]


def _change(before: WorkItem | None, known: Clock | None, item: WorkItem, entry: Entry) -> Change | None:
    if known is None:
        return Change("opened", entry.seq, entry.type, entry.effective_at, None, item.due, item.limit)
    old = before if before is not None else known.item
    how = _how(old, item, reopened=before is None)
    if how is None:
        return None
    added = item.added[-1] if how == "extended" else None
    return Change(how, entry.seq, entry.type, entry.effective_at, old.due, item.due, added or item.limit)


def _how(old: WorkItem, new: WorkItem, *, reopened: bool) -> str | None:
    """What moved the due, if anything did. A clock that goes on may leave its due where it was."""
    if len(new.added) > len(old.added):
        return "extended"
    if old.paused_at is None and new.paused_at is not None:
        return "paused"
    if old.paused_at is not None and new.paused_at is None:
        return "resumed" if len(new.pauses) > len(old.pauses) else "charged"
    if old.due != new.due or old.limit != new.limit or old.calendar != new.calendar:
        return "recomputed"
    return "resumed" if reopened else None


def counted(item: WorkItem, calendar: Calendar | None) -> Counted:
    """The intervals between opening and due in which the clock ran: `calendar` is the one that the item names."""
    if item.due is None:
        return Counted((), timedelta(), None)
    limits = _limits(item)
    clock = calendar is None or not limits or all(one.unit.clock for one in limits)
    try:
        spans = [(item.opened_at, item.due)] if clock else _periods(calendar, item)
        pauses = sorted((a, min(b, item.due)) for a, b in item.pauses if a < item.due)
        spans = _without(spans, pauses)
        total = sum((b - a for a, b in spans), timedelta())
        agrees = _agrees(item, limits, total, calendar)
    except (CalendarGap, LimitError, OverflowError):
        return Counted((), timedelta(), None)
    return Counted(tuple(spans), total, agrees)


def _periods(calendar: Calendar | None, item: WorkItem) -> list[tuple[datetime, datetime]]:
    assert calendar is not None and item.due is not None
    return calendar.periods(item.opened_at, item.due)


def _limits(item: WorkItem) -> list[Limit]:
    return [Limit.parse(one) for one in (item.limit, *item.added) if one is not None]


def _agrees(item: WorkItem, limits: Sequence[Limit], total: timedelta, calendar: Calendar | None) -> bool | None:
    """Whether what was counted is what was given. Not asked where kinds of time are mixed, or a due was given."""
    if item.limit is None or len({one.unit.clock for one in limits}) != 1:
        return None
    given = timedelta()
    for one in limits:
        if one.unit.clock or calendar is None:
            given += _CLOCK[one.unit.value] * one.value
        else:
            minutes = {"work_minute": 1, "work_hour": 60, "work_day": calendar.day_minutes}[one.unit.value]
            given += timedelta(minutes=minutes * one.value)
    return total == given


_CLOCK = {
    "urgent_minute": timedelta(minutes=1),
    "urgent_hour": timedelta(hours=1),
    "natural_day": timedelta(days=1),
}


def _without(
    spans: Sequence[tuple[datetime, datetime]], cuts: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """The spans less the cuts; both sorted, cuts may overlap."""
    found = []
    for start, end in spans:
        at = start
        for low, high in cuts:
            if high <= at or low >= end:
                continue
            if low > at:
                found.append((at, low))
            at = max(at, high)
        if at < end:
            found.append((at, end))
    return found
