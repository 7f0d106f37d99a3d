"""The sheet of the scores: a block for each group, and in it every value, points, share and score as a formula.

A term has the columns value, points and what it adds to the score; parts of a term have value and points before it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from citygrid.bulletins import workbook_grammar as grammar
from citygrid.bulletins.workbook_entries import Ranges
from citygrid.bulletins.workbook_figures import Figures
from citygrid.bulletins.workbook_sheets import Book, Sheet
from citygrid.evaluation.formulas import Value
from citygrid.evaluation.results import GroupScores, SubjectScore, TermScore
from citygrid.evaluation.scheme import Group, Sample, Scheme, Term
from citygrid.web.words import say

RANK, CODE, NAME, SCORE, GRADE, LEFT, FIRST = range(7)
Weights = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a term stands in a row; `counts` None for a part."""

    value: int
    points: int
    counts: int | None
    parts: dict[str, "Columns"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """A group on the sheet: rows of its objects, columns of its terms."""

    group: Group
    scores: GroupScores
    first: int
    columns: dict[str, Columns]

    @property
    def last(self) -> int:
        return self.first + len(self.scores.rows) - 1


@dataclass(frozen=True, slots=True)
class Told:
    """What the formulas are made of. `grades`: the ranges of the bands' bounds and codes. `whole`: the sheet has the
    whole of each group, so that ranks can be reckoned on it."""

    scheme: Scheme
    figures: Figures
    ranges: Ranges
    grades: tuple[str, str] | None
    places: int
    whole: bool


def write(book: Book, sheet: Sheet, groups: Iterable[GroupScores], told: Told) -> list[Block]:
    """All groups, one below the other."""
    sheet.page.set_column(RANK, RANK, 6)
    sheet.page.set_column(CODE, CODE, 14)
    sheet.page.set_column(NAME, NAME, 26)
    sheet.page.set_column(SCORE, LEFT, 10)
    known = {group.key: group for group in told.scheme.groups}
    row, blocks = 0, []
    for scores in groups:
        block = Block(known[scores.key], scores, row + 3, _columns(known[scores.key], told.scheme))
        _head(sheet, block, row, told.scheme)
        for n, one in enumerate(scores.rows):
            _row(sheet, block, block.first + n, one, told)
        colours = {grade.code: grade.colour for grade in told.scheme.grades}
        if scores.rows:
            book.grades(sheet, block.first, block.last, GRADE, colours)
        blocks.append(block)
        row = block.last + 3
    width = max((one.counts or one.points for block in blocks for one in block.columns.values()), default=LEFT) + 1
    sheet.spread(76 + 13 * (width - FIRST), SCORE)
    return blocks


def grade_bounds(sheet: Sheet, scheme: Scheme, row: int) -> tuple[str, str] | None:
    """The bands from the least up (a look-up wants them so), written from this row on; their two ranges."""
    if not scheme.grades:
        return None
    sheet.text(row, 0, _("Grades"), "strong")
    rising = list(reversed(scheme.grades))
    for n, grade in enumerate(rising, start=row + 1):
        sheet.number(n, 0, grade.least)
        sheet.text(n, 1, grade.code)
        sheet.text(n, 2, say(grade.names))
    last = row + len(rising)
    sheet.book.grades(sheet, row + 1, last, 1, {grade.code: grade.colour for grade in rising})
    return sheet.span(row + 1, last, 0), sheet.span(row + 1, last, 1)


def _columns(group: Group, scheme: Scheme) -> dict[str, Columns]:
    found, at = {}, FIRST
    for key in (*(key for key, _weight in group.weights), *group.plus):
        parts = {}
        for part, _weight in scheme.terms[key].parts:
            parts[part] = Columns(at, at + 1, None)
            at += 2
        found[key] = Columns(at, at + 1, at + 2, parts)
        at += 3
    return found


def _head(sheet: Sheet, block: Block, row: int, scheme: Scheme) -> None:
    """The group's name, the heads, and below them the weights and the full marks."""
    sheet.text(row, 0, say(block.scores.names), "title")
    sheet.heads(row + 1, [_("Rank"), _("Code"), _("Name"), _("Score"), _("Grade"), _("Weight with a value")])
    sheet.text(row + 2, NAME, _("Weight and full marks"), "quiet")
    weights = dict(block.group.weights)
    for key, at in block.columns.items():
        for part, where in at.parts.items():
            _term_head(sheet, row, where, scheme.terms[part], dict(scheme.terms[key].parts)[part])
        _term_head(sheet, row, at, scheme.terms[key], weights.get(key))


def _term_head(sheet: Sheet, row: int, at: Columns, term: Term, weight: Value) -> None:
    name = say(term.names)
    sheet.text(row + 1, at.value, name, "head")
    sheet.text(row + 1, at.points, _("%(name)s: points") % {"name": name}, "head")
    sheet.number(row + 2, at.points, term.transform.full, "quiet")
    last = at.points if at.counts is None else at.counts
    if at.counts is not None:
        sheet.text(row + 1, at.counts, _("%(name)s: adds") % {"name": name}, "head")
    if weight is not None:
        sheet.number(row + 2, at.value if at.counts is None else at.counts, weight, "quiet")
    sheet.page.set_column(at.value, last, 13)


def _row(sheet: Sheet, block: Block, line: int, row: SubjectScore, told: Told) -> None:
    sheet.text(line, CODE, row.code)
    sheet.text(line, NAME, row.name, "strong")
    live = row.subject in told.figures.live
    for key, at in block.columns.items():
        term = next(one for one in (*row.terms, *row.plus) if one.key == key)
        for part, where in at.parts.items():
            _term(sheet, line, where, next(one for one in term.parts if one.key == part), row, told, at)
        _term(sheet, line, at, term, row, told, at)
        _counts(sheet, block, line, key, term, live)
    style = f"score.{told.places}"
    shown = None if row.shown is None else Fraction(row.shown)
    weighed = sum((one.weight for one in row.terms if one.points is not None), Fraction(0))
    weighed = Fraction(0) if any(one.state == "none" for one in row.terms) else weighed
    rank = None if row.rank is None else Fraction(row.rank)
    if not live:
        sheet.number(line, LEFT, weighed)
        sheet.number(line, SCORE, shown, style)
        sheet.text(line, GRADE, row.grade)
        sheet.number(line, RANK, rank)
        return
    sheet.formula(line, LEFT, _left(sheet, block, line, told.scheme), weighed)
    sheet.formula(line, SCORE, _score(sheet, block, line, row.subject, told), shown, style)
    score = sheet.at(line, SCORE)
    if told.grades is None:
        sheet.text(line, GRADE, row.grade)
    else:
        bounds, codes = told.grades
        sheet.formula(line, GRADE, f'IF(ISNUMBER({score}),IFERROR(LOOKUP({score},{bounds},{codes}),""),"")', row.grade)
    if told.whole:
        among = sheet.span(block.first, block.last, SCORE)
        sheet.formula(line, RANK, grammar.or_dash(f"RANK({score},{among})"), rank)
    else:
        sheet.number(line, RANK, rank)


def _term(
    sheet: Sheet, line: int, at: Columns, term: TermScore, row: SubjectScore, told: Told, owner: Columns
) -> None:  # fmt: skip
    """Value and points."""
    said = _value(sheet, line, told.scheme.terms[term.key], row.subject, told, owner)
    style = "percent" if term.under is not None else "exact"
    live = row.subject in told.figures.live
    if said is None or not live:
        sheet.number(line, at.value, term.value, style)
    else:
        sheet.formula(line, at.value, grammar.or_dash(said), term.value, style)
    if not live:
        sheet.number(line, at.points, term.points, "points")
        return
    known = told.scheme.terms[term.key]
    missing = {"full": grammar.number(known.transform.full), "zero": "0"}.get(known.missing, grammar.DASH)
    value = sheet.at(line, at.value)
    said = f"IF(ISNUMBER({value}),{grammar.points(known.transform, value)},{missing})"
    sheet.formula(line, at.points, said, term.points, "points")


def _value(sheet: Sheet, line: int, term: Term, subject: str, told: Told, at: Columns) -> str | None:
    """The value as a formula; None where what it would rest on is not on the sheets."""
    said: str | None = None
    if term.parts:
        said = _parts(sheet, line, term.parts, told.scheme, at)
    elif term.input:
        ranges = told.ranges.of(subject, term.input)
        said = grammar.taken(told.scheme.inputs[term.input], *ranges) if ranges else None
    elif term.value is not None:
        said = grammar.spoken(term.value, lambda key: told.figures.cell(subject, key))
    if said is None or term.sample is None:
        return said
    return f"IF({_enough(term.sample, subject, told)},{said},{grammar.DASH})"


def _parts(sheet: Sheet, line: int, parts: Weights, scheme: Scheme, at: Columns) -> str:
    """The parts weighed as the terms of a scheme are: what is missing gives its weight to the others."""
    cells = {key: sheet.at(line, at.parts[key].points) for key, _weight in parts}
    whole = sum((weight for _key, weight in parts), Fraction(0))
    left = "+".join(f"IF(ISNUMBER({cells[key]}),{grammar.number(weight)},0)" for key, weight in parts)
    found = "+".join(
        f"IF(ISNUMBER({cells[key]}),{cells[key]}*{grammar.number(weight / scheme.terms[key].transform.full)},0)"
        for key, weight in parts
    )
    must = grammar.every(f"ISNUMBER({cells[key]})" for key, _weight in parts if scheme.terms[key].missing == "none")
    return f"IF({must},({found})*{grammar.number(whole)}/({left}),{grammar.DASH})"


def _enough(sample: Sample, subject: str, told: Told) -> str:
    said = grammar.spoken(sample.of, lambda key: told.figures.cell(subject, key))
    return f"IFERROR({grammar.clean(said)}>={grammar.number(sample.least)},FALSE)"


def _left(sheet: Sheet, block: Block, line: int, scheme: Scheme) -> str:
    """The weight of the terms that have points; none at all where a term without a value forbids a score."""
    cells = {key: sheet.at(line, block.columns[key].points) for key, _weight in block.group.weights}
    total = "+".join(f"IF(ISNUMBER({cell}),{_weight_cell(sheet, block, key)},0)" for key, cell in cells.items())
    must = grammar.every(f"ISNUMBER({cell})" for key, cell in cells.items() if scheme.terms[key].missing == "none")
    return f"IF({must},{total},0)"


def _counts(sheet: Sheet, block: Block, line: int, key: str, term: TermScore, live: bool) -> None:
    at = block.columns[key]
    assert at.counts is not None
    if not live:
        sheet.number(line, at.counts, term.counts, "points")
        return
    points, left = sheet.at(line, at.points), sheet.at(line, LEFT)
    if key in block.group.plus:
        sheet.formula(line, at.counts, f"IF(ISNUMBER({points}),{points},0)", term.counts, "points")
        return
    whole = grammar.number(sum((weight for _key, weight in block.group.weights), Fraction(0)))
    share = f"{_weight_cell(sheet, block, key)}*{whole}/{left}"
    said = f"IF(AND(ISNUMBER({points}),{left}>0),{points}/{grammar.number(term.full)}*{share},0)"
    sheet.formula(line, at.counts, said, term.counts, "points")


def _weight_cell(sheet: Sheet, block: Block, key: str) -> str:
    """Where a term's weight stands: whoever changes it there sees what becomes of the scores."""
    at = block.columns[key].counts
    assert at is not None
    return sheet.at(block.first - 1, at, fixed=True)


def _score(sheet: Sheet, block: Block, line: int, subject: str, told: Told) -> str:
    """The sum within the scheme's bounds, rounded once; the dash where nothing can be judged."""
    scheme = told.scheme
    found = "+".join(sheet.at(line, at.counts) for at in block.columns.values() if at.counts is not None)
    if scheme.least is not None:
        found = f"MAX({found},{grammar.number(scheme.least)})"
    if scheme.most is not None:
        found = f"MIN({found},{grammar.number(scheme.most)})"
    conditions = [f"{sheet.at(line, LEFT)}>0"]
    conditions += [
        f"ISNUMBER({sheet.at(line, block.columns[key].points)})"
        for key in block.group.plus if scheme.terms[key].missing == "none"
    ]  # fmt: skip
    if block.group.sample is not None:
        conditions.append(_enough(block.group.sample, subject, told))
    return f"IF({grammar.every(conditions)},{grammar.half_up(found, told.places)},{grammar.DASH})"
