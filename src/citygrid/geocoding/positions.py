"""Points found from others, in metres of the city's projection (x east, y north): pure geometry."""

import math

import numpy as np
import shapely
from shapely import Geometry, LineString, Point
from shapely.ops import nearest_points

Spot = tuple[float, float]
OPPOSITE_LEAST_M = 12.0
OPPOSITE_MOST_M = 120.0


def moved(spot: Spot, bearing: float, metres: float) -> Spot:
    """So many metres further in a direction, degrees from north."""
    angle = math.radians(bearing)
    return spot[0] + metres * math.sin(angle), spot[1] + metres * math.cos(angle)


def bearing(start: Spot, end: Spot) -> float:
    """The direction from one spot to another, degrees from north, 0 up to 360."""
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1])) % 360


def edge(shape: Geometry, bearing_: float) -> Spot:
    """Where a straight line from the middle of a shape in a direction leaves it for good (its gate on that side)."""
    west, south, east, north = shape.bounds
    middle = shape.centroid
    reach = math.hypot(east - west, north - south) + 1
    ray = LineString([(middle.x, middle.y), moved((middle.x, middle.y), bearing_, reach)])
    outline = shape.boundary if shape.area else shape
    met = shapely.get_coordinates(shapely.intersection(ray, outline))
    if not len(met):
        return middle.x, middle.y
    far = met[np.argmax(np.hypot(met[:, 0] - middle.x, met[:, 1] - middle.y))]
    return float(far[0]), float(far[1])


def opposite(spot: Spot, road: Geometry, own: Geometry | None = None) -> Spot:
    """The other side of a road: mirrored at the point of the road that is nearest. With the building's own shape the
    distance is taken from its edge, so that the answer lies across the road and not behind the next house."""
    start = Point(spot)
    on_road, near = nearest_points(road, own if own is not None else start)
    away = max(OPPOSITE_LEAST_M, min(OPPOSITE_MOST_M, on_road.distance(near)))
    length = math.hypot(on_road.x - near.x, on_road.y - near.y) or 1.0
    return (
        on_road.x + (on_road.x - near.x) / length * away,
        on_road.y + (on_road.y - near.y) / length * away,
    )


def between(first: Geometry, second: Geometry, along: Geometry | None = None) -> Spot:
    """Halfway between two shapes where they are nearest; with a road, on that road."""
    a, b = nearest_points(first, second)
    middle = Point((a.x + b.x) / 2, (a.y + b.y) / 2)
    if along is not None:
        middle, _ = nearest_points(along, middle)
    return middle.x, middle.y


def meetings(first: Geometry, second: Geometry, apart: float) -> list[Spot]:
    """Where two lines meet, points nearer than `apart` taken as one (the lanes of a wide crossing)."""
    met = shapely.intersection(first, second)
    if met.is_empty:
        return []
    spots = [
        (part.x, part.y) if part.geom_type == "Point" else (part.centroid.x, part.centroid.y)
        for part in shapely.get_parts(met)
    ]
    return clustered(sorted(spots), apart)


def clustered(spots: list[Spot], apart: float) -> list[Spot]:
    """The middles of groups of spots that hang together by steps of at most `apart`."""
    groups: list[list[Spot]] = []
    for spot in spots:
        near = [g for g in groups if any(math.dist(spot, one) <= apart for one in g)]
        joined = [spot, *(one for group in near for one in group)]
        groups = [g for g in groups if g not in near] + [joined]
    return [(sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]


def approach(first: Geometry, second: Geometry) -> tuple[Spot, float]:
    """Halfway between two lines that do not meet, where they come nearest, and how far apart they are there."""
    a, b = nearest_points(first, second)
    return ((a.x + b.x) / 2, (a.y + b.y) / 2), float(a.distance(b))
