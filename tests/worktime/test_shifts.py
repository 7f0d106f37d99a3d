"""A unit's own shifts: nights, round the clock, weeks that take turns, cycles of days."""

from datetime import UTC, date, timedelta

import pytest

from citygrid.worktime import Calendar, Limit, Unit
from citygrid.worktime.china import china_days
from tests.worktime.calendars import NIGHT, OFFICE, ROTA, at, calendar, wall


def due(code: str, start: str, limit: str) -> str:
    return wall(calendar(code).due(at(start), Limit.parse(limit)).at)


def shifts(code: str, first: str, last: str) -> list[tuple[str, str]]:
    return [(wall(a), wall(b)) for a, b in calendar(code).periods(at(first), at(last))]


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    """Works the nights that begin on Monday, Wednesday, Friday and Sunday."""
    assert shifts("night", "2026-11-02 12:00", "2026-11-06 12:00") == [
        ("2026-11-02 22:00", "2026-11-03 06:00"),
        ("2026-11-04 22:00", "2026-11-05 06:00"),
    ]
    assert due("night", "2026-11-03 05:00", "1 work_hour") == "2026-11-03 06:00"
    assert due("night", "2026-11-03 05:00", "2 work_hour") == "2026-11-04 23:00"
    assert due("night", "2026-11-02 22:00", "1 work_day") == "2026-11-03 06:00"
    assert calendar("night").day_minutes == 480


def test_a_night_that_begins_on_a_holiday_is_off_and_the_one_before_runs_to_its_end() -> None:
    night = Calendar.from_mapping(NIGHT | {"weekdays": [1, 2, 3, 4, 5, 6, 7], "follow_holidays": True}, china_days())
    shown = [wall(a) for a, _ in night.periods(at("2026-09-30 12:00"), at("2026-10-09 12:00"))]
    assert shown == ["2026-09-30 22:00", "2026-10-08 22:00"]
    assert night.working(at("2026-10-01 05:59"))
    assert not night.working(at("2026-10-01 06:00"))


def test_around_the_clock_is_clock_time_also_on_holidays() -> None:
    assert due("round-the-clock", "2026-10-01 03:00", "1 work_day") == "2026-10-02 03:00"
    assert shifts("round-the-clock", "2026-10-01 03:00", "2026-10-07 03:00") == [
        ("2026-10-01 03:00", "2026-10-07 03:00")
    ]


def test_weeks_take_turns_from_the_week_of_their_date_in_both_directions() -> None:
    days = [
        a.astimezone(at("2026-01-01 00:00").tzinfo).isoweekday()
        for a, _ in calendar("rota").periods(at("2026-03-02 00:00"), at("2026-03-16 00:00"))
    ]
    assert days == [1, 2, 3, 4, 5, 3, 4, 5, 6, 7]  # the ninth and tenth weeks
    # Sundays four weeks and three weeks before the first week of the rota.
    assert not calendar("rota").working(at("2025-12-14 08:00"))
    assert calendar("rota").working(at("2025-12-21 08:00"))


def test_a_rota_may_be_given_by_any_day_of_its_first_week() -> None:
    weeks = [[1, 2, 3, 4, 5], [3, 4, 5, 6, 7]]
    built = {
        Calendar.from_mapping(ROTA | {"rotation": {"from": day, "weeks": weeks}}, china_days())
        for day in ("2026-01-05", "2026-01-07", "2026-01-11", date(2026, 1, 11), "2025-12-08")
    }
    spans = {tuple(each.periods(at("2026-01-01 00:00"), at("2026-06-01 00:00"))) for each in built}
    assert len(spans) == 1
    assert calendar("rota") in built


def test_a_crew_works_a_day_a_night_and_rests_two_days() -> None:
    assert shifts("crew", "2026-05-01 00:00", "2026-05-09 00:00") == [
        ("2026-05-01 08:00", "2026-05-01 20:00"),
        ("2026-05-02 20:00", "2026-05-03 08:00"),
        ("2026-05-05 08:00", "2026-05-05 20:00"),
        ("2026-05-06 20:00", "2026-05-07 08:00"),
    ]
    assert (date(2026, 5, 1) - date(2026, 1, 1)).days % 4 == 0
    assert calendar("crew").day_minutes == 720


def test_shifts_of_neighbouring_days_that_overlap_count_once() -> None:
    both = OFFICE | {"periods": ["20:00-04:00"], "weekday_periods": {2: ["02:00-06:00"]}}
    calendar = Calendar.from_mapping(both, china_days())
    night = calendar.elapsed(at("2026-11-02 12:00"), at("2026-11-03 12:00"), Unit.WORK_HOUR)
    assert night == timedelta(hours=10)


def test_a_make_up_day_takes_the_normal_hours_when_its_weekday_has_none() -> None:
    mapping = OFFICE | {"weekday_periods": {"6": [], "7": ["09:00-11:00"]}}
    calendar = Calendar.from_mapping(mapping, china_days())
    saturday = calendar.elapsed(at("2026-10-10 00:00"), at("2026-10-11 00:00"), Unit.WORK_HOUR)
    sunday = calendar.elapsed(at("2026-09-20 00:00"), at("2026-09-21 00:00"), Unit.WORK_HOUR)
    assert (saturday, sunday) == (timedelta(hours=8), timedelta(hours=2))


def test_a_city_adds_its_own_holidays_and_work_days() -> None:
    mapping = OFFICE | {"extra_holidays": ["2026-11-02"], "extra_workdays": [date(2026, 11, 1)]}
    calendar = Calendar.from_mapping(mapping, china_days())
    assert calendar.working(at("2026-11-01 09:00"))
    assert not calendar.working(at("2026-11-02 09:00"))


def test_hours_of_one_season_only_and_through_the_new_year() -> None:
    winter = {"from": "11-16", "to": "03-15", "periods": ["09:00-17:00"]}
    once = {"from": "2026-12-01", "to": "2026-12-02", "periods": ["10:00-11:00"]}
    calendar = Calendar.from_mapping(OFFICE | {"variants": [once, winter]}, china_days())
    begins = {
        day: wall(calendar.periods(at(f"{day} 00:00"), at(f"{day} 23:59"))[0][0])[11:]
        for day in (
            "2026-11-13",
            "2026-11-16",
            "2026-12-01",
            "2026-12-02",
            "2026-12-03",
            "2027-03-15",
            "2027-03-16",
        )
    }
    assert list(begins.values()) == ["08:00", "09:00", "10:00", "10:00", "09:00", "09:00", "08:00"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("07:59:59.999999", False), ("08:00", True), ("11:59:59.999999", True), ("12:00", False)],
)
def test_a_period_has_its_first_instant_and_not_its_last(moment: str, expected: bool) -> None:
    assert calendar("office").working(at(f"2026-11-02 {moment}").astimezone(UTC)) is expected
