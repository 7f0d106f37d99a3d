"""When a city's periods begin, and which schemes are closed in which rhythm: `schemes/periods.toml`, as data (S1-27).

[periods]
month_first_day = 21        # months run from the 21st to the 20th (1: calendar months)
month_named_by = "last"     # called after the month of its last day, or of its first

[[closing]]                 # a scheme that is closed at the end of periods
scheme = "department"
every = ["month", "quarter", "year"]
window_days = 5             # working days in which units may appeal
first_review = ["office"]   # roles that review an appeal first; empty: whoever has the right
second_review = ["leader"]
public = true               # whether it is for everybody once it is published
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from citygrid.evaluation.lines import Lines, Place
from citygrid.evaluation.periods import CALENDAR, KINDS, Months
from citygrid.rulebook.models import SchemeRow
from citygrid.rulebook.slices import in_force
from citygrid.standards.reports import Report

CODE, FILE = "periods", "schemes/periods.toml"
LONGEST_WINDOW = 60
NAMED_BY = ("last", "first")
FIELDS = {
    "periods": "month_first_day month_named_by",
    "closing": "scheme every month_first_day month_named_by window_days first_review second_review public",
}
MESSAGES = {
    "not_toml": "This is not TOML: %(reason)s.",
    "unknown_field": "There is no field %(field)s here.",
    "first_day": "A month begins on one of the days from 1 to 28.",
    "not_one_of": "%(field)s is one of: %(known)s.",
    "window_days": "The window is a whole number of working days, from 1 to %(most)s.",
    "no_list": "%(field)s is no list of codes.",
    "no_scheme": "A closing names its scheme.",
    "scheme_twice": "The scheme %(scheme)s is there twice.",
    "not_true_false": "%(field)s is true or false.",
}


@dataclass(frozen=True, slots=True)
class Closing:
    """How the periods of a scheme are closed."""

    scheme: str
    every: tuple[str, ...] = ("month",)
    months: Months = CALENDAR
    window_days: int = 5
    first_review: tuple[str, ...] = ()
    second_review: tuple[str, ...] = ()
    public: bool = False


@dataclass(frozen=True, slots=True)
class Cycles:
    """The city's months, and its closings by scheme."""

    months: Months = CALENDAR
    closings: Mapping[str, Closing] = field(default_factory=dict)

    def of(self, scheme: str) -> Closing:
        """How a scheme is closed; by month, with the city's months, where nothing is said."""
        return self.closings.get(scheme) or Closing(scheme, months=self.months)


class _Fault(Exception):  # noqa: N818 - becomes a line of the report
    def __init__(self, code: str, field: str, **params: Any) -> None:
        self.code, self.field, self.params = code, field, {"field": field, **params}


def current(day: date) -> Cycles:
    """As the city has it on a day; what is wrong is left out (`catalogue` reports it)."""
    row = in_force(SchemeRow, day).filter(code=CODE).first()
    return read(row.text)[0] if row is not None else Cycles()


def months_between(first: date, end: date | None) -> list[tuple[date, date | None, Months]]:
    """(from, up to not including, months) of the city's months, one after the other, from a day up to another (None:
    without end). Without a file months are calendar months."""
    found: list[tuple[date, date | None, Months]] = []
    day, rows = first, SchemeRow.objects.filter(code=CODE).exclude(valid_to__lte=first)
    if end is not None:
        rows = rows.filter(valid_from__lt=end)
    for row in rows.order_by("valid_from"):
        if row.valid_from > day:
            found.append((day, row.valid_from, CALENDAR))
        day = max(first, row.valid_from)
        over = row.valid_to if end is None else min(row.valid_to or end, end)
        found.append((day, over, read(row.text)[0].months))
        day = over or day
        if over is None:
            return found
    if end is None or day < end:
        found.append((day, end, CALENDAR))
    return found


def read(text: str) -> tuple[Cycles, Report]:
    """The file's content, and what is wrong in it with its line. Pure."""
    report = Report()
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report.add(FILE, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)})
        return Cycles(), report
    lines, months, closings = Lines(text), CALENDAR, dict[str, Closing]()
    try:
        months = _months(_only(table.get("periods", {}), "periods"), CALENDAR)
    except _Fault as fault:
        _tell(report, lines.of("periods"), fault)
    for n, row in enumerate(table.get("closing", ())):
        try:
            one = _closing(_only(row, "closing"), months)
            if one.scheme in closings:
                raise _Fault("scheme_twice", "scheme", scheme=one.scheme)
            closings[one.scheme] = one
        except _Fault as fault:
            _tell(report, lines.of("closing", n), fault)
    return Cycles(months, closings), report


def _tell(report: Report, place: Place, fault: _Fault) -> None:
    report.add(FILE, place.line(fault.field), fault.field, fault.code, MESSAGES[fault.code], fault.params)


def _only(row: Any, table: str) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise _Fault("unknown_field", table)
    for name in row:
        if name not in FIELDS[table].split():
            raise _Fault("unknown_field", name)
    return row


def _months(row: Mapping[str, Any], usual: Months) -> Months:
    first, named_by = row.get("month_first_day", usual.first_day), row.get("month_named_by", usual.named_by)
    if type(first) is not int or not 1 <= first <= 28:
        raise _Fault("first_day", "month_first_day")
    if named_by not in NAMED_BY:
        raise _Fault("not_one_of", "month_named_by", known=", ".join(NAMED_BY))
    return Months(first, named_by)


def _closing(row: Mapping[str, Any], months: Months) -> Closing:
    scheme = row.get("scheme")
    if not isinstance(scheme, str) or not scheme:
        raise _Fault("no_scheme", "scheme")
    every = _codes(row, "every", ("month",))
    if not every or not set(every) <= set(KINDS):
        raise _Fault("not_one_of", "every", known=", ".join(KINDS))
    days, public = row.get("window_days", 5), row.get("public", False)
    if type(days) is not int or not 1 <= days <= LONGEST_WINDOW:
        raise _Fault("window_days", "window_days", most=LONGEST_WINDOW)
    if not isinstance(public, bool):
        raise _Fault("not_true_false", "public")
    reviews = _codes(row, "first_review", ()), _codes(row, "second_review", ())
    return Closing(scheme, every, _months(row, months), days, *reviews, public)


def _codes(row: Mapping[str, Any], name: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    found = row.get(name, usual)
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise _Fault("no_list", name)
    return tuple(found)
