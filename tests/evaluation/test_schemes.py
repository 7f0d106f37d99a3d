"""Schemes as data: the shipped ones are whole, each fault is said with its line and field (S2-13, S4-34)."""

from importlib.resources import files
from pathlib import Path

import pytest

from citygrid.evaluation.catalogue import assembled, standard
from citygrid.evaluation.scheme import Scheme
from citygrid.standards.reports import Problem

EXAMPLES = {
    path.name.removesuffix(".toml"): path.read_text(encoding="utf-8")
    for path in (files("citygrid.evaluation") / "examples").iterdir()
    if path.name.endswith(".toml")
}
SMALL = """[scheme]
zh = "部门评价"
en = "Departments"
by = "unit"

[[input]]
key = "inspection"
zh = "实地考察"
en = "Inspection"

[[term]]
key = "closing"
zh = "结案率"
en = "Closing rate"
value = "closing_rate"

[[term]]
key = "seen"
zh = "考察"
en = "Seen"
input = "inspection"
transform = "steps"
steps = [{below = 60, points = 0}, {up_to = 90, points = 50}, {points = 100}]

[[group]]
key = "all"
zh = "全部"
en = "All"
weights = {closing = 60, seen = 40}

[[grade]]
least = 60
code = "passed"
zh = "合格"
en = "Passed"
colour = "green"

[[grade]]
least = 0
code = "failed"
zh = "不合格"
en = "Failed"
colour = "black"
"""


def parsed(text: str) -> tuple[Scheme | None, list[Problem]]:
    found = assembled({"own": text})
    return found.schemes.get("own"), [one for one in found.report.problems if one.file == "schemes/own.toml"]


def test_the_standards_examples_are_there_and_whole() -> None:
    found = assembled({})
    assert not found.report.problems
    assert set(found.schemes) == {"department", "collector", "call_taker", "shift_leader", "dispatcher", "area"}
    for scheme in found.schemes.values():
        assert [(grade.code, grade.least) for grade in scheme.grades] == [
            ("A", 90), ("B", 75), ("C", 60), ("D", 40), ("E", 0),
        ]  # fmt: skip
        assert all(sum(weight for _, weight in group.weights) == 100 for group in scheme.groups)


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_every_example_of_a_city_is_whole(code: str) -> None:
    found = assembled({code: EXAMPLES[code]})
    assert code in found.schemes and not [str(one) for one in found.report.problems]
    assert found.schemes[code].source


def test_a_citys_file_takes_the_place_of_the_standards() -> None:
    found = assembled({"department": SMALL})
    assert found.schemes["department"].names[1] == "Departments"
    assert set(standard()) <= set(found.schemes)


def test_small_is_right() -> None:
    scheme, problems = parsed(SMALL)
    assert not problems and scheme is not None
    assert scheme.names_used() == ("closing_rate",)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "code"),
    [
        ('by = "unit"', 'by = "street"', 4, "by", "not_one_of"),
        ('by = "unit"', 'by = "unit"\nplces = 3', 5, "plces", "unknown_field"),
        ('value = "closing_rate"', 'value = "closing_rat"', 15, "value", "bad_formula"),
        ('value = "closing_rate"', 'value = """\n1 +\n  closing_rat"""', 17, "value", "bad_formula"),
        ('value = "closing_rate"', 'value = "1 +"', 15, "value", "bad_formula"),
        ('value = "closing_rate"', 'value = "1"\ninput = "inspection"', 16, "input", "no_value"),
        ('value = "closing_rate"', "", 12, "key", "no_value"),
        ('input = "inspection"', 'input = "inspecton"', 21, "input", "unknown_input"),
        ('transform = "steps"', 'transform = "stairs"', 22, "transform", "not_one_of"),
        ("{below = 60, points = 0}", "{below = 95, points = 0}", 23, "steps", "no_steps"),
        ("{below = 60, points = 0}", "{points = 0}", 23, "steps", "no_steps"),
        ("{below = 60, points = 0}", "{below = 1e400, points = 0}", 23, "steps.below", "no_number"),
        ("closing = 60", "closing = 50", 29, "weights", "weights"),
        ("closing = 60", "closed = 60", 29, "weights", "unknown_term"),
        ("closing = 60, seen = 40", "closing = 160, seen = -60", 29, "weights.seen", "negative"),
        ('en = "All"\n', 'en = "All"\nroles = ["collector"]\n', 29, "roles", "roles_of"),
        ('en = "Seen"\n', "", 17, "en", "no_field"),
        ('key = "seen"', 'key = "closing"', 18, "key", "twice"),
        ("least = 60", "least = 0", 1, "least", "grades"),
        ('colour = "green"', 'colour = "pink"', 36, "colour", "not_one_of"),
        ('key = "seen"', 'key = 7', 18, "key", "no_text"),
        ("[scheme]", "[skeme]", 0, "scheme", "no_scheme"),
        ("[scheme]", "[scheme", 0, "", "not_toml"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(old: str, new: str, line: int, field: str, code: str) -> None:
    assert SMALL.count(old) == 1
    if code == "no_scheme":
        from citygrid.evaluation.scheme_files import parse_scheme

        scheme, report = parse_scheme("schemes/own.toml", "own", SMALL.replace(old, new), lambda key: True)
        problems = report.problems
    else:
        scheme, problems = parsed(SMALL.replace(old, new))
    assert scheme is None
    assert (problems[0].line, problems[0].field, problems[0].code) == (line, field, code), str(problems[0])
    assert str(problems[0])


def test_no_name_of_a_city_in_the_code() -> None:
    """Cities stand in the example files alone."""
    names = [text.split("（")[1].split("）")[0][:2] for text in EXAMPLES.values() if "（" in text.split("\n\n")[1]]
    for path in (Path(__file__).parents[2] / "src/citygrid/evaluation").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in names if name in text], path
