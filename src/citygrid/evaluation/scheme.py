"""A scheme (评价方案): groups of like objects, terms with weights, how a value becomes points, bonus and deduction
lists, minimum samples, grades. Data only; `scheme_files` reads it, `scoring` computes with it. Pure.

Points of a term run from 0 to its `full`; in a group a term is worth `weight * points / full`."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from citygrid.evaluation.formulas import Formula

Pair = tuple[str, str]
TRANSFORMS = ("rate", "inverse", "points", "steps", "deduction")
MISSING = ("share", "full", "zero", "none")
TAKES = ("average", "last", "sum")
SORTS = ("score", "survey", "appraisal", "entries")
COLOURS = ("green", "blue", "yellow", "red", "black")


@dataclass(frozen=True, slots=True)
class Step:
    """Values up to `limit` (with it, unless `below`) that no earlier step took; None: all others."""

    limit: Fraction | None
    below: bool
    points: Fraction


@dataclass(frozen=True, slots=True)
class Transform:
    """How a value becomes points.

    `rate`: full marks times the quotient; `inverse`: times what is missing to 1; `points`: as it is; `steps`: a table
    with open ends; `deduction`: full marks less `less` for each `per` by which the value is worse than `goal` (`side`:
    worse is below or above it; `begun`: a begun `per` counts whole). The outcome stays within `floor` and `cap`."""

    kind: str
    full: Fraction = Fraction(100)
    floor: Fraction | None = Fraction(0)
    cap: Fraction | None = Fraction(100)
    steps: tuple[Step, ...] = ()
    goal: Fraction = Fraction(0)
    per: Fraction = Fraction(1)
    less: Fraction = Fraction(0)
    side: str = "below"
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """Too few: below `least` of what the formula counts nothing is judged."""

    of: Formula
    least: Fraction


@dataclass(frozen=True, slots=True)
class Term:
    """A value (a formula over counts and rates, an input that people enter, or parts of its own) and its points.

    `missing`: what happens where there is no value: its weight is shared among the others, or it counts full marks, or
    zero, or there is no score at all."""

    key: str
    names: Pair
    transform: Transform
    missing: str = "share"
    value: Formula | None = None
    input: str = ""
    parts: tuple[tuple[str, Fraction], ...] = ()
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Like objects: by kind of body, by codes, by lists of codes, by role; without any of them: all that are left.

    `weights` add up to the scheme's total; the terms of `plus` are added to it as they are (bonus and deduction)."""

    key: str
    names: Pair
    weights: tuple[tuple[str, Fraction], ...]
    plus: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    sample: Sample | None = None

    @property
    def rest(self) -> bool:
        """Whether it takes what no other group has."""
        return not (self.kinds or self.codes or self.lists or self.roles)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list of bonus or deduction: points for each (negative: deducted), at most so many in all."""

    key: str
    names: Pair
    points: Fraction
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """What people enter: a score of an inspection, a survey, an appraisal from outside, entries of a list.

    `take`: of several in a period their average, the last, or the sum. Values lie within `least` and `most`."""

    key: str
    names: Pair
    sort: str = "score"
    take: str = "average"
    least: Fraction | None = Fraction(0)
    most: Fraction | None = Fraction(100)
    items: tuple[Item, ...] = ()
    evidence: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """A band: from this score on, up to the next band. The colour is one of five."""

    least: Fraction
    code: str
    names: Pair
    colour: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to judge the objects of a kind. `by` unit, area, post, class or source; `places`: decimals printed."""

    code: str
    names: Pair
    by: str
    groups: tuple[Group, ...]
    terms: Mapping[str, Term]
    inputs: Mapping[str, Input]
    grades: tuple[Grade, ...]
    level: str = "district"
    total: Fraction = Fraction(100)
    places: int = 2
    least: Fraction | None = Fraction(0)
    most: Fraction | None = None
    source: str = ""
    hash: str = ""

    def names_used(self) -> tuple[str, ...]:
        """Every count and rate that a term or a sample names, each once."""
        found: dict[str, None] = {}
        samples = [term.sample for term in self.terms.values()] + [group.sample for group in self.groups]
        formulas = [term.value for term in self.terms.values()] + [one.of if one else None for one in samples]
        for formula in formulas:
            found.update(dict.fromkeys(formula.names if formula else ()))
        return tuple(found)
