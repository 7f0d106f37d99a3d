"""Who is there: watches (one duty on the day on which it begins), seats and leave. Pure: no database, no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

NOBODY, AWAY, UNHELD, SEVERAL = "nobody", "away", "unheld", "several"


@dataclass(frozen=True, slots=True)
class Watch:
    """A duty on one day, `starts` (included) to `ends` (not), aware. `place` is a duty grid's code, or empty for a
    desk. `dated`: for given days, goes before a standing one. `roster`: the id of the roster that it stands in."""

    key: int
    place: str
    post: int | None
    person: int | None
    day: date
    starts: datetime
    ends: datetime
    shift: str = ""
    dated: bool = False
    roster: object | None = None

    def on(self, at: datetime) -> bool:
        """Whether it is worked at that moment."""
        return self.starts <= at < self.ends


@dataclass(frozen=True, slots=True)
class Held:
    """A seat on a post from a moment up to, not including, another; of active people only."""

    person: int
    since: datetime
    until: datetime | None
    stand_in_for: int | None = None

    def on(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class People:
    """Seats by post (in the order of their beginning), days off by person, and whose account is closed."""

    seats: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    away: Mapping[int, Sequence[tuple[date, date]]] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()

    def off(self, person: int, day: date) -> bool:
        """Whether the person has leave on that day."""
        return any(first <= day <= last for first, last in self.away.get(person, ()))


def present(watch: Watch, at: datetime, people: People) -> int | None:
    """Who works the watch at that moment: a stand-in first, else the person named, else a holder of the post.

    Nobody whose account is closed, who has leave on the watch's day, or who no longer holds the post."""
    held = [seat for seat in people.seats.get(watch.post or 0, ()) if seat.on(at)]
    if watch.person is not None:
        wanted = [seat for seat in held if seat.stand_in_for == watch.person]
        if watch.post is None or any(seat.person == watch.person for seat in held):
            wanted.append(Held(watch.person, watch.starts, None))
    else:
        wanted = sorted(held, key=lambda seat: seat.stand_in_for is None)
    free = (s.person for s in wanted if s.person not in people.closed and not people.off(s.person, watch.day))
    return next(free, None)


def first_of(watches: Iterable[Watch], at: datetime, people: People) -> tuple[Watch, int | None] | None:
    """The watch that counts in a place at a moment and who works it; None when there is none.

    Dated watches put the standing ones aside; then one that somebody works goes before one that nobody works, one
    of a person before one of a post."""
    found = [(watch, present(watch, at, people)) for watch in counting(watches, at)]
    return min(found, key=lambda one: (one[1] is None, one[0].person is None, one[0].key), default=None)


def counting(watches: Iterable[Watch], at: datetime) -> list[Watch]:
    """The watches that count in a place at a moment."""
    on = [watch for watch in watches if watch.on(at)]
    dated = [watch for watch in on if watch.dated]
    return dated or on


def workers(watch: Watch, people: People) -> list[tuple[datetime, datetime, int | None]]:
    """Who works a watch from when to when, in order: it changes when a stand-in comes or goes."""
    cuts = {watch.starts}
    for seat in people.seats.get(watch.post or 0, ()):
        cuts.update(at for at in (seat.since, seat.until) if at is not None and watch.on(at))
    edges = [*sorted(cuts), watch.ends]
    found: list[tuple[datetime, datetime, int | None]] = []
    for begin, end in pairwise(edges):
        person = present(watch, begin, people)
        if found and found[-1][2] == person:
            found[-1] = (found[-1][0], end, person)
        else:
            found.append((begin, end, person))
    return found


@dataclass(frozen=True, slots=True)
class Hole:
    """A time in which not exactly one person is there, and why. `persons`: who has leave, or the several."""

    starts: datetime
    ends: datetime
    why: str
    persons: tuple[int, ...] = ()


def holes(
    watches: Sequence[Watch], starts: datetime, ends: datetime, people: People, *, many: bool = False
) -> list[Hole]:
    """When within a shift a place has nobody, or several (unless `many` may be there), in order, joined."""
    near = [watch for watch in watches if watch.starts < ends and starts < watch.ends]
    cuts = {starts, *(w.starts for w in near), *(w.ends for w in near)}
    for post in {watch.post for watch in near if watch.post is not None}:
        for seat in people.seats.get(post, ()):
            cuts.update(moment for moment in (seat.since, seat.until) if moment is not None)
    edges = [*sorted(cut for cut in cuts if starts <= cut < ends), ends]
    found: list[Hole] = []
    for begin, end in pairwise(edges):
        why, persons = _fault(counting(near, begin), begin, people, many)
        last = found[-1] if found else None
        if why is None:
            continue
        if last is not None and (last.ends, last.why, last.persons) == (begin, why, persons):
            found[-1] = Hole(last.starts, end, why, persons)
        else:
            found.append(Hole(begin, end, why, persons))
    return found


def _fault(watches: Sequence[Watch], at: datetime, people: People, many: bool) -> tuple[str | None, tuple[int, ...]]:
    there = {person for watch in watches if (person := present(watch, at, people)) is not None}
    if len(there) == 1 or (there and many):
        return None, ()
    if there:
        return SEVERAL, tuple(sorted(there))
    if not watches:
        return NOBODY, ()
    named = {w.person for w in watches if w.person is not None}
    named |= {s.person for w in watches for s in people.seats.get(w.post or 0, ()) if w.person is None and s.on(at)}
    gone = {person for person in named if any(people.off(person, watch.day) for watch in watches)}
    return (AWAY, tuple(sorted(gone))) if gone else (UNHELD, tuple(sorted(named)))
