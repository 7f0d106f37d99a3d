"""The files of a report: Word from the office's template or the shipped one, PDF by typst; one chart for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from citygrid.bulletins import office_paper, templating
from citygrid.bulletins.content import Content
from citygrid.bulletins.headings import word
from citygrid.bulletins.sheet import Sheet
from citygrid.evaluation.charts import Bar, bars
from citygrid.evaluation.rounding import printed
from citygrid.web import papers
from citygrid.web.words import chinese

PAPER = Path(__file__).with_name("paper.typ")
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


def docx(sheet: Sheet, template: bytes | None, drawn: Mapping[int, str]) -> bytes:
    pictures = {number: png(svg) for number, svg in drawn.items()}
    return templating.fill(template or office_paper.shipped(lang()), sheet, pictures)


def pdf(sheet: Sheet, drawn: Mapping[int, str], at: datetime) -> bytes:
    data = {"sheet": sheet, "words": words(), "lang": lang(), "charts": sorted(drawn)}
    pictures = {f"chart-{number}.svg": svg.encode() for number, svg in drawn.items()}
    return papers.pdf(PAPER, data, pictures, at=at, kept=True)


def charts(of: Content) -> dict[int, str]:
    """Number of the group -> bars of its scores as SVG, where there are at least two and not too many."""
    found: dict[int, str] = {}
    groups = [group for ranking in of.rankings for group in ranking.groups]
    for number, group in enumerate(groups):
        if 2 <= len(group.scored) <= MOST_BARS:
            rows = [Bar(row.name, row.score, printed(row.score), row.colour, row.letter) for row in group.scored]
            found[number] = bars(rows, title=group.name, most=group.whole, key=f"group{number}")
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
        "class_heads": ("Class", "Cases", "Share", "Period before"),
    }
    single = {
        "to": "{}:", "whole": "The whole", "ranking": "The ranking", "causes": "Where points were lost",
        "points_note": "Differences of rates are in percentage points.", "no_causes": "Nothing to tell.",
        "pending": "Cases long open", "classes": "Classes and sources", "safety": "Public safety",
        "annex_note": "Annex: points of every term", "annex": "Annex", "annex_title": "Points of every term",
        "copies": "Copies: {}", "method": "Where the figures come from",
    }  # fmt: skip
    lists = {name: [word(one) for one in words] for name, words in heads.items()}
    return {**{name: word(one) for name, one in single.items()}, **lists}
