"""What a contractor's month comes to: for each person and line of the price list a number, and the list behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from citygrid.collection.teams import crew, patrols, prices, quotas, work
from citygrid.collection.teams.prices import Line
from citygrid.collection.teams.spans import Span
from citygrid.organization.visibility import NOTHING, Scope
from citygrid.process.moments import stamp

Behind = list[list[Any]]
"""Rows `[case or null, number within the case, moment or day, words]`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number that is paid or taken off. `person` None: of the whole contractor."""

    person: int | None
    line: Line
    number: Decimal
    behind: Behind


@dataclass(slots=True)
class _Month:
    """All that was done, by person and measure."""

    done: dict[int, dict[str, Behind]] = field(default_factory=dict)
    days: dict[int, set[date]] = field(default_factory=dict)
    walked: dict[int, patrols.Walked] = field(default_factory=dict)


def lines(body: int, span: Span, priced: Sequence[Line], at: datetime) -> list[Found]:
    """The lines of a statement, by person (login) and in the order of the price list; zeros are left out. Of who worked
    for another body too only what they did for this one: no day, round or report is paid twice."""
    bodies = crew.bodies_below(body)
    scope = Scope(False, bodies, NOTHING.areas, 0, 0)
    people = crew.by_person(crew.members(scope, span.start, span.end, at))
    month = _read(list(people), bodies, span, at)
    found = [
        Found(None, line, Decimal(1), [[None, 0, span.first.isoformat(), ""]])
        for line in priced
        if line.measure == prices.MONTH
    ]
    for person, one in sorted(people.items(), key=lambda pair: pair[1].login):
        for line in priced:
            behind = _behind(line, person, month)
            number = Decimal(max(0, len(behind) - line.free)) if line.below is None else _below(line, person, month)
            if number:
                found.append(Found(one.person, line, number, behind))
    return found


def _read(people: Sequence[int], bodies: frozenset[int], span: Span, at: datetime) -> _Month:
    month = _Month(walked=patrols.walked(people, span, bodies))
    for deed in work.deeds(work.Asked(people, span, at, bodies), list(work.MEASURES)):
        row = [str(deed.case) if deed.case else None, deed.no, stamp(deed.at), deed.number]
        for measure in deed.measures:
            month.done.setdefault(deed.person, {}).setdefault(measure, []).append(row)
    days = crew.days_on_duty(span.first, span.last, at, bodies)
    month.days = {person: days.get(person, set()) or month.walked[person].days for person in people}
    return month


def _behind(line: Line, person: int, month: _Month) -> Behind:
    done, walked = month.done.get(person, {}), month.walked[person]
    if line.measure == prices.MONTH:
        return []
    if line.measure == prices.DAY:
        return [[None, 0, day.isoformat(), ""] for day in sorted(month.days[person])]
    if line.measure == prices.PATROL:
        return [[None, 0, day.isoformat(), ""] for day in walked.each]
    if line.measure == "coverage":
        return [[None, 0, day.isoformat(), f"{value:.1f} %"] for day, value in walked.coverage]
    if line.measure in prices.SHARES:
        part, whole = quotas.MEASURES[line.measure].of
        good = {(row[0], row[1]) for row in done.get(part, [])}
        return [row for row in done.get(whole, []) if (row[0], row[1]) not in good]
    return done.get(line.measure, [])


def _below(line: Line, person: int, month: _Month) -> Decimal:
    """1 where the person's share stays below the line's bound; 0 also for whoever has no share at all."""
    numbers = {name: len(rows) for name, rows in month.done.get(person, {}).items()}
    share = quotas.actual(line.measure, numbers, month.walked[person].mean)
    return Decimal(share is not None and line.below is not None and share < line.below)


def labels(priced: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Code -> what it is called in the reader's language."""
    return {one.code: one.label for one in prices.lines_of(priced)}


def cases_of(behind: Behind) -> Iterator[str]:
    """The cases of a list."""
    for row in behind:
        if row[0]:
            yield row[0]
