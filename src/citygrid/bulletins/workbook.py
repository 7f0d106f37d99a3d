"""综合评价 as a workbook: scores, terms and rates are formulas over the raw counts, so that whoever opens it can follow
and change them; each formula keeps the value that the evaluation printed.

Sheets: cover, scores by group, counts, rates, entries with their evidence, indicators and what they mean, charts; of a
quarter or a year its months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.bulletins import workbook_entries, workbook_figures, workbook_grammar, workbook_months, workbook_scores
from citygrid.bulletins.workbook_figures import Figures, Raw
from citygrid.bulletins.workbook_scores import Block, Told
from citygrid.bulletins.workbook_sheets import Book, Sheet, spoken
from citygrid.evaluation.definitions import Composed, Count, Definitions, Indicator, Rate
from citygrid.evaluation.results import Scores
from citygrid.evaluation.scheme import Scheme
from citygrid.web.words import office_moment, say

NOTES = (
    gettext_lazy("Every score, term and rate is a formula over the counts: change a count or a weight and see."),
    gettext_lazy("A score is rounded once, half up; grade and rank are those of the rounded score."),
    gettext_lazy("“–”: nothing to divide by, nothing entered, or it rests on acts that an import derived."),
)
CHANGED = gettext_lazy(
    "The cases behind %(number)s objects have changed since this was frozen: their rows hold the frozen values and no"
    " formulas, and their counts are not shown."
)
LIMITED = gettext_lazy("Only what the post may see is in here; ranks are those of the whole group.")


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first page says beside the scheme. `state`: running, or which version of a closed period with its
    hash; `limited`: the asker sees part of the city."""

    city: str
    state: str
    digest: str
    at: datetime
    limited: bool = False


def workbook(
    scores: Scores, scheme: Scheme, known: Definitions, raw: Raw, lines: Mapping[str, workbook_entries.Line],
    cover: Cover, months: workbook_months.Months | None = None,
) -> bytes:  # fmt: skip
    """The XLSX; `months`: of a period of several. `scheme` and `known` are those by which `scores` were made
    (ValueError when the hash differs)."""
    if scheme.hash != scores.hash:
        raise ValueError("this is not the scheme of these scores")
    book = Book.made(cover.at)
    found = workbook_figures.figures(scores, known, scheme.names_used(), raw)
    front = book.sheet(_("Cover"), wide=False)
    sheet = book.sheet(_("Scores"))
    workbook_figures.write(book, found)
    ranges = workbook_entries.write(book, scores, scheme, lines)
    definitions = book.sheet(_("Indicators"))
    below = _definitions(definitions, _used(found))
    grades = workbook_scores.grade_bounds(definitions, scheme, below + 1)
    told = Told(scheme, found, ranges, grades, scores.places, not cover.limited)
    blocks = workbook_scores.write(book, sheet, scores.groups, told)
    _charts(book, sheet, blocks)
    if months is not None:
        workbook_months.write(book, months, scores)
    _cover(front, scores, scheme, cover, len(found.rows) - len(found.live))
    front.page.activate()
    return book.done()


def _cover(sheet: Sheet, scores: Scores, scheme: Scheme, cover: Cover, changed: int) -> None:
    sheet.page.set_column(0, 0, 26)
    sheet.page.set_column(1, 1, 70)
    sheet.text(0, 0, say(scores.names), "title")
    rows = [
        (_("City"), cover.city),
        (_("Period"), f"{scores.first} – {scores.last}"),
        (_("Open work was looked at"), office_moment(datetime.fromisoformat(scores.until))),
        (_("State"), cover.state),
        (_("Hash of the result"), cover.digest),
        (_("Scheme"), f"{say(scores.names)} ({scores.scheme})"),
        (_("Version of the scheme (hash)"), scores.hash),
        (_("Source"), scheme.source),
        (_("Whole"), workbook_grammar.number(scores.whole)),
    ]
    line = 2
    for label, words in rows:
        if words:
            sheet.text(line, 0, label, "strong")
            sheet.text(line, 1, words, "wrap")
            line += 1
    notes = [str(note) for note in NOTES]
    notes += [str(LIMITED)] if cover.limited else []
    notes += [str(CHANGED) % {"number": changed}] if changed else []
    for note in notes:
        line += 1
        sheet.page.merge_range(line, 0, line, 1, "", sheet.book.style("quiet"))
        sheet.text(line, 0, note, "quiet")
        sheet.page.set_row(line, 32)


def _used(found: Figures) -> list[Indicator]:
    return [*found.counts, *found.rates]


def _definitions(sheet: Sheet, used: Sequence[Indicator]) -> int:
    """Every count and rate with its meaning; the row below them."""
    heads = [_("Key"), _("Indicator"), _("What it counts"), _("Reckoned as"), _("Unit"), _("Moment"), _("Clause")]
    sheet.heads(0, heads, [30, 30, 60, 60, 10, 16, 20])
    sheet.page.freeze_panes(1, 2)
    for n, one in enumerate(used, start=1):
        moment = one.moment if isinstance(one, Count) else ""
        means = "" if isinstance(one, Rate) else say(one.means)
        for column, words in enumerate((one.key, say(one.names), means, _reckoned(one), one.unit, moment, one.clause)):
            sheet.text(n, column, words, "wrap")
    return len(used) + 1


def _reckoned(one: Indicator) -> str:
    if isinstance(one, Rate):
        return f"({' + '.join(one.over)}) / ({' + '.join(one.under)})"
    return one.formula.text if isinstance(one, Composed) else ""


def _charts(book: Book, scores: Sheet, blocks: Sequence[Block]) -> None:
    """Two native charts a group: the scores, and of what they are made."""
    drawn = [block for block in blocks if any(row.shown is not None for row in block.scores.rows)]
    if not drawn:
        return
    sheet = book.sheet(_("Charts"))
    row, used, breaks = 0, 0, []
    for block in drawn:
        height = max(240, 90 + 26 * len(block.scores.rows))
        used += height + 40
        if used > PAPER and row:
            breaks.append(row)
            used = height + 40
        sheet.page.insert_chart(row, 0, _bars(book, scores, block, height))
        sheet.page.insert_chart(row, 10, _made_of(book, scores, block, height))
        row += height // 20 + 2
    sheet.page.set_h_pagebreaks(breaks)


PAPER = 860
"""Height of a printed page of charts, two beside each other, in their pixels."""


def _bars(book: Book, scores: Sheet, block: Block, height: int) -> Any:
    chart = book.inner.add_chart({"type": "bar"})
    chart.add_series({
        "name": spoken(say(block.scores.names)),
        "categories": [scores.name, block.first, workbook_scores.NAME, block.last, workbook_scores.NAME],
        "values": [scores.name, block.first, workbook_scores.SCORE, block.last, workbook_scores.SCORE],
        "fill": {"color": "#1F6FB2"}, "data_labels": {"value": True}, "gap": 40,
    })  # fmt: skip
    return _dressed(chart, _("%(group)s: scores") % {"group": say(block.scores.names)}, height, legend=False)


FILLS = ("#1F6FB2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C", "#F0E442")
"""Colours that colour-blind readers tell apart (Okabe and Ito); neighbours differ in lightness, for print."""


def _made_of(book: Book, scores: Sheet, block: Block, height: int) -> Any:
    chart = book.inner.add_chart({"type": "bar", "subtype": "stacked"})
    for n, at in enumerate(at for at in block.columns.values() if at.counts is not None):
        chart.add_series({
            "name": [scores.name, block.first - 2, at.value],
            "categories": [scores.name, block.first, workbook_scores.NAME, block.last, workbook_scores.NAME],
            "values": [scores.name, block.first, at.counts, block.last, at.counts],
            "fill": {"color": FILLS[n % len(FILLS)]}, "border": {"color": "#FFFFFF"}, "gap": 40,
        })  # fmt: skip
    return _dressed(chart, _("%(group)s: what the terms add") % {"group": say(block.scores.names)}, height, legend=True)


def _dressed(chart: Any, title: str, height: int, *, legend: bool) -> Any:
    told: dict[str, Any] = {"position": "bottom"} if legend else {"none": True}
    chart.set_title({"name": spoken(title), "name_font": {"size": 12}, "overlay": False})
    chart.set_legend(told)
    # The first of the list stands at the top, its scale below the last; a bar alone begins at nothing.
    chart.set_y_axis({"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
    chart.set_x_axis({"num_format": "0", **({} if legend else {"min": 0})})
    chart.set_size({"width": 620, "height": height})
    return chart
