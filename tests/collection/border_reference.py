"""Who answers within the circle of a position: the same answers as `screens/border/sides.js`. Pure.

Written anew in another language from the same words, to be compared with what the phone says. All distances are metres
on a plane that touches the earth at the place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, inf, isfinite, radians
from typing import Any

METRES_A_DEGREE = 111_320.0
Point = Sequence[float]


@dataclass(frozen=True, slots=True)
class Side:
    """A body that answers, and how far away it begins: 0 where one stands. `code`: of the component that it owns."""

    body: int
    name: str
    metres: float
    code: str = ""


def flat(lon: float, lat: float, point: Point) -> tuple[float, float]:
    """(east, north) of a point in metres from a place."""
    return (point[0] - lon) * METRES_A_DEGREE * cos(radians(lat)), (point[1] - lat) * METRES_A_DEGREE


def metres_to_surface(lon: float, lat: float, rings: Iterable[Sequence[Point]]) -> float:
    """Metres from the place to a surface (the outer ring, then holes; closed, degrees): 0 inside."""
    inside, nearest = False, inf
    for ring in rings:
        points = [flat(lon, lat, one) for one in ring]
        for (ax, ay), (bx, by) in pairwise(points):
            nearest = min(nearest, _to_segment(ax, ay, bx, by))
            if (ay > 0) != (by > 0) and ax + (bx - ax) * -ay / (by - ay) > 0:
                inside = not inside
    return 0.0 if inside else nearest


def _to_segment(ax: float, ay: float, bx: float, by: float) -> float:
    dx, dy = bx - ax, by - ay
    long = dx * dx + dy * dy
    share = min(1.0, max(0.0, -(ax * dx + ay * dy) / long)) if long else 0.0
    return hypot(ax + share * dx, ay + share * dy)


def radius(accuracy: float | None, owners: Mapping[str, Any]) -> float:
    """The radius in which sides are looked for: the accuracy of the position, within the city's bounds."""
    least, most = owners["metres"]["least"], owners["metres"]["most"]
    return float(min(most, max(least, accuracy if accuracy is not None and isfinite(accuracy) else most)))


def sides(lon: float, lat: float, accuracy: float | None, class_id: str, owners: Mapping[str, Any]) -> list[Side]:
    """The sides within the circle, the nearest first; fewer than two: nothing to ask. Components of the class go before
    areas: an owner answers before a territory does (S0-25)."""
    within = radius(accuracy, owners)
    found = []
    for code, kind, _name, x, y, number in owners["components"]:
        far = hypot(*flat(lon, lat, (x, y))) if kind == class_id else inf
        if far <= within:
            found.append(_side(owners, number, far, code))
    if found:
        return _by_body(found)
    for answer, rings in owners["regions"]:
        number = owners["answers"][answer].get(class_id)
        far = metres_to_surface(lon, lat, rings) if number is not None else inf
        if far <= within:
            found.append(_side(owners, number, far, ""))
    return _by_body(found)


def _side(owners: Mapping[str, Any], number: int, far: float, code: str) -> Side:
    body, name = owners["bodies"][number]
    return Side(body, name, int(far * 10 + 0.5) / 10, code)


def _by_body(found: Iterable[Side]) -> list[Side]:
    best: dict[int, Side] = {}
    for one in found:
        known = best.get(one.body)
        if known is None or one.metres < known.metres:
            best[one.body] = one
    return sorted(best.values(), key=lambda one: (one.metres, one.body))
