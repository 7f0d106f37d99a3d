"""Months on the city's clocks, as pages of figures ask for them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from citygrid.cases.delegations import midnight
from citygrid.rulebook.slices import localday, profile_at


@dataclass(frozen=True, slots=True)
class Month:
    """`start` up to, not including, `end`: moments. `first`: its first day."""

    first: date
    start: datetime
    end: datetime

    @property
    def text(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """The month before, as text."""
        return f"{self.first - timedelta(days=1):%Y-%m}"


def month_of(text: str | None, now: datetime) -> Month:
    """`2026-11`; the present month for whatever is none."""
    try:
        year, month = (int(part) for part in (text or "").split("-"))
        first = date(year, month, 1)
    except ValueError:
        first = localday(now).replace(day=1)
    if not 1970 <= first.year <= 9000:
        first = localday(now).replace(day=1)
    zone = profile_at(now).timezone
    return Month(first, midnight(first, zone), midnight((first + timedelta(days=32)).replace(day=1), zone))


def tomorrow(now: datetime) -> datetime:
    """The midnight that ends the city's present day."""
    return midnight(localday(now) + timedelta(days=1), profile_at(now).timezone)
