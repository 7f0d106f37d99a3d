"""Days and months on the city's clocks, as figures ask for them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from citygrid.cases.delegations import midnight
from citygrid.rulebook.slices import localday, profile_at

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, `first` and `last` included; `start` up to, not including, `end` are their moments."""

    first: date
    last: date
    start: datetime
    end: datetime

    @property
    def month(self) -> str:
        """`2026-11`: the month in which it begins."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """The month before, as text."""
        return f"{self.first.replace(day=1) - ONE_DAY:%Y-%m}"

    @property
    def after(self) -> str:
        """The month after its last day's, as text."""
        return f"{(self.last.replace(day=1) + timedelta(days=32)):%Y-%m}"

    def days(self) -> list[date]:
        """Each of its days, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def of_days(first: date, last: date, now: datetime) -> Span:
    """From a day to the same or a later one. ValueError when they are the wrong way round."""
    if last < first:
        raise ValueError("the last day lies before the first")
    zone = profile_at(now).timezone
    return Span(first, last, midnight(first, zone), midnight(last + ONE_DAY, zone))


def day_of(now: datetime) -> Span:
    """The city's present day."""
    today = localday(now)
    return of_days(today, today, now)


def month_of(text: str | None, now: datetime) -> Span:
    """The month `2026-11`; the present one for whatever is none."""
    try:
        year, month = (int(part) for part in (text or "").split("-"))
        first = date(year, month, 1)
    except ValueError:
        first = localday(now).replace(day=1)
    if not 1970 <= first.year <= 9000:
        first = localday(now).replace(day=1)
    return of_days(first, (first + timedelta(days=32)).replace(day=1) - ONE_DAY, now)
