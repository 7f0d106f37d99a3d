"""Many fixes read in columns give what each gives alone, and arrays reach PostgreSQL as they were (S2-02)."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from citygrid.cases.database import cursor
from citygrid.collection.positions import arrays, columns
from citygrid.collection.positions.checking import Fix, read
from citygrid.web.api_reading import DEEPEST, UnreadableError, check

OLDEST, NEWEST = 1_700_000_000_000, 1_800_000_000_000
MOMENTS = st.one_of(
    st.integers(OLDEST, NEWEST),
    st.floats(OLDEST, NEWEST),
    st.sampled_from([OLDEST - 1, OLDEST, NEWEST, NEWEST + 1, NEWEST + 0.5, 10**15, 10**400, 1e400, True, None, "x"]),
    st.sampled_from(["2024-03-01T08:00:00+08:00", "2024-03-01T08:00:00", [], -1]),
)
NUMBERS = st.one_of(
    st.floats(-200, 200),
    st.integers(-200, 200),
    st.floats(),
    st.sampled_from([0, -0.0, 90, -90, 90.0000001, 180, 360, 360.0, 1e4, 1e6, 1e18, 1e19, 10**18, 10**17, 10**400]),
    st.sampled_from([None, True, False, "8", [], math.nan, math.inf]),
)
MOCKS = st.sampled_from([True, False, None, 0, 1, "yes"])
ROWS = st.one_of(
    st.tuples(MOMENTS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, MOCKS).map(list),
    st.tuples(st.integers(OLDEST, NEWEST), st.floats(-180, 180), st.floats(-90, 90)).map(list),
    st.lists(NUMBERS, max_size=9),
    st.sampled_from([None, "fix", {}, 7, (OLDEST, 1, 2)]),
)
GOOD = [OLDEST + 5, 121.5, 31.2, 8.0, 1.2, 90.0, False]


def rows_of(found):
    """Each fix as `checking.read` gives it."""
    told = {columns.YES: True, columns.NO: False, columns.UNTOLD: None}
    numbers = (found.ms, found.lon, found.lat, found.accuracy, found.speed, found.heading)
    lists = [[None if math.isnan(one) else one for one in column.tolist()] for column in numbers]
    mocks = [told[one] for one in found.mock.tolist()]
    return dict(zip(found.place.tolist(), map(Fix, *lists, mocks), strict=True))


@given(st.lists(ROWS, max_size=12))
@example([GOOD, [OLDEST, 10**400, 0, None], GOOD])
@example([[OLDEST, 1, 2, math.nan, None], [OLDEST, 1, 2, None, math.nan]])
@example([["2024-03-01T08:00:00+08:00", 1, 2], [*GOOD[:3], 1e19, 1e19, -1], GOOD[:4], GOOD])
def test_many_are_read_as_each_alone(raws):
    found, refused = columns.read_many(raws, OLDEST, NEWEST)
    alone = {n: read(raw, OLDEST, NEWEST) for n, raw in enumerate(raws)}
    assert dict(refused) == {n: one for n, one in alone.items() if isinstance(one, str)}
    assert rows_of(found) == {n: one for n, one in alone.items() if isinstance(one, Fix)}
    assert found.place.tolist() == sorted(found.place.tolist())


def test_what_is_plainly_good_is_not_read_one_by_one(monkeypatch):
    """Ten thousand and one of them bad: only that one is asked for its reason."""
    asked = []
    monkeypatch.setattr(columns, "read", lambda raw, *span: asked.append(raw) or read(raw, *span))
    bad = [OLDEST - 1, *GOOD[1:]]
    found, refused = columns.read_many([*[GOOD] * 5000, bad, *[GOOD[:3]] * 5000], OLDEST, NEWEST)
    assert (len(found), refused, asked) == (10_000, [(5000, "too_old")], [bad])


def test_fixes_read_alone_become_columns():
    fixes = [read(raw, OLDEST, NEWEST) for raw in (GOOD, [OLDEST, 1, 2], [OLDEST, 1, 2, 3, None, 360, True])]
    assert [astuple(one) for one in rows_of(columns.of(fixes)).values()] == [astuple(one) for one in fixes]


@pytest.mark.django_db
def test_arrays_arrive_as_they_were():
    nulls, numbers = np.array([False, True, False]), np.array([1.5, math.nan, -2.25])
    with connection.cursor():
        run = arrays.take(cursor(connection.connection))
    flags = arrays.booleans(np.array([True, False, False]), nulls)
    sent = [arrays.big_ints([2**62, 0, -1], nulls), arrays.doubles(np.array([0.1, 1e300])), arrays.reals(numbers),
            flags, arrays.big_ints([]), arrays.reals(numbers[:0])]  # fmt: skip
    found = run.execute(b"select %s, %s, %s, %s, %s, %s", sent).fetchone()
    assert found == ([2**62, None, -1], [0.1, 1e300], [1.5, None, -2.25], [True, None, False], [], [])
    assert [column.type_code for column in run.description] == [1016, 1022, 1021, 1000, 1016, 1021]


def nested(levels, inside, wrap):
    for _ in range(levels):
        inside = wrap(inside)
    return inside


@pytest.mark.parametrize("wrap", [lambda one: [one], lambda one: {"a": one}, lambda one: [1, {}, [], {}, one]])
@pytest.mark.parametrize("inside", [1, [], {}])
def test_what_lies_too_deep_is_refused(wrap, inside):
    check(nested(DEEPEST, inside, wrap))
    check({"entries": [1, nested(DEEPEST - 2, inside, wrap)]})
    with pytest.raises(UnreadableError):
        check(nested(DEEPEST + 1, inside, wrap))
    with pytest.raises(UnreadableError):
        check({"entries": [1, nested(DEEPEST - 1, inside, wrap)]})
