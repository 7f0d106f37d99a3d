"""Moments as other systems write them."""

from datetime import UTC, date, datetime, time, tzinfo

from citygrid.history.problems import wrong

_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M")


def read(text: str, column: str, zone: tzinfo, pattern: str = "") -> datetime:
    """A moment in UTC. ISO 8601, with slashes or 年月日, or by `pattern` (strptime); one without an offset is of
    `zone`, a day alone is its first moment. Wrong `at_wrong`."""
    found = _iso(text) if not pattern else _formatted(text, (pattern,))
    if found is None and not pattern:
        found = _formatted(text, _FORMATS)
    if found is None or found.year < 1000 or found.year > 9000:
        raise wrong(column, "at_wrong", value=text[:40])
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    return found.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _formatted(text: str, patterns: tuple[str, ...]) -> datetime | None:
    for pattern in patterns:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller gives the zone
        except ValueError:
            continue
    return None


def first_of(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), zone)
