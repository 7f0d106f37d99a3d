"""Lots that can be drawn again, shares of strata, Wilson's bounds (主管抽样, 点名抽查)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.collection.teams import drawing

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 50), max_size=8)


@given(st.sets(st.text(max_size=5)), st.text(max_size=8), st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order_was(keys, seed, random):
    shuffled = sorted(keys)
    random.shuffle(shuffled)
    assert drawing.ranked(seed, shuffled) == drawing.ranked(seed, keys)
    assert sorted(drawing.ranked(seed, keys)) == sorted(keys)


def test_another_seed_draws_others():
    keys = [str(n) for n in range(100)]
    assert drawing.ranked("a", keys) != drawing.ranked("b", keys)


@given(SIZES, st.integers(0, 120))
def test_as_many_as_wanted_or_as_there_are_never_more_of_a_stratum_than_it_has(sizes, wanted):
    found = drawing.shares(sizes, wanted)
    filled = [name for name, size in sizes.items() if size]
    assert sum(found.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= found[name] <= size for name, size in sizes.items())
    if wanted >= len(filled):
        assert all(found[name] for name in filled), "every stratum is looked at"


def test_shares_are_in_proportion():
    assert drawing.shares({"a": 600, "b": 300, "c": 100}, 10) == {"a": 6, "b": 3, "c": 1}
    assert drawing.shares({"a": 1000, "b": 1}, 10) == {"a": 9, "b": 1}


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_bounds_are_those_of_the_books(good, of, low, high):
    found = drawing.wilson(good, of)
    assert found == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 500), st.data())
def test_bounds_hold_the_share_and_are_its_mirror(of, data):
    good = data.draw(st.integers(0, of))
    low, high = drawing.wilson(good, of)
    assert 0 <= low <= good / of <= high <= 1
    assert drawing.wilson(of - good, of) == pytest.approx((1 - high, 1 - low))


def test_nothing_judged_says_nothing():
    assert drawing.wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="share"):
        drawing.wilson(3, 2)
