"""Of a workbook over several whole months: a page with each month's counts, its rates as formulas over them, lines of
both, and the frozen scores of the months that were closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from citygrid.bulletins import monthly
from citygrid.bulletins import workbook_grammar as grammar
from citygrid.bulletins.content import MONTHLY, Span
from citygrid.bulletins.workbook_sheets import Book, Sheet, width_of
from citygrid.evaluation.city_periods import months_within
from citygrid.evaluation.definitions import Count, Definitions, Indicator, Rate
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import Scores
from citygrid.evaluation.tables import Value
from citygrid.organization.visibility import Scope
from citygrid.web.words import say

FIRST, LEAD = 2, 3
"""The row of the first month, and the columns before the figures: name, first and last day."""
COLOURS = ("#1F6FB2", "#D55E00")


@dataclass(frozen=True, slots=True)
class Months:
    """Names of the months, their counts by indicator, and the printed score of each object where one was frozen."""

    names: tuple[str, ...]
    spans: tuple[Span, ...]
    known: Definitions
    values: tuple[Mapping[str, Value], ...]
    scored: monthly.Scored

    @property
    def counts(self) -> list[Count]:
        """What is told, and what its rates are made of."""
        return self.known.counts_of([key for key in MONTHLY if key in self.known.all])

    @property
    def rates(self) -> list[Rate]:
        told = (self.known.all[key] for key in MONTHLY if key in self.known.all)
        return [one for one in told if isinstance(one, Rate)]


def of(scheme: str, period: Period, scope: Scope, now: datetime, known: Definitions) -> Months | None:
    """The months of the days that were asked for; None where they are not several whole ones of the city."""
    named = months_within(period.first, period.last)
    if named is None or len(named) < 2:
        return None
    spans = [Span(one.first, one.last) for one in named]
    keys = [key for key in MONTHLY if key in known.all]
    counted = [one.key for one in known.counts_of(keys)]
    told = monthly.counted(spans, dict.fromkeys([*counted, *keys]), scope, now, known)
    begun = spans[: len(told)]
    return Months(tuple(one.name for one in named[: len(told)]), tuple(begun), known,
                  tuple(one.values for one in told), monthly.scored(scheme, begun))  # fmt: skip


def write(book: Book, found: Months, scores: Scores) -> None:
    """The page; `scores` says whose rows it has."""
    sheet = book.sheet(_("Months"))
    columns: list[Indicator] = [*found.counts, *found.rates]
    widths = [12.0, 12.0, 12.0, *(max(width_of(say(one.names)) / 1.6 + 4, 10) for one in columns)]
    sheet.heads(0, [_("Month"), _("First day"), _("Last day"), *(say(one.names) for one in columns)], widths)
    for n, one in enumerate(columns):
        sheet.text(1, LEAD + n, one.key, "quiet")
    sheet.page.freeze_panes(FIRST, 1)
    for n, (name, span) in enumerate(zip(found.names, found.spans, strict=True)):
        line = FIRST + n
        for column, words in enumerate((name, span.first.isoformat(), span.last.isoformat())):
            sheet.text(line, column, words)
        _figures(sheet, line, found, found.values[n])
    last = FIRST + len(found.names) - 1
    below = _scores(sheet, last + 3, found, scores)
    _charts(book, sheet, found, last, below + 1)


def _figures(sheet: Sheet, line: int, found: Months, values: Mapping[str, Value]) -> None:
    at = {one.key: LEAD + n for n, one in enumerate(found.counts)}
    for key, column in at.items():
        value = values[key]
        sheet.number(line, column, None if value is None else Fraction(value), "count")
    for n, rate in enumerate(found.rates):
        over, under = ("+".join(sheet.at(line, at[key]) for key in keys) for keys in (rate.over, rate.under))
        said = grammar.or_dash(f"({over}+0)/({under}+0)")
        sheet.formula(line, LEAD + len(at) + n, said, _rate(rate, values), "percent")


def _rate(rate: Rate, values: Mapping[str, Value]) -> Fraction | None:
    """What the formula comes to."""
    over, under = ([values[key] for key in keys] for keys in (rate.over, rate.under))
    if None in over or None in under:
        return None
    whole = sum(Fraction(one) for one in under if one is not None)
    return sum((Fraction(one) for one in over if one is not None), Fraction(0)) / whole if whole else None


def _scores(sheet: Sheet, row: int, found: Months, scores: Scores) -> int:
    """The frozen scores, a row for each object that may be seen; the row below them."""
    if not found.scored:
        return row
    sheet.text(row, 0, _("Scores of the months that were closed"), "title")
    for group in (one for one in scores.groups if one.rows):
        row += 2
        sheet.text(row, 0, say(group.names), "strong")
        heads = [_("Code"), _("Name"), "", *found.names]
        for column, words in enumerate(heads):
            sheet.text(row, column, words, "head")
        for one in group.rows:
            row += 1
            sheet.text(row, 0, one.code)
            sheet.text(row, 1, one.name)
            for n, month in enumerate(found.scored):
                score: Decimal | None = month.get(one.subject)
                sheet.number(row, LEAD + n, None if score is None else Fraction(score), f"score.{scores.places}")
    return row + 1


def _charts(book: Book, sheet: Sheet, found: Months, last: int, row: int) -> None:
    """Counts and rates apart, for they have no common scale."""
    counts = [LEAD + n for n, one in enumerate(found.counts) if one.key in MONTHLY]
    rates = [LEAD + len(found.counts) + n for n in range(len(found.rates))]
    for place, (columns, title, kind) in enumerate(
        ((counts, _("Cases by month"), "0"), (rates, _("Rates by month"), "0%"))
    ):
        sheet.page.insert_chart(row, 6 * place, _chart(book, sheet, columns, last, title, kind))


def _chart(book: Book, sheet: Sheet, columns: Sequence[int], last: int, title: str, form: str) -> Any:
    chart = book.inner.add_chart({"type": "line"})
    for n, column in enumerate(columns):
        colour = COLOURS[n % len(COLOURS)]
        chart.add_series({
            "name": [sheet.name, 0, column], "categories": [sheet.name, FIRST, 0, last, 0],
            "values": [sheet.name, FIRST, column, last, column],
            "line": {"color": colour, "dash_type": ("solid", "dash")[n % 2]},
            "marker": {"type": ("circle", "square")[n % 2], "fill": {"color": colour}, "border": {"color": colour}},
        })  # fmt: skip
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": form, "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
    chart.set_size({"width": 560, "height": 300})
    return chart
