"""What a track says: which fixes count, when somebody was active, idle, outside, unknown. Pure, in metres and seconds;
the same rules run on the device (`static/collection/screens/patrol/track.js`). Definitions: docs/collection.md."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Literal, Protocol

from citygrid.collection.patrol.rules import Track

ACTIVE: Literal["active"] = "active"
IDLE: Literal["idle"] = "idle"
GAP: Literal["gap"] = "gap"
State = Literal["active", "idle", "gap"]


class Spot(Protocol):
    """A fix: seconds since 1970, metres, accuracy in metres or None."""

    @property
    def t(self) -> float: ...
    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def accuracy(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Sifted:
    """Fixes that count, in the order of time, and those that do not. `leaps`: numbers of used fixes before which
    nothing is known, because they could not be reached from the one before."""

    used: Sequence[Spot] = ()
    coarse: Sequence[Spot] = ()
    jumps: Sequence[Spot] = ()
    leaps: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """A time, `starts` (included) to `ends` (not), seconds since 1970. `inside` the duty grid; None in a gap."""

    starts: float
    ends: float
    state: State
    inside: bool | None

    @property
    def seconds(self) -> float:
        return self.ends - self.starts


@dataclass(frozen=True, slots=True)
class Totals:
    """Seconds. `on_duty` is `active` + `idle` + `gap`, and also `inside` + `outside` + `gap`."""

    on_duty: float = 0.0
    active: float = 0.0
    idle: float = 0.0
    gap: float = 0.0
    inside: float = 0.0
    outside: float = 0.0


def sift(fixes: Iterable[Spot], rule: Track) -> Sifted:
    """Tell apart fixes that count, that are too coarse, and that could only be reached faster than anybody moves.

    A jump is not used; when `jump_fixes` in a row lie where each can be reached from the one before, they are true, and
    the way to them is a leap."""
    used: list[Spot] = []
    coarse: list[Spot] = []
    jumps: list[Spot] = []
    waiting: list[Spot] = []
    leaps: set[int] = set()
    for fix in sorted(fixes, key=lambda one: one.t):
        if fix.accuracy is not None and fix.accuracy > rule.coarse_metres:
            coarse.append(fix)
        elif not used or reachable(used[-1], fix, rule):
            jumps += waiting
            waiting = []
            used.append(fix)
        else:
            if waiting and not reachable(waiting[-1], fix, rule):
                jumps += waiting
                waiting = []
            waiting.append(fix)
            if len(waiting) >= rule.jump_fixes:
                leaps.add(len(used))
                used += waiting
                waiting = []
    return Sifted(used, coarse, [*jumps, *waiting], frozenset(leaps))


def reachable(a: Spot, b: Spot, rule: Track) -> bool:
    """Whether somebody could get from one fix to a later one."""
    return apart(a, b) <= rule.jump_metres_a_second * (b.t - a.t)


def apart(a: Spot, b: Spot) -> float:
    """Metres."""
    return hypot(a.x - b.x, a.y - b.y)


def gaps(sifted: Sifted, rule: Track) -> list[bool]:
    """For each two neighbours of the used fixes whether nothing is known between them."""
    used = sifted.used
    return [n in sifted.leaps or used[n].t - used[n - 1].t > rule.gap_seconds for n in range(1, len(used))]


def idle_runs(sifted: Sifted, rule: Track) -> list[tuple[int, int]]:
    """(first, last) numbers of used fixes between which somebody stayed: all within `idle_metres` of the first of them,
    for `idle_seconds` or longer, without a gap. The earliest run counts, as long as it goes; the next may begin at its
    last fix."""
    used, unknown = sifted.used, gaps(sifted, rule)
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(used):
        last = first
        while last + 1 < len(used) and not unknown[last] and apart(used[first], used[last + 1]) <= rule.idle_metres:
            last += 1
        if last > first and used[last].t - used[first].t >= rule.idle_seconds:
            found.append((first, last))
            first = last
        else:
            first += 1
    return found


def spans(starts: float, ends: float, sifted: Sifted, inside: Sequence[bool], rule: Track) -> list[Span]:
    """The whole time from sign-in to sign-out in spans that touch each other. `inside`: for each used fix, all of which
    lie within that time.

    The time between two fixes belongs to the earlier one. Before the first and after the last fix it goes on as it was,
    unless it is longer than `gap_seconds`."""
    used = sifted.used
    if ends <= starts:
        return []
    if not used:
        return [Span(starts, ends, GAP, None)]
    unknown = gaps(sifted, rule)
    idle = {n for first, last in idle_runs(sifted, rule) for n in range(first, last)}
    between = [
        Span(used[n].t, used[n + 1].t, GAP, None)
        if unknown[n]
        else Span(used[n].t, used[n + 1].t, IDLE if n in idle else ACTIVE, inside[n])
        for n in range(len(used) - 1)
    ]
    head = _edge(starts, used[0].t, between[0].state if between else ACTIVE, inside[0], rule)
    tail = _edge(used[-1].t, ends, between[-1].state if between else ACTIVE, inside[-1], rule)
    return joined([head, *between, tail])


def _edge(starts: float, ends: float, state: State, inside: bool, rule: Track) -> Span:
    if ends - starts > rule.gap_seconds:
        return Span(starts, ends, GAP, None)
    return Span(starts, ends, ACTIVE if state == GAP else state, inside)


def joined(parts: Iterable[Span]) -> list[Span]:
    """Neighbours that say the same are one; empty ones are left out."""
    found: list[Span] = []
    for one in parts:
        if one.ends <= one.starts:
            continue
        last = found[-1] if found else None
        if last is not None and (last.state, last.inside) == (one.state, one.inside):
            found[-1] = replace(last, ends=one.ends)
        else:
            found.append(one)
    return found


def totals(of: Iterable[Span]) -> Totals:
    """Seconds of each kind."""
    sums = {"active": 0.0, "idle": 0.0, "gap": 0.0}
    inside = outside = 0.0
    for one in of:
        sums[one.state] += one.seconds
        inside += one.seconds if one.inside else 0.0
        outside += one.seconds if one.inside is False else 0.0
    return Totals(sum(sums.values()), sums["active"], sums["idle"], sums["gap"], inside, outside)


def idle_spells(of: Iterable[Span]) -> list[tuple[float, float]]:
    """When somebody stood still, inside or outside."""
    return _spells((one.starts, one.ends) for one in of if one.state == IDLE)


def outside_spells(of: Iterable[Span], rule: Track) -> list[tuple[float, float]]:
    """When somebody was outside the duty grid for `outside_seconds` or longer, standing or not."""
    found = _spells((one.starts, one.ends) for one in of if one.inside is False)
    return [(starts, ends) for starts, ends in found if ends - starts >= rule.outside_seconds]


def _spells(parts: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for starts, ends in parts:
        if found and found[-1][1] == starts:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((starts, ends))
    return found


@dataclass(frozen=True, slots=True)
class Hints:
    """What the collector is told now: standing still since, outside since; None: neither."""

    idle_since: float | None = None
    outside_since: float | None = None


def hints(of: Sequence[Span], rule: Track) -> Hints:
    """What holds at the end of the spans."""
    if not of or of[-1].state == GAP:
        return Hints()
    end = of[-1].ends
    idle = next((starts for starts, ends in idle_spells(of) if ends == end), None)
    outside = next((starts for starts, ends in outside_spells(of, rule) if ends == end), None)
    return Hints(idle, outside)


@dataclass(slots=True)
class Run:
    """Used fixes in a row without a gap, for the line on a map."""

    fixes: list[Spot] = field(default_factory=list)


def runs(sifted: Sifted, rule: Track) -> list[Run]:
    """The used fixes, parted where nothing is known."""
    found: list[Run] = []
    unknown = [True, *gaps(sifted, rule)] if sifted.used else []
    for fix, apart_ in zip(sifted.used, unknown, strict=True):
        if apart_:
            found.append(Run())
        found[-1].fixes.append(fix)
    return found
