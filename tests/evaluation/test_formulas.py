"""The formula language: exact, without division by zero, each fault with its place, nothing but arithmetic (S2-13)."""

import tomllib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.definitions import Composed, Definitions, Indicator, add, shipped
from citygrid.evaluation.exact import exact
from citygrid.evaluation.formulas import FormulaError, read
from citygrid.standards.reports import Report

NUMBERS = {"a": Fraction(70), "b": Fraction(20), "c": Fraction(100), "none": None, "zero": Fraction(0)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b * 2", 110), ("(a + b) * 2", 180), ("-a * 2", -140), ("a - b - 1", 49), ("c / b / 5", 1),
        ("(a + 0.4 * b) / c * 80", Fraction(312, 5)), ("0.1 + 0.2", Fraction(3, 10)), ("2 * 1 / 3", Fraction(2, 3)),
        ("a / zero", None), ("none + 1", None), ("0 * (a / zero)", None), ("first(a / zero, b)", 20),
        ("min(a, b, 3)", 3), ("max(1, b)", 20), ("max(1, none)", None), ("abs(b - a)", 50),
        ("if(a > b, 1, 2)", 1), ("if(a = 70, if(b != 20, 1, 2), 3)", 2), ("if(none < 1, 1, 2)", None),
        ("if(b <= 20,\n  b,\n  none)", 20),
    ],
)  # fmt: skip
def test_values(text: str, value: Fraction | int | None) -> None:
    assert read(text).value(NUMBERS) == value


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "empty", 1, 1), ("a +", "unfinished", 1, 4), ("a +\n  b b", "unexpected", 2, 5),
        ("a..b", "unexpected", 1, 2),
        ("__import__('os')", "unexpected", 1, 1), ("a.real", "unexpected", 1, 2), ("9 ** 9", "unexpected", 1, 4),
        ("lambda: 1", "unexpected", 1, 7), ("if(a, 1, 2)", "unexpected", 1, 5), ("abs(a, b)", "no_fraction", 1, 1),
        ("1" * 2001, "too_long", 1, 2001), ("-" * 50 + "1", "too_deep", 1, 42), ("open(a)", "unexpected", 1, 5),
    ],
)  # fmt: skip
def test_faults_have_their_place(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        read(text)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


def test_numerator_and_denominator_of_one_division() -> None:
    assert read("(a + b) / c").parts(NUMBERS) == (90, 100)
    assert read("1 - a / c").parts(NUMBERS) is None


Pair = tuple[str, Fraction | None]
"""A formula and what it comes to."""


def joined(parts: tuple[Pair, str, Pair]) -> Pair:
    (left, a), sign, (right, b) = parts
    text = f"({left} {sign} {right})"
    if a is None or b is None or (sign == "/" and b == 0):
        return text, None
    return text, {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__}[sign](b)


LEAVES = st.integers(0, 10**6).map(lambda n: (str(n), Fraction(n))) | st.sampled_from(sorted(NUMBERS.items()))
TERMS: st.SearchStrategy[Pair] = st.recursive(
    LEAVES, lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(joined), max_leaves=12
)


@given(TERMS)
def test_arithmetic_is_that_of_fractions(pair: Pair) -> None:
    """A missing number or a division by zero makes nothing of the whole."""
    text, value = pair
    assert read(text).value(NUMBERS) == value


@given(st.text(max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        formula = read(text)
    except FormulaError as fault:
        lines = text.split("\n")
        assert 1 <= fault.line <= len(lines) + 1 and fault.column >= 1
    else:
        assert set(formula.names) <= set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())


OWN = """
[[formula]]
key = "handled_or_late"
zh = "加权处置率"
en = "Weighted handling"
formula = "(handlings_on_time + 0.4 * handlings_late) / handlings_due"
unit = "percent"
"""


def taken(text: str) -> tuple[dict[str, Indicator], Report]:
    found, report = dict(shipped().all), Report()
    add(found, "schemes/own.toml", tomllib.loads(text), report, text)
    return found, report


def test_a_city_adds_an_indicator_by_a_formula() -> None:
    found, report = taken(OWN)
    assert report.ok
    known = Definitions(found)
    one = known.all["handled_or_late"]
    assert isinstance(one, Composed)
    assert [c.key for c in known.counts_of([one.key])] == ["handlings_on_time", "handlings_late", "handlings_due"]
    assert known.subjects_of(one.key) == (
        "unit", "area", "post", "class", "source", "in_charge", "supervisor", "collector", "contractor", "centre",
    )  # fmt: skip
    numbers = {"handlings_on_time": 7, "handlings_late": 2, "handlings_due": 10}
    assert exact(one, known, numbers, ()) == Fraction(78, 100)
    assert exact(one, known, {}, ()) is None
    assert exact(one, known, numbers, {"handlings_late"}) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("handlings_late)", "handlings_lat)", 6, "character 28: There is no count, rate or input named handlings_lat"),
        (" / handlings_due", " /", 6, "character 45: The formula ends too early"),
        ("handled_or_late", "handlings_due", 2, "of another sort"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, line: int, says: str) -> None:
    found, report = taken(OWN.replace(old, new, 1))
    (problem,) = report.problems
    assert says in str(problem) and problem.line == line
    assert "handled_or_late" not in found
