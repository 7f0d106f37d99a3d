"""Typed limits: a whole number of a unit (domain/workflow.md section 7, point 2).

Urgent hours and minutes (紧急工作时) and natural days (自然日) run on the clock, nights and holidays
included. Work minutes, work hours (工作时) and work days (工作日) run inside the periods of a calendar.
"""

from dataclasses import dataclass
from enum import StrEnum

from citygrid.worktime.errors import LimitError

MINUTE = 60_000_000  # microseconds
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LONGEST = 10_000_000  # a longer limit is a typing error, in any unit


class Unit(StrEnum):
    """The unit of a limit; says which kind of time runs."""

    URGENT_MINUTE = "urgent_minute"
    URGENT_HOUR = "urgent_hour"
    WORK_MINUTE = "work_minute"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    NATURAL_DAY = "natural_day"

    @property
    def clock(self) -> bool:
        """True when clock time runs (no calendar needed), False when working time runs."""
        return self in CLOCK_MICROS


# Microseconds of one unit. A natural day is 24 hours, also where the clocks change.
CLOCK_MICROS: dict[Unit, int] = {
    Unit.URGENT_MINUTE: MINUTE,
    Unit.URGENT_HOUR: HOUR,
    Unit.NATURAL_DAY: DAY,
}


def work_micros(day_minutes: int) -> dict[Unit, int]:
    """Microseconds of one of each working unit, for a work day of `day_minutes`."""
    return {Unit.WORK_MINUTE: MINUTE, Unit.WORK_HOUR: HOUR, Unit.WORK_DAY: day_minutes * MINUTE}


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: `value` (1 to 10,000,000) of `unit`. Raises LimitError when it is no such thing."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if type(self.unit) is not Unit:
            object.__setattr__(self, "unit", _unit(self.unit))
        if type(self.value) is not int or not 1 <= self.value <= LONGEST:
            raise LimitError(
                "limit_value",
                "A limit is a whole number from 1 to %(longest)s, not %(value)s.",
                {"value": self.value, "longest": LONGEST},
            )

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read "2 work_day" (number, spaces, unit). Raises LimitError."""
        parts = text.split()
        if len(parts) != 2 or not (parts[0].isascii() and parts[0].isdigit()) or len(parts[0]) > 9:
            raise LimitError(
                "limit_text",
                'A limit is written as a number and a unit, such as "2 work_day", not "%(text)s".',
                {"text": text},
            )
        return cls(int(parts[0]), _unit(parts[1]))

    def __str__(self) -> str:
        return f"{self.value} {self.unit.value}"


def _unit(text: object) -> Unit:
    try:
        return Unit(str(text))
    except ValueError:
        raise LimitError(
            "limit_unit",
            "%(unit)s is no unit of a limit; the units are %(units)s.",
            {"unit": text, "units": ", ".join(Unit)},
        ) from None
