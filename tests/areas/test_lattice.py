"""S2-19, GB/T 30428.1: the lattice covers a community exactly and is numbered as the standard says."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from citygrid.areas.lattice import LatticeError, divide, divide_metric, project

CRS = "EPSG:4549"
LEAST = 0.15
far = st.floats(-350, 350)
shapes = st.lists(st.tuples(far, far), min_size=3, max_size=12).map(
    lambda points: shapely.MultiPoint([(600_000 + x, 3_400_000 + y) for x, y in points]).buffer(60, 2).convex_hull
)
ragged = st.lists(st.tuples(far, far), min_size=1, max_size=6).map(
    lambda points: shapely.MultiPoint([(600_000 + x, 3_400_000 + y) for x, y in points]).buffer(140, 3)
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(shapes, ragged))
def test_no_gap_no_overlap_no_crumb(community):
    grids = divide_metric(community, 100, LEAST)
    areas = shapely.area(grids)
    assert abs(areas.sum() - community.area) <= 1e-6 * community.area
    first, second = shapely.STRtree(grids).query(grids, predicate="intersects")
    once = first < second
    array = np.array(grids, dtype=object)
    overlap = shapely.area(shapely.intersection(array[first[once]], array[second[once]]))
    assert overlap.size == 0 or overlap.max() < 1e-2
    assert shapely.area(shapely.difference(shapely.union_all(grids), community)) < 1e-2
    parts = shapely.area(shapely.get_parts(community))
    small = [area for area in areas if area < LEAST * 10_000]
    assert all(any(abs(area - part) < 1e-2 for part in parts) for area in small)
    assert all(grid.is_valid for grid in grids)


def test_numbers_run_west_to_east_then_north_to_south():
    community = shapely.box(600_000, 3_400_000, 600_300, 3_400_200)
    corners = [(grid.bounds[0] - 600_000, grid.bounds[3] - 3_400_000) for grid in divide_metric(community, 100, LEAST)]
    assert corners == [(0, 200), (100, 200), (200, 200), (0, 100), (100, 100), (200, 100)]


def test_a_crumb_joins_the_neighbour_with_the_longest_edge():
    crumb = shapely.box(600_100, 3_400_030, 600_110, 3_400_100)
    community = shapely.box(600_000, 3_400_000, 600_100, 3_400_200).union(crumb)
    north, south = divide_metric(community, 100, LEAST)
    assert north.area == pytest.approx(10_000) and south.area == pytest.approx(10_700)


def test_neighbouring_communities_meet_on_the_same_lines():
    west, east = (
        shapely.box(600_000, 3_400_000, 600_250, 3_400_300),
        shapely.box(600_250, 3_400_000, 600_500, 3_400_300),
    )
    corners = [
        {y for grid in divide_metric(side, 100, 0) for x, y in grid.exterior.coords if x == 600_250}
        for side in (west, east)
    ]
    assert corners[0] == corners[1] == {3_400_000, 3_400_100, 3_400_200, 3_400_300}


def test_degrees_in_degrees_out():
    community = shapely.box(121.48, 31.22, 121.485, 31.224)
    grids = divide(community, CRS)
    assert sum(project(grid, CRS).area for grid in grids) == pytest.approx(project(community, CRS).area, rel=1e-6)
    assert 18 <= len(grids) <= 40


def test_what_cannot_be_divided_is_refused():
    with pytest.raises(LatticeError) as empty:
        divide(shapely.Polygon(), CRS)
    assert empty.value.code == "empty_community"
    with pytest.raises(LatticeError) as huge:
        divide(shapely.box(100, 20, 130, 50), CRS)
    assert huge.value.code == "too_many_cells"
