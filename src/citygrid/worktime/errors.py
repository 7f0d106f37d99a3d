"""The errors of working time: a code, an English sentence and its parameters.

Pages translate `message % params`; programs look at `code`.
"""

from collections.abc import Mapping


class WorktimeError(ValueError):
    """Base of all errors of this package."""

    def __init__(self, code: str, message: str, params: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.message = message
        self.params = dict(params or {})
        super().__init__(code, message, self.params)

    def __str__(self) -> str:
        return self.message % self.params


class LimitError(WorktimeError):
    """A limit, percentage, moment or pause that cannot be computed with."""


class CalendarError(WorktimeError):
    """Calendar data (mapping or day table) that is wrong."""


class CalendarGap(WorktimeError):  # noqa: N818  # what is wrong is the gap, not the question
    """Working time was asked for in a year that the calendar lacks."""

    def __init__(self, calendar: str, year: int) -> None:
        super().__init__(
            "calendar_gap",
            "The calendar %(calendar)s has no year %(year)s.",
            {"calendar": calendar, "year": year},
        )

    def __reduce__(self) -> tuple[type["CalendarGap"], tuple[object, object]]:
        return CalendarGap, (self.params["calendar"], self.params["year"])
