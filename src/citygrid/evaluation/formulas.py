"""The formula language of indicators and terms (GB/T 30428.4 lets a city add indicators): sums, differences, products,
quotients, comparisons in `if(...)`, `min`, `max`, `abs`, and names of counts and rates. Pure, exact, no eval.

    (closings_on_time + 0.4 * closings_late) / closings_due

Numbers are fractions, never floats. Nothing to divide by gives None, and None goes through every operation, so that
it is printed as “–” (`first(a, b)` takes the first that is a number). A fault has its line and column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

LONGEST = 2000  # characters
DEEPEST = 40  # of operations within operations
GRAMMAR = r"""
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: unary | product "*" unary -> mul | product "/" unary -> div
?unary: atom | "-" unary -> neg
?atom: NUMBER -> number | NAME -> name | "(" sum ")"
     | "if" "(" test "," sum "," sum ")" -> choose
     | CALL "(" sum ("," sum)* ")" -> call
test: sum COMPARE sum
CALL.3: /(min|max|abs|first)(?=\s*\()/
COMPARE: "<=" | ">=" | "!=" | "<" | ">" | "="
NAME: /[a-z][a-z0-9_]*/
NUMBER: /[0-9]{1,12}(\.[0-9]{1,12})?/
%ignore /[ \t\r\n]+/
"""
Value = Fraction | None
MESSAGES = {
    "empty": "Write a formula, like (closings_on_time + 0.4 * closings_late) / closings_due.",
    "too_long": "A formula has at most %(most)s characters.",
    "too_deep": "A formula has at most %(most)s brackets and operations within one another.",
    "unexpected": "%(what)s is not expected here.",
    "unfinished": "The formula ends too early.",
    "unknown_name": "There is no count, rate or input named %(name)s.",
    "no_fraction": "%(name)s takes one value.",
}


class FormulaError(ValueError):
    """A formula that is not right. `line` and `column` count from 1; `message % params` is the sentence."""

    def __init__(self, code: str, line: int, column: int, params: Mapping[str, Any] | None = None) -> None:
        self.code, self.line, self.column, self.params = code, line, column, dict(params or {})
        self.message = MESSAGES[code]
        super().__init__(f"line {line}, column {column}: {self.message % self.params}")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read: its text, the names in it (each once, in order), its tree."""

    text: str
    names: tuple[str, ...]
    tree: Tree[Token] = field(compare=False, repr=False)

    def value(self, of: Mapping[str, Value]) -> Value:
        """The value for these numbers; None where there is nothing to divide by. KeyError: a name without a number."""
        return _value(self.tree, of)

    def parts(self, of: Mapping[str, Value]) -> tuple[Value, Value] | None:
        """Numerator and denominator where the formula is one division, else None."""
        if self.tree.data != "div":
            return None
        over, under = (_value(_tree(child), of) for child in self.tree.children)
        return over, under


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@lru_cache(maxsize=1024)
def read(text: str) -> Formula:
    """Read a formula. FormulaError with code, line and column for what is not right."""
    if not text.strip():
        raise FormulaError("empty", 1, 1)
    if len(text) > LONGEST:
        raise FormulaError("too_long", 1, LONGEST + 1, {"most": LONGEST})
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _fault(error, text) from None
    _check(tree, 0)
    return Formula(text, tuple(dict.fromkeys(str(token) for token in _names(tree))), tree)


def check_names(formula: Formula, known: Callable[[str], bool]) -> None:
    """FormulaError at the first name that is not known."""
    for token in _names(formula.tree):
        if not known(str(token)):
            raise FormulaError("unknown_name", token.line or 1, token.column or 1, {"name": str(token)})


def _names(tree: Tree[Token]) -> list[Token]:
    """Every name with its place, from left to right."""
    found: list[Token] = []
    for child in tree.children:
        if isinstance(child, Tree):
            found += _names(child)
        elif child.type == "NAME":
            found.append(child)
    return found


def _fault(error: UnexpectedInput, text: str) -> FormulaError:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    if ended:
        lines = text.rstrip().split("\n")
        return FormulaError("unfinished", len(lines), len(lines[-1]) + 1)
    one = isinstance(error, UnexpectedCharacters)
    what = text[error.pos_in_stream or 0] if one else str(getattr(error, "token", ""))
    return FormulaError("unexpected", error.line, error.column, {"what": what})


def _tree(node: Any) -> Tree[Token]:
    assert isinstance(node, Tree)
    return node


def _check(tree: Tree[Token], depth: int) -> None:
    line, column = tree.meta.line, tree.meta.column
    if depth > DEEPEST:
        raise FormulaError("too_deep", line, column, {"most": DEEPEST})
    if tree.data == "call" and tree.children[0] == "abs" and len(tree.children) != 2:
        raise FormulaError("no_fraction", line, column, {"name": "abs"})
    for child in tree.children:
        if isinstance(child, Tree):
            _check(child, depth + 1)


def _value(tree: Tree[Token], of: Mapping[str, Value]) -> Value:
    if tree.data == "number":
        return Fraction(Decimal(str(tree.children[0])))
    if tree.data == "name":
        return of[str(tree.children[0])]
    if tree.data == "choose":
        test, yes, no = (_tree(child) for child in tree.children)
        true = _holds(test, of)
        return None if true is None else _value(yes if true else no, of)
    if tree.data == "call":
        return _CALLS[str(tree.children[0])]([_value(_tree(child), of) for child in tree.children[1:]])
    values = [_value(_tree(child), of) for child in tree.children]
    known = [value for value in values if value is not None]
    return _OPERATIONS[tree.data](*known) if len(known) == len(values) else None


def _holds(test: Tree[Token], of: Mapping[str, Value]) -> bool | None:
    left, sign, right = test.children
    a, b = _value(_tree(left), of), _value(_tree(right), of)
    return None if a is None or b is None else _SIGNS[str(sign)](a, b)


def _all(values: list[Value], take: Callable[[list[Fraction]], Fraction]) -> Value:
    known = [value for value in values if value is not None]
    return take(known) if len(known) == len(values) else None


_SIGNS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
_OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "neg": lambda a: -a,
    "div": lambda a, b: None if b == 0 else a / b,
}  # fmt: skip
_CALLS: dict[str, Callable[[list[Value]], Value]] = {
    "min": lambda values: _all(values, min),
    "max": lambda values: _all(values, max),
    "abs": lambda values: _all(values, lambda known: abs(known[0])),
    "first": lambda values: next((value for value in values if value is not None), None),
}
