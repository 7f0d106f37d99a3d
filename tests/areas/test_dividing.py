"""S0-03, S1-08, S2-19, GB/T 30428.1: communities are divided into unit grids without gap or overlap, along roads,
around buildings, numbered west to east, then north to south. The check is an independent one (`divided.py`)."""

import itertools
import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import citygrid.demo
from citygrid.areas import barriers, dividing, numbering
from citygrid.areas.barriers import BUILDING, LINE, YARD, Barrier
from citygrid.areas.dividing import DivideError, Sizes, divide_with
from citygrid.standards.codes import CodeProfile
from citygrid.standards.reports import Report
from tests.areas import divided
from tests.areas.divided import CRS, degrees, metres

DEMO = Path(citygrid.demo.__file__).parent / "city"
X, Y = 550_000, 3_450_000


def box(west, south, east, north):
    return degrees(shapely.box(X + west, Y + south, X + east, Y + north))


def line(*points):
    return Barrier(degrees(shapely.LineString([(X + x, Y + y) for x, y in points])), LINE, 0.8)


def house(west, south, east, north, kind=BUILDING):
    return Barrier(box(west, south, east, north), kind)


@pytest.mark.parametrize("part", range(10))
def test_two_hundred_random_communities(part):
    for seed in range(part * 20, part * 20 + 20):
        community, lines, houses = divided.random_city(seed)
        given = [Barrier(shape) for shape in lines] + [Barrier(shape, BUILDING) for shape in houses]
        division = divide_with(community, CRS, given)
        assert divided.faults(community, division.grids, houses) == [], seed
        parts = [part.area for part in shapely.get_parts(metres(community))]
        clusters = shapely.get_parts(shapely.union_all([metres(house) for house in houses]))
        for number in division.beyond:
            grid = metres(division.grids[number])
            alone = grid.area < 3000 and any(abs(part - grid.area) < 1 for part in parts)
            assert alone or any(cluster.intersection(grid).area > 0.75 * grid.area for cluster in clusters), seed


def demo_features(name):
    return json.loads((DEMO / name).read_text())["features"]


def test_the_demo_districts_along_their_roads_and_around_their_buildings():
    report = Report()
    files = [DEMO / "basemap" / f"{layer}.geojson" for layer in ("roads", "water", "rails", "buildings")]
    given = barriers.read(files, report)
    assert report.ok and {one.kind for one in given} == {LINE, BUILDING}
    sizes = []
    for row in demo_features("areas/community.geojson"):
        community = shapely.from_geojson(json.dumps(row["geometry"]))
        near = barriers.near(given, community)
        division = divide_with(community, CRS, near)
        houses = [one.shape for one in near if one.kind == BUILDING]
        assert divided.faults(community, division.grids, houses) == [], row["properties"]["name"]
        sizes += division.areas
    assert np.percentile(sizes, 5) > 5_000 and np.percentile(sizes, 95) < 17_000
    assert 8_000 < np.median(sizes) < 12_500


def test_without_barriers_a_square_is_cut_into_squares():
    division = divide_with(box(0, 0, 400, 300), CRS)
    assert len(division.grids) == 12 and division.beyond == []
    west_to_east = [round(metres(grid).centroid.x - X, -1) for grid in division.grids]
    north_to_south = [round(metres(grid).centroid.y - Y, -1) for grid in division.grids]
    assert west_to_east == [50, 150, 250, 350] * 3 and north_to_south == [250] * 4 + [150] * 4 + [50] * 4


def test_edges_follow_roads():
    road = line((-50, 120), (200, 90), (450, 130))
    division = divide_with(box(0, 0, 400, 200), CRS, [road])
    inside = metres(road.shape).intersection(shapely.box(X, Y, X + 400, Y + 200))
    edges = shapely.union_all([metres(grid).boundary for grid in division.grids]).buffer(0.02)
    assert inside.difference(edges).length < 0.5


def test_a_road_under_a_building_leaves_it_whole():
    tower = house(170, 60, 230, 140)
    division = divide_with(box(0, 0, 400, 200), CRS, [line((-9, 100), (409, 100)), tower])
    assert divided.faults(box(0, 0, 400, 200), division.grids, [tower.shape]) == []


def test_buildings_that_overlap_stay_together():
    houses = [house(80 + 30 * n, 80, 115 + 30 * n, 120) for n in range(4)]
    division = divide_with(box(0, 0, 300, 200), CRS, houses)
    block = shapely.union_all([metres(one.shape) for one in houses])
    assert max(metres(grid).intersection(block).area for grid in division.grids) == pytest.approx(block.area, rel=1e-5)


def test_a_building_larger_than_any_grid_is_a_grid_of_its_own():
    mall = house(100, 100, 300, 250)
    division = divide_with(box(0, 0, 400, 400), CRS, [mall, line((-9, 170), (409, 180))])
    (number,) = division.beyond
    assert metres(division.grids[number]).symmetric_difference(metres(mall.shape)).area < 1


def test_a_yard_is_kept_whole_when_it_can_be_and_bounds_grids_when_not():
    small, large = house(40, 40, 150, 150, YARD), house(250, 50, 550, 350, YARD)
    division = divide_with(box(0, 0, 600, 400), CRS, [small, large, line((90, -9), (90, 409))])
    grids = [metres(grid) for grid in division.grids]
    assert max(grid.intersection(metres(small.shape)).area for grid in grids) == pytest.approx(12_100, rel=1e-4)
    wall = metres(large.shape).boundary
    assert wall.difference(shapely.union_all([g.boundary for g in grids]).buffer(0.02)).length < 1
    assert division.beyond == []


def test_a_narrow_median_is_no_grid():
    roads = [line((-9, 200), (609, 200)), line((-9, 215), (609, 215))]
    division = divide_with(box(0, 0, 600, 400), CRS, roads)
    assert all(2 * metres(grid).area / metres(grid).length > 20 for grid in division.grids)


def test_a_strip_of_a_community_is_a_row():
    strip = box(0, 0, 2000, 6)
    division = divide_with(strip, CRS)
    assert divided.faults(strip, division.grids, []) == []
    assert 2 <= len(division.grids) <= 4 and min(division.areas) >= 3000


def test_a_small_community_is_one_grid():
    division = divide_with(box(0, 0, 30, 30), CRS, [line((10, -5), (12, 40))])
    assert len(division.grids) == 1 and division.beyond == [0]


def test_the_order_of_the_input_does_not_matter():
    community, lines, houses = divided.random_city(34)
    given = [Barrier(shape) for shape in lines] + [Barrier(shape, BUILDING) for shape in houses]
    first = divide_with(community, CRS, given)
    for seed in (1, 2):
        Random(seed).shuffle(given)
        again = divide_with(community, CRS, given)
        assert [shapely.to_wkb(g) for g in again.grids] == [shapely.to_wkb(g) for g in first.grids]


def test_a_city_may_want_other_sizes():
    division = divide_with(box(0, 0, 400, 400), CRS, sizes=Sizes(cell_m2=40_000))
    assert len(division.grids) == 4


BAD = {
    "bad_boundary": degrees(shapely.Polygon([(X, Y), (X + 99, Y + 99), (X + 99, Y), (X, Y + 99)])),
    "empty_community": shapely.Polygon(),
    "too_many_cells": shapely.box(120, 30, 123, 33),
}


@pytest.mark.parametrize("code", BAD)
def test_a_community_that_cannot_be_used(code):
    with pytest.raises(DivideError) as refused:
        divide_with(BAD[code], CRS)
    assert refused.value.code == code and str(refused.value)


def test_metres_and_lines_are_no_community():
    for shape in (shapely.box(X, Y, X + 9, Y + 9), shapely.LineString([(121, 31), (122, 31)])):
        with pytest.raises(DivideError) as refused:
            divide_with(shape, CRS)
        assert refused.value.code == "bad_boundary"


def test_a_building_that_crosses_itself_is_named_by_its_number():
    bow = Barrier(BAD["bad_boundary"], BUILDING)
    with pytest.raises(DivideError) as refused:
        divide_with(box(0, 0, 300, 300), CRS, [house(0, 0, 9, 9), bow])
    assert (refused.value.code, refused.value.params["number"]) == ("bad_barrier", "2")


def test_a_road_that_crosses_itself_is_a_road():
    loop = line((10, 10), (290, 290), (290, 10), (10, 290), (150, -20))
    division = divide_with(box(0, 0, 300, 300), CRS, [loop])
    assert divided.faults(box(0, 0, 300, 300), division.grids, []) == []


def test_sizes_that_do_not_fit_each_other():
    with pytest.raises(DivideError) as refused:
        divide_with(box(0, 0, 300, 300), CRS, sizes=Sizes(least=1.5))
    assert refused.value.code == "bad_sizes"


spots = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30, unique=True)


@settings(max_examples=80, deadline=None)
@given(spots, st.randoms(use_true_random=False))
def test_numbering_is_by_bands_and_then_by_meridians(found, chance):
    north = Y + 1000
    shapes = [shapely.box(X + 25 * a, north - 25 * b - 20, X + 25 * a + 20, north - 25 * b) for a, b in found]
    chance.shuffle(shapes)
    ordered = [shapes[at] for at in numbering.order(shapes, north, 100.0)]
    bands = [int((north - shape.centroid.y) // 100) for shape in ordered]
    assert bands == sorted(bands)
    for one, other in itertools.pairwise(ordered):
        if int((north - one.centroid.y) // 100) == int((north - other.centroid.y) // 100):
            assert (one.centroid.x, -one.centroid.y) < (other.centroid.x, -other.centroid.y)


@pytest.mark.parametrize(
    ("profile", "community", "first"),
    [("gbt30428", "390102001001", "390102001001001"), ("cjt214", "99010101001", "99010101001001")],
)
def test_codes_are_never_used_again(profile, community, first):
    rules = CodeProfile.standard(profile)
    assert numbering.codes(community, 2, [], rules) == [first, first[:-1] + "2"]
    used = [first, first[:-1] + "3"]
    assert numbering.codes(community, 2, used, rules) == [first[:-1] + "2", first[:-1] + "4"]
    with pytest.raises(numbering.CodesExhausted) as full:
        numbering.codes(community, 999, used, rules)
    assert full.value.params == {"community": community, "needed": "999", "free": "997"}


def test_what_is_a_barrier_is_said_by_a_table(tmp_path):
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    rows = [{"kind": "primary"}, {"kind": "unheard of"}, {"barrier": "yard"}, {"barrier": "moat"}, {"kind": "subway"}]
    features = [{"type": "Feature", "properties": row, "geometry": square} for row in rows]
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    report = Report()
    found = barriers.read([path, tmp_path / "none.geojson"], report)
    assert [(one.kind, one.strength) for one in found] == [(LINE, 0.9), (LINE, 0.4), (YARD, 0.5)]
    assert found[0].shape.geom_type == "LineString"
    assert [problem.code for problem in report.problems] == ["bad_barrier", "missing_file"]
    own = {"kinds": {}, "layers": {"roads": {"as": "none"}}}
    assert barriers.barrier(shapely.LineString([(0, 0), (1, 1)]), "primary", "roads", own) is None


def test_a_rounding_that_would_spoil_a_grid_keeps_more_decimals(monkeypatch):
    monkeypatch.setattr(dividing, "DECIMALS", (4,))
    community, lines, houses = divided.random_city(34)
    given = [Barrier(shape) for shape in lines] + [Barrier(shape, BUILDING) for shape in houses]
    assert divided.faults(community, divide_with(community, CRS, given).grids, houses) == []
