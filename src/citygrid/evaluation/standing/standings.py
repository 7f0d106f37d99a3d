"""How it stands with each duty and period: by the version that was in force when the period began."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from citygrid.evaluation import cycles
from citygrid.evaluation.periods import Months
from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing.duties import Book, Duty
from citygrid.evaluation.standing.spans import FILED, LATE, OVERDUE, Span, spans, state_of
from citygrid.evaluation.standing_models import StandingReport


@dataclass(frozen=True, slots=True)
class Owed:
    """A period of a duty, as the duty was then. `filed_on`: the day of its first evidence."""

    duty: Duty
    span: Span
    state: str
    filed_on: date | None
    filed: int

    @property
    def settled(self) -> bool:
        """Whether evidence is there."""
        return self.state in (FILED, LATE)

    @property
    def fault(self) -> bool:
        return self.state in (LATE, OVERDUE)


def owed(first: date, last: date, today: date, codes: Collection[str] | None = None) -> list[Owed]:
    """The periods that have a day from `first` to `last`, by duty and day. A version ends with the period in which
    another comes into force; the new one holds from the next period on. `codes`: of these duties only."""
    found: dict[tuple[str, date], tuple[Duty, Span]] = {}
    since: dict[str, date | None] = {}
    for start, end, book, months in _versions(first, last):
        for duty in _wanted(book, codes):
            if duty.code not in since:
                since[duty.code] = city_files.made_on(duty.code)
            for span in spans(duty, first, last, since[duty.code], months):
                begun = span.first >= start or since[duty.code] == start
                if begun and (end is None or span.first < end):
                    found[(duty.code, span.first)] = duty, span
    filed = _filed({code for code, _ in found}, first, last, today)
    rows = []
    for key in sorted(found):
        duty, span = found[key]
        days = filed.get(key, [])
        on = min(days, default=None)
        rows.append(Owed(duty, span, state_of(span, on, today), on, len(days)))
    return rows


def _versions(first: date, last: date) -> Iterator[tuple[date, date | None, Book, Months]]:
    """The versions of the duties, each with the city's months of its days: where the months change another begins."""
    for start, end, book in city_files.versions(first, last):
        for begun, over, months in cycles.months_between(start, end):
            yield begun, over, book, months


def _wanted(book: Book, codes: Collection[str] | None) -> Iterable[Duty]:
    return (duty for duty in book.duties.values() if codes is None or duty.code in codes)


def _filed(codes: Collection[str], first: date, last: date, today: date) -> dict[tuple[str, date], list[date]]:
    rows = StandingReport.objects.filter(duty__in=codes, last__gte=first, first__lte=last, day__lte=today)
    found: dict[tuple[str, date], list[date]] = {}
    for code, begin, day in rows.values_list("duty", "first", "day"):
        found.setdefault((code, begin), []).append(day)
    return found


def waiting(duty: Duty, today: date) -> list[Owed]:
    """The periods of a duty that evidence may be filed for: those without any, the one that runs included."""
    first = city_files.made_on(duty.code) or today
    rows = [one for one in owed(first, today, today, [duty.code]) if not one.settled or one.span.last >= today]
    return rows[-MOST:]


MOST = 60
"""So many periods can be filed for; older ones stay missed."""
