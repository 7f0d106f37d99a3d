"""Vector tiles, read by a decoder that is not ours: what is drawn, what is thinned, what is kept in memory."""

import zlib

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from citygrid.maps import features, held, listing, metres, mvt, reading, register, tiles
from citygrid.maps.features import Draft
from citygrid.maps.thinning import MOST
from citygrid.maps.tiling import SCHEMES
from tests.maps.world import LAT, LON

WEB = SCHEMES["WebMercatorQuad"]


def address(code, zoom, lon=LON, lat=LAT, scheme=WEB):
    x, y = scheme.project(lon, lat)
    side = scheme.span / (1 << zoom)
    column, row = int((float(x) - scheme.left) // side), int((scheme.top - float(y)) // side)
    return f"/ogc/collections/{code}/tiles/{scheme.code}/{zoom}/{row}/{column}", (zoom, column, row)


def decoded(answer):
    """Layers with tile coordinates, y down as they are written."""
    return mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True}) if answer.content else {}


def placed(scheme, at, x, y):
    """Degrees of a tile coordinate."""
    west, south, east, north = scheme.box(*at)
    return scheme.degrees(west + x / 4096 * (east - west), north - y / 4096 * (north - south))


@pytest.mark.parametrize("code", sorted(SCHEMES))
def test_points_stand_where_they_are_in_every_tile_matrix_set(world, owner, code):
    drafts = world.points(300)
    world.layer("lamps", drafts)
    scheme = SCHEMES[code]
    path, at = address("lamps", 13, scheme=scheme)
    found = decoded(owner.get(path))["lamps"]["features"]
    west, south, east, north = scheme.box_degrees(*at)
    inside = {d.key: d for d in drafts if west <= d.shape.x < east and south < d.shape.y <= north}
    assert len(inside) > 20 and {one["properties"]["key"] for one in found} == set(inside)
    for one in found:
        draft = inside[one["properties"]["key"]]
        lon, lat = placed(scheme, at, *one["geometry"]["coordinates"])
        step = (east - west) / 4096
        assert abs(lon - draft.shape.x) <= step and abs(lat - draft.shape.y) <= step
        assert one["properties"] == {"key": draft.key, **draft.properties} and one["id"] == int(draft.key)


def test_neighbouring_tiles_share_no_point_and_lose_none(world, owner):
    world.layer("lamps", world.points(900, size=0.05))
    zoom, keys = 13, []
    _, (_, column, row) = address("lamps", zoom)
    for c in range(column - 3, column + 4):
        for r in range(row - 3, row + 4):
            layers = decoded(owner.get(f"/ogc/collections/lamps/tiles/WebMercatorQuad/{zoom}/{r}/{c}"))
            keys += [one["properties"]["key"] for one in layers.get("lamps", {"features": []})["features"]]
    assert len(keys) == len(set(keys)) == 900


def test_a_dense_tile_is_thinned_evenly_and_always_the_same(world, owner):
    world.layer("lamps", world.points(6000, size=0.01))
    world.layer("others", world.points(9000, seed=5, size=0.01))
    path, at = address("lamps", 12)
    first = decoded(owner.get(path))["lamps"]["features"]
    tiles.CACHE.clear()
    assert decoded(owner.get(path))["lamps"]["features"] == first
    assert 0 < len(first) <= MOST and all(one["properties"]["thinned"] is True for one in first)
    keys = [one["properties"]["key"] for one in first]
    assert len(keys) == len(set(keys))
    near, _ = address("lamps", 17)
    close = decoded(owner.get(near))["lamps"]["features"]
    assert close and not any("thinned" in one["properties"] for one in close)
    # Evenly: at a zoom where the tile is full, each quarter of the tile has about as many as any other.
    path, _ = address("lamps", 15)
    full = decoded(owner.get(path))["lamps"]["features"]
    if any("thinned" in one["properties"] for one in full):
        quarters = np.histogram2d(*np.array([one["geometry"]["coordinates"] for one in full]).T, bins=2)[0]
        assert quarters.min() > quarters.max() / 3
    assert at[0] == 12


def test_a_rare_kind_among_many_is_found_whole(world, owner):
    """A layer that shows little of a table with many other rows loses nothing to thinning."""
    many = world.points(9000, size=0.01)
    world.layer("many", many)
    rare = [Draft(f"r{i:03d}", {"kind": "rare"}, d.shape) for i, d in enumerate(many[:150])]
    world.layer("rare", rare)
    path, _ = address("rare", 11)
    found = decoded(owner.get(path))["rare"]["features"]
    assert len(found) == 150 and not any("thinned" in one["properties"] for one in found)


def test_of_polygons_the_largest_are_kept(world, owner):
    chance = np.random.default_rng(3)
    drafts = []
    for i in range(4500):
        lon, lat = LON + (chance.random() - 0.5) * 0.05, LAT + (chance.random() - 0.5) * 0.05
        half = 0.0002 + 0.0000001 * i
        drafts.append(Draft(f"{i:05d}", {"name": str(i)}, shapely.box(lon - half, lat - half, lon + half, lat + half)))
    world.layer("blocks", drafts)
    path, at = address("blocks", 12)
    found = decoded(owner.get(path))["blocks"]["features"]
    inside = [d for d in drafts if d.shape.intersects(shapely.box(*WEB.box_degrees(*at)))]
    assert len(found) <= MOST < len(inside)
    kept = {one["properties"]["key"] for one in found}
    assert kept <= {d.key for d in drafts} and min(kept) > min(d.key for d in inside)


def test_polygons_with_holes_and_lines_keep_their_shape_and_winding(world, owner):
    ring = shapely.box(LON - 0.004, LAT - 0.004, LON + 0.004, LAT + 0.004)
    hole = shapely.box(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001)
    line = shapely.LineString([(LON - 0.02, LAT - 0.02), (LON + 0.02, LAT + 0.02)])
    shapes = [shapely.difference(ring, hole), shapely.reverse(shapely.difference(ring, hole)), line]
    world.layer("mixed", [Draft(f"{i}", {}, shape) for i, shape in enumerate(shapes)])
    path, at = address("mixed", 14)
    found = {one["properties"]["key"]: one for one in decoded(owner.get(path))["mixed"]["features"]}
    assert {one["geometry"]["type"] for one in found.values()} == {"Polygon", "LineString"}
    west, south, east, north = WEB.box(*at)
    scale, more = (east - west) / 4096, (east - west) / 64
    flat = shapely.transform(shapes[0], lambda at: np.column_stack(WEB.project(at[:, 0], at[:, 1])))
    cut = flat.intersection(shapely.box(west - more, south - more, east + more, north + more))
    for key in "01":
        outer, inner = found[key]["geometry"]["coordinates"]
        assert abs(shapely.Polygon(outer, [inner]).area * scale**2 / cut.area - 1) < 0.01
        # y down: the outer ring is positive by the surveyor's formula, the inner one negative
        assert shapely.LinearRing(outer).is_ccw is not shapely.LinearRing(inner).is_ccw
    first, turned = (shapely.Polygon(c[0], c[1:]) for c in (found[k]["geometry"]["coordinates"] for k in "01"))
    assert first.equals(turned)


def test_several_layers_in_one_tile_and_packed_for_browsers(world, owner):
    world.layer("lamps", world.points(50))
    _, (zoom, column, row) = address("lamps", 14)
    path = f"/ogc/tiles/WebMercatorQuad/{zoom}/{row}/{column}?collections=lamps,grid,roads&v=1"
    plain = owner.get(path)
    packed = owner.get(path, headers={"Accept-Encoding": "gzip"})
    assert set(decoded(plain)) == {"lamps", "grid", "roads"}
    assert packed["Content-Encoding"] == "gzip" and _gunzipped_once(packed.content) == plain.content
    assert "max-age=86400" in plain["Cache-Control"] and "private" in plain["Cache-Control"]
    assert owner.get(path, headers={"If-None-Match": plain["ETag"]}).status_code == 304


def _gunzipped_once(content):
    """As a browser does: one member, nothing after it."""
    reader = zlib.decompressobj(wbits=31)
    found = reader.decompress(content)
    assert reader.eof and not reader.unused_data
    return found


def test_a_tile_is_kept_until_the_data_changes(world, owner, monkeypatch):
    layer = world.layer("lamps", world.points(50))
    path, _ = address("lamps", 13)
    before = owner.get(path)
    monkeypatch.setattr(tiles, "encode", None)
    assert owner.get(path).content == before.content  # not made again
    monkeypatch.undo()
    assert features.keep(layer, world.points(60), metres.city()) == (60, True)
    after = owner.get(path)
    assert after["ETag"] != before["ETag"] and len(decoded(after)["lamps"]["features"]) > len(
        decoded(before)["lamps"]["features"]
    )


def test_a_kept_tile_is_not_given_to_somebody_who_may_not_see_it(world, owner, unit, stranger):
    world.layer("secret", world.points(50), sharing="centre")
    path, _ = address("secret", 13)
    assert owner.get(path).status_code == 200
    assert unit.get(path).status_code == stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["WebMercatorQuad/3/8/0", "WebMercatorQuad/3/0/8", "WebMercatorQuad/30/0/0", "Own/1/0/0"]
)
def test_a_tile_outside_of_the_set_is_not_there(world, owner, path):
    world.layer("lamps", world.points(5))
    assert owner.get(f"/ogc/collections/lamps/tiles/{path}").status_code == 404


def test_the_cache_forgets_what_was_not_used_for_longest():
    cache = tiles.Cache(10_000)
    for number in range(100):
        cache.put(str(number), tiles.Part(b"x" * 500, b""))
        cache.get("0")
    assert cache.size <= 10_000 and cache.get("0") is not None and cache.get("1") is None
    cache.put("0", tiles.Part(b"", b""))
    assert cache.size == sum(part.size for part in cache._kept.values())


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31, 2**53, -1, -(2**40), 1.5, True, False, "", "井盖"])
def test_values_are_read_as_they_were_written(value):
    layer = mvt.TileLayer("t")
    layer.add(mvt.POINT, mvt.points(np.array([5]), np.array([7]))[0], {"v": value, "none": None})
    found = mapbox_vector_tile.decode(layer.encoded(), default_options={"y_coord_down": True})["t"]["features"][0]
    assert found["properties"] == {"v": value} and type(found["properties"]["v"]) is type(value)
    assert found["geometry"]["coordinates"] == [5, 7]


def test_degenerate_shapes_are_left_out_and_multi_shapes_kept():
    shapes = [
        shapely.LineString([(0, 0), (0.2, 0.1)]),
        shapely.Polygon([(0, 0), (0.3, 0), (0.3, 0.3)]),
        shapely.MultiPoint([(1, 2), (3, 4)]),
        shapely.MultiLineString([[(0, 0), (10, 0)], [(5, 5), (5, 9), (7, 9)]]),
        shapely.MultiPolygon([shapely.box(0, 0, 4, 4), shapely.box(10, 10, 14, 14)]),
        shapely.Point(),
    ]
    layer = mvt.TileLayer("t")
    for place, kind, coded in mvt.geometries(np.array(shapes, dtype=object)):
        layer.add(kind, coded, {"at": place})
    found = mapbox_vector_tile.decode(layer.encoded(), default_options={"y_coord_down": True})["t"]["features"]
    assert [(one["properties"]["at"], one["geometry"]["type"]) for one in found] == [
        (2, "MultiPoint"), (3, "MultiLineString"), (4, "MultiPolygon"),
    ]  # fmt: skip
    assert found[1]["geometry"]["coordinates"] == [[[0, 0], [10, 0]], [[5, 5], [5, 9], [7, 9]]]


def test_areas_are_drawn_from_memory_by_the_day(world, owner):
    path, at = address("grid", 14)
    found = decoded(owner.get(path))["grid"]["features"]
    view = listing.view_of(register.current().layers["grid"])
    shelf = held.shelf(view.source, reading.today())
    inside = shelf.tree.query(shapely.box(*WEB.box_degrees(*at)), predicate="intersects")
    assert {one["properties"]["key"] for one in found} >= {shelf.keys[i] for i in inside.tolist()}
