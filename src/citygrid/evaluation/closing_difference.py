"""What differs between two versions of frozen scores, or between a frozen one and the live figures: which object, which
term, before and after, and which cases came or left. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from citygrid.evaluation.closing_rows import Row, Rows
from citygrid.evaluation.results import Pair, Scores, SubjectScore, TermScore
from citygrid.evaluation.score_printing import number, quotient, shown

SCORE, GRADE, RANK, TERM, COUNT = "score", "grade", "rank", "term", "count"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. `what`: score, grade, rank, term (its value and points) or count (a number in it);
    `came`, `left`: rows of a count."""

    subject: str
    code: str
    name: str
    what: str
    key: str
    names: Pair
    before: str
    after: str
    came: tuple[Row, ...] = ()
    left: tuple[Row, ...] = ()


def difference(before: Scores, after: Scores, rows_before: Rows, rows_after: Rows) -> list[Change]:
    """All that differs, object by object in the order of the later one, those that are no longer there last."""
    old, new = ({row.subject: row for row in one.rows()} for one in (before, after))
    found: list[Change] = []
    for subject in [*new, *(one for one in old if one not in new)]:
        pair = old.get(subject), new.get(subject)
        found += _of_subject(*pair, rows_before.get(subject, {}), rows_after.get(subject, {}))
    return found


def _of_subject(
    old: SubjectScore | None, new: SubjectScore | None, rows_old: Mapping[str, list[Row]],
    rows_new: Mapping[str, list[Row]],
) -> list[Change]:  # fmt: skip
    one = new or old
    assert one is not None

    def change(what: str, key: str, names: Pair, before: str, after: str) -> Change:
        return Change(one.subject, one.code, one.name, what, key, names, before, after)

    heads = (
        (SCORE, ("得分", "Score"), [_score(row) for row in (old, new)]),
        (GRADE, ("等级", "Grade"), [row.grade or "–" if row else "–" for row in (old, new)]),
        (RANK, ("名次", "Rank"), [str(row.rank or "–") if row else "–" for row in (old, new)]),
    )
    found = [change(what, "", names, *texts) for what, names, texts in heads if texts[0] != texts[1]]
    terms = [_terms(row) for row in (old, new)]
    for key in dict.fromkeys([*terms[1], *terms[0]]):
        sides = [by_key.get(key) for by_key in terms]
        names = next(term.names for term in reversed(sides) if term is not None)
        texts = [_term(term) for term in sides]
        if texts[0] != texts[1]:
            found.append(change(TERM, key, names, *texts))
    return found + _counts(one, terms, rows_old, rows_new)


def _counts(
    one: SubjectScore, terms: list[dict[str, TermScore]], rows_old: Mapping[str, list[Row]],
    rows_new: Mapping[str, list[Row]],
) -> list[Change]:  # fmt: skip
    """Numbers that differ, and those whose rows do while the number is the same."""
    uses = [{use.key: number(use.value) for term in by_key.values() for use in term.uses} for by_key in terms]
    found = []
    for key in dict.fromkeys([*uses[1], *uses[0], *rows_new, *rows_old]):
        came, left = _only_in(rows_new, rows_old, key), _only_in(rows_old, rows_new, key)
        rows = [str(len(by_key.get(key, ()))) for by_key in (rows_old, rows_new)]
        before, after = (side.get(key, rows[n]) for n, side in enumerate(uses))
        if before != after or came or left:
            names = key, key
            found.append(Change(one.subject, one.code, one.name, COUNT, key, names, before, after, came, left))
    return found


def _only_in(rows: Mapping[str, list[Row]], others: Mapping[str, list[Row]], key: str) -> tuple[Row, ...]:
    there = {tuple(row) for row in others.get(key, ())}
    return tuple((row[0], row[1]) for row in rows.get(key, ()) if tuple(row) not in there)


def _score(row: SubjectScore | None) -> str:
    return "–" if row is None or row.shown is None else str(row.shown)


def _terms(row: SubjectScore | None) -> dict[str, TermScore]:
    """All terms by key, parts too."""
    if row is None:
        return {}
    whole = [*row.terms, *row.plus]
    return {term.key: term for one in whole for term in (one, *one.parts)}


def _term(term: TermScore | None) -> str:
    return "–" if term is None else f"{quotient(term)} · {shown(term.points)} / {shown(term.full)}"
