"""How scores went: the months up to one, counted from roll-ups; a frozen one says what it said when it was frozen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from citygrid.evaluation import closing, cycles
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import Catalogue, catalogue
from citygrid.evaluation.computing import judged
from citygrid.evaluation.periods import Named, before, period

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
    months = cycles.current(now.astimezone(zone_at(now)).date()).of(code).months
    spans = [last]
    while len(spans) < most:
        spans.append(before(spans[-1], months))
    kept = {} if level else closing.standing_over(code, [(one.first, one.last) for one in spans])
    found = []
    for one in reversed(spans):
        frozen = kept.get((one.first, one.last))
        rows = _counted(code, one, now, level, subjects) if frozen is None else closing.printed_of(frozen)
        found.append(Point(one.name, one.first, one.last, {key: rows.get(key) for key in subjects}, frozen is not None))
    return found


def _counted(
    code: str, one: Named, now: datetime, level: str, subjects: Collection[str]
) -> Mapping[str, Decimal | None]:
    """The printed scores of a period that was not frozen, as they are now."""
    of = period(one.first, one.last, zone_at(now), now)
    book = catalogue(min(one.last, now.astimezone(zone_at(now)).date()))
    if code not in book.schemes:
        return {}
    found = judged(code, of, now, at_level(book, code, level) if level else book, only=subjects)
    return {row.subject: row.shown for row in found.scores().rows()}
