"""The exact value of an indicator from counted numbers: fractions, so that what is made of it is rounded once only."""

from collections.abc import Collection, Mapping
from fractions import Fraction

from citygrid.evaluation.definitions import Composed, Count, Definitions, Indicator, Rate
from citygrid.evaluation.formulas import Value


def exact(one: Indicator, known: Definitions, numbers: Mapping[str, int], derived: Collection[str]) -> Value:
    """The value, a rate as its quotient. A count without a number is 0; None: nothing to divide by, or a count that it
    is made of rests on acts which an import derived (`derived`: those keys)."""
    if isinstance(one, Count):
        return None if one.key in derived else Fraction(numbers.get(one.key, 0), one.scale)
    if isinstance(one, Rate):
        sides = parts(one, known, numbers, derived)
        return None if None in sides or sides[1] == 0 else _known(sides[0]) / _known(sides[1])
    return one.formula.value(values(one.formula.names, known, numbers, derived))


def parts(one: Rate | Composed, known: Definitions, numbers: Mapping[str, int], derived: Collection[str]
          ) -> tuple[Value, Value]:  # fmt: skip
    """Numerator and denominator of a rate, or of a formula that is one division; else (None, None)."""
    if isinstance(one, Composed):
        return one.formula.parts(values(one.formula.names, known, numbers, derived)) or (None, None)
    return _sum(one.over, known, numbers, derived), _sum(one.under, known, numbers, derived)


def values(
    keys: Collection[str], known: Definitions, numbers: Mapping[str, int], derived: Collection[str]
) -> dict[str, Value]:
    """The exact value of each of these keys."""
    return {key: exact(known.all[key], known, numbers, derived) for key in keys}


def quotients_of(
    keys: Collection[str], known: Definitions, numbers: Mapping[str, int], derived: Collection[str]
) -> dict[str, tuple[Value, Value]]:
    """Numerator and denominator of those of the keys that are rates or formulas."""
    return {
        key: parts(one, known, numbers, derived)
        for key in keys
        if isinstance(one := known.all[key], Rate | Composed)
    }


def _sum(keys: Collection[str], known: Definitions, numbers: Mapping[str, int], derived: Collection[str]) -> Value:
    found = [exact(known.all[key], known, numbers, derived) for key in keys]
    return None if None in found else sum((_known(value) for value in found), Fraction(0))


def _known(value: Value) -> Fraction:
    assert value is not None
    return value
