"""OGC API Features Part 2: coordinate reference systems by reference, each with its own order of axes."""

import json

import numpy as np
import pyproj
import pytest
import shapely

from tests.maps.world import LAT, LON

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/ogc/collections/lamps/items"
CODES = ("4326", "4490", "3857", "4549")


@pytest.fixture
def lamps(world):
    drafts = world.points(40)
    world.layer("lamps", drafts)
    return drafts


def as_declared(code):
    """From lon, lat to the system, in the order of axes that EPSG says (no always_xy)."""
    there = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=False)
    return lambda lon, lat: np.column_stack(there.transform(lon, lat))


def test_collections_name_their_systems(owner, lamps):
    """/req/crs/fc-md-crs-list, fc-md-storageCrs, fc-md-storageCrs-valid-value: EPSG:4549 is the demo city's own."""
    one = owner.get("/ogc/collections/lamps").json()
    assert one["crs"] == [CRS84, *(EPSG + code for code in CODES)] and one["storageCrs"] in one["crs"]
    assert owner.get("/ogc/collections").json()["crs"] == one["crs"]


def test_without_crs_the_answer_is_in_crs84(owner, lamps):
    """/req/crs/crs-parameter-default, ogc-crs-header."""
    answer = owner.get(ITEMS)
    assert answer["Content-Crs"] == f"<{CRS84}>" == owner.get(f"{ITEMS}?crs={CRS84}")["Content-Crs"]
    at = answer.json()["features"][0]["geometry"]["coordinates"]
    assert at == [lamps[0].shape.x, lamps[0].shape.y]


@pytest.mark.parametrize("code", CODES)
def test_features_come_in_the_system_asked_for_with_its_axes(owner, lamps, code):
    """/req/crs/crs-parameter, crs-action, geojson, ogc-crs-header, ogc-crs-header-value; items and single features."""
    answer = owner.get(f"{ITEMS}?crs={EPSG}{code}&limit=100")
    assert answer["Content-Crs"] == f"<{EPSG}{code}>"
    got = np.array([one["geometry"]["coordinates"] for one in answer.json()["features"]])
    wanted = as_declared(code)([d.shape.x for d in lamps], [d.shape.y for d in lamps])
    assert np.abs(got - wanted).max() < (1e-6 if code in ("4326", "4490") else 0.02)
    one = owner.get(f"{ITEMS}/{lamps[3].key}?crs={EPSG}{code}")
    assert one.json()["geometry"]["coordinates"] == got[3].tolist() and one["Content-Crs"] == f"<{EPSG}{code}>"


@pytest.mark.parametrize("code", CODES)
def test_a_box_is_read_in_its_own_system(owner, lamps, code):
    """/req/crs/fc-bbox-crs-definition, fc-bbox-crs-valid-value, fc-bbox-crs-action."""
    low, high = as_declared(code)([LON - 0.006, LON + 0.005], [LAT - 0.004, LAT + 0.006])
    numbers = [*low, *high]
    every = as_declared(code)([d.shape.x for d in lamps], [d.shape.y for d in lamps])
    inside = (every >= low).all(axis=1) & (every <= high).all(axis=1)
    answer = owner.get(f"{ITEMS}?bbox={','.join(map(repr, map(float, numbers)))}&bbox-crs={EPSG}{code}&limit=100")
    assert [one["id"] for one in answer.json()["features"]] == [
        d.key for d, there in zip(lamps, inside, strict=True) if there
    ]
    assert 3 < inside.sum() < 40


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
def test_a_system_that_is_not_offered_is_refused(owner, lamps, name):
    """/req/crs/crs-parameter-invalid, bbox-crs-parameter-invalid."""
    assert owner.get(f"{ITEMS}?{name}={EPSG}27700").status_code == 400


def test_shapes_of_filters_are_read_in_their_system(owner, lamps):
    """/req/filter/filter-crs-wgs84, filter-crs-param."""
    box = shapely.box(LON - 0.006, LAT - 0.004, LON + 0.005, LAT + 0.006)
    wanted = [d.key for d in lamps if d.shape.intersects(box)]
    swapped = shapely.transform(box, lambda at: at[:, ::-1])
    for shape, crs in ((box, CRS84), (swapped, EPSG + "4326")):
        query = {"filter": f"S_INTERSECTS(geometry, {shape.wkt})", "filter-crs": crs, "limit": "100"}
        assert [one["id"] for one in owner.get(ITEMS, query).json()["features"]] == wanted
    shape = json.loads(shapely.to_geojson(box))
    text = json.dumps({"op": "s_intersects", "args": [{"property": "geometry"}, shape]})
    query = {"filter": text, "filter-lang": "cql2-json", "limit": "100"}
    assert [one["id"] for one in owner.get(ITEMS, query).json()["features"]] == wanted
