"""What python-docx has no words for: faces with their fallbacks, the grid of lines, page numbers, lines and tables of
an official paper (GB/T 9704)."""

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

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
GRID = {"w:type": "lines", "w:linePitch": "579"}


def face(run: Any, face: str) -> None:
    run.font.name = LATIN
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def grid(section: Any) -> None:
    pr = section._sectPr
    for old in pr.findall(qn("w:docGrid")):
        pr.remove(old)
    grid = OxmlElement("w:docGrid")
    for name, value in GRID.items():
        grid.set(qn(name), value)
    pr.append(grid)


def number(footer: Any, align: Any) -> None:
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
        face(run, FACES["song"])
        if text is None:
            for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
                part = OxmlElement("w:instrText" if words else "w:fldChar")
                if words:
                    part.text = words
                else:
                    part.set(qn("w:fldCharType"), kind)
                run._element.append(part)


def red_line(paragraph: Any) -> None:
    """The line below the number, as wide as the text."""
    border(paragraph, {"bottom": ("18", "E60012", "8")})


def edges(paragraph: Any, *sides: str) -> None:
    border(paragraph, {side: ("6", "000000", "2") for side in sides})


def border(paragraph: Any, sides: dict[str, tuple[str, str, str]]) -> None:
    inner = "".join(f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'
                    for side, (size, colour, space) in sides.items())  # fmt: skip
    paragraph._element.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{inner}</w:pBdr>"))


def outline(paragraph: Any, level: int) -> None:
    """So that a screen reader and the navigation of Word find the headings."""
    pr = paragraph._element.get_or_add_pPr()
    pr.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level - 1}"/>'))


def frame(table: Any, widths: list[int], sides: str = "108") -> None:
    """`sides`: room beside the text of a cell, in twentieths of a point."""
    table.style = "Table Grid"
    room = {"top": "50", "left": sides, "bottom": "50", "right": sides}
    inner = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in room.items())
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{inner}</w:tblCellMar>"))
    table.autofit = True
    table.alignment = 1
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def fill(row: Any, texts: list[str], letters: str, size: Any, left: tuple[int, ...] = ()) -> None:
    """The cells of a row; those of `left` begin at the left, the others stand in the middle."""
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        one = cell.paragraphs[0]
        one.alignment = WD_ALIGN_PARAGRAPH.LEFT if number in left else WD_ALIGN_PARAGRAPH.CENTER
        one.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        one._element.get_or_add_pPr().append(parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>'))
        run = one.add_run(text)
        run.font.size = size
        face(run, letters)
        cell.vertical_alignment = 1
    pr = row._tr.get_or_add_trPr()
    pr.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def repeat(row: Any) -> None:
    """The head again on each page, and never alone at the foot of one (LibreOffice loses the rows then)."""
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def name_fallbacks(doc: Any) -> None:
    """The table of fonts says what to take where a machine has not the face of the standard."""
    part = next((one for one in doc.part.package.iter_parts() if str(one.partname) == "/word/fontTable.xml"), None)
    if part is None:
        return
    rows = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                   for name, other in FALLBACKS.items())  # fmt: skip
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f"{head}<w:fonts {nsdecls('w')}>{rows}</w:fonts>".encode()
