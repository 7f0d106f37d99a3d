"""OGC API Features Part 3 and CQL2: queryables and filters (test_cql.py compares SQL with a reading by hand)."""

import json

import pytest
import shapely

from citygrid.maps import cql
from tests.maps.world import LAT, LON

ITEMS = "/ogc/collections/lamps/items"
BOX = shapely.box(LON - 0.003, LAT - 0.003, LON + 0.004, LAT + 0.002)
WKT = BOX.wkt


@pytest.fixture
def lamps(world):
    drafts = world.points(120)
    world.layer("lamps", drafts)
    return drafts


def asked(owner, text, language="cql2-text"):
    answer = owner.get(ITEMS, {"filter": text, "filter-lang": language, "limit": "1000"})
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["features"]]


def test_queryables_say_what_one_may_filter_by(owner, lamps):
    """/req/queryables/get-queryables-op, get-queryables-response, queryables-link."""
    link = next(one for one in owner.get("/ogc/collections/lamps").json()["links"] if one["rel"].endswith("queryables"))
    answer = owner.get(link["href"])
    document = answer.json()
    assert answer["Content-Type"] == link["type"] == "application/schema+json"
    assert document["$schema"].endswith("2020-12/schema") and document["type"] == "object"
    assert document["$id"].endswith("/ogc/collections/lamps/queryables") and document["additionalProperties"] is False
    kinds = {name: one.get("type") for name, one in document["properties"].items()}
    assert kinds == {"geometry": None, "name": "string", "kind": "string", "height": "number", "lit": "boolean"}


def test_each_queryable_is_a_parameter(owner, lamps):
    """/req/queryables-query-parameters/parameters."""
    for name, value, good in (("kind", "tree", "tree"), ("height", "2.5", 2.5), ("lit", "true", True)):
        found = owner.get(f"{ITEMS}?{name}={value}&limit=1000").json()["features"]
        assert [one["id"] for one in found] == [d.key for d in lamps if d.properties[name] == good] != []
    both = owner.get(f"{ITEMS}?kind=tree&lit=true&limit=1000").json()["features"]
    assert [one["id"] for one in both] == [
        d.key for d in lamps if d.properties["kind"] == "tree" and d.properties["lit"]
    ]


CASES = [
    ("kind = 'tree'", lambda p, s: p["kind"] == "tree"),
    ("kind <> 'tree'", lambda p, s: p["kind"] != "tree"),
    ("height > 3", lambda p, s: p["height"] > 3),
    ("height <= 3.5 AND kind = 'lamp'", lambda p, s: p["height"] <= 3.5 and p["kind"] == "lamp"),
    ("kind = 'lamp' OR NOT lit = true", lambda p, s: p["kind"] == "lamp" or not p["lit"]),
    ("lit = false", lambda p, s: not p["lit"]),
    ("name IS NULL", lambda p, s: False),
    ("name IS NOT NULL", lambda p, s: True),
    ("name LIKE '点1_'", lambda p, s: len(p["name"]) == 3 and p["name"][1] == "1"),
    ("name NOT LIKE '点1%'", lambda p, s: not p["name"].startswith("点1")),
    ("height BETWEEN 2 AND 4", lambda p, s: 2 <= p["height"] <= 4),
    ("height NOT BETWEEN 2 AND 4", lambda p, s: not 2 <= p["height"] <= 4),
    ("kind IN ('lamp','tree')", lambda p, s: p["kind"] in ("lamp", "tree")),
    ("height NOT IN (1, 2, 2.5)", lambda p, s: p["height"] not in (1, 2, 2.5)),
    ("kind = name", lambda p, s: p["kind"] == p["name"]),
    ("kind < name", lambda p, s: p["kind"] < p["name"]),
    (f"S_INTERSECTS(geometry, {WKT})", lambda p, s: s.intersects(BOX)),
    (f"S_INTERSECTS(geometry, BBOX({','.join(map(str, BOX.bounds))}))", lambda p, s: s.intersects(BOX)),
    (f"NOT S_INTERSECTS(geometry, {WKT}) AND lit = true", lambda p, s: not s.intersects(BOX) and p["lit"]),
    (f"S_WITHIN(geometry, {WKT}) OR height = 0", lambda p, s: s.within(BOX) or p["height"] == 0),
    (f"S_CONTAINS({WKT}, geometry)", lambda p, s: BOX.contains(s)),
    (f"S_DISJOINT(geometry, {WKT})", lambda p, s: s.disjoint(BOX)),
]


@pytest.mark.parametrize(("text", "good"), CASES, ids=[text[:40] for text, _ in CASES])
def test_a_filter_finds_what_it_says(owner, lamps, text, good):
    """/req/filter/filter-param, /req/features-filter/filter-param, /req/cql2-text/basic-cql2-text and the operators of
    /req/basic-cql2, /req/advanced-comparison-operators, /req/property-property, /req/basic-spatial-functions(-plus)."""
    assert asked(owner, text) == [d.key for d in lamps if good(d.properties, d.shape)]


@pytest.mark.parametrize("name", sorted(cql.SPATIAL))
def test_every_spatial_function_is_that_of_the_shapes(owner, name):
    """/req/spatial-functions/spatial-functions, in JSON, on polygons."""
    whole = owner.get("/ogc/collections/community/items?limit=1000").json()["features"]
    shapes = {one["id"]: shapely.from_geojson(json.dumps(one["geometry"])) for one in whole}
    other = shapes[sorted(shapes)[len(shapes) // 2]]
    text = json.dumps({"op": name, "args": [{"property": "geometry"}, json.loads(shapely.to_geojson(other))]})
    query = {"filter": text, "filter-lang": "cql2-json", "limit": "1000"}
    found = owner.get("/ogc/collections/community/items", query).json()["features"]
    assert [one["id"] for one in found] == [key for key, shape in shapes.items() if cql.SPATIAL[name](shape, other)]


def test_json_is_read_as_well(owner, lamps):
    """/req/cql2-json/basic-cql2-json, /req/filter/filter-lang-param."""
    tree = {"op": "and", "args": [{"op": "=", "args": [{"property": "kind"}, "tree"]},
                                  {"op": "<", "args": [{"property": "height"}, 4]}]}  # fmt: skip
    wanted = [d.key for d in lamps if d.properties["kind"] == "tree" and d.properties["height"] < 4]
    assert asked(owner, json.dumps(tree), "cql2-json") == wanted


def test_filter_box_and_properties_hold_together(owner, lamps):
    """/req/filter/mixing-expressions."""
    west, south, east, north = BOX.bounds
    query = {"filter": "height > 2", "kind": "lamp", "bbox": f"{west},{south},{east},{north}", "limit": "1000"}
    wanted = [
        d.key
        for d in lamps
        if d.properties["height"] > 2 and d.properties["kind"] == "lamp" and d.shape.intersects(BOX)
    ]
    assert [one["id"] for one in owner.get(ITEMS, query).json()["features"]] == wanted


@pytest.mark.parametrize(
    "text", ["colour = 'red'", "height = 'x'", "kind = 5", "kind =", "S_NEAR(geometry, POINT(1 2))"]
)
def test_a_filter_that_does_not_fit_is_refused(owner, lamps, text):
    """/req/filter/response: 400 with what is wrong."""
    answer = owner.get(ITEMS, {"filter": text})
    assert answer.status_code == 400 and answer.json()["description"].startswith("filter: ")


def test_dates_of_areas_are_compared_as_days(owner):
    """/req/basic-cql2/cql2-filter with DATE."""
    path = "/ogc/collections/grid/items"
    before = owner.get(path, {"filter": "valid_from < DATE('2024-01-01')"}).json()["features"]
    since = owner.get(path, {"filter": "valid_from >= DATE('2024-01-01')", "limit": "3"}).json()["features"]
    assert before == [] and len(since) == 3
