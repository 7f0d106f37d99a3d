"""The raw counts of a scheme's objects, and the rates as formulas over them: a sheet of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from citygrid.bulletins import workbook_grammar as grammar
from citygrid.bulletins.workbook_sheets import Book, Sheet, width_of
from citygrid.evaluation.definitions import Composed, Count, Definitions, Rate
from citygrid.evaluation.exact import exact
from citygrid.evaluation.formulas import Value
from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.results import Scores, SubjectScore, TermScore
from citygrid.web.words import say

FIRST, LEAD = 2, 3
"""The row of the first object, and the columns before the figures."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What was counted: object -> count -> number as the database has it; the counts that rest on derived acts."""

    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    derived: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Figures:
    """Where each object's counts and rates stand. `live`: the objects whose counts make the very values of the score.
    A frozen score whose cases changed since keeps its values, and the counts of now are not shown as its own."""

    known: Definitions
    raw: Raw
    counts: list[Count]
    rates: list[Rate | Composed]
    rows: list[tuple[str, SubjectScore]]
    live: frozenset[str]
    lines: dict[str, int]
    truths: Mapping[str, Truth]
    count_sheet: Sheet | None = None
    rate_sheet: Sheet | None = None

    def cell(self, subject: str, key: str) -> str:
        """The address of a value."""
        row = self.lines[subject]
        one = self.known.all[key]
        if isinstance(one, Count):
            assert self.count_sheet is not None
            return self.count_sheet.at(row, LEAD + self.counts.index(one))
        assert self.rate_sheet is not None
        return self.rate_sheet.at(row, LEAD + self.rates.index(one))


def figures(scores: Scores, known: Definitions, names: Sequence[str], raw: Raw) -> Figures:
    """What the sheets will hold: every count and rate that the scheme uses, in the order of its groups and ranks."""
    rows = [(say(group.names), row) for group in scores.groups for row in group.rows]
    live = frozenset(row.subject for _name, row in rows if _agrees(row, known, raw))
    lines = {row.subject: FIRST + n for n, (_name, row) in enumerate(rows)}
    return Figures(known, raw, known.counts_of(names), _rates(known, names), rows, live, lines, scores.truths)


def write(book: Book, found: Figures) -> None:
    """Both sheets; without a rate the second is left out."""
    found.count_sheet = book.sheet(_("Counts"))
    _head(found.count_sheet, found.counts)
    for _group, row in found.rows:
        line = found.lines[row.subject]
        _lead(found.count_sheet, line, _group, row)
        for n, one in enumerate(found.counts):
            value = exact(one, found.known, *_of(found, row.subject)) if row.subject in found.live else None
            found.count_sheet.number(line, LEAD + n, value, "count" if one.scale == 1 else "exact")
    if not found.rates:
        return
    found.rate_sheet = book.sheet(_("Rates"))
    _head(found.rate_sheet, found.rates)
    for _group, row in found.rows:
        line = found.lines[row.subject]
        _lead(found.rate_sheet, line, _group, row)
        for n, rate in enumerate(found.rates):
            style = "percent" if rate.unit == "percent" else "exact"
            if row.subject not in found.live:
                found.rate_sheet.number(line, LEAD + n, _kept(row, rate.key), style)
                continue
            value = exact(rate, found.known, *_of(found, row.subject))
            found.rate_sheet.formula(line, LEAD + n, rate_formula(found, row.subject, rate), value, style)
    if found.truths:
        _true(found.rate_sheet, found)


def _true(sheet: Sheet, found: Figures) -> None:
    """Last the true closing rate with its band; no formula makes it, for it rests on single cases that were looked at
    again. A dash where these are too few."""
    first = LEAD + len(found.rates)
    words = (_("True closing rate"), _("Its 95 % band: from"), _("Its 95 % band: to"))
    for n, (name, key) in enumerate(zip(words, ("estimate", "low", "high"), strict=True)):
        sheet.text(0, first + n, name, "head")
        sheet.page.set_column(first + n, first + n, len(f"true_closing_rate.{key}"))
        sheet.text(1, first + n, f"true_closing_rate.{key}", "quiet")
        for _group, row in found.rows:
            told = found.truths[row.subject].tree()[key] if row.subject in found.truths else None
            sheet.number(found.lines[row.subject], first + n, Fraction(told) / 100 if told else None, "percent")


def rate_formula(found: Figures, subject: str, one: Rate | Composed) -> str:
    """A rate over the cells of its counts; a composed one over those of its counts and rates."""
    if isinstance(one, Composed):
        return grammar.or_dash(grammar.spoken(one.formula, lambda key: found.cell(subject, key)))
    over, under = ("+".join(found.cell(subject, key) for key in keys) for keys in (one.over, one.under))
    return grammar.or_dash(f"({over}+0)/({under}+0)")


def _of(found: Figures, subject: str) -> tuple[Mapping[str, int], frozenset[str]]:
    return found.raw.numbers.get(subject, {}), found.raw.derived.get(subject, frozenset())


def _head(sheet: Sheet, columns: Sequence[Count | Rate | Composed]) -> None:
    words = [_("Group"), _("Code"), _("Name"), *(say(one.names) for one in columns)]
    widths = [18, 14, 24, *(max(width_of(say(one.names)) / 1.6 + 4, len(one.key)) for one in columns)]
    sheet.heads(0, words, widths)
    sheet.spread(sum(widths), LEAD)
    for n, one in enumerate(columns):
        sheet.text(1, LEAD + n, one.key, "quiet")
    sheet.page.freeze_panes(FIRST, LEAD)
    sheet.page.repeat_rows(0, 1)


def _lead(sheet: Sheet, line: int, group: str, row: SubjectScore) -> None:
    for column, words in enumerate((group, row.code, row.name)):
        sheet.text(line, column, words)


def _rates(known: Definitions, names: Iterable[str]) -> list[Rate | Composed]:
    """The rates and formulas among them, those inside of formulas too; each stands after what it is made of."""
    found: dict[str, Rate | Composed] = {}
    for name in names:
        one = known.all[name]
        if isinstance(one, Composed):
            found.update((rate.key, rate) for rate in _rates(known, one.formula.names))
        if not isinstance(one, Count):
            found[name] = one
    return list(found.values())


def _agrees(row: SubjectScore, known: Definitions, raw: Raw) -> bool:
    """Whether the counts make the very values that the score was made of."""
    numbers, derived = raw.numbers.get(row.subject, {}), raw.derived.get(row.subject, frozenset())
    uses = [use for term in terms_of(row) for use in term.uses]
    return all(use.key in known.all and exact(known.all[use.key], known, numbers, derived) == use.value for use in uses)


def terms_of(row: SubjectScore) -> list[TermScore]:
    """Every term of an object, parts before what they make up."""
    return [one for term in (*row.terms, *row.plus) for one in (*term.parts, term)]


def _kept(row: SubjectScore, key: str) -> Value:
    return next((use.value for term in terms_of(row) for use in term.uses if use.key == key), None)
