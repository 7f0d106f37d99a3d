"""What holds of every track, whatever the fixes: nothing of the time is lost or counted twice."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from citygrid.collection.patrol import covering, track
from tests.collection.tracks import COVERAGE, TRACK, Fix

LONG = 20_000
fixes = st.lists(
    st.builds(
        Fix,
        st.integers(0, LONG),
        st.integers(-500, 500),
        st.integers(-500, 500),
        st.none() | st.sampled_from([5.0, 100.0, 101.0]),
    ),
    max_size=60,
    unique_by=lambda one: one.t,
)


def spans_of(given_fixes, starts=0, ends=LONG):
    sifted = track.sift(given_fixes, TRACK)
    return sifted, track.spans(starts, ends, sifted, [one.x >= 0 for one in sifted.used], TRACK)


@given(fixes)
def test_spans_touch_each_other_from_sign_in_to_sign_out(some):
    _, spans = spans_of(some)
    assert spans[0].starts == 0 and spans[-1].ends == LONG
    for one, other in pairwise(spans):
        assert one.ends == other.starts
        assert (one.state, one.inside) != (other.state, other.inside)
    assert all((one.inside is None) == (one.state == track.GAP) for one in spans)


@given(fixes)
def test_each_second_is_counted_once_on_both_axes(some):
    _, spans = spans_of(some)
    sums = track.totals(spans)
    assert sums.on_duty == LONG == sums.active + sums.idle + sums.gap == sums.inside + sums.outside + sums.gap


@given(fixes)
def test_every_fix_is_told_apart_once(some):
    sifted = track.sift(some, TRACK)
    parts = [*sifted.used, *sifted.coarse, *sifted.jumps]
    assert sorted(parts, key=lambda one: one.t) == sorted(some, key=lambda one: one.t)


@given(fixes, st.randoms())
def test_the_order_in_which_fixes_come_does_not_count(some, chance):
    other = list(some)
    chance.shuffle(other)
    assert spans_of(some)[1] == spans_of(other)[1]


@given(fixes)
def test_nobody_moves_faster_than_the_rule_but_over_a_leap(some):
    sifted = track.sift(some, TRACK)
    for n, (one, other) in enumerate(pairwise(sifted.used), 1):
        assert n in sifted.leaps or track.reachable(one, other, TRACK)


@given(fixes)
def test_idle_runs_are_long_near_and_apart(some):
    sifted = track.sift(some, TRACK)
    runs = track.idle_runs(sifted, TRACK)
    for first, last in runs:
        stayed = sifted.used[first : last + 1]
        assert stayed[-1].t - stayed[0].t >= TRACK.idle_seconds
        assert all(track.apart(stayed[0], one) <= TRACK.idle_metres for one in stayed)
        assert all(other.t - one.t <= TRACK.gap_seconds for one, other in pairwise(stayed))
    assert all(one[1] <= other[0] for one, other in pairwise(runs))


@settings(max_examples=50)
@given(fixes)
def test_seconds_in_one_large_grid_are_those_that_are_known(some):
    """A grid around everything is in reach at every step that is no gap, and at no other."""
    sifted = track.sift(some, TRACK)
    xs, ys = covering.places(sifted, TRACK, COVERAGE)
    whole = shapely.box(-600, -600, 600, 600)
    nothing = (np.empty(0), np.empty(0))
    found = covering.covered(xs, ys, [whole, shapely.box(5000, 0, 5001, 1)], nothing, COVERAGE)
    known = sum(
        other.t - one.t
        for one, other, gap in zip(sifted.used, sifted.used[1:], track.gaps(sifted, TRACK), strict=False)
        if not gap
    )
    assert abs(found.seconds[0] - known) <= COVERAGE.step_seconds * len(sifted.used)
    assert found.seconds[1] == 0 and not found.visited[1]


@given(fixes)
def test_runs_for_the_map_hold_every_used_fix_once(some):
    sifted = track.sift(some, TRACK)
    assert [fix for run in track.runs(sifted, TRACK) for fix in run.fixes] == list(sifted.used)
