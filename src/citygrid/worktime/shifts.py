"""When a unit works: the periods of each day, before holidays are turned into instants.

A pattern is one of three: the same weekday set every week (any of the 127), weekday sets that rotate
week by week, or a cycle of days (day shift, night shift, off, off). The periods may differ by weekday,
may cross midnight ("22:00-06:00"), may be the whole day ("00:00-24:00"), and a variant may replace them
for a part of the year (夏令作息).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from citygrid.worktime.days import DayKind
from citygrid.worktime.errors import CalendarError

Period = tuple[int, int]  # minutes after midnight on the wall, end after start; the end may pass 1440
Periods = tuple[Period, ...]


def parse_periods(texts: object, where: str) -> Periods:
    """Read ["08:00-12:00", "14:00-18:00"]. An end not after its start is on the next day.

    Raises CalendarError for text that is no period and for periods that overlap or are out of order.
    """
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise CalendarError("periods", "%(where)s must be a list of periods.", {"where": where})
    periods = tuple(_parse_period(text, where) for text in texts)
    for (_, end), (start, _) in pairwise(periods):
        if start < end:
            raise CalendarError(
                "periods_overlap", "The periods of %(where)s overlap or are out of order.", {"where": where}
            )
    if periods and periods[-1][1] - periods[0][0] > 1440:
        raise CalendarError(
            "periods_overlap", "The periods of %(where)s run into themselves the next day.", {"where": where}
        )
    return periods


def _parse_period(text: object, where: str) -> Period:
    parts = text.split("-") if isinstance(text, str) else []
    times = [_minute(part) for part in parts]
    start, end = times if len(times) == 2 else (None, None)
    if start is None or end is None or start == 1440:
        raise CalendarError(
            "period",
            'A period is written as "08:00-12:00", not "%(text)s" (%(where)s).',
            {"text": text, "where": where},
        )
    return (start, end) if end > start else (start, end + 1440)


def _minute(text: str) -> int | None:
    hour, colon, minute = text.partition(":")
    digits = len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()
    if not colon or not digits or int(minute) > 59:
        return None
    value = int(hour) * 60 + int(minute)
    return value if value <= 1440 else None


def minutes(periods: Periods) -> int:
    """The sum of the periods in minutes."""
    return sum(end - start for start, end in periods)


@dataclass(frozen=True, slots=True)
class Hours:
    """The periods of a work day, and those of weekdays (1 Monday to 7 Sunday) that differ."""

    normal: Periods
    by_weekday: Mapping[int, Periods]

    def on(self, weekday: int, kind: DayKind | None) -> Periods:
        """The periods of a work day; a make-up day whose weekday has none takes the normal ones."""
        periods = self.by_weekday.get(weekday, self.normal)
        return self.normal if kind is DayKind.MAKEUP and not periods else periods


@dataclass(frozen=True, slots=True)
class Variant:
    """Other hours from one day to another (both included): each year (month, day) or once (a date)."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    hours: Hours

    def covers(self, day: date) -> bool:
        here = (day.year, day.month, day.day)[-len(self.first) :]
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last  # through the new year


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a unit works. `weeks`: weekday sets, one a week in turn from `anchor`; or `cycle`: periods of
    day after day in turn from `anchor`, which knows no weekdays and no make-up days."""

    hours: Hours
    variants: tuple[Variant, ...]
    anchor: date
    weeks: tuple[frozenset[int], ...]
    cycle: tuple[Periods, ...]
    holidays: bool  # False: works through holidays and knows no make-up days; its plan has no days

    def on(self, day: date, kind: DayKind | None) -> Periods:
        """The periods that begin on `day`, where `kind` is what the plan's days say of it."""
        if kind is DayKind.HOLIDAY:
            return ()
        if self.cycle:
            return self.cycle[(day - self.anchor).days % len(self.cycle)]
        weekday = day.isoweekday()
        week = (day - self.anchor).days // 7 % len(self.weeks)
        if kind is not DayKind.MAKEUP and weekday not in self.weeks[week]:
            return ()
        for variant in self.variants:
            if variant.covers(day):
                return variant.hours.on(weekday, kind)
        return self.hours.on(weekday, kind)

    def overhang(self) -> int:
        """Minutes by which a shift may run into the next day."""
        plans = [self.hours, *(variant.hours for variant in self.variants)]
        periods = [*self.cycle, *(p for plan in plans for p in (plan.normal, *plan.by_weekday.values()))]
        return max(0, *(end - 1440 for day in periods for _, end in day), 0)
