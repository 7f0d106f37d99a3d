"""Squares of the heat of a page: all cases are on the map, in wider squares where there would be too many (S0-06)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.insight import heat

squares = st.dictionaries(
    st.tuples(st.integers(-500, 500), st.integers(-500, 500)), st.integers(1, 50), max_size=60
).map(lambda found: [(x, y, n) for (x, y), n in found.items()])


@given(squares, st.sampled_from((1, 4, 16)))
def test_wider_squares_hold_the_same_cases(found: list[tuple[int, int, int]], times: int) -> None:
    wider = heat.wider(found, times)
    assert sum(wider.values()) == sum(n for _x, _y, n in found)
    for x, y, _n in found:
        one = heat.square(x // times, y // times, 1, 30.0, times)
        small = heat.square(x, y, 1, 30.0)
        assert one.west <= small.west + 1e-9 and small.east <= one.east + 1e-9, "it lies within the wider one"


@pytest.mark.parametrize(("times", "places"), [(1, 4), (4, 2)])
def test_west_of_the_meridian_too(times: int, places: int) -> None:
    assert len(heat.wider([(-1, 0, 1), (-4, 0, 1), (0, 0, 1), (3, 0, 1)], times)) == places
