"""Reads the mapping of a calendar (a TOML file of the city folder) into a checked plan.

code = "office"                              # needed
timezone = "Asia/Shanghai"                   # needed, an IANA zone
periods = ["08:00-12:00", "14:00-18:00"]     # the normal work day; needed without a cycle
weekdays = [1, 2, 3, 4, 5]                   # 1 is Monday; any non-empty set
years = [2025, 2026, 2027]                   # without gaps; default: those of the day table
day_minutes = 480                            # one work_day; default: the normal day's minutes
follow_holidays = true                       # false: a unit on duty all year round
extra_holidays = ["2026-04-19"]              # a city's own, on top of the day table
extra_workdays = []
names = { zh = "机关", en = "Office" }

[weekday_periods]                            # days that differ; [] is a day off that can be made up
5 = ["08:00-12:00", "14:00-17:00"]

[[variants]]                                 # summer hours; the first that covers a day wins
from = "05-01"                               # each year, or a full date for once
to = "09-30"
periods = ["08:00-12:00", "15:00-18:30"]

[rotation]                                   # instead of weekdays: sets that take turns by week
from = "2026-01-05"
weeks = [[1, 2, 3, 4, 5], [2, 3, 4, 5, 6]]

[cycle]                                      # instead of weekdays and periods: day after day in turn
from = "2026-01-01"
days = [["08:00-20:00"], ["20:00-08:00"], [], []]
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from citygrid.worktime.days import DayKind, DayTable, YearStatus
from citygrid.worktime.errors import CalendarError
from citygrid.worktime.shifts import Hours, Pattern, Periods, Variant, minutes, parse_periods

Data = Mapping[str, object]

WEEKLY_KEYS = frozenset({"weekdays", "periods", "weekday_periods", "variants", "rotation"})
DAY_KEYS = frozenset({"years", "day_minutes", "follow_holidays", "extra_holidays", "extra_workdays"})
KEYS = WEEKLY_KEYS | DAY_KEYS | {"code", "timezone", "names", "cycle"}
MONDAY = date(2024, 1, 1)  # where weeks begin when nothing rotates
WORK_WEEK = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a calendar is computed from."""

    code: str
    timezone: str
    day_minutes: int
    names: Mapping[str, str]
    years: Mapping[int, YearStatus]
    days: Mapping[date, DayKind]
    pattern: Pattern

    def version(self) -> str:
        """SHA-256 over everything that moves a due (names do not), in hexadecimal."""
        pattern = self.pattern
        content = {
            "code": self.code,
            "timezone": self.timezone,
            "day_minutes": self.day_minutes,
            "years": {str(year): status for year, status in self.years.items()},
            "days": {day.isoformat(): kind for day, kind in sorted(self.days.items())},
            "hours": _hours_content(pattern.hours),
            "variants": [[v.first, v.last, _hours_content(v.hours)] for v in pattern.variants],
            "anchor": pattern.anchor.isoformat(),
            "weeks": [sorted(week) for week in pattern.weeks],
            "cycle": pattern.cycle,
            "holidays": pattern.holidays,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _hours_content(hours: Hours) -> list[object]:
    return [hours.normal, {str(day): periods for day, periods in sorted(hours.by_weekday.items())}]


def read_plan(mapping: Data, table: DayTable) -> Plan:
    """Check the mapping against the day table. Raises CalendarError with the key that is wrong."""
    for key in mapping:
        if key not in KEYS:
            raise _wrong(key, "is not known")
    pattern = _pattern(mapping)
    years = _years(mapping.get("years"), table, pattern.holidays)
    normal = pattern.hours.normal or next(day for day in pattern.cycle if day)
    day_minutes = mapping.get("day_minutes", minutes(normal))
    if type(day_minutes) is not int or not 1 <= day_minutes <= 1440:
        raise _wrong("day_minutes", "must be a whole number from 1 to 1440")
    return Plan(
        code=_text(mapping, "code"),
        timezone=_zone(_text(mapping, "timezone")),
        day_minutes=day_minutes,
        names=_names(mapping.get("names", {})),
        years=years,
        days=_days(mapping, table, years) if pattern.holidays else {},
        pattern=pattern,
    )


def _wrong(key: str, why: str) -> CalendarError:
    return CalendarError("calendar_key", "%(key)s %(why)s.", {"key": key, "why": why})


def _text(mapping: Data, key: str) -> str:
    value = mapping.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(key, "must be a text")
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise _wrong("timezone", f"{name} is not known") from None
    return name


def _names(value: object) -> dict[str, str]:
    return {str(key): str(name) for key, name in _table(value, "names").items()}


def _table(value: object, key: str) -> Data:
    if not isinstance(value, Mapping):
        raise _wrong(key, "must be a table")
    return value


def _list(value: object, key: str) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _wrong(key, "must be a list")
    return value


def _date(value: object, key: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _wrong(key, "must be dates such as 2026-01-05") from None


def _years(value: object, table: DayTable, follows: bool) -> dict[int, YearStatus]:
    years = sorted(table.years) if value is None else list(_list(value, "years"))
    if not years or any(type(y) is not int or not 1900 <= y <= 2200 for y in years):
        raise _wrong("years", "must be years such as 2026")
    numbers = [y for y in years if isinstance(y, int)]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise _wrong("years", "must follow each other without a gap")
    if not follows:
        return dict.fromkeys(numbers, YearStatus.PUBLISHED)
    for year in numbers:
        if year not in table.years:
            raise CalendarError("year_missing", "The days of %(year)s are not given.", {"year": year})
    return {year: table.years[year] for year in numbers}


def _days(mapping: Data, table: DayTable, years: Mapping[int, YearStatus]) -> dict[date, DayKind]:
    days = {day.date: day.kind for day in table.days.values()}
    for key, kind in (("extra_holidays", DayKind.HOLIDAY), ("extra_workdays", DayKind.MAKEUP)):
        for text in _list(mapping.get(key, []), key):
            days[_date(text, key)] = kind
    return {day: kind for day, kind in days.items() if day.year in years}


def _pattern(mapping: Data) -> Pattern:
    follows = mapping.get("follow_holidays", True)
    if not isinstance(follows, bool):
        raise _wrong("follow_holidays", "must be true or false")
    if "cycle" in mapping:
        for key in sorted(WEEKLY_KEYS & mapping.keys()):
            raise _wrong(key, "does not go together with a cycle")
        anchor, cycle = _cycle(_table(mapping["cycle"], "cycle"))
        return Pattern(Hours((), {}), (), anchor, (), cycle, follows)
    anchor, weeks = _weeks(mapping)
    variants = tuple(_variant(_table(item, "variants")) for item in _list(mapping.get("variants", []), "variants"))
    return Pattern(_hours(mapping), variants, anchor, weeks, (), follows)


def _hours(mapping: Data) -> Hours:
    normal = parse_periods(mapping.get("periods"), "periods")
    if not normal:
        raise _wrong("periods", "must not be empty")
    by_weekday: dict[int, Periods] = {}
    for key, texts in _table(mapping.get("weekday_periods", {}), "weekday_periods").items():
        if str(key) not in set("1234567"):
            raise _wrong("weekday_periods", "must have the keys 1 (Monday) to 7 (Sunday)")
        by_weekday[int(key)] = parse_periods(texts, f"weekday_periods {key}")
    return Hours(normal, by_weekday)


def _variant(item: Data) -> Variant:
    for key in item:
        if key not in {"from", "to", "periods", "weekday_periods"}:
            raise _wrong("variants", f"{key} is not known")
    first, last = _edge(item.get("from")), _edge(item.get("to"))
    if len(first) != len(last) or (len(first) == 3 and first > last):
        raise _wrong("variants", "need from and to of the same kind, in order")
    return Variant(first, last, _hours(item))


def _edge(value: object) -> tuple[int, ...]:
    text = str(value)
    if len(text) == 5:  # month and day; a leap year knows them all
        day = _date(f"2024-{text}", "variants")
        return day.month, day.day
    day = _date(text, "variants")
    return day.year, day.month, day.day


def _weeks(mapping: Data) -> tuple[date, tuple[frozenset[int], ...]]:
    if "rotation" not in mapping:
        return MONDAY, (_weekdays(mapping.get("weekdays", WORK_WEEK), "weekdays"),)
    if "weekdays" in mapping:
        raise _wrong("weekdays", "does not go together with a rotation")
    rotation = _table(mapping["rotation"], "rotation")
    anchor = _date(rotation.get("from"), "rotation.from")
    weeks = tuple(_weekdays(week, "rotation.weeks") for week in _list(rotation.get("weeks"), "rotation.weeks"))
    if not weeks:
        raise _wrong("rotation.weeks", "must not be empty")
    return anchor - timedelta(days=anchor.weekday()), weeks


def _weekdays(value: object, key: str) -> frozenset[int]:
    weekdays = [day for day in _list(value, key) if type(day) is int and 1 <= day <= 7]
    if not weekdays or len(weekdays) != len(_list(value, key)):
        raise _wrong(key, "must be numbers from 1 (Monday) to 7 (Sunday), at least one")
    return frozenset(weekdays)


def _cycle(cycle: Data) -> tuple[date, tuple[Periods, ...]]:
    anchor = _date(cycle.get("from"), "cycle.from")
    days = tuple(parse_periods(day, "cycle.days") for day in _list(cycle.get("days"), "cycle.days"))
    if not any(days):
        raise _wrong("cycle.days", "must hold a day with periods")
    return anchor, days
