"""What would a score be if this unit had twenty fewer overdue? Counts are replaced, what follows from them is said, and
the group is scored again. Pure.

What holds between counts is read off the definitions: a stem with `_on_time`, `_late`, `_overdue` and `_due` is a
family (done = on time + late; due = done + overdue, and + not yet due where the city counts so; to do = overdue + not
yet due). Counts of other stages are left as they are: nobody knows what would have become of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.exact import quotients_of, values
from citygrid.evaluation.results import SubjectScore, TermScore
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.scoring import Known, Span, scores

DONE = ("_on_time", "_late")
LEAVES = (*DONE, "_overdue", "_not_due")
INSTEAD = ("_on_time", "_late", "_overdue", "")
"""What the rest of a family's change becomes: on time, late, overdue instead; or there are more or fewer in all."""
MESSAGES = {
    "no_such_count": "There is no count %(count)s to change here.",
    "below_zero": "There are only %(number)s of “%(count)s”.",
    "more_than_whole": "There cannot be more of “%(count)s” than of “%(whole)s” (%(number)s).",
    "changed_twice": "“%(count)s” would change twice: change one of the two only.",
}


class WhatIfError(ValueError):
    """`code`, and an English sentence with `params`; those that name counts hold their keys."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Change:
    """So many more (or fewer) of a count; of a leaf of a family, `instead` is which other leaf gives or takes them."""

    key: str
    by: int
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A count before and after. `asked`: the change itself; else it follows from `cause`: `balance` (what was assumed
    instead) or `sum` (a sum of the family)."""

    key: str
    before: int
    after: int
    cause: str
    asked: bool
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The object's score before and after, what changed, and which terms moved: most first."""

    before: SubjectScore
    after: SubjectScore
    counts: tuple[Changed, ...]
    moved: tuple[tuple[TermScore, TermScore], ...]


def families(known: Definitions) -> dict[str, bool]:
    """Stem -> whether what is not yet due belongs to its due."""
    found = {}
    for key, one in known.all.items():
        stem = key.removesuffix("_due")
        parts = [known.all.get(stem + end) for end in ("", "_on_time", "_late", "_overdue")]
        if stem != key and isinstance(one, Count) and all(isinstance(part, Count) for part in parts):
            found[stem] = one.carry == "open"
    return found


def stem_of(key: str, known: Definitions) -> str:
    """The family of a leaf; empty for other counts."""
    there = families(known)
    return next((key.removesuffix(end) for end in LEAVES if key.endswith(end) and key.removesuffix(end) in there), "")


def changeable(scheme: Scheme, known: Definitions) -> list[str]:
    """The counts that can be changed: the leaves of each family that the scheme's terms use, and its other counts."""
    used = [one.key for one in known.counts_of(scheme.names_used())]
    there, found = families(known), dict[str, None]()
    for key in used:
        stem = next((s for s in there if key in (s, *(s + end for end in (*LEAVES, "_due", "_to_do")))), "")
        if not stem:
            found[key] = None
            continue
        alone = not any(stem + end in used for end in (*LEAVES, "_due"))
        leaves = [stem + end for end in LEAVES if stem + end in known.all]
        found.update(dict.fromkeys(leaves[:1] if alone else leaves if there[stem] else _due_leaves(stem, leaves)))
    return list(found)


def needed(scheme: Scheme, known: Definitions) -> list[str]:
    """Every count that a change may touch or is bounded by: to be counted beside the scheme's own."""
    found = dict.fromkeys(changeable(scheme, known))
    for key in list(found):
        stem = stem_of(key, known)
        ends = (*LEAVES, "", "_due", "_to_do") if stem else ()
        found.update(dict.fromkeys(stem + end for end in ends if stem + end in known.all))
        found.update(dict.fromkeys(_wholes(key, known)))
    return list(found)


def changed(known: Definitions, numbers: Mapping[str, int], changes: Iterable[Change]) -> list[Changed]:
    """What these changes make of the counts. WhatIfError for what cannot be."""
    deltas: dict[str, tuple[int, str, str]] = {}
    for one in changes:
        if not isinstance(known.all.get(one.key), Count):
            raise WhatIfError("no_such_count", count=one.key)
        _add(deltas, one.key, one.by, "", "")
        stem = stem_of(one.key, known)
        if stem and one.instead and stem + one.instead != one.key:
            _add(deltas, stem + one.instead, -one.by, one.key, "balance")
    leaves = {key: by for key, (by, _, _) in deltas.items()}
    for stem, with_open in families(known).items():
        moves = {end: leaves.get(stem + end, 0) for end in LEAVES}
        done = moves["_on_time"] + moves["_late"]
        due = done + moves["_overdue"] + (moves["_not_due"] if with_open else 0)
        cause = next((stem + end for end in LEAVES if moves[end]), "")
        for end, by in (("", done), ("_due", due), ("_to_do", moves["_overdue"] + moves["_not_due"])):
            if by and stem + end in known.all:
                _add(deltas, stem + end, by, cause, "sum")
    after = {key: numbers.get(key, 0) + by for key, (by, _, _) in deltas.items()}
    for key, number in after.items():
        _bounded(key, number, known, {**numbers, **after}, numbers)
    return [
        Changed(key, numbers.get(key, 0), after[key], cause, not why, why) for key, (by, cause, why) in deltas.items()
    ]


def what_if(
    scheme: Scheme, known: Definitions, span: Span, group: str, members: Sequence[Known], subject: str,
    numbers: Mapping[str, int], derived: frozenset[str], changes: Iterable[Change],
) -> Outcome:  # fmt: skip
    """The score of `subject` with these changes to its counts `numbers`, among the members of its group."""
    counts = changed(known, numbers, changes)
    after = {**numbers, **{one.key: one.after for one in counts}}
    others = [recounted(scheme, known, one, after, derived) if one.subject == subject else one for one in members]
    old, new = (_row(scheme, span, group, rows, subject) for rows in (members, others))
    pairs = zip((*old.terms, *old.plus), (*new.terms, *new.plus), strict=True)
    moved = [pair for pair in pairs if (pair[0].counts, pair[0].value) != (pair[1].counts, pair[1].value)]
    moved.sort(key=lambda pair: -abs(pair[1].counts - pair[0].counts))
    return Outcome(old, new, tuple(counts), tuple(moved))


def recounted(
    scheme: Scheme, known: Definitions, one: Known, numbers: Mapping[str, int], derived: frozenset[str]
) -> Known:
    """What is known of an object, with other counts; what was entered stays."""
    names = scheme.names_used()
    return replace(
        one, values=values(names, known, numbers, derived), parts=quotients_of(names, known, numbers, derived)
    )


def _row(scheme: Scheme, span: Span, group: str, members: Iterable[Known], subject: str) -> SubjectScore:
    return next(row for row in scores(scheme, span, {group: members}).rows() if row.subject == subject)


def _due_leaves(stem: str, leaves: Sequence[str]) -> list[str]:
    return [leaf for leaf in leaves if leaf != f"{stem}_not_due"]


def _add(deltas: dict[str, tuple[int, str, str]], key: str, by: int, cause: str, why: str) -> None:
    old = deltas.get(key)
    if old is None:
        deltas[key] = (by, cause, why)
    elif why == "sum" or old[2] == why == "balance":
        deltas[key] = (old[0] + by, *old[1:])
    else:
        raise WhatIfError("changed_twice", count=key)


def _bounded(
    key: str, number: int, known: Definitions, numbers: Mapping[str, int], before: Mapping[str, int]
) -> None:
    if number < 0:
        raise WhatIfError("below_zero", count=key, number=str(before.get(key, 0)))
    for whole in _wholes(key, known):
        if number > numbers.get(whole, 0):
            raise WhatIfError("more_than_whole", count=key, whole=whole, number=str(numbers.get(whole, 0)))


def _wholes(key: str, known: Definitions) -> list[str]:
    """The counts of which this one is a part: the same rows by the same moment, with fewer conditions."""
    one = known.all[key]
    assert isinstance(one, Count)
    if one.sum or one.carry:
        return []
    terms = [*one.where, *one.done]
    return [
        other.key
        for other in known.all.values()
        if isinstance(other, Count) and other.key != key and not other.sum and not other.carry
        and (other.facts, other.moment, other.exclude, other.by) == (one.facts, one.moment, one.exclude, one.by)
        and len(other.where) + len(other.done) < len(terms)
        and all(term in terms for term in (*other.where, *other.done))
    ]  # fmt: skip
