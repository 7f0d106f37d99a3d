"""Moments as whole microseconds since 1970 (UTC), and wall times turned into moments."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from citygrid.worktime.errors import LimitError
from citygrid.worktime.limits import DAY, MINUTE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime, exact. Raises LimitError for a naive one."""
    try:
        since = moment - EPOCH
    except TypeError:
        raise LimitError(
            "moment_naive", "A moment needs a time zone; %(moment)s has none.", {"moment": moment}
        ) from None
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds


def moment(instant: int) -> datetime:
    """The UTC datetime of microseconds since 1970. Raises LimitError beyond the year 9999."""
    try:
        return EPOCH + timedelta(0, 0, instant)
    except OverflowError:
        raise LimitError("moment_range", "The limit ends beyond the year 9999.") from None


class Wall:
    """Wall times of one zone as instants.

    The instant of a wall time is the first one at which the clock on the wall shows that time or a
    later one. So a time that a clock change leaves out falls on the change, and a time that occurs
    twice falls on its first occurrence.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._midnights: dict[date, int] = {}

    def instant(self, day: date, minute: int) -> int:
        """The instant of `minute` minutes after midnight of `day`; from 1440 on: the days after."""
        while minute >= 1440:
            day += timedelta(days=1)
            minute -= 1440
        midnight = self._midnight(day)
        if self._midnight(day + timedelta(days=1)) - midnight == DAY:  # no clock change on this day
            return midnight + minute * MINUTE
        return self._first(datetime(day.year, day.month, day.day, minute // 60, minute % 60))  # noqa: DTZ001

    def _midnight(self, day: date) -> int:
        known = self._midnights.get(day)
        if known is None:
            known = self._first(datetime(day.year, day.month, day.day))  # noqa: DTZ001
            self._midnights[day] = known
        return known

    def _first(self, wall: datetime) -> int:
        late = micros(wall.replace(tzinfo=self._zone))  # fold 0: the first, or beyond a gap
        if self._shown(late) == wall:
            return late
        early = micros(wall.replace(tzinfo=self._zone, fold=1)) - _SECOND  # before the gap
        while late - early > _SECOND:
            middle = (early // _SECOND + late // _SECOND) // 2 * _SECOND
            if self._shown(middle) >= wall:
                late = middle
            else:
                early = middle
        return late

    def _shown(self, instant: int) -> datetime:
        return moment(instant).astimezone(self._zone).replace(tzinfo=None)
