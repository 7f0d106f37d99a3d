"""OGC API Features Part 1 (core, GeoJSON, HTML, OpenAPI 3.0) and Common: the abstract tests of what is declared."""

import json

import pytest
import shapely

from citygrid.maps.ogc_pages import CONFORMANCE
from tests.maps.world import LAT, LON

ITEMS = "/ogc/collections/lamps/items"
TESTED = {
    "ogcapi-common-1/1.0/conf/core", "ogcapi-common-2/1.0/conf/collections", "ogcapi-features-1/1.0/conf/core",
    "ogcapi-features-1/1.0/conf/oas30", "ogcapi-features-1/1.0/conf/html", "ogcapi-features-1/1.0/conf/geojson",
    # test_crs.py
    "ogcapi-features-2/1.0/conf/crs",
    # test_filter.py
    "ogcapi-features-3/1.0/conf/queryables", "ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "ogcapi-features-3/1.0/conf/filter", "ogcapi-features-3/1.0/conf/features-filter", "cql2/1.0/conf/cql2-text",
    "cql2/1.0/conf/cql2-json", "cql2/1.0/conf/basic-cql2", "cql2/1.0/conf/advanced-comparison-operators",
    "cql2/1.0/conf/basic-spatial-functions", "cql2/1.0/conf/basic-spatial-functions-plus",
    "cql2/1.0/conf/spatial-functions", "cql2/1.0/conf/property-property",
    # test_tiles.py
    "ogcapi-tiles-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/tileset", "ogcapi-tiles-1/1.0/conf/tilesets-list",
    "ogcapi-tiles-1/1.0/conf/dataset-tilesets", "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "ogcapi-tiles-1/1.0/conf/collections-selection", "ogcapi-tiles-1/1.0/conf/mvt",
}  # fmt: skip


@pytest.fixture
def lamps(world):
    drafts = world.points(250)
    world.layer("lamps", drafts)
    return drafts


def links(document, rel):
    return [one for one in document["links"] if one["rel"] == rel]


def test_nothing_is_declared_that_is_not_tested(owner):
    """/req/core/conformance-op, /req/core/conformance-success."""
    declared = owner.get("/ogc/conformance").json()["conformsTo"]
    assert set(declared) == {f"http://www.opengis.net/spec/{one}" for one in TESTED} == set(CONFORMANCE)


def test_the_landing_page_leads_everywhere(owner):
    """/req/core/root-op, /req/core/root-success, /req/landing-page/root-success."""
    document = owner.get("/ogc/").json()
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        for one in links(document, rel):
            answer = owner.get(one["href"])
            assert answer.status_code == 200 and answer["Content-Type"].split(";")[0] == one["type"].split(";")[0], rel
        assert links(document, rel), rel
    assert document["title"] and document["description"]


def test_the_description_is_openapi_3(owner, lamps):
    """/req/oas30/oas-definition-1, /req/oas30/oas-impl, /req/core/api-definition-success; every path answers."""
    answer = owner.get("/ogc/api")
    document = answer.json()
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert document["openapi"].startswith("3.0.") and document["info"]["title"] and document["info"]["version"]
    ids = [path["get"]["operationId"] for path in document["paths"].values()]
    assert len(ids) == len(set(ids))
    values = {"collectionId": "lamps", "featureId": "000001", "tileMatrixSetId": "WebMercatorQuad",
              "tileMatrix": "14", "tileRow": "6694", "tileCol": "13721"}  # fmt: skip
    for path, operations in document["paths"].items():
        for reference in operations["get"]["parameters"]:
            one = document["components"]["parameters"][reference["$ref"].rsplit("/", 1)[1]]
            assert one["in"] == ("path" if f"{{{one['name']}}}" in path else "query") and "schema" in one
            assert one["required"] is (one["in"] == "path")
        address = document["servers"][0]["url"] + path
        for name, value in values.items():
            address = address.replace(f"{{{name}}}", value)
        answer = owner.get(address)
        assert answer.status_code == 200, address
        assert answer["Content-Type"].split(";")[0] in [
            t.split(";")[0] for t in operations["get"]["responses"]["200"]["content"]
        ]


def test_the_description_names_only_what_one_sees(owner, stranger, lamps):
    for client, there in ((owner, True), (stranger, False)):
        parameter = client.get("/ogc/api").json()["components"]["parameters"]["collectionId"]
        assert ("lamps" in parameter["schema"]["enum"]) is there


def test_collections_are_described(owner, lamps):
    """/req/core/fc-md-op, fc-md-links, fc-md-items, fc-md-items-links, fc-md-extent, sfc-md-op, sfc-md-success."""
    document = owner.get("/ogc/collections").json()
    assert links(document, "self") and links(document, "alternate")
    for one in document["collections"]:
        assert {"id", "title", "extent", "links", "itemType", "crs"} <= set(one) and one["itemType"] == "feature"
        types = {link["type"] for link in links(one, "items")}
        assert types == {"application/geo+json", "text/html"}
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west < east and south < north
        single = owner.get(f"/ogc/collections/{one['id']}").json()
        assert {k: v for k, v in single.items() if k != "links"} == {k: v for k, v in one.items() if k != "links"}


def test_items_are_a_feature_collection(owner, lamps):
    """/req/core/fc-op, fc-response, fc-links, fc-numberReturned, fc-numberMatched, /req/geojson/content, definition."""
    answer = owner.get(ITEMS)
    document = answer.json()
    assert answer["Content-Type"] == "application/geo+json" and document["type"] == "FeatureCollection"
    assert document["numberReturned"] == len(document["features"]) == 100 and "numberMatched" not in document
    assert links(document, "self")[0]["type"] == "application/geo+json" and links(document, "alternate")
    for one, draft in zip(document["features"], lamps, strict=False):
        assert one["type"] == "Feature" and one["id"] == draft.key and one["properties"] == draft.properties
        assert shapely.from_geojson(json.dumps(one["geometry"])).equals_exact(draft.shape, 1e-7)


def test_next_links_lead_once_through_all(owner, lamps):
    """/req/core/fc-links, /rec/core/fc-next-1, next-2, next-3: pages by key, nothing twice, nothing left out."""
    found, address, pages = [], f"{ITEMS}?limit=60&kind=tree", 0
    while address:
        document = owner.get(address).json()
        found += [one["id"] for one in document["features"]]
        address = next((one["href"] for one in links(document, "next")), None)
        pages += 1
    assert found == [d.key for d in lamps if d.properties["kind"] == "tree"] and pages == 2


@pytest.mark.parametrize(
    ("limit", "number"), [("1", 1), ("249", 249), ("250", 250), ("10001", 250), ("999999999999999", 250)]
)
def test_limit_is_kept(owner, lamps, limit, number):
    """/req/core/fc-limit-definition, fc-limit-response-1."""
    assert len(owner.get(f"{ITEMS}?limit={limit}").json()["features"]) == number


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "limit=1.5", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=1,2,3,nan", "bbox=1,5,2,4",
        "bbox=200,1,201,2", "datetime=yesterday", "datetime=../..", "datetime=2024-05-01/2024-04-01", "unknown=1",
        "height=tall", "lit=maybe", "properties=none", "count=maybe", "f=pdf", "crs=EPSG:1", "bbox-crs=nothing",
        "filter=kind", "filter-lang=sql&filter=kind='a'", "filter-crs=EPSG:1&filter=kind='a'", "skipGeometry=1",
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(owner, lamps, query):
    """/req/core/query-param-invalid, query-param-unknown."""
    answer = owner.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400 and answer.json()["code"] and len(answer.json()["description"]) > 10


@pytest.mark.parametrize("path", ["/ogc/", "/ogc/conformance", "/ogc/collections", "/ogc/collections/lamps"])
def test_unknown_parameters_are_refused_everywhere(owner, lamps, path):
    """/req/core/query-param-unknown."""
    assert owner.get(f"{path}?colour=red").status_code == 400


def test_a_box_finds_what_touches_it(owner, lamps):
    """/req/core/fc-bbox-definition, fc-bbox-response, with four and with six numbers."""
    box = shapely.box(LON - 0.004, LAT - 0.003, LON + 0.002, LAT + 0.005)
    wanted = [d.key for d in lamps if d.shape.intersects(box)]
    west, south, east, north = box.bounds
    for text in (f"{west},{south},{east},{north}", f"{west},{south},0,{east},{north},100"):
        assert [one["id"] for one in owner.get(f"{ITEMS}?bbox={text}&limit=1000").json()["features"]] == wanted
    assert len(wanted) > 10


def test_a_box_may_cross_the_antimeridian_or_hold_the_world(owner, lamps):
    """/req/core/fc-bbox-definition: west greater than east."""
    assert len(owner.get(f"{ITEMS}?bbox=-180,-90,180,90&limit=1000").json()["features"]) == 250
    assert len(owner.get(f"{ITEMS}?bbox=100,-90,-100,90&limit=1000").json()["features"]) == 250
    assert owner.get(f"{ITEMS}?bbox=170,-90,-170,90").json()["features"] == []


def test_lines_and_polygons_are_found_by_their_shape_and_not_by_their_box(owner):
    """/req/core/fc-bbox-response: an exact test."""
    whole = owner.get("/ogc/collections/roads/items?limit=2000").json()["features"]
    box = shapely.box(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001)
    text = ",".join(map(str, box.bounds))
    shapes = {one["id"]: shapely.from_geojson(json.dumps(one["geometry"])) for one in whole}
    wanted = [key for key, shape in shapes.items() if shape.intersects(box)]
    by_box = [key for key, shape in shapes.items() if shapely.box(*shape.bounds).intersects(box)]
    assert [one["id"] for one in owner.get(f"/ogc/collections/roads/items?bbox={text}").json()["features"]] == wanted
    assert 0 < len(wanted) < len(by_box)


@pytest.mark.parametrize(
    ("when", "there"),
    [
        ("2023-12-31", False), ("2024-01-01", True), ("2024-06-01T12:00:00Z", True), ("../2023-12-31", False),
        ("2023-01-01/2024-06-01", True), ("2024-06-01/..", True), ("../2024-01-01", True), ("", True),
    ],
)  # fmt: skip
def test_a_day_or_an_interval_shows_what_was_then(owner, when, there):
    """/req/core/fc-time-definition, fc-time-response: grids hold from a day on."""
    found = owner.get("/ogc/collections/grid/items", {"datetime": when, "limit": 5} if when else {"limit": 5}).json()
    assert bool(found["features"]) is there


def test_one_feature(owner, lamps):
    """/req/core/f-op, f-success, f-links, /req/geojson/content."""
    answer = owner.get(f"{ITEMS}/000007")
    one = answer.json()
    assert answer["Content-Type"] == "application/geo+json" and one["id"] == "000007" and one["type"] == "Feature"
    assert links(one, "self") and links(one, "alternate")
    assert links(one, "collection")[0]["href"].endswith("/ogc/collections/lamps")
    assert owner.get(f"{ITEMS}/none").status_code == 404
    grid = owner.get("/ogc/collections/grid/items?limit=1").json()["features"][0]
    assert owner.get(f"/ogc/collections/grid/items/{grid['id']}").json()["geometry"] == grid["geometry"]
    dated = owner.get("/ogc/collections/grid/items?limit=1&datetime=../..").status_code
    assert dated == 400
    kept = owner.get("/ogc/collections/grid/items?limit=1&datetime=2024-01-01/..").json()["features"][0]
    assert kept["id"] == f"{grid['id']}@2024-01-01"
    assert owner.get(f"/ogc/collections/grid/items/{kept['id']}").json()["properties"] == grid["properties"]


@pytest.mark.parametrize(
    "path",
    [
        "", "conformance", "api", "collections", "collections/lamps", "collections/lamps/items",
        "collections/lamps/items/000001", "collections/lamps/queryables", "collections/lamps/tiles", "tileMatrixSets",
    ],
)  # fmt: skip
def test_every_page_is_there_for_people_too(owner, lamps, path):
    """/req/html/definition, /req/html/content; what a browser asks for, and what `f` asks for."""
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    for answer in (owner.get(f"/ogc/{path}", headers=browser), owner.get(f"/ogc/{path}?f=html")):
        assert answer["Content-Type"].startswith("text/html") and "<h1>" in answer.content.decode()
    assert "json" in owner.get(f"/ogc/{path}")["Content-Type"]
    assert "json" in owner.get(f"/ogc/{path}?f=json", headers=browser)["Content-Type"]


def test_an_unchanged_answer_is_not_sent_again(owner, lamps, world):
    """/rec/core/etag: 304, until something has changed."""
    tag = owner.get(ITEMS)["ETag"]
    assert owner.get(ITEMS, headers={"If-None-Match": tag}).status_code == 304
    assert owner.get(f"{ITEMS}?limit=3", headers={"If-None-Match": tag}).status_code == 200
    from citygrid.maps import features, metres
    from citygrid.maps.models import Layer

    features.keep(Layer.objects.get(code="lamps"), world.points(3), metres.city())
    assert owner.get(ITEMS, headers={"If-None-Match": tag}).status_code == 200


def test_a_count_is_given_when_it_is_asked_for(owner, lamps):
    """/req/core/fc-numberMatched."""
    assert owner.get(f"{ITEMS}?count=true&kind=tree&limit=1").json()["numberMatched"] == 83


def test_only_some_properties_and_no_shapes(owner, lamps):
    one = owner.get(f"{ITEMS}?properties=name&skipGeometry=true&limit=1").json()["features"][0]
    assert set(one["properties"]) == {"name"} and one["geometry"] is None


def test_it_is_for_reading(owner, lamps):
    for method in (owner.post, owner.put, owner.delete):
        assert method(ITEMS).status_code in (403, 405)
