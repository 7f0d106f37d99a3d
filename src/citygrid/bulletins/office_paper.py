"""The template that is shipped: an official paper (公文) by GB/T 9704 with the fields of a report, made here.

A4, text area 156 mm x 225 mm (margins 37, 35, 28, 26 mm), 22 lines of 28 signs, body size 3 (16 pt), title
size 2 (22 pt), red head and line, page number `— 1 —` outside. An office downloads it, changes it in Word and
sends it back."""

import io
from functools import lru_cache
from typing import Any

from django.utils.translation import override
from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from citygrid.bulletins import office_marks as marks
from citygrid.bulletins.headings import word
from citygrid.bulletins.office_marks import FACES, LATIN
from citygrid.web.words import chinese

RED = RGBColor(0xE6, 0x00, 0x12)
BODY, LINE, SMALL = Pt(16), Pt(28.95), Pt(12)
CLOSER = "-5"
"""22 lines in 225 mm; 28 signs of 16 pt in 156 mm, each a quarter of a point closer (in twentieths of a point). A grid
of signs would do the same in Word, and spreads the text over twice the pages in LibreOffice."""
NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


@lru_cache(maxsize=4)
def shipped(lang: str) -> bytes:
    """The file, in Chinese or English."""
    with override("zh-hans" if lang == "zh" else "en"):
        return _Paper().made()


class _Paper:
    """Writes the paper from top to bottom."""

    def __init__(self) -> None:
        self.doc: Any = Document()
        self.section = 0

    def made(self) -> bytes:
        self._ground()
        self._head()
        self._body()
        self._close()
        self._annex()
        out = io.BytesIO()
        self.doc.save(out)
        return out.getvalue()

    def _ground(self) -> None:
        """Page, grid, fonts, page numbers."""
        self.doc.core_properties.author = ""
        self.doc.core_properties.comments = ""
        self.doc.core_properties.title = "{{ title }}"
        normal = self.doc.styles["Normal"]
        normal.font.name, normal.font.size = LATIN, BODY
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), FACES["body"])
        normal.element.get_or_add_rPr().append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CLOSER}"/>'))
        for old in normal.element.rPr.findall(qn("w:lang")):
            normal.element.rPr.remove(old)
        normal.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-GB" w:eastAsia="zh-CN"/>'))
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        normal.paragraph_format.line_spacing = LINE
        self.doc.settings.odd_and_even_pages_header_footer = True
        marks.name_fallbacks(self.doc)
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(22)
        marks.grid(section)
        marks.number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
        marks.number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)

    def _head(self) -> None:
        """Red head, number, red line, title, to whom."""
        one = self.line("{{ organ }}", "title", Pt(28 if chinese() else 22), align="center", exact=False)
        one.runs[0].font.color.rgb = RED
        one.paragraph_format.space_before = Mm(20)
        self.line("", "body")
        number = self.line("{{ number }}", "body", align="center")
        marks.red_line(number)
        self.line("", "body")
        title = self.line("{{ title }}", "title", Pt(22), align="center", exact=False)
        title.paragraph_format.line_spacing = Pt(34)
        self.line("", "body")
        self.tag("{%p if to %}")
        self.line(word("{}:").format("{{ to }}"), "body")
        self.tag("{%p endif %}")

    def _body(self) -> None:
        self.heading(word("The whole"))
        self.each("overview", "{{ one }}")
        self.tag("{%p if year %}")
        self.table(
            [word("Indicator"), word("This period"), word("Period before"), word("Change"), word("Year before"),
             word("Change")],
            "totals", ["name", "now", "before", "change", "year", "year_change"], [46, 22, 22, 22, 22, 22],
        )  # fmt: skip
        self.tag("{%p else %}")
        self.table([word("Indicator"), word("This period"), word("Year before"), word("Change")],
                   "totals", ["name", "now", "year", "year_change"], [60, 32, 32, 32])  # fmt: skip
        self.tag("{%p endif %}")
        self.line(word("Differences of rates are in percentage points."), "body", SMALL, indent=2)
        self._months()
        self.heading(word("The ranking"))
        self.tag("{%p for group in groups %}")
        self.line("{{ group.title }}", "second", indent=2, keep=True)
        self.each("group.standing", "{{ one }}")
        self.table(
            [word("Rank"), word("Name"), word("Score"), word("Grade"), word("Before"), word("Change")], "group.rows",
            ["rank", "name", "score", "grade", "before", "change"], [16, 60, 22, 18, 20, 20], inner=True,
        )  # fmt: skip
        self.tag("{%p if group.chart %}")
        self.chart("group.chart")
        self.tag("{%p endif %}")
        self.tag("{%p endfor %}")
        self.heading(word("Where points were lost"))
        self.tag("{%p for group in groups %}")
        self.each("group.causes", "{{ one }}")
        self.tag("{%p endfor %}")
        self.heading(word("Cases long open"))
        self.line("{{ pending }}", "body", indent=2)
        self.tag("{%p if pending_rows %}")
        self.table(
            [word("Case"), word("Class"), word("Unit"), word("Filed"), word("Days"), word("Overdue")], "pending_rows",
            ["number", "kind", "unit", "filed", "days", "over"], [42, 28, 32, 30, 12, 12], small=Pt(9),
        )  # fmt: skip
        self.tag("{%p endif %}")
        self.tag("{%p if pending_more %}")
        self.line("{{ pending_more }}", "body", indent=2)
        self.tag("{%p endif %}")
        self.heading(word("Classes and sources"))
        self.line("{{ classes }}", "body", indent=2)
        self.line("{{ sources }}", "body", indent=2)
        self.table([word("Class"), word("Cases"), word("Share"), word("Period before")], "class_rows",
                   ["name", "count", "share", "before"], [72, 28, 28, 28])  # fmt: skip
        self.heading(word("Public safety"))
        self.line("{{ safety }}", "body", indent=2, keep=True)

    def _months(self) -> None:
        """Of a quarter or a year its months, in a table and in lines."""
        self.tag("{%p if months %}")
        self.line(word("By month"), "second", indent=2, keep=True)
        self.tag("{%p if months_text %}")
        self.line("{{ months_text }}", "body", indent=2)
        self.tag("{%p endif %}")
        self.table(
            [word("Month"), word("Cases filed"), word("Cases closed"), word("Handled on time"), word("Closing rate")],
            "months", ["name", "filed", "closed", "on_time", "closing"], [36, 30, 30, 30, 30],
        )  # fmt: skip
        for name in ("month_counts", "month_rates"):
            self.tag(f"{{%p if {name} %}}")
            self.chart(name)
            self.tag("{%p endif %}")
        self.tag("{%p endif %}")

    def _close(self) -> None:
        """Annex named, who signs, the day, copies; a signature never stands on a page without text."""
        self.line("", "body", keep=True)
        self.line(word("Annex: points of every term"), "body", indent=2, keep=True)
        self.line("", "body", keep=True)
        self.line("", "body", keep=True)
        self.line("{{ organ }}", "body", align="right", keep=True).paragraph_format.right_indent = Pt(32)
        self.line("{{ day }}", "body", align="right").paragraph_format.right_indent = Pt(64)
        self.tag("{%p if copies %}")
        self.line("", "body")
        copies = self.line(word("Copies: {}").format("{{ copies }}"), "body", Pt(14))
        marks.edges(copies, "top", "bottom")
        self.tag("{%p endif %}")

    def _annex(self) -> None:
        """Landscape, for there may be many terms: a table per group with a column per term."""
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = 1
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin, section.right_margin = Mm(37), Mm(35)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(14)
        self.line(word("Annex"), "head")
        one = self.line(word("Points of every term"), "title", Pt(22), align="center", exact=False)
        one.paragraph_format.line_spacing = Pt(34)
        self.tag("{%p for group in groups %}")
        self.line("{{ group.title }}", "second", keep=True)
        self._wide([("rank", "Rank", 14), ("name", "Name", 56), ("score", "Score", 20)], "columns", "points")
        self.tag("{%p if group.months %}")
        self.line(word("Scores of the months that were closed"), "body", SMALL, keep=True)
        self._wide([("rank", "Rank", 14), ("name", "Name", 56)], "months", "months")
        self.tag("{%p endif %}")
        self.tag("{%p endfor %}")
        self.heading(word("Where the figures come from"), first=True)
        self.each("method", "{{ one }}")

    def _wide(self, first: list[tuple[str, str, int]], heads: str, cells: str) -> None:
        """The rows of a group: some columns (field, head, width), then one for each of a list."""
        table = self.doc.add_table(rows=4, cols=len(first) + 3)
        widths = [width for _field, _head, width in first]
        marks.frame(table, [*widths, 10, 205 - sum(widths), 10], sides="40")
        blank = [""] * (len(first) + 2)
        names = [word(head) for _field, head, _width in first]
        values = [f"{{{{ row.{field} }}}}" for field, _head, _width in first]
        marks.fill(table.rows[0], [*names, f"{{%tc for column in group.{heads} %}}", "{{ column }}", "{%tc endfor %}"],
              FACES["head"], Pt(10.5))  # fmt: skip
        marks.repeat(table.rows[0])
        marks.fill(table.rows[1], ["{%tr for row in group.rows %}", *blank], FACES["body"], Pt(10.5))
        marks.fill(table.rows[2], [*values, f"{{%tc for one in row.{cells} %}}", "{{ one }}", "{%tc endfor %}"],
              FACES["body"], Pt(10.5), left=(1,))  # fmt: skip
        marks.fill(table.rows[3], ["{%tr endfor %}", *blank], FACES["body"], Pt(10.5))
        self.line("", "body", Pt(10.5))

    def heading(self, words: str, *, first: bool = False) -> None:
        """`一、…` in Chinese, `1. …` else."""
        self.section = 0 if first else self.section + 1
        number = "" if first else f"{NUMERALS[self.section - 1]}、" if chinese() else f"{self.section}. "
        self.line(f"{number}{words}", "head", indent=2, keep=True, level=1)

    def each(self, name: str, text: str) -> None:
        self.tag(f"{{%p for one in {name} %}}")
        self.line(text, "body", indent=2)
        self.tag("{%p endfor %}")

    def chart(self, name: str) -> None:
        """The pieces of a chart, a line each: one alone may stand before or after a page's end."""
        one = self.line(f"{{{{ {name} }}}}", "body", align="center", exact=False)
        one.paragraph_format.widow_control = False

    def tag(self, text: str) -> None:
        self.doc.add_paragraph(text)

    def line(
        self, text: str, face: str, size: Any = BODY, *, align: str = "", indent: int = 0, exact: bool = True,
        keep: bool = False, level: int = 0,
    ) -> Any:  # fmt: skip
        one = self.doc.add_paragraph()
        run = one.add_run(text)
        run.font.size = size
        marks.face(run, FACES[face])
        if face == "head" and not chinese():
            run.bold = True
        one.alignment = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}.get(
            align, WD_ALIGN_PARAGRAPH.JUSTIFY if chinese() and not level else WD_ALIGN_PARAGRAPH.LEFT
        )
        if indent:
            one.paragraph_format.first_line_indent = Pt(16 * indent)
        if not exact:
            one.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        one.paragraph_format.keep_with_next = keep
        if level:
            marks.outline(one, level)
        return one

    def table(
        self, heads: list[str], name: str, keys: list[str], widths: list[int], *, inner: bool = False,
        small: Any = SMALL,
    ) -> None:  # fmt: skip
        """A row per record of a list, the head again on each page."""
        row = "row" if inner else "each"
        table = self.doc.add_table(rows=4, cols=len(keys))
        marks.frame(table, widths)
        left = tuple(n for n, key in enumerate(keys) if key in ("name", "kind", "unit"))
        marks.fill(table.rows[0], heads, FACES["head"], small)
        marks.repeat(table.rows[0])
        blank = [""] * (len(keys) - 1)
        marks.fill(table.rows[1], [f"{{%tr for {row} in {name} %}}", *blank], FACES["body"], small)
        marks.fill(table.rows[2], [f"{{{{ {row}.{key} }}}}" for key in keys], FACES["body"], small, left=left)
        marks.fill(table.rows[3], ["{%tr endfor %}", *blank], FACES["body"], small)
        spacer = self.line("", "body", Pt(6))
        spacer.paragraph_format.line_spacing = Pt(10)
