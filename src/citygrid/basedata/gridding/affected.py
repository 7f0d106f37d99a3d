"""What stands on areas in packages above: they say here how much of theirs lies in a shape."""

from collections.abc import Callable

from shapely import Geometry

Counter = Callable[[Geometry], int]
"""A shape in degrees -> how many open cases lie outside it."""
_COUNTERS: list[Counter] = []


def count_outside_by(counter: Counter) -> None:
    """Called by a package above when it starts; the same function once."""
    if counter not in _COUNTERS:
        _COUNTERS.append(counter)


def open_outside(shape: Geometry) -> int | None:
    """How many open cases lie outside the shape; None when nobody counts."""
    return sum(counter(shape) for counter in _COUNTERS) if _COUNTERS else None
