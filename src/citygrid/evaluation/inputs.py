"""What people enter for a scheme, and what becomes of several entries of one period. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from citygrid.evaluation.formulas import Value
from citygrid.evaluation.scheme import Input


@dataclass(frozen=True, slots=True)
class Given:
    """An approved entry: a score, or how often (`value`) an item of the list came up. `day`: ISO text."""

    id: str
    day: str
    value: Fraction
    item: str = ""


def taken(one: Input, given: Iterable[Given]) -> Value:
    """The value of an input in a period: average, last or sum; of a list the points of its items, each within its
    own most. None where nothing was entered."""
    rows = sorted(given, key=lambda row: (row.day, row.id))
    if not rows:
        return None
    if one.items:
        return sum((_points(one, key, rows) for key in dict.fromkeys(row.item for row in rows)), Fraction(0))
    if one.take == "last":
        return rows[-1].value
    total = sum((row.value for row in rows), Fraction(0))
    return total if one.take == "sum" else total / len(rows)


def _points(one: Input, key: str, rows: list[Given]) -> Fraction:
    item = next((item for item in one.items if item.key == key), None)
    if item is None:  # the list has changed since: what was entered stays, and counts no more
        return Fraction(0)
    points = item.points * sum((row.value for row in rows if row.item == key), Fraction(0))
    if item.most is None:
        return points
    return min(points, item.most) if points > 0 else max(points, -item.most)
