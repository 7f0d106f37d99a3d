"""How scores went: the months up to one, counted from roll-ups; a frozen one says what it said when it was frozen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from citygrid.evaluation import closing, cycles, rolled
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.computing import judged
from citygrid.evaluation.periods import Named, before, period
from citygrid.evaluation.results import Scores

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A period and the printed scores of the objects that were asked for. `frozen`: as it was closed."""

    name: str
    first: date
    last: date
    shown: Mapping[str, Decimal | None]
    frozen: bool


def at_level(book: Catalogue, code: str, level: str) -> Catalogue:
    """The same schemes, this one of the areas of another level."""
    scheme = replace(book.schemes[code], level=level)
    return replace(book, schemes={**book.schemes, code: scheme})


def trend(
    code: str, last: Named, now: datetime, subjects: Collection[str], most: int = MONTHS, level: str = ""
) -> list[Point]:
    """The periods of a kind up to `last`, oldest first. A period in which the scheme was not in force has no numbers.
    What is asked of an object is the caller's to allow: ranks and others' scores are not told."""
    today = now.astimezone(zone_at(now)).date()
    months = cycles.current(today).of(code).months
    spans = [last]
    while len(spans) < most:
        spans.append(before(spans[-1], months))
    books: dict[date, Catalogue] = {}
    found = []
    for one in reversed(spans):
        scores, frozen = _scores(code, one, now, today, books, level)
        rows = {row.subject: row.shown for row in scores.rows()} if scores else {}
        found.append(Point(one.name, one.first, one.last, {key: rows.get(key) for key in subjects}, frozen))
    return found


def _scores(
    code: str, one: Named, now: datetime, today: date, books: dict[date, Catalogue], level: str
) -> tuple[Scores | None, bool]:
    day = min(one.last, today)
    book = books[day] if day in books else books.setdefault(day, catalogue(day))
    if code not in book.schemes:
        return None, False
    kept = None if level else closing.standing(code, one.first, one.last)
    if kept is not None:
        return closing.scores_of(kept[1]), True
    if level:
        book = at_level(book, code, level)
    of = period(one.first, one.last, zone_at(now), now)
    return judged(code, of, now, book, counter=rolled.count).scores(), False
