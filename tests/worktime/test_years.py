"""A year that the calendar lacks is an error; a provisional one is marked."""

import pickle

import pytest

from citygrid.worktime import Calendar, CalendarGap, Limit, Unit
from citygrid.worktime.china import china_days
from tests.worktime.calendars import NIGHT, OFFICE, at, calendar, wall

HOUR = Limit(1, Unit.WORK_HOUR)
OFFICE_CALENDAR = calendar("office")  # 2024 to 2026 published, 2027 provisional


@pytest.mark.parametrize(
    ("start", "limit", "year"),
    [
        ("2023-12-31 23:59:59.999999", "1 work_hour", 2023),
        ("2019-06-01 08:00", "1 work_hour", 2019),
        ("2028-01-01 00:00", "1 work_hour", 2028),
        ("2030-01-01 00:00", "1 work_hour", 2030),
        ("2027-12-31 18:00", "1 work_minute", 2028),
        ("2027-12-31 17:00", "61 work_minute", 2028),
        ("2024-01-02 08:00", "10000000 work_day", 2028),
    ],
)
def test_a_due_in_a_year_that_is_lacking_is_an_error(start: str, limit: str, year: int) -> None:
    with pytest.raises(CalendarGap) as error:
        OFFICE_CALENDAR.due(at(start), Limit.parse(limit))
    assert error.value.code == "calendar_gap"
    assert error.value.params == {"calendar": "office", "year": year}
    assert str(error.value) == f"The calendar office has no year {year}."
    assert pickle.loads(pickle.dumps(error.value)).params == error.value.params


def test_measuring_pausing_and_asking_into_a_lacking_year_are_errors() -> None:
    inside, outside = at("2027-12-30 09:00"), at("2028-01-03 09:00")
    for ask in (
        lambda: OFFICE_CALENDAR.elapsed(inside, outside, Unit.WORK_HOUR),
        lambda: OFFICE_CALENDAR.elapsed(outside, inside, Unit.WORK_HOUR),
        lambda: OFFICE_CALENDAR.resume(at("2027-12-30 10:00"), inside, outside, Unit.WORK_HOUR),
        lambda: OFFICE_CALENDAR.resume(outside, inside, inside, Unit.WORK_HOUR),
        lambda: OFFICE_CALENDAR.extend(outside, HOUR),
        lambda: OFFICE_CALENDAR.periods(inside, outside),
    ):
        with pytest.raises(CalendarGap):
            ask()


def test_the_last_instant_of_the_last_year_is_still_known() -> None:
    assert wall(OFFICE_CALENDAR.due(at("2027-12-31 17:00"), HOUR).at) == "2027-12-31 18:00"
    midnight = calendar("round-the-clock").due(at("2027-12-31 23:00"), HOUR)
    assert wall(midnight.at) == "2028-01-01 00:00"
    assert not calendar("round-the-clock").working(at("2028-01-01 00:00"))


def test_clock_time_needs_no_year() -> None:
    start = at("2040-01-01 00:00")
    for unit in (Unit.URGENT_MINUTE, Unit.URGENT_HOUR, Unit.NATURAL_DAY):
        due = OFFICE_CALENDAR.due(start, Limit(2, unit))
        assert not due.provisional
        assert OFFICE_CALENDAR.elapsed(start, due.at, unit) == due.at - start
        assert not OFFICE_CALENDAR.resume(due.at, start, due.at, unit).provisional


def test_the_first_hours_of_a_night_calendar_belong_to_the_year_before() -> None:
    """A night shift that began in 2023 may run into 2024: only its calendar of 2023 could tell."""
    with pytest.raises(CalendarGap) as error:
        calendar("night").due(at("2024-01-01 05:59"), HOUR)
    assert error.value.params["year"] == 2023
    assert wall(calendar("night").due(at("2024-01-01 06:00"), HOUR).at) == "2024-01-01 23:00"


@pytest.mark.parametrize(
    ("start", "limit", "provisional"),
    [
        ("2026-12-31 16:00", "2 work_hour", False),  # ends in 2026
        ("2026-12-31 16:00", "121 work_minute", True),  # into 2027
        ("2027-03-01 09:00", "1 work_hour", True),
        ("2026-12-31 16:00", "400 urgent_hour", False),  # the clock needs no year
    ],
)
def test_a_due_into_a_provisional_year_is_marked(start: str, limit: str, provisional: bool) -> None:
    assert OFFICE_CALENDAR.due(at(start), Limit.parse(limit)).provisional is provisional
    assert OFFICE_CALENDAR.extend(at(start), Limit.parse(limit)).provisional is provisional


def test_resuming_is_marked_when_a_provisional_year_had_a_part_in_it() -> None:
    def resume(due: str, paused: str, resumed: str) -> bool:
        return OFFICE_CALENDAR.resume(at(due), at(paused), at(resumed), Unit.WORK_HOUR).provisional

    assert not resume("2026-12-30 18:00", "2026-12-30 16:00", "2026-12-31 08:00")
    assert resume("2026-12-30 18:00", "2026-12-30 16:00", "2027-01-04 08:00")
    assert resume("2027-01-04 18:00", "2026-12-31 16:00", "2026-12-31 17:00")
    assert resume("2027-01-04 18:00", "2027-01-05 16:00", "2027-01-06 17:00")  # late stays, and stays marked


def test_a_due_through_a_provisional_year_is_marked_on_its_other_side() -> None:
    text = china_days().write().replace("2025,,published,", "2025,,provisional,")
    calendar = Calendar.from_mapping(OFFICE, type(china_days()).read(text))
    assert calendar.due(at("2024-12-31 09:00"), Limit(300, Unit.WORK_DAY)).provisional
    assert not calendar.due(at("2026-01-05 09:00"), Limit(10, Unit.WORK_DAY)).provisional
    assert calendar.provisional(at("2024-12-31 09:00"), at("2026-01-05 09:00"))
    assert not calendar.provisional(at("2026-01-01 00:00"), at("2026-12-31 23:59"))


def test_a_pause_through_a_provisional_year_keeps_the_mark_of_what_remained() -> None:
    """What remained from late 2024 was measured in 2025, which is provisional here; it goes on in 2026."""
    text = china_days().write().replace("2025,,published,", "2025,,provisional,")
    calendar = Calendar.from_mapping(OFFICE, type(china_days()).read(text))
    due, paused, resumed = at("2025-01-02 10:00"), at("2024-12-31 17:00"), at("2026-01-05 09:00")
    assert calendar.resume(due, paused, resumed, Unit.WORK_HOUR).provisional


def test_midnight_of_the_new_year_is_the_end_of_the_old_one() -> None:
    mapping = OFFICE | {"weekdays": [1, 2, 3, 4, 5, 6, 7], "periods": ["00:00-24:00"]}
    calendar = Calendar.from_mapping(mapping, china_days())
    due = calendar.due(at("2026-12-31 23:00"), HOUR)
    assert (wall(due.at), due.provisional) == ("2027-01-01 00:00", False)
    last, end = at("2027-12-31 23:00"), at("2028-01-01 00:00")
    assert calendar.elapsed(last, end, Unit.WORK_HOUR) == end - last


def test_a_unit_that_knows_no_holidays_has_no_provisional_year() -> None:
    assert not calendar("night").due(at("2027-03-01 09:00"), HOUR).provisional
    assert Calendar.from_mapping(NIGHT | {"years": [2033]}, china_days()).years[2033] == "published"


def test_publishing_a_year_changes_the_version_and_the_due() -> None:
    text = china_days().write()
    published = text.replace("2027,,provisional,", "2027,,published,\n2027,2027-01-01,holiday,元旦")
    new = Calendar.from_mapping(OFFICE, type(china_days()).read(published))
    assert new.version != OFFICE_CALENDAR.version
    start = at("2026-12-31 18:00")
    before, after = OFFICE_CALENDAR.due(start, HOUR), new.due(start, HOUR)
    assert (wall(before.at), before.provisional) == ("2027-01-01 09:00", True)
    assert (wall(after.at), after.provisional) == ("2027-01-04 09:00", False)
