"""Vector tiles of layers: made of the rows of `thinning`, kept in memory by the layer's state.

A kept tile is found by the state of its data and rules, by what the person may see of it, and by its place: nothing
must be thrown away when data changes, it is just not asked for any more."""

import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import shapely
import shapely.errors

from citygrid.maps import mvt, reading, thinning
from citygrid.maps.listing import LayerView
from citygrid.maps.mvt import EXTENT, TileLayer
from citygrid.maps.reading import Ask
from citygrid.maps.sources import Held
from citygrid.maps.thinning import Place, Rows
from citygrid.organization.seats import Signed

KEPT_BYTES = 64 * 1024 * 1024
LONGEST = 120
"""Characters of a text in a tile; longer ones are for the feature's own page."""
HEAD, END = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", b"\x03\x00"
EDGE = EXTENT * thinning.MARGIN
SIMPLIFY = 2.0
"""Of the 4,096 parts of a tile's side: a quarter of a pixel."""


@dataclass(frozen=True, slots=True)
class Part:
    """A layer of a tile: its bytes, and the same as a deflate stream that can be followed by another."""

    plain: bytes
    deflated: bytes

    @classmethod
    def of(cls, plain: bytes) -> "Part":
        if not plain:
            return cls(b"", b"")
        packer = zlib.compressobj(5, wbits=-15)
        return cls(plain, packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH))

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.deflated) + 200


class Cache:
    """Parts by key; the ones longest not used go first."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self._kept: OrderedDict[str, Part] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Part | None:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: str, value: Part) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self.size += value.size - (before.size if before else 0)
            self._kept[key] = value
            while self.size > self.most and self._kept:
                _, gone = self._kept.popitem(last=False)
                self.size -= gone.size

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.size = 0


CACHE = Cache(KEPT_BYTES)


def key_of(view: LayerView, signed: Signed | None, place: Place) -> str:
    """What the tile depends on, as a text; also the ETag."""
    scope: Any = ""
    if view.source is not None and not isinstance(view.source, Held):
        scope = view.source.scope(signed)
    facts = (view.layer.code, view.state, reading.today().isoformat(), signed is not None, scope,
             place.scheme.code, place.zoom, place.row, place.column)  # fmt: skip
    return sha256(repr(facts).encode()).hexdigest()[:32]


def joined(keys: Sequence[str]) -> str:
    """One key for several layers together."""
    return sha256("".join(keys).encode()).hexdigest()[:32]


def parts_of(views: Sequence[LayerView], signed: Signed | None, place: Place, keys: Sequence[str]) -> list[Part]:
    """The MVT layer of each map layer, kept or made anew. `keys`: of `key_of`."""
    found = []
    for view, key in zip(views, keys, strict=True):
        part = CACHE.get(key)
        if part is None:
            part = Part.of(encode(view, signed, place))
            CACHE.put(key, part)
        found.append(part)
    return found


def gzipped(parts: Sequence[Part]) -> bytes:
    """The parts as one gzip member (browsers read no more than one), without packing anything again: deflate streams
    that end at a flush may follow each other."""
    total, length = 0, 0
    for part in parts:
        total, length = zlib.crc32(part.plain, total), length + len(part.plain)
    tail = END + struct.pack("<II", total, length & 0xFFFFFFFF)
    return b"".join([HEAD, *(part.deflated for part in parts), tail])


def encode(view: LayerView, signed: Signed | None, place: Place) -> bytes:
    """One layer of the tile; empty bytes when nothing is there."""
    assert view.source is not None, "an external layer has no tiles"
    ask = Ask(view.layer, view.source, signed, reading.today())
    found = thinning.rows_of(ask, place)
    layer = TileLayer(view.layer.code)
    if found.shapes is None:
        _points(layer, found, place)
    else:
        _shapes(layer, found, place)
    return layer.encoded() if layer.features else b""


def _points(layer: TileLayer, found: Rows, place: Place) -> None:
    west, south, east, north = place.scheme.box(place.zoom, place.column, place.row)
    if not found.keys:
        return
    x, y = place.scheme.project(np.array(found.lon), np.array(found.lat))
    across, down = (x - west) / (east - west) * EXTENT, (north - y) / (north - south) * EXTENT
    inside = (across >= 0) & (across < EXTENT) & (down >= 0) & (down < EXTENT)
    at = np.flatnonzero(inside)
    coded = mvt.points(np.floor(across[at]).astype(np.int64), np.floor(down[at]).astype(np.int64))
    for place_, geometry in zip(at.tolist(), coded, strict=True):
        _add(layer, mvt.POINT, geometry, found, place_)


def _shapes(layer: TileLayer, found: Rows, place: Place) -> None:
    west, _, east, north = place.scheme.box(place.zoom, place.column, place.row)
    scale = EXTENT / (east - west)

    def onto(at: Any) -> Any:
        x, y = place.scheme.project(at[:, 0], at[:, 1])
        return np.column_stack(((x - west) * scale, (north - y) * scale))

    if not found.keys:
        return
    shapes = shapely.transform(np.array(found.shapes, dtype=object), onto)
    clipped, places = _plain(_clipped(shapes))
    for at, kind, coded in mvt.geometries(clipped):
        _add(layer, kind, coded, found, int(places[at]))


def _clipped(shapes: Any) -> Any:
    edges = (-EDGE, -EDGE, EXTENT + EDGE, EXTENT + EDGE)
    flat = shapely.simplify(shapes, SIMPLIFY, preserve_topology=False)
    shapes = np.where(shapely.is_empty(flat) | shapely.is_missing(flat), shapes, flat)
    try:
        return shapely.clip_by_rect(shapes, *edges)
    except shapely.errors.GEOSException:
        return shapely.intersection(shapely.make_valid(shapes), shapely.box(*edges))


def _plain(shapes: Any) -> tuple[Any, Any]:
    """The shapes with collections taken apart, and whose each is."""
    places = np.arange(len(shapes))
    mixed = shapely.get_type_id(shapes) == 7
    if not mixed.any():
        return shapes, places
    parts, owners = shapely.get_parts(shapes[mixed], return_index=True)
    return np.concatenate((shapes[~mixed], parts)), np.concatenate((places[~mixed], places[mixed][owners]))


def _add(layer: TileLayer, kind: int, geometry: bytes, found: Rows, number: int) -> None:
    key = found.keys[number]
    properties = {"key": key, **_drawn(found.properties[number])}
    if found.thinned:
        properties["thinned"] = True
    layer.add(kind, geometry, properties, int(key) if key.isascii() and key.isdigit() and len(key) <= 15 else None)


def _drawn(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in properties.items()
        if name != "key" and isinstance(value, str | bool | int | float) and len(str(value)) <= LONGEST
    }
