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


def test_a_row_of_cases_is_cut_into_places_that_one_can_stand_in() -> None:
    """Fifteen metres apart: from neighbour to neighbour all five are near, but no circle holds more than three."""
    cases = [here(n, 15 * n) for n in range(5)]
    assert numbers(spots(cases, 20, 3)) == [[0, 1, 2]], "the two that are left are too few"
    assert numbers(spots(cases, 20, 2)) == [[0, 1, 2], [3, 4]]
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


def test_a_case_between_two_places_belongs_to_the_larger() -> None:
    left = [here(n, 2 * n) for n in range(4)]
    right = [here(n + 4, 42 + 2 * n) for n in range(5)]
    between = here(9, 24)  # 18 from the left's last, 18 from the right's first
    assert numbers(spots([*left, *right, between], 19, 4)) == [[4, 5, 6, 7, 8, 9], [0, 1, 2, 3]]


def near(cases: list[Here], n: int, metres: float) -> set[int]:
    at = (cases[n].x, cases[n].y)
    return {m for m, other in enumerate(cases) if math.dist(at, (other.x, other.y)) <= metres}


def naive(cases: list[Here], metres: float, least: int) -> list[set[int]]:
    """The definition, looked up anew each time: of all circles around cases that are left the fullest, the earliest."""
    found, left = [], set(range(len(cases)))
    while left:
        here = {n: near(cases, n, metres) & left for n in sorted(left)}
        n = max(here, key=lambda one: (len(here[one]), -one))
        if len(here[n]) < least:
            break
        found.append(here[n])
        left -= here[n]
    return found


points = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=40)


@settings(max_examples=60, deadline=None)
@given(points, st.integers(3, 25), st.integers(2, 5))
def test_the_definition_read_naively_gives_the_same_places(at: list[tuple[int, int]], metres: int, least: int) -> None:
    cases = [here(n, x, y) for n, (x, y) in enumerate(at)]
    # Not on the circle itself, where two ways to compute a root may differ.
    found = numbers(spots(cases, metres + 0.25, least))
    expected = naive(cases, metres + 0.25, least)
    assert sorted(found) == sorted(sorted(one) for one in expected)
    for one in found:
        assert len(one) >= least
        assert any(set(one) <= near(cases, n, metres + 0.25) for n in one), "around one of them"
    left = set(range(len(cases))) - {n for one in found for n in one}
    assert all(len(near(cases, n, metres + 0.25) & left) < least for n in left), "no place was missed"
