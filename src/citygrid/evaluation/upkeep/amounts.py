"""From counts, score and findings to the amount: each line exact, rounded once to the cent, halves up. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from citygrid.evaluation.upkeep.rules import Rules

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """So many of a class at a price."""

    class_id: str
    count: int
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """What a count of findings takes off. `bound`: its most was reached."""

    key: str
    count: int
    each: Decimal
    amount: Decimal
    bound: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """`base`: the sum of the lines; `paid`: its part by the factor; `total`: less what is taken off, never below 0.
    `unpriced`: classes that are maintained and have no price."""

    lines: tuple[Line, ...]
    base: Decimal
    factor: Decimal
    paid: Decimal
    taken: tuple[Taken, ...]
    total: Decimal
    unpriced: tuple[tuple[str, int], ...]


def amount(
    rules: Rules, counts: Mapping[str, int], score: Fraction | None, findings: Mapping[str, int], months: int = 1
) -> Amount | None:
    """The amount of so many months, `counts` being components times months; None where the score is missing and the
    rules do not say what then. What a deduction takes off at most is of a month."""
    factor = rules.factor(score)
    if factor is None:
        return None
    lines = tuple(
        Line(one.class_id, counts[one.class_id], one.price, cents(one.price * counts[one.class_id]))
        for one in rules.prices if counts.get(one.class_id)
    )  # fmt: skip
    base = sum((line.amount for line in lines), Decimal("0.00"))
    paid = cents(base * factor)
    taken = tuple(_taken(one.key, findings.get(one.of, 0), one.amount, None if one.most is None else one.most * months)
        for one in rules.deductions)
    total = max(Decimal("0.00"), paid - sum((one.amount for one in taken), Decimal()))
    priced = {one.class_id for one in rules.prices}
    unpriced = tuple(sorted((key, number) for key, number in counts.items() if number and key not in priced))
    return Amount(lines, base, factor, paid, taken, total, unpriced)


def _taken(key: str, count: int, each: Decimal, most: Decimal | None) -> Taken:
    whole = cents(each * count)
    bound = most is not None and whole > most
    return Taken(key, count, each, cents(most) if bound and most is not None else whole, bound)


def cents(value: Decimal) -> Decimal:
    """To the second decimal, a half up."""
    return value.quantize(CENT, ROUND_HALF_UP)
