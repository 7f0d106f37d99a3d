"""What people entered for a scheme (scores, surveys, bonus and deduction) with the ids of entry and evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from citygrid.bulletins.workbook_figures import terms_of
from citygrid.bulletins.workbook_sheets import Book, Sheet
from citygrid.evaluation.results import Scores, SubjectScore, TermScore
from citygrid.evaluation.scheme import Scheme
from citygrid.web.words import say

VALUE, ITEM = 6, 4
"""Columns that formulas point to."""


@dataclass(frozen=True, slots=True)
class Line:
    """An approved entry. `evidence`: id of the file, or nothing."""

    id: str
    day: str
    item: str
    value: Decimal
    sample: int | None = None
    reason: str = ""
    source: str = ""
    evidence: str = ""


@dataclass(slots=True)
class Ranges:
    """Where the entries of an object's input stand: cells of the values and of the items."""

    found: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def of(self, subject: str, one: str) -> tuple[str, str] | None:
        return self.found.get((subject, one))


def write(book: Book, scores: Scores, scheme: Scheme, lines: Mapping[str, Line]) -> Ranges:
    """The sheet; without an entry there is none. What is not among `lines` (not to be seen) leaves no range."""
    ranges = Ranges()
    rows = [row for group in scores.groups for row in group.rows]
    wanted = [(row, key, given) for row in rows for key, given in _given(row, scheme)]
    if not any(one in lines for _row, _key, given in wanted for one in given):
        return ranges
    sheet = book.sheet(_("Entries"))
    heads = [_("Code"), _("Name"), _("Input"), _("Day"), _("Item"), _("What the item is"), _("Value or number"),
             _("Sample"), _("Reason"), _("Source"), _("Entry"), _("Evidence (file)")]  # fmt: skip
    sheet.heads(0, heads, [14, 24, 20, 12, 14, 22, 12, 10, 40, 20, 38, 38])
    sheet.page.freeze_panes(1, 2)
    line = 1
    for row, key, given in wanted:
        if not all(one in lines for one in given):
            continue
        first = line
        for one in given:
            _line(sheet, line, row, scheme, key, lines[one])
            line += 1
        ranges.found[row.subject, key] = sheet.span(first, line - 1, VALUE), sheet.span(first, line - 1, ITEM)
    return ranges


def _given(row: SubjectScore, scheme: Scheme) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Inputs of an object with their entries, each once."""
    found: dict[str, tuple[str, ...]] = {}
    for term in terms_of(row):
        if term.given:
            found[input_of(term, scheme)] = term.given
    return found.items()


def input_of(term: TermScore, scheme: Scheme) -> str:
    return scheme.terms[term.key].input


def _line(sheet: Sheet, line: int, row: SubjectScore, scheme: Scheme, key: str, one: Line) -> None:
    item = next((item for item in scheme.inputs[key].items if item.key == one.item), None)
    words = [row.code, row.name, say(scheme.inputs[key].names), one.day, one.item, say(item.names) if item else ""]
    for column, text in enumerate(words):
        sheet.text(line, column, text)
    sheet.page.write_number(line, VALUE, float(one.value))
    if one.sample is not None:
        sheet.page.write_number(line, VALUE + 1, one.sample)
    for column, text in enumerate((one.reason, one.source, one.id, one.evidence), start=VALUE + 2):
        sheet.text(line, column, text, "wrap" if column == VALUE + 2 else "")
