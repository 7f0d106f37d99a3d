"""The programs of other people read every layer of a live server: GDAL (as QGIS does) and OWSLib."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from django.utils import timezone
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from citygrid.maps import reading, register
from citygrid.organization import keys
from citygrid.organization.models import Seat
from tests.maps.world import LAT, LON


@pytest.fixture
def key(world, settings):
    """A key in the name of the data steward."""
    seat = Seat.objects.filter(person__login="steward1")[0]
    return keys.make(seat, "QGIS", ["maps"], 30, timezone.now())[1]


def counted(code):
    """All keys of a layer, by our own reading."""
    layer = register.current().layers[code]
    ask = reading.Ask(layer, reading.source_of(layer), None, reading.today(), limit=100_000)
    return {item.key for item in reading.page(ask).items}


READ = """
import pickle, sys
import pyogrio
address, asked, listing = pickle.loads(sys.stdin.buffer.read())
found = pyogrio.list_layers(address).tolist() if listing else [pyogrio.raw.read(address, **one) for one in asked]
sys.stdout.buffer.write(pickle.dumps(found))
"""
"""In a process of its own: GDAL keeps the interpreter to itself while it waits for this one's server."""


def outside(address, asked=(), listing=False):
    told = pickle.dumps((address, asked, listing))
    done = subprocess.run([sys.executable, "-c", READ], input=told, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


def gdal(live, key, code, **options):
    return many(live, key, [code], **options)[0]


def many(live, key, codes, **options):
    asked = [{"layer": code, "USERPWD": f"key:{key}", "PAGE_SIZE": "500", **options} for code in codes]
    return outside(f"OAPIF:{live}/ogc/", asked)


def test_nothing_is_needed_beside_the_house():
    """GDAL is built with the driver that this file is about."""
    assert pyogrio.list_drivers().get("OAPIF") == "r"


def test_gdal_reads_every_layer_by_pages(live, key):
    found = {name for name, _ in outside(f"OAPIF:{live}/ogc/", listing=True)}
    public = {c for c, layer in register.current().layers.items() if layer.public}
    assert found == public  # a stranger sees what is public
    codes = list(register.current().layers)
    for code, (_, _, geometry, _) in zip(codes, many(live, key, codes), strict=True):
        assert len(geometry) == len(counted(code)), code


def test_gdal_asks_for_a_box(live, key):
    box = (LON - 0.004, LAT - 0.004, LON + 0.004, LAT + 0.004)
    meta, _, geometry, fields = gdal(live, key, "roads", bbox=box)
    layer = register.current().layers["roads"]
    ask = reading.Ask(layer, reading.source_of(layer), None, reading.today(), area=[shapely.box(*box)], limit=10_000)
    wanted = reading.page(ask).items
    assert 0 < len(geometry) == len(wanted)
    names = dict(zip(meta["fields"].tolist(), fields, strict=True))
    assert sorted(filter(None, names["name"])) == sorted(
        str(item.properties["name"]) for item in wanted if item.properties.get("name")
    )


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4490", "EPSG:3857"])
def test_gdal_reads_in_another_crs_and_meets_the_same_places(live, key, crs):
    _, _, plain, _ = gdal(live, key, "water")
    meta, _, other, _ = gdal(live, key, "water", CRS=crs)
    assert len(plain) == len(other) > 5
    back = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    for a, b in zip(shapely.from_wkb(plain), shapely.from_wkb(other), strict=True):
        x, y = back.transform(*shapely.get_coordinates(b).T)
        assert np.abs(np.column_stack((x, y)) - shapely.get_coordinates(a)).max() < 1e-6
    assert pyproj.CRS(meta["crs"]) == pyproj.CRS(crs) or meta["crs"] == crs


def test_gdal_filters_by_property_on_the_server(live, key):
    _, _, all_, _ = gdal(live, key, "roads")
    _, _, some, _ = gdal(live, key, "roads", where="kind = 'residential'")
    layer = register.current().layers["roads"]
    assert len(some) == layer.features.filter(properties__kind="residential").count() < len(all_)


def test_owslib_reads_every_collection_page_by_page(live, key):
    service = Features(f"{live}/ogc/", auth=Authentication("key", key))
    codes = service.feature_collections()
    assert set(codes) == set(register.current().layers)
    for code in codes:
        page = service.collection_items(code, limit=400)
        got = [one["id"] for one in page["features"]]
        while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
            after = dict(part.split("=", 1) for part in following[0].split("?")[1].split("&"))["after"]
            page = service.collection_items(code, limit=400, after=after)
            got += [one["id"] for one in page["features"]]
        assert len(got) == len(set(got)) and set(got) == counted(code), code
        if got:
            one = service.collection_item(code, got[0])
            assert one["id"] == got[0] and one["geometry"]


def test_owslib_asks_by_box_filter_and_crs(live, key):
    service = Features(f"{live}/ogc/", auth=Authentication("key", key))
    assert "kind" in service.collection_queryables("roads")["properties"]
    box = [LON - 0.004, LAT - 0.004, LON + 0.004, LAT + 0.004]
    whole = service.collection_items("roads", bbox=box, limit=1000)["features"]
    some = service.collection_items("roads", bbox=box, limit=1000, filter="kind = 'residential'")["features"]
    assert 0 < len(some) < len(whole)
    assert all(shapely.from_geojson(_text(one["geometry"])).intersects(shapely.box(*box)) for one in whole)


def test_owslib_finds_the_tiles(live, key):
    service = Features(f"{live}/ogc/", auth=Authentication("key", key))
    sets = service._request(path="collections/roads/tiles")["tilesets"]
    assert len(sets) == 3 and all(one["dataType"] == "vector" for one in sets)
    assert {one["id"] for one in service._request(path="tileMatrixSets")["tileMatrixSets"]} == {
        "WebMercatorQuad", "WorldCRS84Quad", "CGCS2000Quad",
    }  # fmt: skip


def test_gdal_reads_a_vector_tile(owner, tmp_path):
    """MVT by GDAL, a third decoder."""
    tile = tmp_path / "13721.pbf"
    tile.write_bytes(owner.get("/ogc/collections/roads/tiles/WebMercatorQuad/14/6694/13721").content)
    meta, _, geometry, _ = pyogrio.raw.read(tile, layer="roads", X="13721", Y="6694", Z="14")
    assert len(geometry) > 20 and "kind" in meta["fields"].tolist()


def _text(shape):
    return json.dumps(shape)
