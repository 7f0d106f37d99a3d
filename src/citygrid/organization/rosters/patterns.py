"""Rosters by a pattern: people who take turns in a cycle of shifts, or work on given days. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from citygrid.process.refusal import Refusal

P = TypeVar("P")
OFF = "-"
MOST_CYCLE = 100
Planned = tuple[date, str, P]


def days(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def parse_cycle(text: str, known: Iterable[str]) -> tuple[str, ...] | Refusal:
    """`D D N N - -` or `D*4 -*2` as day after day; `-` is a day off. A Refusal says what is wrong."""
    found: list[str] = []
    shifts = set(known)
    for word in text.split():
        code, star, times = word.rpartition("*")
        if not star:
            code, times = word, "1"
        if not (times.isascii() and times.isdigit() and 1 <= int(times) <= MOST_CYCLE):
            return Refusal("bad_cycle", "%(word)s is no part of a cycle: write it like D*4 -*2.", {"word": word[:40]})
        if code != OFF and code not in shifts:
            return Refusal("unknown_shift", "There is no shift %(shift)s here.", {"shift": code[:40]})
        found += [code] * int(times)
    if not found or len(found) > MOST_CYCLE or set(found) == {OFF}:
        return Refusal("no_cycle", "A cycle has 1 to %(most)s days, and work on one of them.", {"most": MOST_CYCLE})
    return tuple(found)


def by_cycle(
    cycle: Sequence[str], anchor: date, people: Sequence[P], first: date, last: date, *, step: int = 0, one: bool = True
) -> list[Planned[P]]:
    """Who works which shift on which day: the first person's cycle begins on `anchor` (and runs back before it), each
    next person's `step` days later. `one`: of those whose turn it is the first in the list works."""
    found: list[Planned[P]] = []
    for day in days(first, last):
        taken: set[str] = set()
        for place, person in enumerate(people):
            code = cycle[(day - anchor - timedelta(days=place * step)).days % len(cycle)]
            if code == OFF or (one and code in taken):
                continue
            taken.add(code)
            found.append((day, code, person))
    return found


def by_days(
    shift: str, fits: Callable[[date], bool], people: Sequence[P], first: date, last: date, *, one: bool = True
) -> list[Planned[P]]:
    """The same people (or the first of them) in one shift on every day that fits: weekdays, work days."""
    workers = people[:1] if one else people
    return [(day, shift, person) for day in days(first, last) if fits(day) for person in workers]
