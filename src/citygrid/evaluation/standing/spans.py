"""The periods of a standing duty: days, weeks (Monday first), months, quarters, cut at its first and last day; until
when evidence of each may be filed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from citygrid.evaluation.standing.duties import Duty

DAY = timedelta(days=1)
OPEN, DUE, OVERDUE, FILED, LATE = "open", "due", "overdue", "filed", "late"
STATES = (OPEN, DUE, OVERDUE, FILED, LATE)


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, both included, and the last day on which evidence is in time."""

    first: date
    last: date
    due: date


def begin_of(every: str, day: date) -> date:
    """The first day of the period that has a day."""
    if every == "day":
        return day
    if every == "week":
        return day - timedelta(days=day.weekday())
    month = day.month if every == "month" else day.month - (day.month - 1) % 3
    return date(day.year, month, 1)


def next_of(every: str, begin: date) -> date:
    """The first day of the period after the one that begins so."""
    if every in ("day", "week"):
        return begin + DAY * (1 if every == "day" else 7)
    months = begin.month - 1 + (1 if every == "month" else 3)
    return date(begin.year + months // 12, months % 12 + 1, 1)


def spans(duty: Duty, first: date, last: date, since: date | None = None) -> Iterator[Span]:
    """The periods of a duty that have a day from `first` to `last`, in order. `since`: its version was made only then,
    so nothing was owed before."""
    start = max(duty.since, since or duty.since)
    day = begin_of(duty.every, max(first, start))
    while day <= last and (duty.until is None or day <= duty.until):
        after = next_of(duty.every, day)
        end = after - DAY if duty.until is None else min(after - DAY, duty.until)
        begin = max(day, start)
        if begin <= end and end >= first:
            yield Span(begin, end, end + DAY * duty.days)
        day = after


def state_of(span: Span, filed_on: date | None, today: date) -> str:
    """How it stands with a period: it runs; it is over and evidence may still come; nothing came in time; filed in
    time; filed late. `filed_on`: the day of its first evidence."""
    if filed_on is not None:
        return FILED if filed_on <= span.due else LATE
    if today > span.due:
        return OVERDUE
    return DUE if today > span.last else OPEN
