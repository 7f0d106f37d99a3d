"""The files of a report: Word from the office's template or the shipped one, PDF by typst; one chart for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import typst

from citygrid.bulletins import office_paper, templating
from citygrid.bulletins.content import Content, Month
from citygrid.bulletins.headings import word
from citygrid.bulletins.paragraphs import short_month
from citygrid.bulletins.sheet import Sheet, plain
from citygrid.evaluation.charts import Bar, Line, bars, trend
from citygrid.evaluation.rounding import printed
from citygrid.web import papers
from citygrid.web.words import chinese

PAPER = Path(__file__).with_name("paper.typ")
Drawn = Mapping[int | str, Sequence[str]]
"""Charts as SVG, by the number of their group or the name of their field; a long one in pieces."""
PIECE = 8
"""So many bars of a long chart stay together: a page's end leaves no more than their height blank."""
SHARP = 220
"""Dots per inch of a chart in Word."""
MOST_BARS = 30
"""More bars cannot be read on a page: the table says it."""


@dataclass(frozen=True, slots=True)
class Files:
    docx: bytes
    pdf: bytes


def lang() -> str:
    return "zh" if chinese() else "en"


def files(of: Content, sheet: Sheet, template: bytes | None, at: datetime) -> Files:
    """Both files, in the active language. TemplateFaultError for a template that is no longer good; PaperError where
    this server cannot print."""
    drawn = charts(of)
    return Files(docx(sheet, template, drawn), pdf(sheet, drawn, at))


def docx(sheet: Sheet, template: bytes | None, drawn: Drawn) -> bytes:
    pictures = {key: [png(svg) for svg in pieces] for key, pieces in drawn.items()}
    return templating.fill(template or office_paper.shipped(lang()), sheet, pictures)


def pdf(sheet: Sheet, drawn: Drawn, at: datetime) -> bytes:
    names = {str(key): [f"chart-{key}-{n}.svg" for n in range(len(pieces))] for key, pieces in drawn.items()}
    data = {"sheet": sheet, "words": words(), "lang": lang(), "charts": names}
    pictures = {name: svg.encode() for key, pieces in drawn.items()
                for name, svg in zip(names[str(key)], pieces, strict=True)}  # fmt: skip
    return papers.pdf(PAPER, data, pictures, at=at, kept=True)


def charts(of: Content) -> dict[int | str, list[str]]:
    """Number of the group -> bars of its scores as SVG, where there are at least two and not too many; name of the
    field -> lines over the months."""
    found: dict[int | str, list[str]] = {}
    groups = [group for ranking in of.rankings for group in ranking.groups]
    for number, group in enumerate(groups):
        if 2 <= len(group.scored) <= MOST_BARS:
            rows = [Bar(plain(row.name), row.score, printed(row.score), row.colour, row.letter) for row in group.scored]
            found[number] = [
                bars(piece, title=plain(group.name), most=group.whole, key=f"group{number}n{n}", among=rows)
                for n, piece in enumerate(pieces(rows))
            ]
    return found | _lines(of.months)


def pieces(rows: Sequence[Bar]) -> list[Sequence[Bar]]:
    """At most `PIECE` rows in each, about as many in all."""
    number = -(-len(rows) // PIECE)
    ends = [len(rows) * n // number for n in range(number + 1)]
    return [rows[begin:end] for begin, end in pairwise(ends)]


def _lines(months: Sequence[Month]) -> dict[int | str, list[str]]:
    """Counts and rates apart: they have no common scale. Nothing for fewer than two months."""
    if len(months) < 2:
        return {}
    names = [short_month(one.span) for one in months]
    pairs: dict[int | str, tuple[tuple[str, str], ...]] = {
        "month_counts": (("Cases filed", "filed_cases"), ("Cases closed", "closings")),
        "month_rates": (("Handled on time", "handling_on_time_rate"), ("Closing rate", "closing_rate")),
    }
    found: dict[int | str, list[str]] = {}
    for field, series in pairs.items():
        lines = [Line(word(name), tuple(one.values.get(key) for one in months),
                      tuple(printed(one.values.get(key)) for one in months)) for name, key in series]  # fmt: skip
        if any(value is not None for line in lines for value in line.values):
            most = 100 if field == "month_rates" else None
            found[field] = [trend(names, lines, title=word("By month"), most=most, key=str(field), height=230)]
    return found


def png(svg: str) -> bytes:
    """The drawing as a picture, with the fonts of the server."""
    source = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 150mm)'
    compiler = typst.Compiler(source, font_paths=papers.fonts(), sys_inputs={"svg": svg})
    made = compiler.compile(format="png", ppi=SHARP)
    assert isinstance(made, bytes), "a drawing is one page"
    return made


def words() -> dict[str, Any]:
    """The headings of the PDF; those of Word stand in its template."""
    heads = {
        "total_heads": ("Indicator", "This period", "Period before", "Change", "Year before", "Change"),
        "rank_heads": ("Rank", "Name", "Score", "Grade", "Before", "Change"),
        "pending_heads": ("Case", "Class", "Unit", "Filed", "Days", "Overdue"),
        "yearly_heads": ("Indicator", "This period", "Year before", "Change"),
        "month_heads": ("Month", "Cases filed", "Cases closed", "Handled on time", "Closing rate"),
        "class_heads": ("Class", "Cases", "Share", "Period before"),
    }
    single = {
        "to": "{}:", "whole": "The whole", "ranking": "The ranking", "causes": "Where points were lost",
        "points_note": "Differences of rates are in percentage points.", "no_causes": "Nothing to tell.",
        "pending": "Cases long open", "classes": "Classes and sources", "safety": "Public safety",
        "annex_note": "Annex: points of every term", "annex": "Annex", "annex_title": "Points of every term",
        "copies": "Copies: {}", "method": "Where the figures come from",
        "months": "By month", "months_note": "Scores of the months that were closed",
    }  # fmt: skip
    lists = {name: [word(one) for one in words] for name, words in heads.items()}
    return {**{name: word(one) for name, one in single.items()}, **lists}
