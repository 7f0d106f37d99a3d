"""A long chart is drawn in pieces of one scale, so that a page's end leaves little blank (issue 7)."""

import io
import re
from datetime import UTC, datetime

import pypdfium2
import pytest
from django.utils.translation import override
from docx import Document
from docx.oxml.ns import qn

from citygrid.bulletins import papering
from citygrid.bulletins.content import Content
from citygrid.bulletins.sheet import sheet
from citygrid.evaluation.charts import Bar
from tests.bulletins.reports import group, report, term, unit

NOW = datetime(2026, 4, 3, tzinfo=UTC)
NAMES = [f"第{chr(0x7532 + n)}环卫作业中心" + "东" * (n % 5) for n in range(26)]


def content(number: int) -> Content:
    rows = [unit(name, n, f"{98 - n}.50", None, term("结案率", "1", "1.00", None))
            for n, name in enumerate(NAMES[:number], start=1)]  # fmt: skip
    return report(group(*rows))


@pytest.mark.parametrize("number", [2, 8, 9, 16, 17, 26, 30])
def test_pieces_hold_every_row_once_and_are_about_alike(number: int) -> None:
    rows = [Bar(str(n), n, str(n)) for n in range(number)]
    found = papering.pieces(rows)
    assert [row for piece in found for row in piece] == rows
    sizes = [len(piece) for piece in found]
    assert max(sizes) <= papering.PIECE and max(sizes) - min(sizes) <= 1


def test_all_pieces_have_one_scale() -> None:
    """Their axes stand in the same places, whatever the lengths of the names and the scores in each."""
    pieces = papering.charts(content(26))[0]
    axes = {tuple(re.findall(r'<text x="([\d.]+)"[^>]*>(?:0|20|40|60|80|100)</text>', svg)) for svg in pieces}
    assert len(pieces) == 4 and len(axes) == 1 and len(*axes) == 6


def test_in_word_each_piece_is_a_line_that_may_begin_a_page_and_in_the_pdf_each_is_there() -> None:
    with override("zh-hans"):
        made = papering.files(content(26), sheet(content(26)), None, NOW)
    paragraphs = Document(io.BytesIO(made.docx)).paragraphs
    (chart,) = [one for one in paragraphs if len(list(one._element.iter(qn("w:drawing")))) > 1]
    assert len(list(chart._element.iter(qn("w:drawing")))) == 4 and chart.paragraph_format.widow_control is False
    with pypdfium2.PdfDocument(made.pdf) as opened:
        text = "".join(page.get_textpage().get_text_bounded() for page in opened)
    for n in range(1, 27):
        assert text.count(f"{98 - n}.50") >= 2, "in the table and in the chart"
