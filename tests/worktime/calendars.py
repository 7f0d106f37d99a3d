"""Example calendars of the tests: fictional units of Shanghai, and one of a zone where clocks change."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from citygrid.worktime import Calendar, Day, DayKind, DayTable, YearStatus
from citygrid.worktime.china import china_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

OFFICE = {
    "code": "office",
    "timezone": "Asia/Shanghai",
    "years": [2024, 2025, 2026, 2027],
    "periods": ["08:00-12:00", "14:00-18:00"],
}
SUMMER = OFFICE | {
    "code": "summer",
    "weekday_periods": {"5": ["08:00-12:00", "14:00-17:00"]},
    "variants": [{"from": "05-01", "to": "09-30", "periods": ["08:00-12:00", "15:00-18:30"]}],
}
NIGHT = OFFICE | {
    "code": "night",
    "weekdays": [1, 3, 5, 7],
    "periods": ["22:00-06:00"],
    "follow_holidays": False,
}
ROUND_THE_CLOCK = OFFICE | {
    "code": "round-the-clock",
    "weekdays": [1, 2, 3, 4, 5, 6, 7],
    "periods": ["00:00-24:00"],
    "follow_holidays": False,
}
ROTA = {
    "code": "rota",
    "timezone": "Asia/Shanghai",
    "years": [2025, 2026],
    "periods": ["07:30-15:30"],
    "rotation": {"from": "2026-01-05", "weeks": [[1, 2, 3, 4, 5], [3, 4, 5, 6, 7]]},
}
CREW = {
    "code": "crew",
    "timezone": "Asia/Shanghai",
    "years": [2025, 2026],
    "follow_holidays": False,
    "cycle": {"from": "2026-01-01", "days": [["08:00-20:00"], ["20:00-08:00"], [], []]},
}
CANAL = {
    "code": "canal",
    "timezone": "Europe/Amsterdam",
    "weekdays": [1, 2, 3, 4, 5, 6, 7],
    "periods": ["09:00-17:00", "22:00-06:00"],
}
ALL = (OFFICE, SUMMER, NIGHT, ROUND_THE_CLOCK, ROTA, CREW, CANAL)

CANAL_DAYS = DayTable(
    {2025: YearStatus.PUBLISHED, 2026: YearStatus.PUBLISHED},
    [Day(date(2026, 4, 27), DayKind.HOLIDAY, "King's Day")],
)


@cache
def calendar(code: str) -> Calendar:
    """One of the calendars above, by its code."""
    mapping = next(mapping for mapping in ALL if mapping["code"] == code)
    return Calendar.from_mapping(mapping, CANAL_DAYS if code == "canal" else china_days())


def calendars() -> list[Calendar]:
    return [calendar(str(mapping["code"])) for mapping in ALL]


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A wall time such as "2026-09-30 09:00" as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def wall(moment: datetime, zone: ZoneInfo = SHANGHAI) -> str:
    """The wall time of a moment, as `at` takes it."""
    assert moment.tzinfo is UTC
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", "auto").removesuffix(":00")
