"""Periods: whole days of the city's own time, first and last day included (21st to 20th is as good as a month), and
their names: `today`, `2026-03-14`, `2026-W13`, `2026-03`, `2026-Q1`, `2026-H1`, `2026` (S1-27: month and quarter)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TODAY = "today"
KINDS = ("day", "week", "month", "quarter", "half", "year")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
FIRST_YEAR, LAST_YEAR = 1950, 2199
_NAME = re.compile(r"(\d{4})(?:-(?:W(\d\d)|Q([1-4])|H([12])|(\d\d)(?:-(\d\d))?))?", re.ASCII)


class PeriodError(ValueError):
    """The last day lies before the first."""


class PeriodNameError(ValueError):
    """No period is called so; the message is what was given."""


@dataclass(frozen=True, slots=True)
class Months:
    """When months begin: on `first_day` (1 to 28). Where that is not the 1st, `named_by` says after which of its two
    calendar months one is called: that of its last day or that of its first. Quarters and years are made of them."""

    first_day: int = 1
    named_by: str = "last"

    def first(self, index: int) -> date:
        """The first day of a month; `index` counts months since the year 0."""
        shift = int(self.first_day > 1 and self.named_by == "last")
        year, month = divmod(index - shift, 12)
        return date(year, month + 1, self.first_day)

    def index(self, day: date) -> int:
        """The month in which a day lies."""
        index = day.year * 12 + day.month - 1
        return next(one for one in (index + 1, index, index - 1) if self.first(one) <= day)


CALENDAR = Months()


@dataclass(frozen=True, slots=True)
class Named:
    """A period by name."""

    name: str
    kind: str
    first: date
    last: date


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


def named(name: str, today: date, months: Months = CALENDAR) -> Named:
    """The period of this name. PeriodNameError where there is none."""
    if name == TODAY:
        return Named(today.isoformat(), "day", today, today)
    found = _NAME.fullmatch(name)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise PeriodNameError(name)
    year, week, quarter, half, month, day = (None if part is None else int(part) for part in found.groups())
    assert year is not None
    try:
        if day is not None and month is not None:
            return holding("day", date(year, month, day), months)
        if week is not None:
            return holding("week", date.fromisocalendar(year, week, 1), months)
    except ValueError as error:
        raise PeriodNameError(name) from error
    if month is not None and not 1 <= month <= 12:
        raise PeriodNameError(name)
    kind = "month" if month else "quarter" if quarter else "half" if half else "year"
    return _of_months(kind, year * 12 + ((month or quarter or half or 1) - 1) * MONTHS[kind], months)


def holding(kind: str, day: date, months: Months = CALENDAR) -> Named:
    """The period of a kind in which a day lies. A week begins on Monday."""
    if kind == "day":
        return Named(day.isoformat(), kind, day, day)
    if kind == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Named(f"{year}-W{week:02}", kind, first, first + timedelta(days=6))
    index = months.index(day)
    return _of_months(kind, index - index % MONTHS[kind], months)


def before(one: Named, months: Months = CALENDAR) -> Named:
    """The period of the same kind before."""
    return holding(one.kind, one.first - timedelta(days=1), months)


def _of_months(kind: str, index: int, months: Months) -> Named:
    """The period of a kind that begins with this month."""
    year, month = divmod(index, 12)
    number = month // MONTHS[kind] + 1
    ending = {"month": f"-{number:02}", "quarter": f"-Q{number}", "half": f"-H{number}", "year": ""}[kind]
    last = months.first(index + MONTHS[kind]) - timedelta(days=1)
    return Named(f"{year:04}{ending}", kind, months.first(index), last)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the calendar month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the calendar month before."""
    return month_of(day.replace(day=1) - timedelta(days=1))
