"""The table that an evaluation prints: a row per subject, a column per indicator, and the total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from citygrid.cases.database import Connection
from citygrid.evaluation.counting import Counted, Key, Question, count
from citygrid.evaluation.definitions import Count, Definitions, Indicator
from citygrid.evaluation.rounding import half_up

Value = int | Decimal | None
"""A count, a number with two decimals, or nothing to print."""


@dataclass(frozen=True, slots=True)
class Row:
    """`key` None: the total."""

    key: Key | None
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in no order but the total last; `columns` are those that can be shown by the question's subject."""

    question: Question
    columns: tuple[Indicator, ...]
    rows: tuple[Row, ...]
    total: Row


class UnknownIndicatorError(ValueError):
    """No indicator has this key; the message is the key."""


def evaluate(connection: Connection, definitions: Definitions, question: Question, keys: Sequence[str]) -> Table:
    """The indicators `keys` (those that can be attributed to the question's subject) of all subjects.

    The total is counted over the rows, never over rounded numbers: it is the city's own (or the scope's)."""
    for key in keys:
        if key not in definitions.all:
            raise UnknownIndicatorError(key)
    shown = [key for key in keys if question.by in definitions.subjects_of(key)]
    counts = definitions.counts_of(shown)
    counted = count(connection, counts, question)
    columns = tuple(definitions.all[key] for key in shown)
    by_key = {one.key: one for one in counts}
    rows = tuple(
        Row(key, _values(columns, by_key, numbers, {c for k, c in counted.derived if k == key}))
        for key, numbers in counted.numbers.items()
    )
    return Table(question, columns, rows, Row(None, _values(columns, by_key, *_total(counted, counts))))


def _total(counted: Counted, counts: Iterable[Count]) -> tuple[dict[str, int], set[str]]:
    sums = {one.key: sum(numbers.get(one.key, 0) for numbers in counted.numbers.values()) for one in counts}
    return sums, {key for _, key in counted.derived}


def _values(
    columns: Iterable[Indicator], counts: Mapping[str, Count], numbers: Mapping[str, int], derived: set[str]
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in columns:
        if isinstance(one, Count):
            number = numbers.get(one.key, 0)
            value: Value = number if one.scale == 1 else half_up(number, one.scale)
            found[one.key] = None if one.key in derived else value
        elif derived.intersection((*one.over, *one.under)):
            found[one.key] = None
        else:
            over = _sum(one.over, counts, numbers)
            under = _sum(one.under, counts, numbers)
            found[one.key] = half_up(over, under, 100 if one.unit == "percent" else 1)
    return found


def _sum(keys: Iterable[str], counts: Mapping[str, Count], numbers: Mapping[str, int]) -> Decimal:
    """Exact: a scale divides after the sum only where it is a whole one, else as a decimal of full precision."""
    return sum((Decimal(numbers.get(key, 0)) / counts[key].scale for key in keys), Decimal(0))
