"""Two decimals, half up, exact; nothing to divide by is a dash (evaluation section 7)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.rounding import half_up, printed


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_no_further_from_the_quotient_than_half_a_hundredth_and_a_half_goes_up(over: int, under: int) -> None:
    found = half_up(over, under, 100)
    assert found is not None
    off = Fraction(found) - Fraction(over * 100, under)
    assert Fraction(-1, 200) < off <= Fraction(1, 200)
    assert found.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("over", "under", "rate"),
    [(1, 3, "33.33"), (2, 3, "66.67"), (1, 32, "3.13"), (1, 16, "6.25"), (803, 20000, "4.02"), (7, 7, "100.00"),
     (0, 5, "0.00"), (2_675, 1000 * 100, "2.68")],
)  # fmt: skip
def test_halves_go_up_where_a_float_would_not(over: int, under: int, rate: str) -> None:
    assert printed(half_up(over, under, 100)) == rate


def test_nothing_to_divide_by() -> None:
    assert half_up(0, 0, 100) is None
    assert half_up(5, 0, 100) is None
    assert printed(None) == "–"


def test_below_zero_a_half_goes_away_from_zero() -> None:
    assert half_up(Decimal("-0.125"), 1) == Decimal("-0.13")
