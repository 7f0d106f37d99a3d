"""The shipped day table of China, and how it was made.

`data/china_days.csv` was written by `python -m citygrid.worktime.china > china_days.csv` from the package
`chinesecalendar` (needed only for that; see data/PROVENANCE.md). The year after its last one is declared
provisional.
"""

import sys
from datetime import date
from functools import cache
from importlib import resources

from citygrid.worktime.days import Day, DayKind, DayTable, YearStatus
from citygrid.worktime.errors import CalendarError

FIRST_SHIPPED = 2015


@cache
def china_days() -> DayTable:
    """The shipped table: 2015 to 2026 published, 2027 provisional."""
    file = resources.files("citygrid.worktime") / "data" / "china_days.csv"
    return DayTable.read(file.read_text(encoding="utf-8"))


def from_chinesecalendar(first: int, last: int, provisional: int = 1) -> DayTable:
    """The days of the years `first` to `last`, then `provisional` years without days.

    Raises CalendarError for a year that chinesecalendar lacks, ImportError when it is not installed.
    """
    from chinese_calendar import constants  # noqa: PLC0415  # only who makes the file needs it

    known = {day.year for day in constants.holidays}
    for year in range(first, last + 1):
        if year not in known:
            raise CalendarError("year_missing", "The days of %(year)s are not given.", {"year": year})
    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    rows: list[Day] = []
    sources: list[tuple[DayKind, dict[date, str]]] = [
        (DayKind.HOLIDAY, constants.holidays),
        (DayKind.MAKEUP, constants.workdays),
    ]
    for kind, days in sources:
        rows += [Day(day, kind, names[name]) for day, name in days.items() if first <= day.year <= last]
    years = dict.fromkeys(range(first, last + 1), YearStatus.PUBLISHED)
    years |= dict.fromkeys(range(last + 1, last + 1 + provisional), YearStatus.PROVISIONAL)
    return DayTable(years, rows)


def _newest() -> int:
    from chinese_calendar import constants  # noqa: PLC0415  # only who makes the file needs it

    newest: int = max(day.year for day in constants.holidays)
    return newest


if __name__ == "__main__":
    sys.stdout.write(from_chinesecalendar(FIRST_SHIPPED, _newest()).write())
