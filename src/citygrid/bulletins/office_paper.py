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
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from citygrid.bulletins.headings import word
from citygrid.web.words import chinese

RED = RGBColor(0xE6, 0x00, 0x12)
FACES = {"title": "方正小标宋简体", "body": "仿宋_GB2312", "head": "黑体", "second": "楷体_GB2312", "song": "宋体"}
LATIN = "Times New Roman"
FALLBACKS = {
    "方正小标宋简体": "小标宋体,FZXiaoBiaoSong-B05S,Source Han Serif SC,Noto Serif CJK SC,SimSun",
    "仿宋_GB2312": "仿宋,FangSong,STFangsong,FandolFang,Noto Serif CJK SC,SimSun",
    "楷体_GB2312": "楷体,KaiTi,STKaiti,FandolKai,Noto Serif CJK SC,SimSun",
    "黑体": "SimHei,Source Han Sans SC,Noto Sans CJK SC,Microsoft YaHei",
    "宋体": "SimSun,Source Han Serif SC,Noto Serif CJK SC",
}
"""What a program takes where a machine has not that face: Word reads them as `altName`."""
BODY, LINE, SMALL = Pt(16), Pt(28.95), Pt(12)
GRID = {"w:type": "lines", "w:linePitch": "579"}
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
        _name_fallbacks(self.doc)
        section = self.doc.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(22)
        _grid(section)
        _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
        _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)

    def _head(self) -> None:
        """Red head, number, red line, title, to whom."""
        one = self.line("{{ organ }}", "title", Pt(28 if chinese() else 22), align="center", exact=False)
        one.runs[0].font.color.rgb = RED
        one.paragraph_format.space_before = Mm(20)
        self.line("", "body")
        number = self.line("{{ number }}", "body", align="center")
        _red_line(number)
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
        self.table(
            [word("Indicator"), word("This period"), word("Period before"), word("Change"), word("Year before"),
             word("Change")],
            "totals", ["name", "now", "before", "change", "year", "year_change"], [46, 22, 22, 22, 22, 22],
        )  # fmt: skip
        self.line(word("Differences of rates are in percentage points."), "body", SMALL, indent=2)
        self.heading(word("The ranking"))
        self.tag("{%p for group in groups %}")
        self.line("{{ group.title }}", "second", indent=2, keep=True)
        self.each("group.standing", "{{ one }}")
        self.table(
            [word("Rank"), word("Name"), word("Score"), word("Grade"), word("Before"), word("Change")], "group.rows",
            ["rank", "name", "score", "grade", "before", "change"], [16, 60, 22, 18, 20, 20], inner=True,
        )  # fmt: skip
        self.tag("{%p if group.chart %}")
        self.line("{{ group.chart }}", "body", align="center", exact=False)
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
        _edges(copies, "top", "bottom")
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
        self._terms()
        self.tag("{%p endfor %}")
        self.heading(word("Where the figures come from"), first=True)
        self.each("method", "{{ one }}")

    def _terms(self) -> None:
        table = self.doc.add_table(rows=4, cols=6)
        _frame(table, [14, 56, 20, 10, 115, 10])
        heads = [word("Rank"), word("Name"), word("Score"), "{%tc for column in group.columns %}", "{{ column }}",
                 "{%tc endfor %}"]  # fmt: skip
        cells = ["{{ row.rank }}", "{{ row.name }}", "{{ row.score }}", "{%tc for one in row.points %}", "{{ one }}",
                 "{%tc endfor %}"]  # fmt: skip
        _fill(table.rows[0], heads, FACES["head"], Pt(10.5))
        _repeat(table.rows[0])
        _fill(table.rows[1], ["{%tr for row in group.rows %}", *[""] * 5], FACES["body"], Pt(10.5))
        _fill(table.rows[2], cells, FACES["body"], Pt(10.5), left=(1,))
        _fill(table.rows[3], ["{%tr endfor %}", *[""] * 5], FACES["body"], Pt(10.5))
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

    def tag(self, text: str) -> None:
        self.doc.add_paragraph(text)

    def line(
        self, text: str, face: str, size: Any = BODY, *, align: str = "", indent: int = 0, exact: bool = True,
        keep: bool = False, level: int = 0,
    ) -> Any:  # fmt: skip
        one = self.doc.add_paragraph()
        run = one.add_run(text)
        run.font.size = size
        _face(run, FACES[face])
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
            _outline(one, level)
        return one

    def table(
        self, heads: list[str], name: str, keys: list[str], widths: list[int], *, inner: bool = False,
        small: Any = SMALL,
    ) -> None:  # fmt: skip
        """A row per record of a list, the head again on each page."""
        row = "row" if inner else "each"
        table = self.doc.add_table(rows=4, cols=len(keys))
        _frame(table, widths)
        left = tuple(n for n, key in enumerate(keys) if key in ("name", "kind", "unit"))
        _fill(table.rows[0], heads, FACES["head"], small)
        _repeat(table.rows[0])
        blank = [""] * (len(keys) - 1)
        _fill(table.rows[1], [f"{{%tr for {row} in {name} %}}", *blank], FACES["body"], small)
        _fill(table.rows[2], [f"{{{{ {row}.{key} }}}}" for key in keys], FACES["body"], small, left=left)
        _fill(table.rows[3], ["{%tr endfor %}", *blank], FACES["body"], small)
        spacer = self.line("", "body", Pt(6))
        spacer.paragraph_format.line_spacing = Pt(10)


def _face(run: Any, face: str) -> None:
    run.font.name = LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _grid(section: Any) -> None:
    pr = section._sectPr
    for old in pr.findall(qn("w:docGrid")):
        pr.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in GRID.items():
        grid.set(qn(name), value)
    pr.append(grid)


def _number(footer: Any, align: Any) -> None:
    """`— 1 —` in size 4 Song, one sign in from the outer edge."""
    footer.is_linked_to_previous = False
    one = footer.paragraphs[0]
    one.alignment = align
    one.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    if align == WD_ALIGN_PARAGRAPH.RIGHT:
        one.paragraph_format.right_indent = Pt(14)
    else:
        one.paragraph_format.left_indent = Pt(14)
    for text in ("— ", None, " —"):
        run = one.add_run(text or "")
        run.font.size = Pt(14)
        _face(run, FACES["song"])
        if text is None:
            for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
                part = OxmlElement("w:instrText" if words else "w:fldChar")
                if words:
                    part.text = words
                else:
                    part.set(qn("w:fldCharType"), kind)
                run._element.append(part)


def _red_line(paragraph: Any) -> None:
    """The line below the number, as wide as the text."""
    _border(paragraph, {"bottom": ("18", "E60012", "8")})


def _edges(paragraph: Any, *sides: str) -> None:
    _border(paragraph, {side: ("6", "000000", "2") for side in sides})


def _border(paragraph: Any, sides: dict[str, tuple[str, str, str]]) -> None:
    inner = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'
                    for side, (size, colour, space) in sides.items())  # fmt: skip
    paragraph._element.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{inner}</w:pBdr>"))


def _outline(paragraph: Any, level: int) -> None:
    """So that a screen reader and the navigation of Word find the headings."""
    pr = paragraph._element.get_or_add_pPr()
    pr.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level - 1}"/>'))


def _frame(table: Any, widths: list[int]) -> None:
    table.style = "Table Grid"
    table._tbl.tblPr.append(parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:top w:w="50" w:type="dxa"/><w:bottom w:w="50" w:type="dxa"/></w:tblCellMar>'
    ))  # fmt: skip
    table.autofit = True
    table.alignment = 1
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(row: Any, texts: list[str], face: str, size: Any, left: tuple[int, ...] = ()) -> None:
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        one = cell.paragraphs[0]
        one.alignment = WD_ALIGN_PARAGRAPH.LEFT if number in left else WD_ALIGN_PARAGRAPH.CENTER
        one.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        one._element.get_or_add_pPr().append(parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'))
        run = one.add_run(text)
        run.font.size = size
        _face(run, face)
        cell.vertical_alignment = 1
    pr = row._tr.get_or_add_trPr()
    pr.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _repeat(row: Any) -> None:
    """The head again on each page, and never alone at the foot of one (LibreOffice loses the rows then)."""
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _name_fallbacks(doc: Any) -> None:
    """The table of fonts says what to take where a machine has not the face of the standard."""
    part = next((one for one in doc.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml"), None)
    if part is None:
        return
    rows = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                   for name, other in FALLBACKS.items())  # fmt: skip
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f"{head}<w:fonts {nsdecls('w')}>{rows}</w:fonts>".encode()
