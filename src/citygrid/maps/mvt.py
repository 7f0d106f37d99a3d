"""Mapbox Vector Tiles 2.1, written by numpy. Pure: shapes come in the tile's own units, bytes go out.

The coordinates of all features are zigzag-coded and turned into varints in one go; a feature then is a slice of the
bytes."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
MOVE, DRAW, CLOSE = 1, 2, 7
Ints = NDArray[np.int64]


@dataclass(slots=True)
class TileLayer:
    """A layer of a tile while it is written."""

    name: str
    features: list[bytes] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    values: dict[tuple[type, Any], int] = field(default_factory=dict)

    def add(self, kind: int, geometry: bytes, properties: Mapping[str, Any], number: int | None = None) -> None:
        """One feature with its commands (varints)."""
        tags = b"".join(
            varint(self.keys.setdefault(name, len(self.keys)))
            + varint(self.values.setdefault((type(value), value), len(self.values)))
            for name, value in properties.items()
            if value is not None
        )
        body = b"" if number is None else b"\x08" + varint(number)
        if tags:
            body += b"\x12" + varint(len(tags)) + tags
        body += b"\x18" + bytes([kind]) + b"\x22" + varint(len(geometry)) + geometry
        self.features.append(b"\x12" + varint(len(body)) + body)

    def encoded(self) -> bytes:
        """The layer as a field of a tile."""
        name = self.name.encode()
        parts = [b"\x78\x02\x0a", varint(len(name)), name, *self.features]
        for key in self.keys:
            text = key.encode()
            parts += [b"\x1a", varint(len(text)), text]
        for _, value in self.values:
            coded = _value(value)
            parts += [b"\x22", varint(len(coded)), coded]
        parts += [b"\x28", varint(EXTENT)]
        body = b"".join(parts)
        return b"\x1a" + varint(len(body)) + body


def varint(number: int) -> bytes:
    """An unsigned number in the form of protocol buffers."""
    if number < 0x80:
        return bytes((number,))
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x38\x01" if value else b"\x38\x00"
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        if value < 0:
            return b"\x30" + varint((value << 1) ^ (value >> 63))
        return b"\x28" + varint(value)
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    text = str(value).encode()
    return b"\x0a" + varint(len(text)) + text


def points(x: Ints, y: Ints) -> list[bytes]:
    """One point each: commands of points with these tile coordinates."""
    at = np.column_stack((x, y))
    one = np.ones(len(at), np.int64)
    return [coded for _, coded in _coded(POINT, at, one, np.arange(len(at)))]


def geometries(shapes: Any) -> list[tuple[int, int, bytes]]:
    """(place, kind, commands) of what is left of each shape in whole numbers of the tile (y down).

    Shapes are None, empty or of one dimension (no collections)."""
    shapes = np.asarray(shapes, dtype=object)
    dimension = shapely.get_dimensions(shapes)
    found = []
    for kind, ours in ((POINT, 0), (LINE, 1), (POLYGON, 2)):
        places = np.flatnonzero((dimension == ours) & ~shapely.is_empty(shapes))
        if len(places):
            found += [(int(places[owner]), kind, coded) for owner, coded in _PATHS[kind](shapes[places])]
    return sorted(found, key=lambda one: one[0])


def _of_points(shapes: Any) -> list[tuple[int, bytes]]:
    at, owners = shapely.get_coordinates(shapes, return_index=True)
    _, sizes = np.unique(owners, return_counts=True)
    return _coded(POINT, _whole(at), sizes, np.unique(owners))


def _of_lines(shapes: Any) -> list[tuple[int, bytes]]:
    parts, owners = shapely.get_parts(shapes, return_index=True)
    at, paths = _once(*shapely.get_coordinates(parts, return_index=True))
    sizes = np.bincount(paths, minlength=len(parts))
    keep = sizes > 1
    return _coded(LINE, at[keep[paths]], sizes[keep], owners[keep])


def _of_polygons(shapes: Any) -> list[tuple[int, bytes]]:
    """The outer ring clockwise as seen (positive by the surveyor's formula with y down), inner ones the other way."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    at, paths = _once(*shapely.get_coordinates(rings, return_index=True))
    closing = np.append(paths[1:] != paths[:-1], True)
    at, paths = at[~closing], paths[~closing]
    sizes = np.bincount(paths, minlength=len(rings))
    starts = np.cumsum(sizes) - sizes
    areas = _areas(at, paths, sizes, starts)
    outer = np.append(True, part_of[1:] != part_of[:-1])
    good = (sizes > 2) & (areas != 0)
    gone = np.zeros(len(parts), bool)
    gone[part_of[outer & ~good]] = True
    keep = good & ~gone[part_of]
    turned = (areas > 0) != outer
    step = np.arange(len(at))
    from_ = np.where(turned[paths], 2 * starts[paths] + sizes[paths] - 1 - step, step)
    return _coded(POLYGON, at[from_][keep[paths]], sizes[keep], owners[part_of[keep]])


_PATHS = {POINT: _of_points, LINE: _of_lines, POLYGON: _of_polygons}


def _areas(at: Ints, paths: Ints, sizes: Ints, starts: Ints) -> Ints:
    """Twice the surface of each ring (closing point left out), with its sign."""
    following = np.arange(1, len(at) + 1)
    last = starts[sizes > 0] + sizes[sizes > 0] - 1
    following[last] = starts[sizes > 0]
    after = at[following] if len(at) else at
    terms = at[:, 0] * after[:, 1] - after[:, 0] * at[:, 1]
    found = np.zeros(len(sizes), np.int64)
    np.add.at(found, paths, terms)
    return found


def _whole(at: NDArray[np.float64]) -> Ints:
    return np.rint(at).astype(np.int64)


def _once(at: NDArray[np.float64], paths: Ints) -> tuple[Ints, Ints]:
    """Whole numbers without points that repeat the one before in their path."""
    whole = _whole(at)
    changed = np.any(whole[1:] != whole[:-1], axis=1) | (paths[1:] != paths[:-1])
    keep = np.concatenate(([True], changed)) if len(whole) else np.zeros(0, bool)
    return whole[keep], paths[keep]


def _coded(kind: int, at: Ints, sizes: Ints, owners: Ints) -> list[tuple[int, bytes]]:
    """The commands of each owner. `at`: all points, path after path; `sizes`, `owners` of each path, in order."""
    if not len(sizes):
        return []
    starts = np.cumsum(sizes) - sizes
    path = np.repeat(np.arange(len(sizes)), sizes)
    steps = np.diff(at, axis=0, prepend=np.zeros((1, 2), np.int64))
    first_paths = np.append(True, owners[1:] != owners[:-1])
    begins = starts[first_paths]
    steps[begins] = at[begins]
    steps = _zigzag(steps)
    length = 1 + 2 * sizes if kind == POINT else 2 * sizes + (2 if kind == LINE else 3)
    ends = np.cumsum(length)
    offset = ends - length
    words = np.zeros(int(ends[-1]), np.int64)
    number = np.arange(len(at)) - starts[path]
    if kind == POINT:
        words[offset] = MOVE | sizes << 3
        place = offset[path] + 1 + 2 * number
    else:
        words[offset] = MOVE | 1 << 3
        words[offset + 3] = DRAW | (sizes - 1) << 3
        place = offset[path] + np.where(number == 0, 1, 2 + 2 * number)
        if kind == POLYGON:
            words[ends - 1] = CLOSE | 1 << 3
    words[place], words[place + 1] = steps[:, 0], steps[:, 1]
    data, byte_ends = _varints(words)
    last = byte_ends[ends[np.append(first_paths[1:], True)] - 1].tolist()
    return [(owner, data[a:b]) for owner, a, b in zip(owners[first_paths].tolist(), [0, *last[:-1]], last, strict=True)]


def _zigzag(values: Ints) -> Ints:
    return (values << 1) ^ (values >> 63)


def _varints(words: Ints) -> tuple[bytes, Ints]:
    """All words as varints, and where each ends."""
    lengths = np.ones(len(words), np.int64)
    for bits in (7, 14, 21, 28):
        lengths += words >= 1 << bits
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    data = np.zeros(total, np.uint8)
    starts = ends - lengths
    for step in range(int(lengths.max()) if len(lengths) else 0):
        here = lengths > step
        part = (words[here] >> 7 * step) & 0x7F
        data[starts[here] + step] = part | np.where(lengths[here] > step + 1, 0x80, 0)
    return data.tobytes(), ends
