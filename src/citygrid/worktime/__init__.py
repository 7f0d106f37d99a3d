"""Working time: calendars, typed limits, due and elapsed. Pure Python; see docs/worktime.md."""

from citygrid.worktime.calendar import Calendar, Due, Pause
from citygrid.worktime.days import Day, DayKind, DayTable, YearStatus
from citygrid.worktime.errors import CalendarError, CalendarGap, LimitError, WorktimeError
from citygrid.worktime.limits import Limit, Unit

__all__ = [
    "Calendar",
    "CalendarError",
    "CalendarGap",
    "Day",
    "DayKind",
    "DayTable",
    "Due",
    "Limit",
    "LimitError",
    "Pause",
    "Unit",
    "WorktimeError",
    "YearStatus",
]
