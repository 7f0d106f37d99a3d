"""Periods: whole days of the city's own time, first and last day included (21st to 20th is as good as a month)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class PeriodError(ValueError):
    """The last day lies before the first."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, not including, `end`; both UTC. `cut`: the moment at which open rows are looked at: the end,
    or now where the period is not over."""

    first: date
    last: date
    start: datetime
    end: datetime
    cut: datetime


def period(first: date, last: date, zone: ZoneInfo, now: datetime) -> Period:
    """The period of these days in that zone. PeriodError when they are the wrong way round."""
    if last < first:
        raise PeriodError("the last day lies before the first")
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    return Period(first, last, start, end, max(start, min(end, now.astimezone(UTC))))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day on the city's clocks, as UTC."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the calendar month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the calendar month before."""
    return month_of(day.replace(day=1) - timedelta(days=1))
