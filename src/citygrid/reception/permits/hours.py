"""Hours of day of a permit: `22:00-06:00` as text, and whether a moment is in them. Pure."""

import re
from datetime import date, datetime, time, timedelta

_SPAN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—~～至到]\s*(次日)?\s*(\d{1,2}):(\d{2})\s*")

Hours = tuple[time, time]


def parse(text: str) -> Hours | None:
    """Begin and end (not included; past midnight when it is not later). None for an empty text: all day.

    ValueError when it is no span of hours; 24:00 is midnight."""
    words = text.strip().replace("：", ":")
    if not words:
        return None
    found = _SPAN.fullmatch(words)
    if found is None:
        raise ValueError(text)
    return _clock(found[1], found[2]), _clock(found[4], found[5])


def _clock(hour: str, minute: str) -> time:
    return time(0, 0) if (hour, minute) == ("24", "00") else time(int(hour), int(minute))


def words(starts: time | None, ends: time | None) -> str:
    """The span as text; empty for all day."""
    if starts is None or ends is None:
        return ""
    return f"{starts:%H:%M}-{ends:%H:%M}"


def holds(first: date, last: date, hours: Hours | None, local: datetime) -> bool:
    """Whether a permit for these days and hours holds at a moment of the city's clock. What began on the last day
    goes on past its midnight."""
    day, clock = local.date(), local.time()
    if hours is None or hours[0] == hours[1]:
        return first <= day <= last
    starts, ends = hours
    if starts < ends:
        return first <= day <= last and starts <= clock < ends
    began = day if clock >= starts else day - timedelta(days=1)
    return first <= began <= last and (clock >= starts or clock < ends)
