"""Scores as CSV and JSON: a line per object with its rank, grade and the points of every term."""

import csv
import io
import json
from typing import Any

from django.utils.translation import gettext as _

from citygrid.evaluation.formulas import Value
from citygrid.evaluation.results import GroupScores, Scores, SubjectScore, TermScore, printed_points
from citygrid.evaluation.rounding import NOTHING, half_up, printed
from citygrid.tabular import guarded
from citygrid.web.words import say

FORMATS = ("csv", "json")


def shown(value: Value, places: int = 2) -> str:
    """Points, or the dash."""
    return printed(printed_points(value, places))


def quotient(term: TermScore) -> str:
    """A term's value as people read it: a quotient in per cent, a count whole, another number with two decimals."""
    value = term.value
    if value is None:
        return NOTHING
    if term.under is not None:
        return f"{half_up(value.numerator, value.denominator, 100)}%"
    return str(value.numerator) if value.denominator == 1 else printed(printed_points(value))


def true_beside(scores: Scores, subject: str, term: TermScore) -> dict[str, str]:
    """What stands beside a reported closing rate: the true one with its band or the dash, and how it came about; empty
    for any other term, and where nothing was due."""
    one = scores.truth_beside(subject, term)
    return {} if one is None or one.reported is None else {"true": one.text, "true_why": one.why}


def number(value: Value) -> str:
    """A count or another number behind a term; a quotient stays one."""
    if value is None:
        return NOTHING
    return str(value.numerator) if value.denominator == 1 else printed(printed_points(value, 4))


def as_csv(scores: Scores) -> str:
    """A block of rows per group, each with two columns per term of the group: the value and the points."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    for group in scores.groups:
        terms = heads(group)
        names = [say(term.names) for term in terms]
        columns = [cell for name in names for cell in (guarded(name), f"{guarded(name)} · {_('points')}")]
        columns += [_("True closing rate (95 % band)")] if scores.truths else []
        write.writerow([_("Group"), _("Rank"), "id", "code", _("Name"), _("Score"), _("Grade"), *columns])
        for row in group.rows:
            write.writerow([*_row(group, row, terms, scores.places), *_true(scores, row)])
    return out.getvalue()


def heads(group: GroupScores) -> tuple[TermScore, ...]:
    """The terms of a group, as any of its objects has them."""
    return (*group.rows[0].terms, *group.rows[0].plus) if group.rows else ()


def _row(group: GroupScores, row: SubjectScore, terms: tuple[TermScore, ...], places: int) -> list[str]:
    by_key = {term.key: term for term in (*row.terms, *row.plus)}
    cells = [cell for term in terms for cell in (quotient(by_key[term.key]), shown(by_key[term.key].points))]
    score = NOTHING if row.shown is None else str(row.shown)
    rank = NOTHING if row.rank is None else str(row.rank)
    words = [guarded(text) for text in (say(group.names), rank, row.subject, row.code, row.name)]
    return [*words, score, guarded(row.grade), *cells]


def _true(scores: Scores, row: SubjectScore) -> list[str]:
    one = scores.truths.get(row.subject)
    return ([one.text if one else NOTHING]) if scores.truths else []


def as_json(scores: Scores) -> str:
    """What people see, as numbers in text; `to_json` of the results keeps the exact tree."""
    return json.dumps(as_tree(scores), ensure_ascii=False, indent=1)


def as_tree(scores: Scores) -> dict[str, Any]:
    """The same as a tree of plain values."""
    return {
        "scheme": scores.scheme, "zh": scores.names[0], "en": scores.names[1], "hash": scores.hash,
        "from": scores.first, "to": scores.last, "until": scores.until, "by": scores.by,
        "groups": [
            {"key": group.key, "zh": group.names[0], "en": group.names[1],
             "rows": [_object(row, scores.places) | _true_tree(scores, row) for row in group.rows]}
            for group in scores.groups
        ],
    }  # fmt: skip


def _true_tree(scores: Scores, row: SubjectScore) -> dict[str, Any]:
    one = scores.truths.get(row.subject)
    return {"true_closing_rate": one.tree()} if one is not None else {}


def _object(row: SubjectScore, places: int) -> dict[str, Any]:
    return {
        "subject": {"id": row.subject, "code": row.code, "name": row.name}, "rank": row.rank,
        "score": NOTHING if row.shown is None else str(row.shown), "grade": row.grade, "why": row.why,
        "terms": [_term(term) for term in row.terms], "plus": [_term(term) for term in row.plus],
    }  # fmt: skip


def _term(term: TermScore) -> dict[str, Any]:
    return {
        "key": term.key, "zh": term.names[0], "en": term.names[1], "state": term.state, "why": term.why,
        "value": quotient(term), "numerator": number(term.over), "denominator": number(term.under),
        "points": shown(term.points), "of": shown(term.full), "weight": shown(term.weight), "share": shown(term.share),
        "counts": shown(term.counts), "entries": list(term.given),
        "uses": {use.key: number(use.value) for use in term.uses}, "parts": [_term(part) for part in term.parts],
    }  # fmt: skip


def written(scores: Scores, form: str) -> str:
    return {"csv": as_csv, "json": as_json}[form](scores)

