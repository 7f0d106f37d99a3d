"""Scores of a scheme from what is known of each object: term by term, exact, rounded once at the end (GB/T 30428.4;
weights and transforms are the scheme's). Pure: the same facts give the same scores, whatever their order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

from citygrid.evaluation.formulas import Formula, Value
from citygrid.evaluation.inputs import Given, taken
from citygrid.evaluation.results import GroupScores, Scores, SubjectScore, TermScore, Use
from citygrid.evaluation.rounding import half_up
from citygrid.evaluation.scheme import Grade, Group, Sample, Scheme, Term, Transform

Parts = tuple[Value, Value]
NO_PARTS: Parts = (None, None)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one object: exact `values` by count and rate (a rate as its quotient; None: nothing to divide
    by, or it rests on derived acts, then it is in `derived`), numerator and denominator of rates, what was entered."""

    subject: str
    code: str
    name: str
    values: Mapping[str, Value]
    parts: Mapping[str, Parts] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()
    given: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of the period, and the moment at which open work was looked at, as ISO texts."""

    first: str
    last: str
    until: str


def scores(scheme: Scheme, span: Span, members: Mapping[str, Iterable[Known]]) -> Scores:
    """The scores of all groups. `members`: the key of each group -> what is known of its objects."""
    groups = tuple(_group(scheme, group, members.get(group.key, ())) for group in scheme.groups)
    return Scores(
        scheme.code, scheme.names, scheme.hash, scheme.by, scheme.level, span.first, span.last, span.until,
        scheme.places, scheme.total, groups,
    )  # fmt: skip


def grade_of(scheme: Scheme, shown: Fraction) -> Grade | None:
    """The band of a score as it is printed: who reads 90.00 is in the band that begins at 90."""
    return next((grade for grade in scheme.grades if shown >= grade.least), None)


def points_of(transform: Transform, value: Fraction) -> Fraction:
    """The points that a value makes, within the transform's bounds."""
    if transform.kind == "rate":
        points = value * transform.full
    elif transform.kind == "inverse":
        points = (1 - value) * transform.full
    elif transform.kind == "steps":
        points = _step(transform, value)
    elif transform.kind == "deduction":
        points = transform.full - transform.less * _worse(transform, value)
    else:
        points = value
    if transform.cap is not None:
        points = min(points, transform.cap)
    return points if transform.floor is None else max(points, transform.floor)


def _step(transform: Transform, value: Fraction) -> Fraction:
    """The step's points; beyond a last step that has a limit there are none."""
    for step in transform.steps:
        if step.limit is None or value < step.limit or (value == step.limit and not step.below):
            return step.points
    return Fraction(0)


def _worse(transform: Transform, value: Fraction) -> Fraction:
    by = transform.goal - value if transform.side == "below" else value - transform.goal
    times = max(Fraction(0), by) / transform.per
    return Fraction(ceil(times)) if transform.begun else times


def _group(scheme: Scheme, group: Group, members: Iterable[Known]) -> GroupScores:
    found = [_subject(scheme, group, known) for known in members]
    ranked = sorted((row.shown for row in found if row.shown is not None), reverse=True)
    ranks = {shown: n + 1 for n, shown in reversed(list(enumerate(ranked)))}
    rows = [row.placed(None if row.shown is None else ranks[row.shown]) for row in found]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, row.code, row.subject))
    return GroupScores(group.key, group.names, tuple(rows))


def _subject(scheme: Scheme, group: Group, known: Known) -> SubjectScore:
    few = group.sample is not None and _few(group.sample, known)
    total, terms = _weighted(scheme, group.weights, known)
    plus = tuple(_plus(scheme.terms[key], known, scheme) for key in group.plus)
    why = "sample" if few else "" if total is not None else _reason(terms)
    if why == "" and any(term.state == "none" for term in plus):
        why = next(term.why for term in plus if term.state == "none")
    if why or total is None:
        return SubjectScore(known.subject, known.code, known.name, None, None, "", why, terms, plus)
    total += sum((term.counts for term in plus), Fraction(0))
    total = total if scheme.least is None else max(total, scheme.least)
    total = total if scheme.most is None else min(total, scheme.most)
    shown = half_up(total.numerator, total.denominator, places=scheme.places)
    assert shown is not None
    grade = grade_of(scheme, Fraction(shown))
    code = grade.code if grade else ""
    return SubjectScore(known.subject, known.code, known.name, total, shown, code, "", terms, plus)


def _reason(terms: Iterable[TermScore]) -> str:
    reasons = [term.why for term in terms if term.why]
    return reasons[0] if reasons else "nothing"


def _weighted(
    scheme: Scheme, weights: Iterable[tuple[str, Fraction]], known: Known
) -> tuple[Value, tuple[TermScore, ...]]:
    """The weighted sum and its terms. What is missing gives its weight to the others, or counts as its rule says;
    None where a term forbids a score, or nothing is left to share with."""
    terms = [_term(scheme, scheme.terms[key], weight, known) for key, weight in weights]
    whole = sum((term.weight for term in terms), Fraction(0))
    left = sum((term.weight for term in terms if term.points is not None), Fraction(0))
    if any(term.state == "none" for term in terms) or left == 0:
        return None, tuple(terms)
    weighed = tuple(term.weighed(whole / left) for term in terms)
    return sum((term.counts for term in weighed), Fraction(0)), weighed


def _term(scheme: Scheme, term: Term, weight: Fraction, known: Known) -> TermScore:
    value, parts, uses, why, inner = _valued(scheme, term, known)
    full = term.transform.full
    state, points = "counted", None if value is None else points_of(term.transform, value)
    if points is None:
        state = {"share": "shared", "full": "full", "zero": "zero", "none": "none"}[term.missing]
        points = {"full": full, "zero": Fraction(0)}.get(term.missing)
    given = tuple(one.id for one in known.given.get(term.input, ())) if term.input else ()
    return TermScore(
        term.key, term.names, state, why, value, parts[0], parts[1], uses, given, points, full, weight, Fraction(0),
        Fraction(0), inner,
    )  # fmt: skip


def _plus(term: Term, known: Known, scheme: Scheme) -> TermScore:
    """A term that is added as it is: its points count in full, and nothing is shared; missing is nothing."""
    found = _term(scheme, term, Fraction(0), known)
    points = found.points if found.points is not None else Fraction(0)
    state = "none" if found.state == "none" else "added"
    return found.added(state, points)


def _valued(
    scheme: Scheme, term: Term, known: Known
) -> tuple[Value, Parts, tuple[Use, ...], str, tuple[TermScore, ...]]:
    """Value, numerator and denominator, what was used, why there is none, the parts."""
    if term.sample is not None and _few(term.sample, known):
        return None, NO_PARTS, _uses(term.sample.of, known), "sample", ()
    if term.parts:
        total, inner = _weighted(scheme, term.parts, known)
        return total, NO_PARTS, (), "" if total is not None else _reason(inner), inner
    if term.input:
        value = taken(scheme.inputs[term.input], known.given.get(term.input, ()))
        return value, NO_PARTS, (), "" if value is not None else "no_entry", ()
    assert term.value is not None
    value = term.value.value(known.values)
    uses = _uses(term.value, known)
    why = "" if value is not None else "derived" if known.derived.intersection(term.value.names) else "no_denominator"
    return value, _parts(term.value, known), uses, why, ()


def _parts(formula: Formula, known: Known) -> Parts:
    """Numerator and denominator: of the formula where it is one division, of the rate where it is only its name."""
    if formula.text.strip() in known.parts:
        return known.parts[formula.text.strip()]
    return formula.parts(known.values) or NO_PARTS


def _uses(formula: Formula, known: Known) -> tuple[Use, ...]:
    return tuple(Use(name, known.values[name]) for name in formula.names)


def _few(sample: Sample, known: Known) -> bool:
    value = sample.of.value(known.values)
    return value is None or value < sample.least
