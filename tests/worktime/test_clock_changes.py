"""Zones where the clocks change: periods are turned into instants day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from citygrid.worktime import Calendar, DayTable, Limit, Unit, YearStatus
from citygrid.worktime.instants import Wall, micros, moment
from tests.worktime.calendars import AMSTERDAM, CANAL, CANAL_DAYS, at, calendar, wall

MINUTE = timedelta(minutes=1)


def hours(periods: list[str], day: str, code: str = "Europe/Amsterdam") -> float:
    """Working hours of a calendar day and the night after it."""
    mapping = CANAL | {"periods": periods, "timezone": code}
    built = Calendar.from_mapping(mapping, CANAL_DAYS)
    start = at(f"{day} 00:00", ZoneInfo(code))
    end = at(f"{date.fromisoformat(day) + timedelta(days=1)} 00:00", ZoneInfo(code))
    return built.elapsed(start, end, Unit.WORK_HOUR) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("periods", "spring", "autumn", "usual"),
    [
        (["00:00-24:00"], 23, 25, 24),
        (["00:00-06:00"], 5, 7, 6),
        (["09:00-17:00"], 8, 8, 8),
        (["02:00-03:00"], 0, 2, 1),  # left out in spring, twice in autumn
        (["02:30-04:00"], 1, 2.5, 1.5),  # begins at the first 02:30
        (["01:00-02:30"], 1, 1.5, 1.5),  # ends at the first 02:30
    ],
)
def test_the_days_of_the_change_have_their_own_length(
    periods: list[str], spring: float, autumn: float, usual: float
) -> None:
    """Europe/Amsterdam: 29 March 2026 has 23 hours, 25 October 25."""
    assert hours(periods, "2026-03-29") == spring
    assert hours(periods, "2026-10-25") == autumn
    assert hours(periods, "2026-06-01") == usual


def test_a_night_shift_through_the_change() -> None:
    canal = calendar("canal")
    spring = canal.due(at("2026-03-28 22:00", AMSTERDAM), Limit(8, Unit.WORK_HOUR))
    assert wall(spring.at, AMSTERDAM) == "2026-03-29 10:00"  # seven hours at night, one in the morning
    autumn = canal.due(at("2026-10-24 22:00", AMSTERDAM), Limit(8, Unit.WORK_HOUR))
    assert wall(autumn.at, AMSTERDAM) == "2026-10-25 05:00"


def test_a_natural_day_is_24_hours_also_on_the_days_of_the_change() -> None:
    due = calendar("canal").due(at("2026-03-28 12:00", AMSTERDAM), Limit(1, Unit.NATURAL_DAY))
    assert wall(due.at, AMSTERDAM) == "2026-03-29 13:00"


def test_the_start_may_come_in_any_zone() -> None:
    canal = calendar("canal")
    start = at("2026-05-04 10:00", AMSTERDAM)
    dues = {canal.due(start.astimezone(zone), Limit(3, Unit.WORK_DAY)) for zone in (UTC, ZoneInfo("Asia/Tokyo"))}
    assert dues == {canal.due(start, Limit(3, Unit.WORK_DAY))}


def test_every_quarter_of_an_hour_as_the_clock_on_the_wall_shows_it() -> None:
    """An oracle that walks March to November in UTC and reads the wall: 09:00-17:00 and 22:00-06:00."""
    canal = calendar("canal")
    holiday = date(2026, 4, 27)
    minute = datetime(2026, 3, 1, tzinfo=UTC)
    done = timedelta()
    first = minute
    while minute < datetime(2026, 11, 5, tzinfo=UTC):
        shown = minute.astimezone(AMSTERDAM)
        shift = shown.date() if shown.hour >= 6 else shown.date() - timedelta(days=1)
        open_hours = 9 <= shown.hour < 17 or shown.hour >= 22 or shown.hour < 6
        works = open_hours and shift != holiday
        if minute.minute == 0:
            assert canal.elapsed(first, minute, Unit.WORK_MINUTE) == done
        assert canal.working(minute) is works, shown
        done += 15 * MINUTE if works else timedelta()
        minute += 15 * MINUTE


@pytest.mark.parametrize("code", ["Europe/Amsterdam", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"])
def test_a_wall_time_is_the_first_instant_that_shows_it_or_a_later_one(code: str) -> None:
    """Changes of an hour, of half an hour, at midnight; a day left out (Samoa, 30 December 2011)."""
    zone = ZoneInfo(code)
    wall_clock = Wall(zone)
    year = {"America/Sao_Paulo": 2018, "Pacific/Apia": 2011}.get(code, 2026)
    day = date(year, 1, 1)
    while day.year == year:
        for clock in (0, 30, 120, 150, 1439):
            shown = datetime(day.year, day.month, day.day, clock // 60, clock % 60)  # noqa: DTZ001
            instant = wall_clock.instant(day, clock)
            assert read(instant, zone) >= shown
            assert read(instant - 1, zone) < shown
        day += timedelta(days=1)


def read(instant: int, zone: ZoneInfo) -> datetime:
    return moment(instant).astimezone(zone).replace(tzinfo=None)


def test_moments_are_exact_to_the_microsecond() -> None:
    for text in ("1969-12-31 23:59:59.999999", "2026-02-28 12:34:56.000001", "9999-12-30 00:00"):
        assert moment(micros(at(text))) == at(text)


def test_a_calendar_may_cover_years_of_any_zone() -> None:
    days = DayTable(dict.fromkeys(range(2010, 2013), YearStatus.PUBLISHED))
    apia = Calendar.from_mapping(CANAL | {"timezone": "Pacific/Apia", "periods": ["09:00-17:00"]}, days)
    before, after = (
        at("2011-12-29 17:00", ZoneInfo("Pacific/Apia")),
        at("2011-12-31 09:00", ZoneInfo("Pacific/Apia")),
    )
    assert apia.elapsed(before, after, Unit.WORK_HOUR) == timedelta()
