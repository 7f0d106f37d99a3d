"""The city's clock and kinds of days by its profile and days, for rosters (`organization/rosters/cityclock.py`)."""

from datetime import date, datetime, time, tzinfo
from functools import lru_cache

from django.utils import timezone

from citygrid.organization.rosters import cityclock
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.rulebook.snapshots import own_days
from citygrid.worktime import DayTable
from citygrid.worktime.china import china_days
from citygrid.worktime.days import DayKind, YearStatus


def zone(at: datetime) -> tzinfo | None:
    """The city's time zone; None before the first rules."""
    try:
        return profile_at(at).timezone
    except NoRules:
        return None


def kind(day: date) -> str | None:
    """Work day, day of rest or holiday; None for a year whose days are not published, and before the first rules."""
    try:
        profile = profile_at(timezone.make_aware(datetime.combine(day, time(12))))
    except NoRules:
        return None
    table = china_days() if profile.days == "china" else _own(own_days(day).write())
    if table.years.get(day.year) is not YearStatus.PUBLISHED:
        return None
    special = table.days.get(day)
    if special is None:
        return cityclock.WORK if day.isoweekday() < 6 else cityclock.REST
    return cityclock.HOLIDAY if special.kind is DayKind.HOLIDAY else cityclock.WORK


@lru_cache(maxsize=4)
def _own(text: str) -> DayTable:
    return DayTable.read(text)
