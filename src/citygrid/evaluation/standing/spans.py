"""The periods of a standing duty: days, weeks (Monday first), the city's months and quarters, cut at its first and last
day; until when evidence of each may be filed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from citygrid.evaluation.periods import CALENDAR, Months, holding
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


def begin_of(every: str, day: date, months: Months = CALENDAR) -> date:
    """The first day of the period that has a day. Months and quarters are the city's."""
    return holding(every, day, months).first


def next_of(every: str, begin: date, months: Months = CALENDAR) -> date:
    """The first day of the period after the one that begins so."""
    return holding(every, begin, months).last + DAY


def spans(
    duty: Duty, first: date, last: date, since: date | None = None, months: Months = CALENDAR
) -> Iterator[Span]:
    """The periods of a duty that have a day from `first` to `last`, in order. `since`: its version was made only then,
    so nothing was owed before. `months`: the city's, such as from the 21st to the 20th (S1-27)."""
    start = max(duty.since, since or duty.since)
    day = begin_of(duty.every, max(first, start), months)
    while day <= last and (duty.until is None or day <= duty.until):
        after = next_of(duty.every, day, months)
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
