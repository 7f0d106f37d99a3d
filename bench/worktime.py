"""How fast limits are added and measured: one core, one process, warm (the calendar is built before).

The bare cost beside each figure is what any code must do for the same call: turn an aware datetime into a
number and back (`moment - EPOCH`, `EPOCH + timedelta`), without a calendar. `python -m bench.worktime`.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from citygrid.worktime import Calendar, Due, Limit, Unit
from citygrid.worktime.china import china_days

Row = tuple[str, float, str, float | None, str]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFICE = {
    "code": "bench",
    "timezone": "Asia/Shanghai",
    "periods": ["08:00-12:00", "14:00-18:00"],
    "variants": [{"from": "05-01", "to": "09-30", "periods": ["08:00-12:00", "15:00-18:30"]}],
}
CALLS = 20_000
ROUNDS = 5


def rows(calls: int = CALLS) -> list[Row]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    begun = time.perf_counter()
    calendar = Calendar.from_mapping(OFFICE, china_days())
    built = time.perf_counter() - begun
    chance = Random(1)
    first = datetime(2015, 6, 1, tzinfo=UTC)
    starts = [first + timedelta(seconds=chance.randrange(10 * 365 * 86_400)) for _ in range(calls)]
    ends = [start + timedelta(seconds=chance.randrange(90 * 86_400)) for start in starts]
    pairs = list(zip(starts, ends, strict=True))
    pause = [(pair[0], pair[0] + timedelta(hours=30)) for pair in pairs]
    note = f"{len(calendar.years)} years, one core, warm"
    one_way = _rate(calls, lambda: [start - EPOCH for start in starts])
    there_and_back = _rate(calls, lambda: [EPOCH + (start - EPOCH) for start in starts])
    found: list[Row] = []
    for unit, value in ((Unit.WORK_HOUR, 20), (Unit.WORK_DAY, 7), (Unit.URGENT_HOUR, 2)):
        limit = Limit(value, unit)
        rate = _rate(calls, partial(_dues, calendar, starts, limit))
        found.append((f"due, {limit}", rate, "1/s", there_and_back, note))
    lit = Limit(7, Unit.WORK_DAY)
    measures: list[tuple[str, Callable[[], object], float]] = [
        ("due, 80 % of 7 work_day", lambda: [calendar.due(a, lit, 80) for a in starts], there_and_back),
        (
            "elapsed, work_hour",
            lambda: [calendar.elapsed(a, b, Unit.WORK_HOUR) for a, b in pairs],
            one_way / 2,
        ),
        (
            "elapsed, work_hour, one pause",
            lambda: [calendar.elapsed(a, b, Unit.WORK_HOUR, (p,)) for (a, b), p in zip(pairs, pause, strict=True)],
            one_way / 4,
        ),
        (
            "resume, work_day",
            lambda: [calendar.resume(b, a, b, Unit.WORK_DAY) for a, b in pairs],
            one_way / 3,
        ),
    ]
    found += [(name, _rate(calls, call), "1/s", bare, note) for name, call, bare in measures]
    found.append(("build a calendar", built * 1000, "ms", None, f"{len(calendar.years)} years, cold"))
    return found


def _dues(calendar: Calendar, starts: list[datetime], limit: Limit) -> list[Due]:
    return [calendar.due(start, limit) for start in starts]


def _rate(calls: int, call: Callable[[], object]) -> float:
    """Calls per second, the best of some rounds: the others were disturbed."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return calls / best


def main() -> None:
    for name, value, unit, bare, note in rows():
        beside = f"{bare:12,.0f}" if bare else " " * 12
        sys.stdout.write(f"{name:32} {value:12,.0f} {unit:4} bare {beside}  {note}\n")


if __name__ == "__main__":
    main()
