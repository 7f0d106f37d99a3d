"""Reckons a workbook anew, in plain Python: each formula from its own text, never from the value kept beside it."""

import io
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from math import ceil
from typing import Any

from lark import Lark, Token, Tree
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

GRAMMAR = r"""
?start: "=" compare
?compare: sum | sum SIGN sum -> test
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: unary | product "*" unary -> mul | product "/" unary -> div
?unary: atom | "-" unary -> neg
?atom: NUMBER -> number | TEXT -> text | REF -> ref | "(" compare ")" | BOOL -> truth
     | FUNCTION "(" [compare ("," compare)*] ")" -> call
BOOL.4: "TRUE" | "FALSE"
FUNCTION.3: /[A-Z]+(?=\()/
REF: /'[^']+'![$]?[A-Z]+[$]?[0-9]+(:[$]?[A-Z]+[$]?[0-9]+)?/
   | /[$]?[A-Z]+[$]?[0-9]+(:[$]?[A-Z]+[$]?[0-9]+)?/
TEXT: /"([^"]|"")*"/
SIGN: "<>" | "<=" | ">=" | "<" | ">" | "="
NUMBER: /[0-9]+(\.[0-9]+)?/
%ignore " "
"""
PARSER = Lark(GRAMMAR, parser="lalr")


class CellError(Exception):
    """#DIV/0!, #VALUE! and their like."""


class Reckoned:
    """A workbook's cells by sheet and address, reckoned when they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.formulas = load_workbook(io.BytesIO(content))
        self.kept = load_workbook(io.BytesIO(content), data_only=True)
        self.cell = cache(self._cell)

    def differences(self) -> list[tuple[str, str, Any, Any]]:
        """(sheet, address, reckoned, kept) of every formula whose kept value is another."""
        found = []
        for sheet, address in self.all_formulas():
            mine, kept = self.cell(sheet, address), self.kept[sheet][address].value
            if isinstance(mine, (int, float)) and isinstance(kept, (int, float)):
                if abs(mine - kept) > 1e-9:
                    found.append((sheet, address, mine, kept))
            elif (mine or None) != (kept or None):
                found.append((sheet, address, mine, kept))
        return found

    def all_formulas(self) -> list[tuple[str, str]]:
        return [
            (page.title, cell.coordinate)
            for page in self.formulas.worksheets for row in page.iter_rows() for cell in row
            if cell.data_type == "f"
        ]  # fmt: skip

    def _cell(self, sheet: str, address: str) -> Any:
        cell = self.formulas[sheet][address]
        if cell.data_type != "f":
            return cell.value
        return self._reckon(PARSER.parse(cell.value), sheet)

    def _reckon(self, tree: Tree[Token], sheet: str) -> Any:
        data, children = str(tree.data), tree.children
        if data == "call":
            return self._call(str(children[0]), [one for one in children[1:] if one is not None], sheet)
        if data in ("number", "text", "truth", "ref"):
            return self._plain(data, str(children[0]), sheet)
        if data == "test":
            left, sign, right = children
            return _SIGNS[str(sign)](_vector(self._of(left, sheet)), _vector(self._of(right, sheet)))
        return _arithmetic(data, [self._of(child, sheet) for child in children])

    def _of(self, child: Any, sheet: str) -> Any:
        return self._reckon(child, sheet)

    def _plain(self, data: str, words: str, sheet: str) -> Any:
        if data == "number":
            return float(words)
        if data == "text":
            return words[1:-1].replace('""', '"')
        if data == "truth":
            return words == "TRUE"
        if "!" in words:
            name, words = words.rsplit("!", 1)
            sheet = name.strip("'")
        words = words.replace("$", "")
        if ":" not in words:
            return self.cell(sheet, words)
        left, top, right, bottom = range_boundaries(words)
        rows = self.formulas[sheet].iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right)
        return [self.cell(sheet, cell.coordinate) for row in rows for cell in row]

    def _call(self, name: str, args: list[Any], sheet: str) -> Any:
        if name == "IF":
            return self._of(args[1] if self._of(args[0], sheet) else args[2], sheet)
        if name == "IFERROR":
            try:
                return self._of(args[0], sheet)
            except CellError:
                return self._of(args[1], sheet)
        return _FUNCTIONS[name](*(self._of(one, sheet) for one in args))


def _arithmetic(data: str, values: list[Any]) -> Any:
    if any(isinstance(one, list) for one in values):
        size = max(len(one) for one in values if isinstance(one, list))
        wide = [one if isinstance(one, list) else [one] * size for one in values]
        return [_arithmetic(data, list(parts)) for parts in zip(*wide, strict=True)]
    numbers = [_number(one) for one in values]
    if data == "div" and numbers[1] == 0:
        raise CellError("#DIV/0!")
    return _OPERATIONS[data](*numbers)


def _number(value: Any) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        if re.fullmatch(r"-?[0-9.]+", value):
            return float(value)
        raise CellError("#VALUE!")
    return float(value)


def _vector(value: Any) -> Any:
    return value


def _each(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def compared(left: Any, right: Any) -> Any:
        if isinstance(left, list):
            return [test(one, right) for one in left]
        return test(left, right)

    return compared


def _round(value: Any, places: Any) -> float:
    """As spreadsheets do: half away from zero, of the fifteen digits that they show."""
    shown = Decimal(f"{_number(value):.15g}")
    return float(shown.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP))


def _numbers(*values: Any) -> list[float]:
    """Of a range the numbers, its texts left out; of a single value a number or an error."""
    found = []
    for one in values:
        if isinstance(one, list):
            found += [float(cell) for cell in one if isinstance(cell, (int, float))]
        else:
            found.append(_number(one))
    return found


def _average(values: list[Any]) -> float:
    numbers = _numbers(values)
    if not numbers:
        raise CellError("#DIV/0!")
    return sum(numbers) / len(numbers)


def _rank(value: Any, among: list[Any]) -> float:
    numbers = [one for one in among if isinstance(one, (int, float))]
    if not isinstance(value, (int, float)):
        raise CellError("#VALUE!")
    return 1.0 + sum(one > value for one in numbers)


def _lookup(value: Any, bounds: list[Any], results: list[Any]) -> Any:
    below = [result for bound, result in zip(bounds, results, strict=True) if bound <= value]
    if not below:
        raise CellError("#N/A")
    return below[-1]


def _if_errors(condition: Any) -> bool:
    return bool(condition)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ROUND": _round,
    "ROUNDUP": lambda value, places: float(ceil(_number(value))),
    "MIN": lambda *values: min(_numbers(*values)),
    "MAX": lambda *values: max(_numbers(*values)),
    "ABS": lambda value: abs(_number(value)),
    "SUM": lambda *values: sum(_numbers(*values)),
    "SUMPRODUCT": lambda values: sum(_numbers(values)),
    "AVERAGE": _average,
    "AND": lambda *values: all(_if_errors(one) for one in values),
    "ISNUMBER": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "RANK": _rank,
    "LOOKUP": _lookup,
}
_OPERATIONS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "neg": lambda a: -a,
    "div": lambda a, b: a / b,
}  # fmt: skip
_SIGNS = {
    "<": _each(lambda a, b: a < b), "<=": _each(lambda a, b: a <= b), ">": _each(lambda a, b: a > b),
    ">=": _each(lambda a, b: a >= b), "=": _each(lambda a, b: a == b), "<>": _each(lambda a, b: a != b),
}  # fmt: skip
