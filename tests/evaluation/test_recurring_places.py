"""Recurring places: so many cases within so many metres; a second, naive reading of the definition finds the same."""

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citygrid.evaluation.insight.places import Here, Spot, TooManyError, spots

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def here(n: int, x: float, y: float = 0.0, class_id: str = "rubbish", unit: int | None = 10) -> Here:
    at = START + timedelta(hours=n)
    lon, lat = 121.5 + x / 95_000, 31.2 + y / 111_000
    return Here(UUID(int=n + 1), f"C-{n}", class_id, unit, 1, "closed", at, lon, lat, x, y)


def numbers(found: list[Spot]) -> list[list[int]]:
    return [[one.case.int - 1 for one in spot.cases] for spot in found]


def test_three_at_a_place_are_one_two_are_none() -> None:
    cases = [here(0, 0), here(1, 10), here(2, 19.9), here(3, 500), here(4, 510)]
    assert numbers(spots(cases, 20, 3)) == [[0, 1, 2]]


def test_what_reaches_further_belongs_by_its_neighbours() -> None:
    """A row of five, fifteen metres apart: the ends have one neighbour and are no cores, but belong."""
    cases = [here(n, 15 * n) for n in range(5)]
    assert numbers(spots(cases, 20, 3)) == [[0, 1, 2, 3, 4]]
    assert numbers(spots(cases, 20, 4)) == [], "no case has three others near"


def test_the_largest_comes_first_and_is_called_after_its_first_case() -> None:
    cases = [here(0, 0), here(1, 1), here(2, 2), here(3, 900), here(4, 901), here(5, 902), here(6, 903)]
    found = spots(cases, 20, 3)
    assert numbers(found) == [[3, 4, 5, 6], [0, 1, 2]]
    assert [spot.key.int for spot in found] == [4, 1]


def test_thousands_at_one_spot_are_refused_before_they_fill_the_memory() -> None:
    """Each of them is near to all others: millions of pairs for one place."""
    cases = [here(n, n % 7) for n in range(2001)]
    with pytest.raises(TooManyError):
        spots(cases, 20, 3)
    (one,) = spots(cases[:500], 20, 3)
    assert len(one.cases) == 500
    apart = [here(n, 100 * n) for n in range(2001)]
    assert spots(apart, 20, 2) == []


def test_classes_and_units_of_a_place() -> None:
    cases = [here(0, 0), here(1, 1, class_id="stall", unit=None), here(2, 2)]
    (spot,) = spots(cases, 20, 3)
    assert spot.classes == [("rubbish", 2), ("stall", 1)]
    assert spot.units == [(10, 2), (None, 1)]


def test_a_case_between_two_places_belongs_to_the_nearer() -> None:
    left = [here(n, 2 * n) for n in range(4)]
    right = [here(n + 4, 42 + 2 * n) for n in range(4)]
    nearer = here(8, 23.7)  # 17.7 from the left's last, 18.3 from the right's first; with itself three: no core
    assert numbers(spots([*left, *right, nearer], 19, 4)) == [[0, 1, 2, 3, 8], [4, 5, 6, 7]]
    nearer = here(8, 24.3)
    assert numbers(spots([*left, *right, nearer], 19, 4)) == [[4, 5, 6, 7, 8], [0, 1, 2, 3]]


def naive(cases: list[Here], metres: float, least: int) -> set[frozenset[int]]:
    """The cores of the places, straight from the definition: cores reachable from each other by steps between cores."""
    near = {
        a: {b for b in range(len(cases)) if math.dist((cases[a].x, cases[a].y), (cases[b].x, cases[b].y)) <= metres}
        for a in range(len(cases))
    }
    cores = {a for a, others in near.items() if len(others) >= least}
    found, left = set(), set(cores)
    while left:
        place, todo = set(), [left.pop()]
        while todo:
            one = todo.pop()
            place.add(one)
            todo += [other for other in near[one] & cores if other not in place]
        left -= place
        found.add(frozenset(place))
    return found


points = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(points, st.integers(3, 25), st.integers(2, 5))
def test_the_definition_read_naively_gives_the_same_places(at: list[tuple[int, int]], metres: int, least: int) -> None:
    cases = [here(n, x, y) for n, (x, y) in enumerate(at)]
    # Not on the circle itself, where two ways to compute a root may differ.
    found, expected = numbers(spots(cases, metres + 0.25, least)), naive(cases, metres + 0.25, least)
    assert len(found) == len(expected)
    for cores in expected:
        assert sum(cores <= set(one) for one in found) == 1, "its cores are together"
    together = [n for one in found for n in one]
    assert len(together) == len(set(together)), "each case belongs to one place"
    for one in found:
        core = next(cores for cores in expected if cores <= set(one))
        for n in one:
            assert any(math.dist((cases[n].x, cases[n].y), (cases[c].x, cases[c].y)) <= metres + 0.25 for c in core)
        assert len(one) >= least
