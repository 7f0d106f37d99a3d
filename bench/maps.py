"""How fast layers are served among 1,000,000 points: vector tiles cold and warm, and a box of some 2,000 features.

The bare cost beside a tile is the statement that takes the same rows out of PostgreSQL; beside a box it is the same
rows in binary without shapes and GeoJSON. `python -m bench.maps` (makes and drops tables of its own in DATABASE_URL).
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

import numpy as np  # noqa: E402 - Django's settings come first
import shapely  # noqa: E402
from django.db import connection  # noqa: E402

from citygrid.maps import database, item_pages, metres, ogc_crs, reading, thinning, tiles  # noqa: E402
from citygrid.maps.listing import LayerView  # noqa: E402
from citygrid.maps.models import Layer  # noqa: E402
from citygrid.maps.reading import Ask  # noqa: E402
from citygrid.maps.sources import Property, Source  # noqa: E402
from citygrid.maps.thinning import Place  # noqa: E402
from citygrid.maps.tiling import SCHEMES  # noqa: E402
from citygrid.standards.coordinates import metric  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
NUMBER, CLASSES = 1_000_000, 150
LON, LAT, CRS = 121.5, 31.24, "EPSG:4549"
ZOOMS = (10, 11, 12, 13, 14, 15, 16, 17)
TILES = 12
COLUMNS = "t.code, t.lon, t.lat, t.class_id, t.name"


def rows(number: int = NUMBER) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    with _points(number):
        view = _view()
        return [*_tiles(view), *_box(view)]


@contextmanager
def _points(number: int) -> Iterator[None]:
    """A table like that of the components, in clusters as a city's are, and the city's projection."""
    chance = np.random.default_rng(1)
    lon, lat = LON + chance.normal(0, 0.12, number), LAT + chance.normal(0, 0.1, number)
    x, y = metric(CRS)(lon, lat)
    crs, metres.crs = metres.crs, lambda: CRS
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists bench_maps")
        cursor.execute(
            "create unlogged table bench_maps"
            " (code text, class_id text, name text, lon float8, lat float8, point point)"
        )
        with cursor.copy("copy bench_maps from stdin") as copy:
            kinds = chance.integers(0, CLASSES, number).tolist()
            for i, (a, b, c, d, kind) in enumerate(
                zip(lon.tolist(), lat.tolist(), x.tolist(), y.tolist(), kinds, strict=True)
            ):
                copy.write_row((f"{i:016d}", f"c{kind}", f"n{i}", a, b, f"({c!r},{d!r})"))
        del kinds, lon, lat, x, y  # a million numbers that each garbage collection while measuring would walk over
        cursor.execute("create unique index on bench_maps (code)")
        cursor.execute("create index on bench_maps (class_id, code)")
        cursor.execute("create index on bench_maps using gist (point)")
        cursor.execute("vacuum analyze bench_maps")
    try:
        yield
    finally:
        metres.crs = crs
        with connection.cursor() as cursor:
            cursor.execute("drop table bench_maps")


def _view() -> LayerView:
    source = Source(
        code="bench", title="", table="bench_maps t", key="t.code", kind="point", shape=None, lon="t.lon", lat="t.lat",
        point="t.point", state=lambda: "1",
        properties={"class_id": Property("t.class_id"), "name": Property("t.name")},
    )  # fmt: skip
    layer = Layer(
        code="bench", name="bench", kind="source", source="bench", changed_at=datetime(2024, 1, 1, tzinfo=UTC)
    )
    return LayerView(layer, source, "1")


def _tiles(view: LayerView) -> list[BenchRow]:
    places = _places()
    _each(places[:8], lambda place: tiles.encode(view, None, place))
    cold = _each(places, lambda place: tiles.encode(view, None, place))
    bare = _each(places, lambda place: _bare(view, place))
    keys = {place: [tiles.key_of(view, None, place)] for place in places}
    for place in places:
        tiles.parts_of([view], None, place, keys[place])
    warm = _each(places, lambda p: tiles.gzipped(tiles.parts_of([view], None, p, [tiles.key_of(view, None, p)])))
    one = Layer(code="one", name="one", kind="source", source="bench", filter={"class_id": "c7"},
                changed_at=view.layer.changed_at)  # fmt: skip
    rare = _each(places, lambda place: tiles.encode(LayerView(one, view.source, "1"), None, place))
    note = (
        f"{len(places)} tiles of zooms {ZOOMS[0]} to {ZOOMS[-1]} among 1,000,000 points, at most 2,000 each; one core"
    )
    return [
        ("tile, cold, p95", _p95(cold), "ms", _p95(bare), note + "; bare: the rows by SQL alone"),
        ("tile, cold, median", statistics.median(cold), "ms", statistics.median(bare), note),
        ("tile, kept, p95", _p95(warm), "ms", None, "the same tiles again, packed for a browser"),
        ("tile of one class in 150, cold, p95", _p95(rare), "ms", None, "a layer that shows 1 of 150 classes"),
    ]


def _places() -> list[Place]:
    chance, scheme, found = np.random.default_rng(2), SCHEMES["WebMercatorQuad"], []
    for zoom in ZOOMS:
        side = scheme.span / (1 << zoom)
        for _ in range(TILES):
            x, y = scheme.project(LON + chance.normal(0, 0.08), LAT + chance.normal(0, 0.07))
            found.append(
                Place(scheme, zoom, int((scheme.top - float(y)) // side), int((float(x) - scheme.left) // side))
            )
    return found


def _bare(view: LayerView, place: Place) -> int:
    """The rows of a tile as SQL takes them: all of a sparse one, one a cell of a dense one."""
    assert isinstance(view.source, Source)
    box, corners = reading.touching(view.source, place.degrees())
    with database.one_by_one():
        found = database.rows(f"select {COLUMNS} from bench_maps t where {box} limit {thinning.MOST + 1}", corners)
        if len(found) <= thinning.MOST:
            return len(found)
        sides = [side.tolist() for side in thinning._cells(place)]
        statement = (
            "select f.* from unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[]) c(w, s, e, n)"
            f" cross join lateral (select {COLUMNS} from bench_maps t"
            " where t.point <@ box(point(c.w, c.s), point(c.e, c.n))"
            " order by t.point <-> point((c.w + c.e) / 2, (c.s + c.n) / 2), t.code limit 1) f"
        )
        return len(database.rows(statement, sides))


def _box(view: LayerView) -> list[BenchRow]:
    assert isinstance(view.source, Source)
    half = 0.0063
    boxes = [shapely.box(LON + d - half, LAT - half, LON + d + half, LAT + half) for d in np.linspace(-0.05, 0.05, 20)]
    asks = [Ask(view.layer, view.source, None, reading.today(), area=[box], limit=10_000) for box in boxes]
    _each(asks, reading.page)
    found = _each(asks, reading.page)
    number = statistics.mean(len(reading.page(ask).items) for ask in asks)
    plain = ogc_crs.reference(None, "crs")
    whole = _each(asks, lambda ask: item_pages.collection_text(reading.page(ask).items, [], plain))

    def bare(ask: Ask) -> int:
        assert isinstance(view.source, Source)
        text, params = reading.touching(view.source, ask.area[0].bounds)
        return len(database.rows(f"select {COLUMNS} from bench_maps t where {text} order by t.code", params))

    alone = _each(asks, bare)
    note = f"{number:,.0f} of 1,000,000, by key; bare: the same rows by SQL alone"
    return [
        ("features of a box, median", statistics.median(found), "ms", statistics.median(alone), note),
        ("features of a box as GeoJSON, median", statistics.median(whole), "ms", statistics.median(alone), note),
    ]


def _each(over: list, work: Callable) -> list[float]:
    spent = []
    for one in over:
        begun = time.perf_counter()
        work(one)
        spent.append((time.perf_counter() - begun) * 1000)
    return spent


def _p95(values: list[float]) -> float:
    return float(np.percentile(values, 95))


if __name__ == "__main__":
    for name, value, unit, bare, note in rows():
        print(f"{name:40} {value:10,.1f} {unit:4} bare {bare or 0:10,.1f}  {note}")
