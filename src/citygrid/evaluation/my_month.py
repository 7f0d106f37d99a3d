"""A person's own figures beside the middle of the colleagues on the same post: no name of another, and no middle of so
few that it would tell somebody's number. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from citygrid.evaluation.counting import Key
from citygrid.evaluation.definitions import Count, Indicator
from citygrid.evaluation.rounding import half_up
from citygrid.evaluation.tables import Table, Value

FEWEST = 3
"""Colleagues: of fewer there is no middle."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator, the own value and the colleagues' median (None: nothing to print)."""

    one: Indicator
    mine: Value
    middle: Value


def figures(table: Table, role: str, person: int) -> list[Figure]:
    """The indicators in which the person or a colleague of the same role has anything."""
    own = next((row.values for row in table.rows if _is(row.key, role, person)), {})
    others = [row.values for row in table.rows if row.key is not None and row.key[0] == role and row.key[1]
              and not _is(row.key, role, person)]  # fmt: skip
    found = []
    for one in table.columns:
        mine = own.get(one.key, _nothing(one))
        told = [values.get(one.key) for values in others]
        if mine or any(told):
            found.append(Figure(one, mine, middle(told)))
    return found


def middle(values: Iterable[Value]) -> Value:
    """The median of those who have a value, rounded half up to two decimals; None of fewer than `FEWEST`."""
    known = [Decimal(value) for value in values if value is not None]
    if len(known) < FEWEST:
        return None
    found = median(known)
    if found == found.to_integral_value() and all(value == value.to_integral_value() for value in known):
        return int(found)
    numerator, denominator = found.as_integer_ratio()
    return half_up(numerator, denominator)


def middle_score(mine: str, shown: Sequence[tuple[str, Decimal | None]]) -> Value:
    """The same of the printed scores of a group, without one's own."""
    return middle(score for subject, score in shown if subject != mine)


def _nothing(one: Indicator) -> Value:
    """Of whom nothing was counted: a count is 0, a rate has nothing to divide by."""
    return 0 if isinstance(one, Count) else None


def _is(key: Key | None, role: str, person: int) -> bool:
    return key is not None and key[0] == role and key[1] == person
