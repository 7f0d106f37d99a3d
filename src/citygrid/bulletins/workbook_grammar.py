"""What a scheme says, said as a spreadsheet's formulas: formulas, transforms, rounding. Pure.

A cell without a value holds the dash, a text: `+0` turns it into an error wherever a function would leave a text out,
and `IFERROR` turns the error back into a dash. So nothing to divide by goes through every operation as it does in
`formulas`. A spreadsheet reckons with floats: what is compared or rounded is freed of their noise first (`clean`)."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lark import Token, Tree

from citygrid.evaluation.formulas import Formula
from citygrid.evaluation.rounding import NOTHING
from citygrid.evaluation.scheme import Input, Transform

DASH = f'"{NOTHING}"'
NOISE = 9
"""Decimals up to which a float is what it should be."""


def number(value: Fraction | Decimal | int) -> str:
    """A number as digits: `0.4`, `-12`; what has no end as decimals, as a quotient."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    digits = exact.denominator
    while digits % 10 == 0:
        digits //= 10
    for prime in (2, 5):
        while digits % prime == 0:
            digits //= prime
    if digits != 1:
        return f"({exact.numerator}/{exact.denominator})"
    return f"{Decimal(exact.numerator) / Decimal(exact.denominator):f}"


def text(words: str) -> str:
    """A text inside a formula."""
    return '"' + words.replace('"', '""') + '"'


def clean(expression: str) -> str:
    return f"ROUND({expression},{NOISE})"


def half_up(expression: str, places: int) -> str:
    """Rounded once, a half away from zero, as `rounding.half_up` does."""
    return f"ROUND({clean(expression)},{places})"


def or_dash(expression: str) -> str:
    """The dash where there is nothing to divide by, or something has no value."""
    return f"IFERROR({expression},{DASH})"


def spoken(formula: Formula, cell: Callable[[str], str]) -> str:
    """The formula over cells (`cell` gives the address of a count's or rate's value); an error where it has none."""
    return _said(formula.tree, cell)


def points(transform: Transform, value: str) -> str:
    """The points that a cell's number makes, within the transform's bounds (`scoring.points_of`)."""
    found = _points(transform, value)
    if transform.cap is not None:
        found = f"MIN({found},{number(transform.cap)})"
    return found if transform.floor is None else f"MAX({found},{number(transform.floor)})"


def taken(one: Input, values: str, items: str) -> str:
    """The value of an input from the ranges of its entries: average, last or sum; of a list the points of its items."""
    if one.items:
        return "+".join(_item(text(item.key), item.points, item.most, values, items) for item in one.items)
    if one.take == "last":
        return values.rsplit(":", maxsplit=1)[-1]
    return f"{'SUM' if one.take == 'sum' else 'AVERAGE'}({values})"


def every(conditions: Iterable[str]) -> str:
    """Whether all hold; TRUE without any."""
    found = list(conditions)
    return f"AND({','.join(found)})" if found else "TRUE"


def _item(key: str, each: Fraction, most: Fraction | None, values: str, items: str) -> str:
    total = f"({number(each)}*SUMPRODUCT(({items}={key})*({values})))"
    if most is None:
        return total
    return f"MAX(MIN({total},{number(most)}),{number(-most)})"


def _points(transform: Transform, value: str) -> str:
    full = number(transform.full)
    if transform.kind == "rate":
        return f"({value}*{full})"
    if transform.kind == "inverse":
        return f"((1-{value})*{full})"
    if transform.kind == "steps":
        return _steps(transform, value)
    if transform.kind == "deduction":
        return f"({full}-{number(transform.less)}*{_worse(transform, value)})"
    return value


def _steps(transform: Transform, value: str) -> str:
    """Nested from the last step to the first; beyond a last step that has a limit there are none."""
    found = "0"
    for step in reversed(transform.steps):
        if step.limit is None:
            found = number(step.points)
            continue
        sign = "<" if step.below else "<="
        found = f"IF({clean(value)}{sign}{number(step.limit)},{number(step.points)},{found})"
    return found


def _worse(transform: Transform, value: str) -> str:
    goal = number(transform.goal)
    by = f"{goal}-{value}" if transform.side == "below" else f"{value}-{goal}"
    times = f"(MAX(0,{by})/{number(transform.per)})"
    return f"ROUNDUP({clean(times)},0)" if transform.begun else times


def _said(tree: Tree[Token], cell: Callable[[str], str]) -> str:
    data, children = str(tree.data), tree.children
    if data == "number":
        return str(children[0])
    if data == "name":
        return f"({cell(str(children[0]))}+0)"
    if data == "choose":
        test, yes, no = children
        return f"IF({_test(test, cell)},{_inner(yes, cell)},{_inner(no, cell)})"
    if data == "call":
        return _call(str(children[0]), [_inner(child, cell) for child in children[1:]])
    said = [_inner(child, cell) for child in children]
    return f"(-{said[0]})" if data == "neg" else f"({_SIGNS[data].join(said)})"


def _inner(child: Any, cell: Callable[[str], str]) -> str:
    assert isinstance(child, Tree)
    return _said(child, cell)


def _test(test: Any, cell: Callable[[str], str]) -> str:
    left, sign, right = test.children
    shown = {"!=": "<>"}.get(str(sign), str(sign))
    return f"{clean(_inner(left, cell))}{shown}{clean(_inner(right, cell))}"


def _call(name: str, said: list[str]) -> str:
    if name != "first":
        return f"{name.upper()}({','.join(said)})"
    found = said[-1]
    for one in reversed(said[:-1]):
        found = f"IFERROR({one},{found})"
    return found


_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
