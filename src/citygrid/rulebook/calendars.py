"""Calendars from rows: day table and texts become worktime.Calendar objects, built once per content."""

import json
import tomllib
from functools import lru_cache

from citygrid.rulebook.canonical import canonical, plain
from citygrid.standards.reports import Report
from citygrid.worktime import Calendar, CalendarError, DayTable
from citygrid.worktime.china import china_days


def days_text(kind: str, own: str) -> str:
    """The day table as CSV: `china` is the shipped one of worktime, `file` the city's own."""
    return china_days().write() if kind == "china" else own


@lru_cache(maxsize=256)
def calendar_from(text: str, days: str) -> Calendar:
    """A calendar from its JSON text and the day table's CSV. Raises CalendarError."""
    return Calendar.from_mapping(json.loads(text), _table(days))


@lru_cache(maxsize=16)
def _table(days: str) -> DayTable:
    return DayTable.read(days)


def check_calendar(file: str, text: str, days: str) -> Report:
    """Whether the text makes a calendar with these days; the code must be the file's name."""
    report = Report()
    try:
        calendar_from(canonical(plain(tomllib.loads(text))), days)
    except tomllib.TOMLDecodeError as error:
        report.add(file, 0, "", "not_toml", "This is not TOML: %(reason)s.", {"reason": str(error)})
    except CalendarError as error:
        report.add(file, 0, str(error.params.get("key", "")), error.code, error.message, error.params)
    return report
