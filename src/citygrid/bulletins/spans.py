"""Which days a report is about, which it is compared with; months that begin on the 21st too. Pure."""

from datetime import date, timedelta

from citygrid.bulletins.content import MONTHS, Span

DAY = timedelta(days=1)


def shifted(day: date, months: int) -> date:
    """The same day so many months later (negative: earlier); the month's last where it is shorter."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    last = (first + timedelta(days=32)).replace(day=1) - DAY
    return first.replace(day=min(day.day, last.day))


def span_of(kind: str, day: date, begins: int = 1) -> Span:
    """The month, quarter or year that a day lies in. `begins`: the day of the month with which months begin; the month
    of the 21st is called after the day it ends in, and so its quarter and year."""
    named = shifted(day, 1) if begins > 1 and day.day >= begins else day
    months = MONTHS[kind]
    month = named.month - (named.month - 1) % months
    first = date(named.year, month, 1)
    if begins > 1:
        first = shifted(first, -1).replace(day=begins)
    return Span(first, shifted(first, months) - DAY)


def before(kind: str, span: Span) -> Span:
    """The period before: as many months earlier as the kind has."""
    return Span(shifted(span.first, -MONTHS[kind]), span.first - DAY)


def year_before(span: Span) -> Span:
    """The same days a year earlier; a month that is whole stays whole."""
    whole = (span.last + DAY).day == 1
    return Span(shifted(span.first, -12), shifted(span.last + DAY, -12) - DAY if whole else shifted(span.last, -12))


def months_of(span: Span) -> list[Span]:
    """The months that a quarter or year is made of."""
    found, first = [], span.first
    while first <= span.last:
        after = shifted(first, 1)
        found.append(Span(first, after - DAY))
        first = after
    return found


def newest_over(kind: str, today: date, begins: int = 1) -> Span:
    """The newest period that is over on this day."""
    return before(kind, span_of(kind, today, begins))


def name_month(span: Span) -> tuple[int, int]:
    """Year and month that the period is called after: those of its last day."""
    return span.last.year, span.last.month
