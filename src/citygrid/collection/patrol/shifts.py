"""Who is to patrol which duty grids from when to when, by the roster (rosters go before standing shifts)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from citygrid.organization import tree
from citygrid.organization.rosters import cityclock, watches
from citygrid.organization.rosters.watching import counting, workers


@dataclass(frozen=True, slots=True)
class Planned:
    """One person's shift: `day` on which it begins, `starts` (included) to `ends` (not), codes of duty grids."""

    person: int
    post: int | None
    day: date
    shift: str
    starts: datetime
    ends: datetime
    duty_grids: tuple[str, ...]


def of_day(day: date) -> Sequence[Planned]:
    """All shifts in duty grids that begin on a day, in the order of their beginning."""
    zone = cityclock.zone(datetime.combine(day, datetime.min.time(), UTC))
    return _of_day(tree.version(), day, zone)


def fitting(person: int, post: int, at: datetime, early: timedelta) -> Planned | None:
    """The shift that somebody signs in for: one that is on, else the next that begins within `early`; one of the
    post in use before one of another."""
    today = cityclock.day_of(at)
    mine = [one for day in (today - timedelta(days=1), today, today + timedelta(days=1)) for one in of_day(day)]
    near = [one for one in mine if one.person == person and one.starts - early <= at < one.ends]
    return min(near, key=lambda one: (one.post != post, one.starts > at, abs(one.starts - at)), default=None)


@lru_cache(maxsize=32)
def _of_day(version: int, day: date, zone: tzinfo) -> Sequence[Planned]:
    plan = watches.plan(day, day, zone)
    grids: dict[tuple[int, int | None, str, datetime, datetime], set[str]] = defaultdict(set)
    for place, rows in plan.by_grid.items():
        for watch in rows:
            if watch not in counting(rows, watch.starts):
                continue
            for starts, ends, person in workers(watch, plan.people):
                if person is not None:
                    grids[person, watch.post, watch.shift, starts, ends].add(place)
    found = [
        Planned(person, post, day, shift, starts, ends, tuple(sorted(codes)))
        for (person, post, shift, starts, ends), codes in grids.items()
    ]
    return sorted(found, key=lambda one: (one.starts, one.person, one.shift))
