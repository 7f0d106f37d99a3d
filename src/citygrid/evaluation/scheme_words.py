"""Words for what a file of `schemes/` says: tables, fields, values, in the reader's language."""

import tomllib
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.evaluation import cycles
from citygrid.evaluation.scheme import Scheme, Step, Term
from citygrid.evaluation.scheme_difference import Difference
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.web.words import say

OWN = "city_indicators"
"""The file of the city's schemes that indicators made in the workbench go into."""
TABLES: dict[str, Any] = {
    "scheme": gettext_lazy("Scheme"), "term": gettext_lazy("Term"), "group": gettext_lazy("Group of like objects"),
    "grade": gettext_lazy("Grade"), "input": gettext_lazy("Input"), "input.item": gettext_lazy("Line of a bonus list"),
    "lists": gettext_lazy("Lists of objects"), "count": gettext_lazy("Count"), "rate": gettext_lazy("Rate"),
    "family": gettext_lazy("Family of counts"), "formula": gettext_lazy("Indicator by a formula"),
    "periods": gettext_lazy("Months"), "closing": gettext_lazy("Closing of periods"),
}  # fmt: skip
FIELDS: dict[str, Any] = {
    "zh": gettext_lazy("Name in Chinese"), "en": gettext_lazy("Name in English"), "by": gettext_lazy("By"),
    "weights": gettext_lazy("Weight"), "parts": gettext_lazy("Part"), "least": gettext_lazy("From (points)"),
    "most": gettext_lazy("At most"), "value": gettext_lazy("Formula"), "formula": gettext_lazy("Formula"),
    "transform": gettext_lazy("How it becomes points"), "steps": gettext_lazy("Step table"),
    "full": gettext_lazy("Full marks"), "floor": gettext_lazy("Points at least"), "cap": gettext_lazy("Points at most"),
    "goal": gettext_lazy("Goal"), "per": gettext_lazy("For each"), "less": gettext_lazy("Points off"),
    "missing": gettext_lazy("Without a value"), "sample": gettext_lazy("Minimum sample of"),
    "sample_least": gettext_lazy("Minimum sample"), "plus": gettext_lazy("Bonus and deduction"),
    "colour": gettext_lazy("Colour"), "total": gettext_lazy("Total"), "places": gettext_lazy("Decimals"),
    "source": gettext_lazy("Source"), "points": gettext_lazy("Points"), "order": gettext_lazy("Order"),
    "evidence": gettext_lazy("Evidence"), "take": gettext_lazy("Of several"), "sort": gettext_lazy("Sort"),
    "unit": gettext_lazy("Unit of measure"), "input": gettext_lazy("Input"), "codes": gettext_lazy("Codes"),
    "kinds": gettext_lazy("Kinds of bodies"), "lists": gettext_lazy("Lists"), "roles": gettext_lazy("Roles"),
    "level": gettext_lazy("Level"),
}  # fmt: skip
WORDS: dict[tuple[str, str], Any] = {
    ("transform", "rate"): gettext_lazy("the rate times full marks"),
    ("transform", "inverse"): gettext_lazy("what is missing to 1, times full marks"),
    ("transform", "points"): gettext_lazy("the value as points"),
    ("transform", "steps"): gettext_lazy("by a step table"),
    ("transform", "deduction"): gettext_lazy("full marks less deductions"),
    ("missing", "share"): gettext_lazy("its weight is shared among the others"),
    ("missing", "full"): gettext_lazy("full marks"),
    ("missing", "zero"): gettext_lazy("zero"),
    ("missing", "none"): gettext_lazy("no score"),
    ("colour", "green"): gettext_lazy("green"), ("colour", "blue"): gettext_lazy("blue"),
    ("colour", "yellow"): gettext_lazy("yellow"), ("colour", "red"): gettext_lazy("red"),
    ("colour", "black"): gettext_lazy("black"),
}  # fmt: skip


def file_name(code: str) -> str:
    """A file that is no scheme, as people call it."""
    known = {OWN: _("Indicators of the city"), cycles.CODE: _("Months and closing of periods")}
    return known.get(code, code)


def change_name(row: SchemeChange) -> str:
    """A file as it is to be: by the names that it gives itself."""
    head = tomllib.loads(row.text).get("scheme")
    return say((head["zh"], head["en"])) if isinstance(head, dict) else file_name(row.code)


def table_name(table: str) -> str:
    return str(TABLES.get(table, table))


def field_name(field: str) -> str:
    return str(FIELDS.get(field, field))


def word(field: str, text: str) -> str:
    """A value in the reader's words where there are any."""
    return str(WORDS.get((field, text), text))


def value_words(term: Term, scheme: Scheme) -> str:
    """What a term looks at: its formula, its input, or its parts."""
    if term.value is not None:
        return term.value.text
    if term.input:
        return say(scheme.inputs[term.input].names)
    return " + ".join(f"{say(scheme.terms[key].names)} × {_number(weight)}" for key, weight in term.parts)


def points_words(term: Term) -> str:
    """How its value becomes points."""
    how = term.transform
    said = word("transform", how.kind)
    if how.kind == "steps":
        return f"{said}: " + ", ".join(_step(step) for step in how.steps)
    if how.kind == "deduction":
        worse = "<" if how.side == "below" else ">"
        return f"{said}: {worse} {_number(how.goal)}: −{_number(how.less)} / {_number(how.per)}"
    return said


def sample_words(term: Term) -> str:
    return f"{term.sample.of.text} ≥ {_number(term.sample.least)}" if term.sample else ""


def _step(step: Step) -> str:
    sign = "<" if step.below else "≤"
    limit = "…" if step.limit is None else f"{sign} {_number(step.limit)}"
    return f"{limit}: {_number(step.points)}"


def _number(value: Fraction) -> str:
    return f"{float(value):.10g}"


def told(found: list[Difference]) -> list[dict[str, Any]]:
    """Differences as a page shows them."""
    return [
        {"table": table_name(one.table), "row": say(one.names), "field": field_name(one.field) if one.field else "",
         "of": say(one.of) if one.of else "", "old": word(one.field, one.old), "new": word(one.field, one.new),
         "came": not one.field and not one.old, "went": not one.field and not one.new}
        for one in found
    ]  # fmt: skip
