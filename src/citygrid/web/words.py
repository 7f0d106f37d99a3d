"""Words in the reader's language, moments and spans as the office writes them. Pure but for the active language."""

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

DAY = 1440


def chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "zh").startswith("zh")


def say(pair: tuple[str, str] | None) -> str:
    """One of a (Chinese, English) pair, as `process.states` and `process.acts` hold them."""
    if pair is None:
        return ""
    return pair[0] if chinese() else pair[1]


def office_moment(at: datetime | None) -> str:
    """`2026年11月22日 12:05` or `22 Nov 2026, 12:05`, in the city's time zone."""
    return _office(at, timezone.get_current_timezone(), chinese()) if at is not None else ""


@lru_cache(maxsize=8192)
def _office(at: datetime, zone: tzinfo, zh: bool) -> str:
    local = at.astimezone(zone)
    if zh:
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def office_day(day: date | datetime | None) -> str:
    """`2026年11月22日` or `22 Nov 2026`."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return f"{day.year}年{day.month}月{day.day}日" if chinese() else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def money(amount: Decimal, currency: str) -> str:
    """`27,939.00元`, `27,939.00 CNY`: an amount with its currency (three letters), as people write it."""
    return f"{amount:,.2f}元" if chinese() and currency == "CNY" else f"{amount:,.2f} {currency}"


def short_moment(at: datetime | None, now: datetime | None = None) -> str:
    """For lists: the time alone on the same day, `11-22 12:05` in the same year, else with the year."""
    if at is None:
        return ""
    zone = timezone.get_current_timezone()
    local, today = at.astimezone(zone), (now or timezone.now()).astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def span(length: timedelta) -> str:
    """A length of clock time in its two largest units: `1 天 3 小时`, `2 小时 13 分`, `5 分`."""
    minutes = int(abs(length).total_seconds() // 60)
    formats = span_formats()
    if minutes >= DAY:
        return formats["days"].format(minutes // DAY, minutes % DAY // 60)
    if minutes >= 60:
        return formats["hours"].format(minutes // 60, minutes % 60)
    return formats["minutes"].format(minutes)


def span_formats() -> dict[str, str]:
    """The patterns that `span` and the page's clock share."""
    return _formats(get_language())


@lru_cache(maxsize=8)
def _formats(language: str | None) -> dict[str, str]:
    left_over = {"left": _("{0} left"), "over": _("{0} overdue")}
    return left_over | {"days": _("{0} d {1} h"), "hours": _("{0} h {1} min"), "minutes": _("{0} min")}


def left(due: datetime, now: datetime) -> str:
    """`还剩 2 小时 13 分` or `超期 3 小时 0 分`."""
    return span_formats()["left" if due >= now else "over"].format(span(due - now))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
