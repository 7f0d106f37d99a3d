"""Indicators as data: `indicators/*.toml` of this package, and what a city's own schemes add (GB/T 30428.4).

Counts name rows, what holds for them and what puts them into a period; families expand to nine counts of a kind of
work item; rates divide sums of counts; composed ones are formulas over both. What is wrong in a file is a report line,
never half an indicator."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from citygrid.evaluation import formulas
from citygrid.evaluation.facts import COLUMNS
from citygrid.evaluation.formulas import Formula, FormulaError
from citygrid.evaluation.lines import Lines, Place
from citygrid.evaluation.terms import TermError, check_terms
from citygrid.rulebook.models import SchemeRow
from citygrid.rulebook.slices import in_force
from citygrid.standards.reports import Report

FOLLOW: dict[str, tuple[str, ...]] = {
    "unit": ("in_charge", "supervisor"), "source": ("collector", "contractor"), "area": ("centre",),
}  # fmt: skip
"""What can be told by a subject can be told by these too: a unit's persons in charge and who supervises it; whose
report it was; the centre that has it."""
SUBJECTS = ("unit", "area", "post", "class", "source", *(one for more in FOLLOW.values() for one in more))
CARRIES = ("", "overdue", "not_due", "open")
EXCLUSIONS: dict[str, list[Any]] = {"exempt": ["exempt", "=", False]}
CLAUSE = "GB/T 30428.4"

Pair = tuple[str, str]
"""The same words in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Count:
    """A count, or the sum of a number. `where`: terms for every row; `done`: further ones for a row whose `moment` lies
    in the period; `carry`: which rows that are open at its end count too. `rests_on`: acts that must not be derived."""

    key: str
    names: Pair
    means: Pair
    facts: str
    where: tuple[Any, ...] = ()
    moment: str = ""
    done: tuple[Any, ...] = ()
    carry: str = ""
    exclude: tuple[str, ...] = ()
    by: tuple[str, ...] = SUBJECTS
    rests_on: tuple[str, ...] = ()
    sum: str = ""
    scale: int = 1
    unit: str = "count"
    clause: str = CLAUSE


@dataclass(frozen=True, slots=True)
class Rate:
    """The sum of the counts `over` by the sum of the counts `under`; `unit` percent, or what `over` is measured in."""

    key: str
    names: Pair
    over: tuple[str, ...]
    under: tuple[str, ...]
    unit: str = "percent"
    clause: str = CLAUSE


@dataclass(frozen=True, slots=True)
class Composed:
    """A formula over counts and rates (a rate stands for its quotient, 0 to 1); `unit` percent, or what it is in."""

    key: str
    names: Pair
    means: Pair
    formula: Formula
    unit: str = ""
    clause: str = ""


Indicator = Count | Rate | Composed


@dataclass(frozen=True, slots=True)
class Definitions:
    """All indicators by key, in the order of the files."""

    all: Mapping[str, Indicator] = field(default_factory=dict)

    def counts_of(self, keys: Iterable[str]) -> list[Count]:
        """The counts that these indicators need, each once."""
        wanted: dict[str, Count] = {}
        for key in keys:
            one = self.all[key]
            if isinstance(one, Count):
                wanted[key] = one
            else:
                wanted.update((count.key, count) for count in self.counts_of(parts_of(one)))
        return list(wanted.values())

    def subjects_of(self, key: str) -> tuple[str, ...]:
        """By what the indicator can be shown: what all its counts can be attributed to."""
        counts = self.counts_of([key])
        return tuple(s for s in SUBJECTS if all(s in c.by for c in counts))


def parts_of(one: Indicator) -> tuple[str, ...]:
    """The keys that an indicator is made of: a rate's counts, a formula's counts and rates; a count's is none."""
    if isinstance(one, Count):
        return ()
    return tuple(dict.fromkeys((*one.over, *one.under))) if isinstance(one, Rate) else one.formula.names


@cache
def shipped() -> Definitions:
    """The indicators of the package. A fault in them is a fault of the program."""
    found: dict[str, Indicator] = {}
    report = Report()
    folder = files("citygrid.evaluation") / "indicators"
    for name in ("families.toml", "counts.toml", "rates.toml"):
        add(found, name, tomllib.loads((folder / name).read_text(encoding="utf-8")), report)
    assert report.ok, [str(problem) for problem in report.problems]
    return Definitions(found)


def current(day: date) -> Definitions:
    """The package's indicators with those that the city's schemes of that day add or change."""
    return of_city(day)[0]


def of_city(day: date) -> tuple[Definitions, Report]:
    """The same with what is wrong in the schemes; what is wrong is left out."""
    found, report = dict(shipped().all), Report()
    for row in in_force(SchemeRow, day).order_by("code"):
        add(found, f"schemes/{row.code}.toml", tomllib.loads(row.text), report, row.text)
    return Definitions(found), report


def add(
    found: dict[str, Indicator], file: str, table: Mapping[str, Any], report: Report, text: str = ""
) -> None:
    """Take the `count`, `family`, `rate` and `formula` tables of a file; what is wrong goes to the report (with its
    line where the `text` is given) and is left out."""
    at = Lines(text)
    for n, row in enumerate(table.get("count", ())):
        _take(found, file, row, report, _count, at.of("count", n))
    for n, row in enumerate(table.get("family", ())):
        for member in table.get("member") or members():
            _take(found, file, _expanded(row, member), report, _count, at.of("family", n))
    for n, row in enumerate(table.get("rate", ())):
        _take(found, file, row, report, _rate, at.of("rate", n))
    for n, row in enumerate(table.get("formula", ())):
        _take(found, file, row, report, _composed, at.of("formula", n))


@cache
def members() -> list[dict[str, Any]]:
    """The nine counts of a family."""
    text = (files("citygrid.evaluation") / "indicators" / "families.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["member"]
    return rows


def _take(
    found: dict[str, Indicator], file: str, row: Mapping[str, Any], report: Report, make: Any, place: Place
) -> None:
    key = row.get("key", "?")
    try:
        one = make(row, found)
        if one.key in found and type(found[one.key]) is not type(one):
            raise TermError(f"{one.key!r} is there already and of another sort")
    except FormulaError as error:
        words = {"key": key, "column": error.column, "reason": error.message % error.params}
        report.add(file, place.line("formula") + error.line - 1, "formula", "wrong_formula",
                   "The formula of %(key)s is not right at character %(column)s: %(reason)s", words)  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        report.add(file, place.line(), "", "wrong_indicator", "The indicator %(key)s is not right: %(reason)s.",
                   {"key": key, "reason": str(error)})  # fmt: skip
    else:
        found[one.key] = one


def _count(row: Mapping[str, Any], found: Mapping[str, Indicator]) -> Count:
    facts = row["facts"]
    if facts not in COLUMNS:
        raise TermError(f"no facts {facts!r}")
    one = Count(
        row["key"], (row["zh"], row["en"]), (row["means_zh"], row["means_en"]), facts, tuple(row.get("where", ())),
        row.get("moment", ""), tuple(row.get("done", ())), row.get("carry", ""), tuple(row.get("exclude", ())),
        _with_followers(row.get("by", [one for one in SUBJECTS if facts != "case" or one != "post"])),
        tuple(row.get("rests_on", ())), row.get("sum", ""), int(row.get("scale", 1)), row.get("unit", "count"),
        row.get("clause", CLAUSE),
    )  # fmt: skip
    check_terms(COLUMNS[facts], (*one.where, *one.done))
    if one.moment and COLUMNS[facts].get(one.moment) != "moment":
        raise TermError(f"{one.moment!r} is no moment of {facts}")
    if one.sum and COLUMNS[facts].get(one.sum) != "number":
        raise TermError(f"{one.sum!r} is no number of {facts}")
    if one.carry not in CARRIES or not (one.moment or one.carry):
        raise TermError("what puts a row into a period is missing or unknown")
    if not set(one.by) <= set(SUBJECTS) or not set(one.exclude) <= set(EXCLUSIONS):
        raise TermError("a subject or an exclusion is unknown")
    return one


def _with_followers(by: Iterable[str]) -> tuple[str, ...]:
    """The subjects named and those that follow them, in the order of SUBJECTS; unknown ones last."""
    named = dict.fromkeys(by)
    named |= dict.fromkeys(one for base in list(named) for one in FOLLOW.get(base, ()))
    return (*(one for one in SUBJECTS if one in named), *(one for one in named if one not in SUBJECTS))


def _rate(row: Mapping[str, Any], found: Mapping[str, Indicator]) -> Rate:
    one = Rate(
        row["key"], (row["zh"], row["en"]), tuple(row["over"]), tuple(row["under"]), row.get("unit", "percent"),
        row.get("clause", CLAUSE),
    )  # fmt: skip
    for key in (*one.over, *one.under):
        if not isinstance(found.get(key), Count):
            raise TermError(f"there is no count {key!r}")
    return one


def _composed(row: Mapping[str, Any], found: Mapping[str, Indicator]) -> Composed:
    formula = formulas.read(str(row["formula"]))
    formulas.check_names(formula, lambda name: isinstance(found.get(name), Count | Rate))
    means = (row.get("means_zh", formula.text), row.get("means_en", formula.text))
    return Composed(row["key"], (row["zh"], row["en"]), means, formula, row.get("unit", ""), row.get("clause", ""))


def _expanded(family: Mapping[str, Any], member: Mapping[str, Any]) -> dict[str, Any]:
    """One count of a family."""
    words = {
        "zh": family["zh"], "en": family["en"], "ens": family["ens"], "Ens": family["ens"].capitalize(),
        "timely": family.get("timely", "按时"), "late": family.get("late", "超时"),
    }  # fmt: skip
    answered = [["ended", "=", False], ["outcome", "in", list(family["answers"])]]
    if family.get("stands"):
        answered.append(["stands", "=", True])
    ways: dict[str, list[Any]] = {"done": answered, "other": [["not", *answered]]}
    of = ways.get(member.get("of", ""), [])
    carry = member.get("carry", "")
    return {
        "key": family["stem"] + member["suffix"],
        "zh": member["zh"].format(**words),
        "en": member["en"].format(**words),
        "means_zh": member["means_zh"].format(**words) + family.get("note_zh", ""),
        "means_en": " ".join(filter(None, [member["means_en"].format(**words), family.get("note_en", "")])),
        "facts": "item",
        "where": [["kind", "=", family["kind"]], *family.get("where", [])],
        "moment": member.get("moment", ""),
        "done": [*of, *member.get("done", [])],
        "carry": family.get("owed", "overdue") if carry == "owed" else carry,
        "exclude": family.get("exclude", []),
        "by": family.get("by", list(SUBJECTS)),
        "rests_on": family.get("rests_on", []),
        "clause": family.get("clause", CLAUSE),
    }
