"""Sources in memory, made ready for questions: shapes in a tree, by state and day."""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry, STRtree

from citygrid.maps.sources import Held

MOST = 24
"""Shelves kept: a few days of each kind of area."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All rows of a day in the order of their keys; `sizes`: the longer side of each box, in degrees."""

    keys: Sequence[str]
    shapes: NDArray[Any]
    properties: Sequence[Mapping[str, Any]]
    sizes: NDArray[np.float64]
    tree: STRtree

    def touching(self, shape: Geometry) -> list[int]:
        """Places of the rows that touch a shape, in the order of their keys."""
        return sorted(self.tree.query(shape, predicate="intersects").tolist())

    def place(self, key: str) -> int | None:
        """The place of a key."""
        at = bisect_left(self.keys, key)
        return at if at < len(self.keys) and self.keys[at] == key else None


_shelves: OrderedDict[tuple[str, str, date, date], Shelf] = OrderedDict()
_lock = threading.Lock()


def shelf(source: Held, day: date, until: date | None = None) -> Shelf:
    """The rows of a day, or of the days until another; read once for a state of the source."""
    key = (source.code, source.state(), day, until or day)
    with _lock:
        found = _shelves.get(key)
        if found is not None:
            _shelves.move_to_end(key)
            return found
    made = _make(source, day, until or day)
    with _lock:
        _shelves[key] = made
        while len(_shelves) > MOST:
            _shelves.popitem(last=False)
    return made


def _make(source: Held, day: date, until: date) -> Shelf:
    found = sorted(source.rows(day, until), key=lambda row: row.key)
    shapes = np.array([row.shape for row in found], dtype=object)
    boxes = np.asarray(shapely.bounds(shapes), dtype=np.float64).reshape(-1, 4)
    sizes = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return Shelf([row.key for row in found], shapes, [row.properties for row in found], sizes, STRtree(shapes))
