"""Coordinate systems there and back (S3-04)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.standards import CoordinateError, metric, transform
from citygrid.standards.coordinates import system, text

CHINA_LON, CHINA_LAT = st.floats(73.0, 136.5), st.floats(2.0, 54.5)
DEGREES = ["WGS-84", "CGCS2000", "GCJ-02", "BD-09"]
EXACT = 1e-9  # degrees; what is asked for is 1e-7


def near(a, b, within):
    return abs(a[0] - b[0]) <= within and abs(a[1] - b[1]) <= within


@given(CHINA_LON, CHINA_LAT, st.sampled_from(DEGREES), st.sampled_from(DEGREES))
def test_there_and_back_between_the_systems_of_degrees(lon, lat, source, target):
    there = transform(lon, lat, source, target)
    assert near(transform(*there, target, source), (lon, lat), EXACT)


@given(st.lists(st.tuples(CHINA_LON, CHINA_LAT), min_size=1, max_size=20), st.sampled_from(["GCJ-02", "BD-09"]))
def test_many_points_give_what_each_gives(points, target):
    lon, lat = np.array(points).T
    for source, goal in (("WGS-84", target), (target, "WGS-84")):
        many = transform(lon, lat, source, goal)
        for i, (x, y) in enumerate(points):
            assert near((many[0][i], many[1][i]), transform(x, y, source, goal), EXACT)


# The examples that the readme of the widely used library coordtransform prints.
@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("WGS-84", "GCJ-02", (116.41024449916938, 39.91640428150164)),
        ("GCJ-02", "BD-09", (116.41036949371029, 39.92133699351021)),
    ],
)
def test_known_points(source, target, expected):
    assert near(transform(116.404, 39.915, source, target), expected, 1e-9)


@given(CHINA_LON, CHINA_LAT)
def test_the_shift_is_some_hundred_metres(lon, lat):
    x, y = transform(lon, lat, "WGS-84", "GCJ-02")
    metres = math.hypot((x - lon) * 111_320 * math.cos(math.radians(lat)), (y - lat) * 111_320)
    assert 1 < metres < 1500


@pytest.mark.parametrize("point", [(2.35, 48.85), (-74.0, 40.7), (151.2, -33.9), (0.0, 0.0), (180.0, 90.0)])
@pytest.mark.parametrize("target", DEGREES)
def test_outside_china_nothing_is_shifted(point, target):
    assert transform(*point, "WGS-84", target) == point
    assert transform(*point, target, "WGS-84") == point


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("WGS-84", "WGS-84"), ("wgs84", "WGS-84"), ("EPSG:4326", "WGS-84"), ("CGCS2000", "CGCS2000"),
        ("epsg:4490", "CGCS2000"), ("GCJ-02", "GCJ-02"), ("gcj02", "GCJ-02"), ("BD-09", "BD-09"),
        ("EPSG:4549", "EPSG:4549"),
    ],
)  # fmt: skip
def test_names(name, canonical):
    assert system(name) == canonical


@pytest.mark.parametrize("name", ["", "WGS", "EPSG:", "EPSG:999999", "EPSG:4326x", "+proj=nonsense", None, 4326])
def test_an_unknown_system_is_refused(name):
    with pytest.raises(CoordinateError) as caught:
        transform(121.5, 31.2, name, "WGS-84")
    assert caught.value.code == "coordinate_system"


@pytest.mark.parametrize(
    "point", [(math.nan, 31.0), (121.0, math.inf), (181.0, 31.0), (31.2, 121.5), ("121", 31.0), (None, 1.0)]
)
def test_what_is_no_place_is_refused(point):
    with pytest.raises(CoordinateError) as caught:
        transform(*point, "WGS-84", "GCJ-02")
    assert caught.value.code == "coordinate_value"


def test_one_wrong_point_among_many_is_named():
    with pytest.raises(CoordinateError, match="nan"):
        transform(np.array([121.0, math.nan]), np.array([31.0, 31.0]), "WGS-84", "EPSG:4549")


def test_arrays_of_two_lengths_are_refused():
    with pytest.raises(CoordinateError):
        transform(np.array([121.0, 122.0, 123.0]), np.array([31.0, 31.0]), "WGS-84", "GCJ-02")


@given(st.floats(118.6, 121.4), st.floats(20.0, 50.0))
def test_metres_of_a_projection_and_back(lon, lat):
    to_metres = metric("EPSG:4549")
    x, y = to_metres(lon, lat)
    assert near(to_metres.inverse(x, y), (lon, lat), EXACT)
    assert near(transform(lon, lat, "CGCS2000", "EPSG:4549"), (x, y), 1e-6)
    assert near(transform(x, y, "EPSG:4549", "CGCS2000"), (lon, lat), EXACT)


def test_metres_are_east_first_and_true_to_scale():
    to_metres = metric("EPSG:4549")
    x, y = to_metres(120.0, 31.0)
    assert math.isclose(x, 500_000, abs_tol=0.001)
    assert 3_430_000 < y < 3_432_000
    north = to_metres(120.0, 31.001)
    assert 110.8 < north[1] - y < 110.9


def test_an_independent_system_of_a_city_is_a_proj_string():
    local = "+proj=tmerc +lat_0=31 +lon_0=121.5 +x_0=0 +y_0=0 +ellps=GRS80 +units=m"
    assert near(metric(local)(121.5, 31.0), (0, 0), 1e-6)


@pytest.mark.parametrize("name", ["EPSG:4490", "WGS-84", "GCJ-02", "EPSG:4214", "EPSG:2263"])
def test_degrees_and_feet_are_no_metres(name):
    with pytest.raises(CoordinateError) as caught:
        metric(name)
    assert caught.value.code == "coordinate_metric"


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_text_has_seven_decimals_and_no_minus_zero(lon, lat):
    for value, printed in zip((lon, lat), text(lon, lat), strict=True):
        assert len(printed.split(".")[1]) == 7
        assert abs(float(printed) - value) <= 0.5000001e-7
        assert printed != "-0.0000000"


def test_text_refuses_what_is_no_place():
    with pytest.raises(CoordinateError):
        text(math.nan, 0.0)
