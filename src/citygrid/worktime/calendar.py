"""Working time of one calendar: when a limit is due, and how much time has passed.

A calendar is built once from data into sorted arrays: the instants at which working periods begin, and
the working time that had been done by the end of each. `due` and `elapsed` are then two bisections in
whole microseconds: exact, and as fast for ten years as for ten minutes.

Boundaries: a period includes its first instant and not its last. A limit used up exactly at a period's
end is due at that end (18:00, not the next morning). A start outside the periods counts from the next
period. See docs/worktime.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from citygrid.worktime.days import DayTable, YearStatus
from citygrid.worktime.errors import CalendarGap, LimitError
from citygrid.worktime.instants import Wall, micros, moment
from citygrid.worktime.limits import CLOCK_MICROS, Limit, Unit, work_micros
from citygrid.worktime.mapping import Plan, read_plan

Pause = tuple[datetime, datetime]
Span = tuple[int, int]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends (UTC), and whether a year that is not published yet had a part in it."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """A calendar of working time; immutable. Equal when the code and the content hash are."""

    code: str
    version: str
    timezone: str
    day_minutes: int
    names: Mapping[str, str]
    years: Mapping[int, YearStatus]
    _first: int = field(repr=False)  # the calendar knows the instants from here ...
    _last: int = field(repr=False)  # ... to here
    _starts: tuple[int, ...] = field(repr=False)  # when each period begins; the first one is empty and begins at _first
    _totals: tuple[int, ...] = field(repr=False)  # working time from _first to the end of each period
    _offsets: tuple[int, ...] = field(repr=False)  # within a period: working time since _first = instant + offset
    _guesses: tuple[Span, ...] = field(repr=False)  # the provisional years, sorted
    _work: Mapping[Unit, int] = field(repr=False)  # microseconds of one working unit

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object], days: DayTable) -> "Calendar":
        """Build a calendar from the mapping of `worktime.mapping` and a day table. Raises CalendarError."""
        return cls.from_plan(read_plan(mapping, days))

    @classmethod
    def from_plan(cls, plan: Plan) -> "Calendar":
        """Build a calendar from a checked plan."""
        wall = Wall(ZoneInfo(plan.timezone))
        overhang = plan.pattern.overhang()
        first_day, after = date(min(plan.years), 1, 1), date(max(plan.years) + 1, 1, 1)
        # The first hours may belong to a night shift of the year before, which the calendar lacks.
        first, last = wall.instant(first_day, overhang), wall.instant(after, 0)
        spans = _merged(_clipped(_periods(plan, wall, first_day, after), first, last))
        starts, totals, offsets = [first], [0], [-first]
        done = 0
        for start, end in spans:
            starts.append(start)
            offsets.append(done - start)
            done += end - start
            totals.append(done)
        guesses = [
            (wall.instant(date(year, 1, 1), 0), wall.instant(date(year + 1, 1, 1), overhang))
            for year, status in plan.years.items()
            if status is YearStatus.PROVISIONAL
        ]
        return cls(
            code=plan.code,
            version=plan.version(),
            timezone=plan.timezone,
            day_minutes=plan.day_minutes,
            names=plan.names,
            years=plan.years,
            _first=first,
            _last=last,
            _starts=tuple(starts),
            _totals=tuple(totals),
            _offsets=tuple(offsets),
            _guesses=tuple(_merged(guesses)),
            _work=work_micros(plan.day_minutes),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return self.code == other.code and self.version == other.version

    def __hash__(self) -> int:
        return hash((self.code, self.version))

    def due(self, start: datetime, limit: Limit, percent: int = 100) -> Due:
        """When `limit` (or `percent` of it, rounded down to a microsecond) from `start` is used up.

        Clock limits need no year of the calendar. Raises CalendarGap, LimitError.
        """
        begin = micros(start)
        amount = CLOCK_MICROS.get(limit.unit)
        clock = amount is not None
        if amount is None:
            amount = self._work[limit.unit]
        amount *= limit.value
        if percent != 100:
            amount = _part(amount, percent)
        if clock:
            return Due(moment(begin + amount), False)
        end = self._after(begin, amount)
        return Due(moment(end), self._guessed(begin, end))

    def resume(self, due: datetime, paused_at: datetime, resumed_at: datetime, unit: Unit) -> Due:
        """The due after a pause: what remained at `paused_at`, in `unit`'s kind of time, from `resumed_at`.

        Never shortens what remained. A due that had already passed when the pause began stays where it
        is: late stays late. Raises CalendarGap, LimitError (a pause that ends before it begins).
        """
        old, paused, resumed = micros(due), micros(paused_at), micros(resumed_at)
        if resumed < paused:
            raise _backwards(paused_at, resumed_at)
        clock = unit in CLOCK_MICROS
        if old < paused:
            return Due(moment(old), not clock and self._guessed(old - 1, old))
        if clock:
            return Due(moment(resumed + old - paused), False)
        remained = self._done(old) - self._done(paused)
        new = max(old, self._after(resumed, remained))
        return Due(moment(new), self._guessed(paused, old) or self._guessed(resumed, new))

    def extend(self, due: datetime, limit: Limit) -> Due:
        """The due that adds `limit` to an old due (延期). Raises CalendarGap, LimitError."""
        return self.due(due, limit)

    def elapsed(self, start: datetime, end: datetime, unit: Unit, pauses: Sequence[Pause] = ()) -> timedelta:
        """Clock or working time from `start` to `end` without the pauses (overlapping ones cut out once).

        Negative when `end` is before `start`. Raises CalendarGap, LimitError (a pause that ends before
        it begins).
        """
        begin, finish = micros(start), micros(end)
        span = self.between(begin, finish, unit)
        if pauses:
            clock = unit in CLOCK_MICROS
            low, high = min(begin, finish), max(begin, finish)
            cut = _merged(_clipped(_pauses(pauses), low, high))
            paused = sum(b - a if clock else self._done(b) - self._done(a) for a, b in cut)
            span += -paused if finish >= begin else paused
        return timedelta(0, 0, span)

    def between(self, begin: int, finish: int, unit: Unit) -> int:
        """`elapsed` for whoever asks of many: moments in microseconds since 1970. Raises CalendarGap."""
        return finish - begin if unit in CLOCK_MICROS else self._done(finish) - self._done(begin)

    def working(self, at: datetime) -> bool:
        """Whether `at` lies in a period (its first instant does, its last does not). Raises CalendarGap."""
        instant = micros(at)
        return self._done(instant) < self._done(instant + 1) if instant < self._last else False

    def provisional(self, start: datetime, end: datetime) -> bool:
        """Whether a provisional year lies between two moments."""
        return self._guessed(micros(start), micros(end))

    def periods(self, start: datetime, end: datetime) -> list[Pause]:
        """The working periods between two moments, in UTC; touching ones are one. Raises CalendarGap."""
        low, high = micros(start), micros(end)
        self._done(low), self._done(high)  # both must be known
        first, last = bisect_right(self._starts, low) - 1, bisect_left(self._starts, high)
        spans = [(self._starts[i], self._totals[i] - self._offsets[i]) for i in range(max(first, 0), last)]
        return [(moment(a), moment(b)) for a, b in _clipped(spans, low, high)]

    def _done(self, instant: int) -> int:
        """Working time from the calendar's first instant to `instant`."""
        if not self._first <= instant <= self._last:
            raise self._gap(instant)
        i = bisect_right(self._starts, instant) - 1
        inside, total = instant + self._offsets[i], self._totals[i]
        return inside if inside < total else total

    def _after(self, begin: int, amount: int) -> int:
        """The first instant at which `amount` of working time has passed since `begin`."""
        target = self._done(begin) + amount
        if amount == 0:
            return begin
        i = bisect_left(self._totals, target)
        if i == len(self._totals):
            raise CalendarGap(self.code, max(self.years) + 1)
        return target - self._offsets[i]

    def _guessed(self, begin: int, end: int) -> bool:
        return any(a < end and begin < b for a, b in self._guesses)

    def _gap(self, instant: int) -> CalendarGap:
        if instant < self._first:  # also in the first hours, which belong to the night before
            year = min(moment(instant).astimezone(ZoneInfo(self.timezone)).year, min(self.years) - 1)
        else:
            year = moment(instant).astimezone(ZoneInfo(self.timezone)).year
        return CalendarGap(self.code, year)


def _part(amount: int, percent: int) -> int:
    if type(percent) is not int or percent < 0:
        raise LimitError("percent", "A percentage is a whole number from 0, not %(percent)s.", {"percent": percent})
    return amount * percent // 100


def _backwards(start: datetime, end: datetime) -> LimitError:
    return LimitError(
        "pause_order",
        "The pause from %(start)s ends before it begins, at %(end)s.",
        {"start": start.isoformat(), "end": end.isoformat()},
    )


def _pauses(pauses: Sequence[Pause]) -> Iterable[Span]:
    for start, end in pauses:
        span = micros(start), micros(end)
        if span[1] < span[0]:
            raise _backwards(start, end)
        yield span


def _periods(plan: Plan, wall: Wall, day: date, after: date) -> Iterable[Span]:
    days, pattern = plan.days, plan.pattern
    while day < after:
        for start, end in pattern.on(day, days.get(day)):
            yield wall.instant(day, start), wall.instant(day, end)
        day += _ONE_DAY


def _clipped(spans: Iterable[Span], low: int, high: int) -> list[Span]:
    cut = [(max(a, low), min(b, high)) for a, b in spans]
    return [(a, b) for a, b in cut if a < b]


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The spans sorted, overlapping and touching ones made one."""
    merged: list[Span] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], b)
        else:
            merged.append((a, b))
    return merged
