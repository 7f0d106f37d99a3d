"""Numbers as they are printed: two decimals, half up, never through a float; nothing to divide by is "–"."""

from decimal import Decimal
from fractions import Fraction

NOTHING = "–"


def half_up(over: int | Decimal, under: int | Decimal, times: int = 1, places: int = 2) -> Decimal | None:
    """`over / under * times` with so many decimals, a half away from zero; None when `under` is 0. One exact division,
    so nothing is rounded twice."""
    if under == 0:
        return None
    if isinstance(over, int) and isinstance(under, int) and under > 0:  # most are: no fraction is made for them
        size = (abs(over) * times * 10**places * 2 + under) // (2 * under)
        return Decimal(size if over >= 0 else -size).scaleb(-places)
    exact = Fraction(over) * times / Fraction(under) * 10**places
    whole = (abs(exact.numerator) * 2 + exact.denominator) // (2 * exact.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)


def printed(value: Decimal | int | None) -> str:
    """Digits, or the dash."""
    return NOTHING if value is None else str(value)
