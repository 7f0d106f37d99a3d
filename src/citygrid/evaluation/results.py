"""Scores as a tree that can be kept: fractions as texts, the same tree gives the same JSON (`to_json`, `from_json`).

A frozen period keeps this text; so names stand in it as they were, and a field is never taken away from it, only
added with what it means where it is absent."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from citygrid.evaluation.formulas import Value
from citygrid.evaluation.insight.true_rate import Stratum, Truth
from citygrid.evaluation.rounding import half_up

Pair = tuple[str, str]
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Use:
    """A count or rate that a term used, and its value (a rate's quotient)."""

    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class TermScore:
    """One term of one object.

    `state`: counted; shared (no value, its weight went to the others); full, zero (no value, so it counts so); none (no
    value, and therefore no score); added (bonus). `why` there is no value: no_denominator, derived, sample, no_entry,
    nothing. `given`: ids of entries. `share`: the weight it has in the end; `counts`: what it adds to the score."""

    key: str
    names: Pair
    state: str
    why: str
    value: Value
    over: Value
    under: Value
    uses: tuple[Use, ...]
    given: tuple[str, ...]
    points: Value
    full: Fraction
    weight: Fraction
    share: Fraction
    counts: Fraction
    parts: tuple["TermScore", ...] = ()

    def weighed(self, more: Fraction) -> "TermScore":
        """With its weight grown by what the missing ones left."""
        if self.points is None:
            return self
        share = self.weight * more
        return replace(self, share=share, counts=self.points / self.full * share)

    def added(self, state: str, points: Fraction) -> "TermScore":
        return replace(self, state=state, counts=points)


@dataclass(frozen=True, slots=True)
class SubjectScore:
    """One object. `total`: exact; `shown`: as printed; `why` there is none; `rank` in its group by what is printed."""

    subject: str
    code: str
    name: str
    total: Value
    shown: Decimal | None
    grade: str
    why: str
    terms: tuple[TermScore, ...]
    plus: tuple[TermScore, ...] = ()
    rank: int | None = None

    def placed(self, rank: int | None) -> "SubjectScore":
        return replace(self, rank=rank)


@dataclass(frozen=True, slots=True)
class GroupScores:
    """A group of like objects, best first, those without a score last."""

    key: str
    names: Pair
    rows: tuple[SubjectScore, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """A scheme over a period. `hash`: of the scheme's text; `until`: when open work was looked at."""

    scheme: str
    names: Pair
    hash: str
    by: str
    level: str
    first: str
    last: str
    until: str
    places: int
    whole: Fraction
    groups: tuple[GroupScores, ...]
    truths: Mapping[str, Truth] = field(default_factory=dict)
    """Object -> the true closing rate, where the scheme prints the reported one (absent: it was not asked)."""

    def rows(self) -> list[SubjectScore]:
        return [row for group in self.groups for row in group.rows]

    def truth_beside(self, subject: str, term: TermScore) -> Truth | None:
        """The true closing rate that stands beside a term's value; None where the term is no closing rate."""
        return self.truths.get(subject) if is_closing_rate(use.key for use in term.uses) else None


def is_closing_rate(names: Iterable[str]) -> bool:
    """Whether what is made of these counts and rates is the reported closing rate."""
    found = set(names)
    return found in ({"closing_rate"}, {"closings", "closings_due"})


def to_json(scores: Scores) -> str:
    """The tree as text: keys in order, no spaces, fractions as `3/4`."""
    tree = {"format": FORMAT, **_scores(scores)}
    return json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Scores:
    """The inverse. ValueError for a format that is not known."""
    return from_tree(json.loads(text))


def from_tree(tree: Mapping[str, Any]) -> Scores:
    """The same of what was read already."""
    _known_format(tree)
    groups = tuple(
        GroupScores(g["key"], _pair(g["names"]), tuple(_subject_of(row) for row in g["rows"])) for g in tree["groups"]
    )
    return Scores(
        tree["scheme"], _pair(tree["names"]), tree["hash"], tree["by"], tree["level"], tree["first"], tree["last"],
        tree["until"], tree["places"], Fraction(tree["whole"]), groups,
        {subject: _truth_of(one) for subject, one in tree.get("truths", {}).items()},
    )  # fmt: skip


def printed_of(tree: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Object -> printed score, and nothing else of such a tree: a tenth of the time that the whole takes."""
    _known_format(tree)
    rows = (row for group in tree["groups"] for row in group["rows"])
    return {row["subject"]: None if row["shown"] is None else Decimal(row["shown"]) for row in rows}


def _known_format(tree: Mapping[str, Any]) -> None:
    if tree.get("format") != FORMAT:
        raise ValueError(f"format {tree.get('format')!r}")


def printed_points(value: Value, places: int = 2) -> Decimal | None:
    """Points as they are printed."""
    return None if value is None else half_up(value.numerator, value.denominator, places=places)


def lost(term: TermScore, places: int, *, plus: bool) -> Decimal | None:
    """What a term cost the score: the weight it has in the end less what it adds; a deduction (`plus`) costs what it
    takes off. None where it cost nothing or has no points."""
    found = -term.counts if plus else term.share - term.counts
    return printed_points(found, places) if term.points is not None and found > 0 else None


def _scores(scores: Scores) -> dict[str, Any]:
    plain = ("scheme", "names", "hash", "by", "level", "first", "last", "until", "places")
    groups = [{"key": g.key, "names": g.names, "rows": [_row(row) for row in g.rows]} for g in scores.groups]
    truths = {"truths": {key: _truth(one) for key, one in scores.truths.items()}} if scores.truths else {}
    return {name: getattr(scores, name) for name in plain} | {"whole": str(scores.whole), "groups": groups} | truths


def _truth(one: Truth) -> dict[str, Any]:
    strata = [[part.closings, part.looked, part.solved] for part in one.strata]
    return {"numbers": [one.closings, one.due, one.looked, one.solved, one.least], "strata": strata}


def _truth_of(tree: Mapping[str, Any]) -> Truth:
    closings, due, looked, solved, least = tree["numbers"]
    return Truth(closings, due, looked, solved, least, tuple(Stratum(*part) for part in tree["strata"]))


def _row(row: SubjectScore) -> dict[str, Any]:
    plain = ("subject", "code", "name", "grade", "why", "rank")
    return {name: getattr(row, name) for name in plain} | {
        "total": _text(row.total), "shown": None if row.shown is None else str(row.shown),
        "terms": [_term(term) for term in row.terms], "plus": [_term(term) for term in row.plus],
    }  # fmt: skip


_FRACTIONS = ("value", "over", "under", "points", "full", "weight", "share", "counts")


def _term(term: TermScore) -> dict[str, Any]:
    plain = ("key", "names", "state", "why", "given")
    return {name: getattr(term, name) for name in plain} | {
        **{name: _text(getattr(term, name)) for name in _FRACTIONS},
        "uses": [[use.key, _text(use.value)] for use in term.uses], "parts": [_term(part) for part in term.parts],
    }  # fmt: skip


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _value(text: str | None) -> Value:
    return None if text is None else Fraction(text)


def _pair(names: list[str]) -> Pair:
    return names[0], names[1]


def _subject_of(row: Mapping[str, Any]) -> SubjectScore:
    shown = None if row["shown"] is None else Decimal(row["shown"])
    return SubjectScore(
        row["subject"], row["code"], row["name"], _value(row["total"]), shown, row["grade"], row["why"],
        tuple(_term_of(term) for term in row["terms"]), tuple(_term_of(term) for term in row["plus"]), row["rank"],
    )  # fmt: skip


def _term_of(term: Mapping[str, Any]) -> TermScore:
    numbers = {name: _value(term[name]) for name in _FRACTIONS}
    return TermScore(
        key=term["key"], names=_pair(term["names"]), state=term["state"], why=term["why"], value=numbers["value"],
        over=numbers["over"], under=numbers["under"], points=numbers["points"], full=Fraction(term["full"]),
        weight=Fraction(term["weight"]), share=Fraction(term["share"]), counts=Fraction(term["counts"]),
        uses=tuple(Use(key, _value(value)) for key, value in term["uses"]), given=tuple(term["given"]),
        parts=tuple(_term_of(part) for part in term["parts"]),
    )  # fmt: skip
