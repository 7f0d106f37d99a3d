"""Recurring places (问题高发点): where so many cases were received within metres of each other in so many days.

A place is a circle of so many metres around one of its cases with at least `least` cases in it. The circle with the
most cases is the first place; its cases are counted nowhere else, and the next is looked for among those that are left.
So a place stays one that a person can stand in: joined from neighbour to neighbour (DBSCAN, as it was) the cases of a
whole quarter are one where they lie dense. In metres of the city's projection."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
from uuid import UUID

import shapely
from shapely import STRtree

from citygrid.cases.database import Connection, cursor
from citygrid.evaluation.periods import Period

MOST = 50_000
"""So many cases are compared at once; more want a class, a district or fewer days."""
PAIRS = 4_000_000
"""So many pairs of cases that may be near each other: where thousands came at one spot, or the metres are many, each
case is near to all others, and memory ends before the answer does."""


@dataclass(frozen=True, slots=True)
class Here:
    """A case with its place: `x`, `y` in metres, `lon`, `lat` in degrees."""

    case: UUID
    number: str
    class_id: str
    unit: int | None
    community: int | None
    state: str
    received_at: datetime
    lon: float
    lat: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A recurring place: its cases, the first received first."""

    cases: tuple[Here, ...]

    @property
    def key(self) -> UUID:
        """Called after its first case."""
        return self.cases[0].case

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of its cases."""
        return sum(c.lon for c in self.cases) / len(self.cases), sum(c.lat for c in self.cases) / len(self.cases)

    @property
    def classes(self) -> list[tuple[str, int]]:
        return Counter(c.class_id for c in self.cases).most_common()

    @property
    def units(self) -> list[tuple[int | None, int]]:
        return Counter(c.unit for c in self.cases).most_common()


class TooManyError(ValueError):
    """More cases, or pairs of them, than are compared at once."""


def cases(connection: Connection, period: Period, seen: str, params: Sequence[object]) -> list[Here]:
    """Cases received in the period that count: with a place and a class, not refused, void or merged. TooManyError."""
    text = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.unit, c.community, c.state, c.received_at,
            c.lon::float8, c.lat::float8, c.point[0], c.point[1]
        from cases_case c where c.received_at >= %s and c.received_at < %s and c.point is not null
            and c.class_id is not null and c.state not in ('rejected', 'voided', 'merged') and {seen}
        order by c.received_at, c.id limit %s"""  # noqa: S608
    values = [period.start, period.cut, *params, MOST + 1]
    found = [Here(*row) for row in cursor(connection).execute(text.encode(), values).fetchall()]
    if len(found) > MOST:
        raise TooManyError(MOST)
    return found


def spots(found: Sequence[Here], metres: float, least: int) -> list[Spot]:
    """The recurring places among these cases (in order of receipt), the largest first, then the one begun last.
    TooManyError."""
    if _pairs(found, metres) > PAIRS:
        raise TooManyError(PAIRS)
    near = neighbours(found, metres)
    left = set(range(len(found)))
    most = [(-len(around), n) for n, around in enumerate(near) if len(around) >= least]
    heapify(most)
    made = []
    while most:
        had, n = heappop(most)
        if n not in left:
            continue
        here = [other for other in near[n] if other in left]
        if len(here) == -had:
            left.difference_update(here)
            made.append(Spot(tuple(found[other] for other in sorted(here))))
        elif len(here) >= least:  # others took some since: it waits for its turn
            heappush(most, (-len(here), n))
    return sorted(made, key=lambda spot: (-len(spot.cases), -spot.cases[-1].received_at.timestamp(), str(spot.key)))


def addresses(connection: Connection, of: Sequence[UUID]) -> dict[UUID, str]:
    """What the cases say where they are; none of those that say nothing, or whose words are forgotten."""
    text = """select c.id, a.plain from cases_head h join cases_case c on c.id = h.case_id and c.bucket = h.bucket
        join trust_redactable a on a.id = c.address_id where h.case_id = any(%s::uuid[]) and a.plain <> ''"""
    return dict(cursor(connection).execute(text, [list(of)]).fetchall())


def neighbours(found: Sequence[Here], metres: float) -> list[list[int]]:
    """For each case the cases within `metres` of it, itself among them."""
    near: list[list[int]] = [[] for _ in found]
    if not found:
        return near
    points = shapely.points([(one.x, one.y) for one in found])
    for one, other in STRtree(points).query(points, predicate="dwithin", distance=metres).T.tolist():
        near[one].append(other)
    return near


def _pairs(found: Sequence[Here], metres: float) -> int:
    """At most so many pairs are near each other: those of the same or of neighbouring squares of this side."""
    squares = Counter((int(one.x // metres), int(one.y // metres)) for one in found)
    around = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    return sum(n * squares.get((x + dx, y + dy), 0) for (x, y), n in squares.items() for dx, dy in around)
