"""When a limit is due: worked examples with their boundaries (S0-44, S3-22, S4-15)."""

from datetime import datetime
from typing import Any

import pytest

from citygrid.worktime import Limit, LimitError, Unit
from tests.worktime.calendars import at, calendar, wall


def due(start: str, limit: str, percent: int = 100, code: str = "office") -> str:
    return wall(calendar(code).due(at(start), Limit.parse(limit), percent).at)


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2026-11-02 09:00", "2 work_hour", "2026-11-02 11:00"),
        ("2026-11-02 11:00", "2 work_hour", "2026-11-02 15:00"),  # over lunch
        ("2026-11-02 16:00", "2 work_hour", "2026-11-02 18:00"),  # used up at the period's end: that end
        ("2026-11-02 16:00", "121 work_minute", "2026-11-03 08:01"),
        ("2026-11-02 08:00", "1 work_day", "2026-11-02 18:00"),
        ("2026-11-02 10:00", "1 work_day", "2026-11-03 10:00"),
        ("2026-11-06 17:00", "2 work_hour", "2026-11-09 09:00"),  # over a weekend
        ("2026-11-07 03:00", "2 work_hour", "2026-11-09 10:00"),  # starts outside: the next period
        ("2026-11-02 12:00", "1 work_minute", "2026-11-02 14:01"),  # a period's last instant is outside
        ("2026-11-02 13:59:59.999999", "1 work_minute", "2026-11-02 14:01"),
        ("2026-09-30 17:00", "2 work_hour", "2026-10-08 09:00"),  # National Day, 1 to 7 October
        ("2026-10-09 17:00", "2 work_hour", "2026-10-10 09:00"),  # Saturday the 10th is made up
        ("2026-11-02 09:00:00.000001", "2 work_hour", "2026-11-02 11:00:00.000001"),
        ("2026-11-07 23:00", "2 urgent_hour", "2026-11-08 01:00"),  # the clock knows no weekend
        ("2026-11-07 23:00", "90 urgent_minute", "2026-11-08 00:30"),
        ("2026-09-30 17:00", "7 natural_day", "2026-10-07 17:00"),
    ],
)
def test_due(start: str, limit: str, expected: str) -> None:
    assert due(start, limit) == expected


@pytest.mark.parametrize(
    ("limit", "percent", "expected"),
    [
        ("10 work_hour", 80, "2026-11-02 18:00"),  # the yellow light: 8 hours
        ("10 work_hour", 100, "2026-11-03 10:00"),
        ("10 work_hour", 150, "2026-11-03 17:00"),
        ("10 work_hour", 0, "2026-11-02 08:00"),
        ("1 urgent_minute", 33, "2026-11-02 08:00:19.800000"),
    ],
)
def test_percent_of_a_limit_gives_the_moment_of_a_light(limit: str, percent: int, expected: str) -> None:
    assert due("2026-11-02 08:00", limit, percent) == expected


def test_zero_percent_is_the_start_itself_also_outside_working_time() -> None:
    assert due("2026-11-07 03:00", "2 work_hour", 0) == "2026-11-07 03:00"


def test_a_work_day_is_the_normal_day_also_in_summer_hours() -> None:
    assert calendar("summer").day_minutes == 480
    assert due("2026-07-06 08:00", "1 work_day", code="summer") == "2026-07-07 08:30"  # 7.5 hours a day
    assert due("2026-11-06 16:00", "2 work_hour", code="summer") == "2026-11-09 09:00"  # short Friday


def test_summer_hours_begin_and_end_on_their_days() -> None:
    assert due("2026-04-30 17:00", "2 work_hour", code="summer") == "2026-05-06 09:00"
    assert due("2026-09-30 17:30", "2 work_hour", code="summer") == "2026-10-08 09:00"
    assert due("2026-10-08 12:00", "1 work_minute", code="summer") == "2026-10-08 14:01"
    assert due("2026-09-30 12:00", "1 work_minute", code="summer") == "2026-09-30 15:01"


def test_the_answer_is_in_utc_and_exact_over_years() -> None:
    start = at("2024-01-02 08:00:00.000001")
    moment = calendar("office").due(start, Limit(700, Unit.WORK_DAY)).at
    assert calendar("office").elapsed(start, moment, Unit.WORK_DAY).total_seconds() == 700 * 8 * 3600


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 2, 9)  # noqa: DTZ001
    with pytest.raises(LimitError) as error:
        calendar("office").due(naive, Limit(1, Unit.URGENT_HOUR))
    assert error.value.code == "moment_naive"


@pytest.mark.parametrize("percent", [-1, 80.0, "80", True])
def test_a_percentage_that_is_none_is_refused(percent: Any) -> None:
    with pytest.raises(LimitError) as error:
        calendar("office").due(at("2026-11-02 09:00"), Limit(1, Unit.URGENT_HOUR), percent)
    assert error.value.code == "percent"


def test_a_limit_beyond_the_year_9999_is_refused() -> None:
    with pytest.raises(LimitError) as error:
        calendar("office").due(at("2026-11-02 09:00"), Limit(10_000_000, Unit.NATURAL_DAY))
    assert error.value.code == "moment_range"
