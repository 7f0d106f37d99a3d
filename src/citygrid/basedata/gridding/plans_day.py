"""A moment of a plan's day, for rules that are asked at a moment."""

from datetime import date, datetime, time

from django.utils import timezone


def noon(day: date) -> datetime:
    """Midday in the server's time zone."""
    return timezone.make_aware(datetime.combine(day, time(12)))
