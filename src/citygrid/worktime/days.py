"""Year tables: statutory holidays (法定节假日) and make-up work days (调休工作日) as data.

The file is CSV with the header `year,date,kind,name`. One row of kind `published` or `provisional`
(without a date) declares each year; rows of kind `holiday` and `makeup` give its days. A provisional
year usually has no days: weekends only, until the real ones are published.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from citygrid.worktime.errors import CalendarError

HEADER = ["year", "date", "kind", "name"]


class DayKind(StrEnum):
    """What is special about a day."""

    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class YearStatus(StrEnum):
    """Whether a year's days are known for good."""

    PUBLISHED = "published"
    PROVISIONAL = "provisional"


@dataclass(frozen=True, slots=True)
class Day:
    """One special day."""

    date: date
    kind: DayKind
    name: str = ""


class DayTable:
    """Special days by date and the status of each year; immutable."""

    __slots__ = ("days", "years")
    days: Mapping[date, Day]
    years: Mapping[int, YearStatus]

    def __init__(self, years: Mapping[int, YearStatus], days: Iterable[Day] = ()) -> None:
        """Raises CalendarError for a day that is given twice or lies in a year that is not declared."""
        table: dict[date, Day] = {}
        for day in days:
            if day.date in table:
                raise CalendarError("day_twice", "The day %(date)s is given twice.", {"date": day.date})
            if day.date.year not in years:
                raise CalendarError(
                    "day_year",
                    "The day %(date)s lies in a year that is not declared.",
                    {"date": day.date},
                )
            table[day.date] = day
        self.years = MappingProxyType(dict(sorted(years.items())))
        self.days = MappingProxyType(dict(sorted(table.items())))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DayTable):
            return NotImplemented
        return self.years == other.years and self.days == other.days

    def __hash__(self) -> int:
        return hash((tuple(self.years.items()), tuple(self.days.values())))

    @classmethod
    def read(cls, text: str) -> "DayTable":
        """Read the CSV text. Raises CalendarError with the line (the header is line 1) of a bad row."""
        rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
        if next(rows, None) != HEADER:
            raise CalendarError("days_header", "The first line must be %(header)s.", {"header": ",".join(HEADER)})
        years: dict[int, YearStatus] = {}
        days: dict[date, Day] = {}
        for line, row in enumerate(rows, start=2):
            if row:
                _read_row(row, line, years, days)
        for day in days:
            if day.year not in years:
                raise CalendarError("day_year", "The day %(date)s lies in a year that is not declared.", {"date": day})
        return cls(years, days.values())

    @classmethod
    def load(cls, path: Path) -> "DayTable":
        """Read a file (UTF-8). Raises CalendarError, OSError."""
        try:
            return cls.read(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise CalendarError("days_encoding", "The file %(file)s is not UTF-8.", {"file": path.name}) from None

    def write(self) -> str:
        """The CSV text, sorted, the same bytes for the same content."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEADER)
        for year, status in self.years.items():
            writer.writerow([year, "", status.value, ""])
            for day in self.days.values():
                if day.date.year == year:
                    writer.writerow([year, day.date.isoformat(), day.kind.value, day.name])
        return out.getvalue()


def _read_row(row: list[str], line: int, years: dict[int, YearStatus], days: dict[date, Day]) -> None:
    try:
        year_text, date_text, kind, name = row
        year = int(year_text)
        if not date_text:
            status = YearStatus(kind)
            if year in years or not 1900 <= year <= 2200:
                raise ValueError(year_text)
            years[year] = status
            return
        day = Day(date.fromisoformat(date_text), DayKind(kind), name)
        if day.date.year != year or day.date in days:
            raise ValueError(date_text)
    except ValueError as reason:
        raise CalendarError(
            "days_row",
            "Line %(line)s of the days is wrong: %(reason)s.",
            {"line": line, "reason": str(reason)},
        ) from None
    days[day.date] = day
