"""Periods by name as pages ask for them: the city's months (such as from the 21st to the 20th), quarters, years."""

from datetime import date, datetime, timedelta

from django.http import Http404

from citygrid.evaluation import cycles
from citygrid.evaluation.periods import MONTHS, Months, Named, Period, PeriodNameError, before, holding, named, period
from citygrid.rulebook.slices import localday, profile_at

DAY = timedelta(days=1)


def months_on(day: date) -> Months:
    """How the city counts months on a day."""
    return cycles.current(day).months


def chosen(name: str | None, now: datetime, *, past: bool = False) -> Named:
    """The period of this name; without one the present month (`past`: the last that is over). PeriodNameError for what
    is no period's name."""
    today = localday(now)
    months = months_on(today)
    if name:
        return named(name, today, months)
    present = holding("month", today, months)
    return before(present, months) if past else present


def asked(name: str | None, now: datetime, *, past: bool = False) -> Named:
    """The same for the address of a page: 404 for what is no period's name, and for one that has not begun."""
    try:
        found = chosen(name, now, past=past)
    except PeriodNameError as error:
        raise Http404 from error
    if found.first > localday(now):
        raise Http404
    return found


def after(one: Named, today: date) -> Named | None:
    """The period of the same kind after it; None where that has not begun."""
    found = holding(one.kind, one.last + DAY, months_on(today))
    return found if found.first <= today else None


def span(one: Named, now: datetime) -> Period:
    """With its moments on the city's clocks."""
    return period(one.first, one.last, profile_at(now).timezone, now)


def name_of(first: date, last: date) -> str:
    """What a period of these days is called; its days where it has no name."""
    months = months_on(last)
    for kind in ("month", "quarter", "half", "year", "week", "day"):
        found = holding(kind, first, months)
        if (found.first, found.last) == (first, last):
            return found.name
    return f"{first} – {last}"


def months_within(first: date, last: date) -> list[Named] | None:
    """The city's months that a period is made of; None where it does not consist of whole ones."""
    months, day = months_on(last), first
    found: list[Named] = []
    while day <= last and len(found) < MONTHS["year"]:
        one = holding("month", day, months)
        if one.first != day or one.last > last:
            return None
        found.append(one)
        day = one.last + DAY
    return found if day > last else None
