"""Moments in entries: ISO 8601 in UTC with microseconds and `Z`, so that equal moments are equal bytes."""

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    """An aware datetime as text, for example `2026-11-22T04:00:00.000000Z`."""
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:-6] + "Z"


def moment(text: str) -> datetime:
    """The inverse of `stamp`; always in UTC."""
    return datetime.fromisoformat(text)


def maybe_stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def maybe_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
