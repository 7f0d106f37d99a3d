"""All 127 weekday sets against a slow, independent count of every minute of five weeks (S3-22).

The oracle knows nothing of instants, bisection or merging: it writes down for each minute of October and
early November 2026 whether the unit works, and counts on its fingers.
"""

import random
from datetime import date, datetime, timedelta
from itertools import accumulate

import pytest

from citygrid.worktime import Calendar, Day, DayKind, DayTable, Limit, Unit, YearStatus
from tests.worktime.calendars import SHANGHAI

FIRST = date(2026, 9, 28)  # a Monday
WEEKS = 5
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
MAKEUPS = {date(2026, 10, 10), date(2026, 10, 18)}
TABLE = DayTable(
    {2026: YearStatus.PUBLISHED},
    [Day(day, DayKind.HOLIDAY) for day in HOLIDAYS] + [Day(day, DayKind.MAKEUP) for day in MAKEUPS],
)
HOURS = {  # periods as text, and the minutes of the day they are written on (from its midnight)
    "day": (["08:00-12:00", "14:00-18:00"], [*range(480, 720), *range(840, 1080)]),
    "night": (["22:00-06:00"], list(range(1320, 1800))),
    "both": (["00:30-01:00", "21:15-00:15"], [*range(30, 60), *range(1275, 1455)]),
    "all": (["00:00-24:00"], list(range(1440))),
}


def minutes_worked(weekdays: set[int], minutes: list[int]) -> list[int]:
    """1 or 0 for each minute from FIRST on."""
    works = [0] * (WEEKS * 7 * 1440)
    for index in range(-1, WEEKS * 7):
        day = FIRST + timedelta(days=index)
        if day in HOLIDAYS or (day not in MAKEUPS and day.isoweekday() not in weekdays):
            continue
        for minute in minutes:
            if 0 <= index * 1440 + minute < len(works):
                works[index * 1440 + minute] = 1
    return works


@pytest.mark.parametrize("kind", HOURS)
@pytest.mark.parametrize("first_day", range(8))
def test_each_weekday_set_counts_as_the_minutes_do(kind: str, first_day: int) -> None:
    """`first_day` only spreads the 127 sets over eight tests."""
    periods, minutes = HOURS[kind]
    chance = random.Random(f"{kind} {first_day}")
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=SHANGHAI)
    for number in range(first_day or 8, 128, 8):
        weekdays = {day for day in range(1, 8) if number >> (day - 1) & 1}
        mapping = {"code": "u", "timezone": "Asia/Shanghai", "weekdays": sorted(weekdays), "periods": periods}
        calendar = Calendar.from_mapping(mapping, TABLE)
        works = minutes_worked(weekdays, minutes)
        done = [0, *accumulate(works)]
        edges = [m for m in range(1, len(works)) if works[m] != works[m - 1]]
        for minute in [*edges, *chance.sample(range(len(works)), 10)]:
            passed = calendar.elapsed(start, start + timedelta(minutes=minute), Unit.WORK_MINUTE)
            assert passed == timedelta(minutes=done[minute])
            assert calendar.working(start + timedelta(minutes=minute)) is bool(works[minute])
        for begin in [*chance.sample(edges, min(3, len(edges))), chance.randrange(len(works) // 2)]:
            left = done[-1] - done[begin]
            if left:
                limit = chance.choice([1, left, chance.randint(1, left)])
                due = calendar.due(start + timedelta(minutes=begin), Limit(limit, Unit.WORK_MINUTE))
                assert due.at == start + timedelta(minutes=count(works, begin, limit))


def count(works: list[int], begin: int, limit: int) -> int:
    """The minute at whose beginning `limit` working minutes have passed since `begin`."""
    for minute in range(begin, len(works)):
        limit -= works[minute]
        if limit == 0:
            return minute + 1
    raise AssertionError("the weeks are too short")


def test_the_eight_parts_are_the_127_sets() -> None:
    assert sorted(n for first in range(8) for n in range(first or 8, 128, 8)) == list(range(1, 128))
