"""A patrol counted second by second from its fixes, by the definitions of docs/collection.md alone: plain loops over
plain numbers, to compare with what the product counts by spans, arrays and trees."""

import math
from dataclasses import dataclass, field
from itertools import pairwise

Place = tuple[float, float]
Ring = list[Place]


@dataclass
class Counted:
    """Seconds of each kind, and how many grids and squares."""

    active: int = 0
    idle: int = 0
    gap: int = 0
    inside: int = 0
    outside: int = 0
    jumps: int = 0
    grids_visited: int = 0
    squares: int = 0
    squares_seen: int = 0
    visited: list[bool] = field(default_factory=list)


def count(fixes, starts, ends, duty, grids, rules) -> Counted:
    """`fixes`: (second, x, y) in the order of time, all within starts..ends; `duty`: rings of the duty grids;
    `grids`: one ring for each unit grid; metres and whole seconds. `rules`: sections of patrol.toml."""
    track, coverage = rules["track"], rules["coverage"]
    used, leaps, jumps = _used(fixes, track)
    unknown = [n + 1 in leaps or b[0] - a[0] > track["gap_seconds"] for n, (a, b) in enumerate(pairwise(used))]
    stands = _standing(used, unknown, track)
    near = [any(distance(ring, fix[1:]) <= track["edge_metres"] for ring in duty) for fix in used]
    found = Counted(jumps=jumps)
    for second in range(starts, ends):
        state, inside = _at(second, starts, ends, used, unknown, stands, near, track["gap_seconds"])
        setattr(found, state, getattr(found, state) + 1)
        if state != "gap":
            found.inside += inside
            found.outside += not inside
    _cover(found, used, unknown, duty, grids, coverage)
    return found


def _used(fixes, track):
    """Those that count, before which of them nothing is known, how many are jumps."""
    used, waiting, leaps, jumps = [], [], set(), 0

    def reached(a, b):
        return math.dist(a[1:], b[1:]) <= track["jump_metres_a_second"] * (b[0] - a[0])

    for fix in fixes:
        if not used or reached(used[-1], fix):
            used.append(fix)
            jumps += len(waiting)
            waiting = []
            continue
        if waiting and not reached(waiting[-1], fix):
            jumps += len(waiting)
            waiting = []
        waiting.append(fix)
        if len(waiting) == track["jump_fixes"]:
            leaps.add(len(used))
            used += waiting
            waiting = []
    return used, leaps, jumps + len(waiting)


def _standing(used, unknown, track):
    """For the time after each used fix whether it belongs to a stay."""
    stands = [False] * len(used)
    first = 0
    while first < len(used):
        last = first
        for n in range(first + 1, len(used)):
            if unknown[n - 1] or math.dist(used[first][1:], used[n][1:]) > track["idle_metres"]:
                break
            last = n
        if last > first and used[last][0] - used[first][0] >= track["idle_seconds"]:
            stands[first:last] = [True] * (last - first)
            first = last
        else:
            first += 1
    return stands


def _at(second, starts, ends, used, unknown, stands, near, gap):
    """State of one second, and whether inside."""
    if not used:
        return "gap", False
    before = [n for n, fix in enumerate(used) if fix[0] <= second]
    if not before:
        known = used[0][0] - starts <= gap
        state = "idle" if stands[0] else "active"
        return (state, near[0]) if known else ("gap", False)
    n = before[-1]
    if n == len(used) - 1:
        known = ends - used[n][0] <= gap
        state = "idle" if n and stands[n - 1] else "active"
        return (state, near[n]) if known else ("gap", False)
    if unknown[n]:
        return "gap", False
    return ("idle" if stands[n] else "active"), near[n]


def _cover(found, used, unknown, duty, grids, rule):
    step = int(rule["step_seconds"])
    spots = []
    for n, (a, b) in enumerate(pairwise(used)):
        if unknown[n]:
            continue
        for second in range(a[0], b[0]):
            if second % step == 0:
                share = (second - a[0]) / (b[0] - a[0])
                spots.append((a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share))
    for ring in grids:
        seconds = sum(step for spot in spots if distance(ring, spot) <= rule["visit_metres"])
        found.visited.append(seconds >= rule["visit_seconds"])
    found.grids_visited = sum(found.visited)
    side = rule["cell_metres"]
    corners = [place for ring in duty for place in ring]
    for column in range(_low(corners, 0, side), _high(corners, 0, side)):
        for row in range(_low(corners, 1, side), _high(corners, 1, side)):
            middle = ((column + 0.5) * side, (row + 0.5) * side)
            if any(within(ring, middle) for ring in duty):
                found.squares += 1
                found.squares_seen += any(math.dist(spot, middle) <= rule["reach_metres"] for spot in spots)


def _low(corners, axis, side):
    return math.floor(min(place[axis] for place in corners) / side)


def _high(corners, axis, side):
    return math.ceil(max(place[axis] for place in corners) / side)


def within(ring: Ring, place: Place) -> bool:
    """Crossings of a ray to the east."""
    odd = False
    for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
        if (ay > place[1]) != (by > place[1]) and place[0] < ax + (place[1] - ay) / (by - ay) * (bx - ax):
            odd = not odd
    return odd


def distance(ring: Ring, place: Place) -> float:
    """Metres to a ring, 0 within it."""
    if within(ring, place):
        return 0.0
    least = math.inf
    for a, b in pairwise([*ring, ring[0]]):
        long = math.dist(a, b) ** 2
        along = ((place[0] - a[0]) * (b[0] - a[0]) + (place[1] - a[1]) * (b[1] - a[1])) / long if long else 0.0
        along = min(1.0, max(0.0, along))
        least = min(least, math.dist(place, (a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1]))))
    return least
