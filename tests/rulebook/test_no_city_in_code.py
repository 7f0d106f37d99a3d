"""No city's rule is in the code: no code of a class, no name of a city, no limit of anybody's (DESIGN idea 3)."""

import ast
import re
from pathlib import Path

import pytest

import citygrid

HOME = Path(citygrid.__file__).parent
PACKAGES = ("process", "rulebook", "console", "worktime")
CITY_WORDS = re.compile(
    r"(gbt30428\.2|cjt214-2007|ext-down99|zheshi|jianglan):?(component|event|warning)?|江澜|赭石|运城|39010[0-9]|99010[0-9]"
)
LIMIT = re.compile(r"^\d+ (urgent|work|natural)_(minute|hour|day)$")


def strings(path: Path) -> list[tuple[int, str]]:
    """Texts in the code of a file; documentation strings say examples and are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_rule_of_a_city_is_in_the_code(package: str) -> None:
    found = [
        f"{path.relative_to(HOME)}:{line} {text!r}"
        for path in sorted((HOME / package).rglob("*.py"))
        for line, text in strings(path)
        if "migrations" not in path.parts and (CITY_WORDS.search(text) or LIMIT.match(text))
    ]
    assert found == []


def test_the_test_can_fail() -> None:
    assert CITY_WORDS.search("gbt30428.2:event:0102") and LIMIT.match("2 work_day")
