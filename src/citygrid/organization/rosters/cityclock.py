"""The city's clock and the kinds of its days, for rosters: provided by the rulebook above when the program starts.

Until there are rules the server's time zone counts, and Saturdays and Sundays are days of rest.
"""

from collections.abc import Callable
from datetime import date, datetime, tzinfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WORK, REST, HOLIDAY = "workday", "restday", "holiday"
DAY_KINDS = {WORK: _("work day"), REST: _("day of rest"), HOLIDAY: _("public holiday")}
"""Work days (also those worked to make up), weekends, statutory holidays."""


class _Provided:
    zone: Callable[[datetime], tzinfo | None] | None = None
    kind: Callable[[date], str | None] | None = None


def provide(zone: Callable[[datetime], tzinfo | None], kind: Callable[[date], str | None]) -> None:
    """Called by a package above: the city's time zone at a moment, the kind of a day; None where no rules say it."""
    _Provided.zone, _Provided.kind = zone, kind


def zone(at: datetime) -> tzinfo:
    """The city's time zone at a moment."""
    found = _Provided.zone(at) if _Provided.zone is not None else None
    return found or timezone.get_default_timezone()


def day_of(at: datetime) -> date:
    """The city's own day at a moment."""
    return at.astimezone(zone(at)).date()


def kind_of(day: date) -> str:
    """`workday`, `restday` or `holiday`; by the weekday where the city's calendar does not reach."""
    found = _Provided.kind(day) if _Provided.kind is not None else None
    return found or (WORK if day.isoweekday() < 6 else REST)
