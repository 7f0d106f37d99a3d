"""The table that an evaluation prints: a row per subject, a column per indicator, and the total."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from citygrid.cases.database import Connection
from citygrid.evaluation.counting import Counted, Key, Question, count
from citygrid.evaluation.definitions import Count, Definitions, Indicator, Rate
from citygrid.evaluation.exact import exact
from citygrid.evaluation.rounding import half_up

NONE_DERIVED: frozenset[str] = frozenset()
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


Counter = Callable[[Connection, Iterable[Count], Question], Counted]
"""From facts (`counting.count`), or from roll-ups as far as these go (`rolled.count`: what everybody asks); the numbers
are equal."""


def evaluate(
    connection: Connection, definitions: Definitions, question: Question, keys: Sequence[str], counter: Counter = count
) -> Table:
    """The indicators `keys` (those that can be attributed to the question's subject) of all subjects.

    The total is counted over the rows, never over rounded numbers: it is the city's own (or the scope's)."""
    for key in keys:
        if key not in definitions.all:
            raise UnknownIndicatorError(key)
    shown = [key for key in keys if question.by in definitions.subjects_of(key)]
    counts = definitions.counts_of(shown)
    counted = counter(connection, counts, question)
    columns = tuple(definitions.all[key] for key in shown)
    derived: dict[Key, set[str]] = defaultdict(set)
    for whose, count_key in counted.derived:
        derived[whose].add(count_key)
    rows = tuple(
        Row(key, _values(columns, definitions, numbers, derived.get(key, NONE_DERIVED)))
        for key, numbers in counted.numbers.items()
    )
    return Table(question, columns, rows, Row(None, _values(columns, definitions, *_total(counted, counts))))


def _total(counted: Counted, counts: Iterable[Count]) -> tuple[dict[str, int], Set[str]]:
    if counted.total is not None:
        return counted.total, {key for _, key in counted.derived}
    sums = {one.key: sum(numbers.get(one.key, 0) for numbers in counted.numbers.values()) for one in counts}
    return sums, {key for _, key in counted.derived}


def _values(
    columns: Iterable[Indicator], definitions: Definitions, numbers: Mapping[str, int], derived: Set[str]
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in columns:
        if isinstance(one, Count) and one.scale == 1:
            found[one.key] = None if one.key in derived else numbers.get(one.key, 0)
            continue
        if isinstance(one, Rate) and (sides := _whole(one, definitions, numbers, derived)) is not None:
            found[one.key] = half_up(*sides, 100 if one.unit == "percent" else 1)
            continue
        value = exact(one, definitions, numbers, derived)
        times = 1 if isinstance(one, Count) or one.unit != "percent" else 100
        found[one.key] = None if value is None else half_up(value.numerator, value.denominator, times)
    return found


def _whole(
    one: Rate, definitions: Definitions, numbers: Mapping[str, int], derived: Set[str]
) -> tuple[int, int] | None:
    """Numerator and denominator in whole numbers, where all parts count whole ones and none is doubtful: the same value
    as `exact`, without a fraction for each cell of a large table. None: ask `exact`."""
    sums = []
    for keys in (one.over, one.under):
        total = 0
        for key in keys:
            if key in derived or getattr(definitions.all[key], "scale", 0) != 1:
                return None
            total += numbers.get(key, 0)
        sums.append(total)
    return sums[0], sums[1]
