"""The shipped days of China: what is in them, and that they are those of chinesecalendar."""

from datetime import date, timedelta

import pytest

from citygrid.worktime import CalendarError, DayKind, YearStatus
from citygrid.worktime.china import china_days, from_chinesecalendar


def test_2015_to_2026_are_published_and_2027_is_provisional() -> None:
    years = china_days().years
    assert list(years) == list(range(2015, 2028))
    assert [year for year, status in years.items() if status is YearStatus.PROVISIONAL] == [2027]
    assert not [day for day in china_days().days if day.year == 2027]


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2015-09-03", DayKind.HOLIDAY, "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"),
        ("2020-01-31", DayKind.HOLIDAY, "春节"),
        ("2024-02-18", DayKind.MAKEUP, "春节"),
        ("2025-10-08", DayKind.HOLIDAY, None),
        ("2026-10-10", DayKind.MAKEUP, "国庆节"),
    ],
)
def test_days_that_were_announced(day: str, kind: DayKind, name: str | None) -> None:
    found = china_days().days[date.fromisoformat(day)]
    assert found.kind is kind
    assert name is None or found.name == name


def test_the_file_equals_chinesecalendar() -> None:
    calendar = pytest.importorskip("chinese_calendar")
    assert china_days() == from_chinesecalendar(2015, 2026)
    for year in range(2015, 2027):  # day by day, by its own answer
        day = date(year, 1, 1)
        while day.year == year:
            found = china_days().days.get(day)
            works = found.kind is DayKind.MAKEUP if found else day.isoweekday() <= 5
            assert works is calendar.is_workday(day), day
            day += timedelta(days=1)


def test_a_year_that_chinesecalendar_lacks_is_an_error() -> None:
    pytest.importorskip("chinese_calendar")
    with pytest.raises(CalendarError) as error:
        from_chinesecalendar(2026, 2087)
    assert error.value.params == {"year": 2027}
