"""What a change of frozen figures starts from: what was known of each object when it was frozen, put together again
from the frozen text. Pure.

Whether it is that is not believed but tried: the scheme makes of it the frozen scores again, term by term, or there is
nothing to start from (a version that kept no counts; a scheme, or a definition, that was written anew since)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from citygrid.evaluation.closing_text import Frozen, Kept
from citygrid.evaluation.definitions import Definitions
from citygrid.evaluation.exact import quotients_of, values
from citygrid.evaluation.inputs import Given
from citygrid.evaluation.results import Scores, SubjectScore, TermScore
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.scoring import Known, Span, scores
from citygrid.evaluation.whatif import needed


@dataclass(frozen=True, slots=True)
class Start:
    """`scheme`: the same, but an input takes the value that was taken then; `members`: group -> objects."""

    scheme: Scheme
    span: Span
    members: Mapping[str, tuple[Known, ...]]
    kept: Kept


def start_of(frozen: Frozen, scheme: Scheme, definitions: Definitions) -> Start | None:
    """Where a change of these frozen figures starts; None where they cannot be made again from what was kept."""
    said, kept = frozen.scores, frozen.kept
    names = {*needed(scheme, definitions), *(one.key for one in definitions.counts_of(scheme.names_used()))}
    if kept is None or any(not names <= set(by_key) for by_key in kept.numbers.values()):
        return None
    if any(row.subject not in kept.numbers for row in said.rows()):
        return None
    as_taken = {key: replace(one, items=(), take="last") for key, one in scheme.inputs.items()}
    then = replace(scheme, inputs=as_taken)
    members = {
        group.key: tuple(_known(then, definitions, row, kept) for row in group.rows) for group in said.groups
    }  # fmt: skip
    span = Span(said.first, said.last, said.until)
    return Start(then, span, members, kept) if _made(scores(then, span, members)) == _made(said) else None


def _known(scheme: Scheme, definitions: Definitions, row: SubjectScore, kept: Kept) -> Known:
    numbers, derived = kept.numbers[row.subject], kept.doubtful.get(row.subject, frozenset())
    names = scheme.names_used()
    doubtful = frozenset(one for one in names if derived & {count.key for count in definitions.counts_of([one])})
    given = {}
    for term in _with_parts(row):
        key = scheme.terms[term.key].input if term.key in scheme.terms else ""
        if key and term.value is not None:
            given[key] = (Given("", "", term.value),)
    return Known(
        row.subject, row.code, row.name, values(names, definitions, numbers, derived),
        quotients_of(names, definitions, numbers, derived), doubtful, given,
    )  # fmt: skip


def _with_parts(row: SubjectScore) -> list[TermScore]:
    return [inner for term in (*row.terms, *row.plus) for inner in (term, *term.parts)]


def _made(found: Scores) -> Any:
    """What must be the same: of each group each object with its score and each term, whatever it was called."""
    return [
        (group.key, [(row.subject, row.total, str(row.shown), row.grade, row.why, row.rank,
                      [_term(one) for one in _with_parts(row)]) for row in group.rows])
        for group in found.groups
    ]  # fmt: skip


def _term(one: TermScore) -> Any:
    return one.key, one.state, one.why, one.value, one.uses, one.points, one.weight, one.share, one.counts
