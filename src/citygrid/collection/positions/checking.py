"""Reading one fix as a device sends it: `[t, lon, lat, accuracy, speed, heading, mock]`, the last four may be missing.

`t`: milliseconds since 1970, or ISO 8601 with a zone. Degrees of CGCS2000 (WGS-84); metres; metres a second; degrees
from north; whether the device says that the place is made up. Pure: no database, no clock."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

REASONS = frozenset(("not_a_fix", "time", "not_finite", "outside_earth", "future", "too_old", "outside_projection"))
"""Why a fix is refused; a device may forget a refused one."""
MOST_METRES, MOST_SPEED = 1e6, 1e4


@dataclass(frozen=True, slots=True)
class Fix:
    """`ms`: milliseconds since 1970 by the device's clock."""

    ms: int
    lon: float
    lat: float
    accuracy: float | None = None
    speed: float | None = None
    heading: float | None = None
    mock: bool | None = None


def read(raw: Any, oldest: int, newest: int) -> Fix | str:
    """The fix, or why it is refused (one of `REASONS`). `oldest`, `newest`: milliseconds, both allowed."""
    if not isinstance(raw, list) or not 3 <= len(raw) <= 7:
        return "not_a_fix"
    ms = _milliseconds(raw[0])
    if ms is None:
        return "time"
    lon, lat, *more = raw[1:]
    return _fault(lon, lat, more[:3], ms, oldest, newest) or Fix(ms, float(lon), float(lat), *_rest(more))


def _fault(lon: Any, lat: Any, more: Sequence[Any], ms: int, oldest: int, newest: int) -> str:
    """Why it is refused; empty for a good one."""
    given = [lon, lat, *(one for one in more if one is not None)]
    if not all(map(_number, given)):
        return "not_a_fix"
    if not all(map(math.isfinite, given)):
        return "not_finite"
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return "outside_earth"
    if ms > newest:
        return "future"
    return "too_old" if ms < oldest else ""


def _rest(more: Sequence[Any]) -> tuple[float | None, float | None, float | None, bool | None]:
    """What says nothing is not kept: a negative accuracy or speed, a heading beyond the circle."""
    accuracy, speed, heading, mock = [*more, None, None, None, None][:4]
    return (
        min(float(accuracy), MOST_METRES) if accuracy is not None and accuracy >= 0 else None,
        float(speed) if speed is not None and 0 <= speed <= MOST_SPEED else None,
        heading % 360 if heading is not None and 0 <= heading <= 360 else None,
        mock if isinstance(mock, bool) else None,
    )


def _number(value: Any) -> bool:
    """A number of JSON; one with hundreds of digits is none that a computer measures with."""
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18)


def _milliseconds(value: Any) -> int | None:
    if _number(value):
        return int(value) if math.isfinite(value) and abs(value) < 1e15 else None
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return int(at.timestamp() * 1000) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
