"""A template of an office: its faults are told with where, and nothing but fields can be reached through it."""

import io
import zipfile

import pytest
from django.utils.translation import override
from docx import Document

from citygrid.bulletins import fields, office_paper, templating
from citygrid.bulletins.papering import docx
from citygrid.bulletins.sheet import sheet
from tests.bulletins.reports import group, report, term, unit

ROWS = (unit("甲 & 乙", 1, "98.00", "95.00/2", term("结案率", "97.00%", "97.00", "0.90")), unit("丙 <b>", 2, "60.00"))


@pytest.fixture
def texts() -> dict:
    with override("zh-hans"):
        return sheet(report(group(*ROWS)))


def document(*lines: str, header: str = "") -> bytes:
    made = Document()
    for line in lines:
        made.add_paragraph(line)
    if header:
        made.sections[0].header.paragraphs[0].text = header
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def said(content: bytes) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shipped_template_is_good_and_leaves_no_tag(texts: dict, lang: str) -> None:
    content = office_paper.shipped(lang)
    assert templating.check(content) == []
    with zipfile.ZipFile(io.BytesIO(templating.fill(content, texts, {}))) as packed:
        xml = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))
    assert "{{" not in xml and "{%" not in xml


def test_the_sheet_is_what_the_fields_say(texts: dict) -> None:
    assert list(fields.faults(texts)) == []
    broken = {**texts, "more": "x", "groups": [{**texts["groups"][0], "rows": "no list"}]}
    del broken["title"]
    assert list(fields.faults(broken)) == [".title: missing", ".more: unknown", ".groups[0].rows: no list"]


def test_an_office_writes_its_own(texts: dict) -> None:
    made = templating.fill(document(
        "Notice: {{ title }}", "{%p for g in groups %}", "{%p for row in g.rows %}", "{{ row.name }}: {{ row.score }}",
        "{%p endfor %}", "{%p endfor %}", "{%p if copies %}", "Copies", "{%p else %}", "No copies", "{%p endif %}",
    ), texts, {})  # fmt: skip
    assert said(made).splitlines() == ["Notice: 关于2026年3月城市管理综合评价的通报", "甲 & 乙: 98.00", "丙 <b>: 60.00",
                                       "No copies"]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [("{{ titel }}", "unknown_field"), ("{{ groups }}", "is_a_list"), ("{{ groups.name }}", "unknown_field"),
     ("{% for x in title %}{{ x }}{% endfor %}", "not_a_list"), ("{{ title ", "broken_tag"),
     ("{% for x in groups %}{{ x.rank }}{% endfor %}", "unknown_field"),
     ("{% if titel %}a{% endif %}", "unknown_field"),
     ("{% if title %}", "broken_tag"), ("{{ title|tojson }}", "not_allowed"), ("{{ 'a' * 99999 }}", "not_allowed"),
     ("{{ title.__class__ }}", "unknown_field"), ("{{ title.upper() }}", "not_allowed"),
     ("{{ range(9) }}", "not_allowed"), ("{% set a = 1 %}", "not_allowed"),
     ("{% macro a() %}{% endmacro %}", "not_allowed"),
     ("{% include 'x' %}", "not_allowed"), ("{{ self }}", "unknown_field"), ("{{ title[0] }}", "unknown_field"),
     ("{% for x in range(9) %}{% endfor %}", "unknown_field"),
     ("{% for a in groups %}{% for b in groups %}{{ b.name }}{% endfor %}{% endfor %}", "loop_apart"),
     ("{{ groups|join(title.x) }}", "unknown_field")],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_else_is_reached(texts: dict, line: str, code: str) -> None:
    content = document("A line before.", line)
    assert code in [one.code for one in templating.check(content)]
    with pytest.raises(templating.TemplateFaultError):
        templating.fill(content, texts, {})


def test_a_fault_says_where() -> None:
    (fault,) = templating.check(document("Good: {{ title }}", header="Of the {{ offise }} of the city"))
    assert (fault.where, fault.params["field"]) == ("header", "offise")
    assert "Of the {{ offise }} of the city" in fault.params["near"]


@pytest.mark.parametrize("lists", [["groups", "groups"], ["groups", "a0.rows", "a0.rows"]])
def test_a_loop_in_a_loop_goes_through_a_part_of_it(lists: list[str]) -> None:
    """Else five loops over all units are more turns than a worker has time for."""
    deep = "".join(f"{{% for a{n} in {one} %}}" for n, one in enumerate(lists)) + "{% endfor %}" * len(lists)
    assert [one.code for one in templating.check(document(deep))] == ["loop_apart"]


def test_the_properties_of_a_file_are_looked_at_too() -> None:
    made = Document()
    made.core_properties.keywords = "{{ cycler.__init__ }}"
    out = io.BytesIO()
    made.save(out)
    (fault,) = templating.check(out.getvalue())
    assert (fault.code, fault.where) == ("unknown_field", "properties: keywords")


def with_part(name: str, data: bytes) -> bytes:
    out = io.BytesIO(document("{{ title }}"))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "not_docx"), (b"no file", "not_docx"), (document("x")[:300], "not_docx"),
     (with_part("word/vbaProject.bin", b"x"), "active"), (with_part("word/embeddings/a.bin", b"x"), "active"),
     (with_part("word/_rels/x.rels", b'<Relationship Type="a/image" TargetMode="External" Target="x"/>'), "active"),
     (with_part("word/big.bin", b"\0" * (templating.UNPACKED + 1)), "too_large")],
    ids=["empty", "text", "cut off", "macros", "object", "picture from elsewhere", "bomb"],
)  # fmt: skip
def test_what_is_no_template_is_refused(content: bytes, code: str) -> None:
    assert [one.code for one in templating.check(content)] == [code]


def test_a_link_that_a_reader_clicks_is_taken() -> None:
    link = b'<Relationship Type="x/relationships/hyperlink" TargetMode="External" Target="http://x"/>'
    assert templating.check(with_part("word/_rels/x.rels", link)) == []


def test_a_broken_tag_in_a_table_is_told() -> None:
    made = Document()
    made.add_table(1, 1).rows[0].cells[0].text = "{%tr for x in groups %}"
    out = io.BytesIO()
    made.save(out)
    assert [one.code for one in templating.check(out.getvalue())] == ["broken_tag"]


def test_the_paper_of_the_house_follows_the_standard(texts: dict) -> None:
    """GB/T 9704: A4 with its margins, 22 lines of 28 signs, size 3 body, size 2 title."""
    made = Document(io.BytesIO(docx(texts, None, {})))
    page = made.sections[0]
    assert [round(side.mm) for side in (page.page_width, page.page_height)] == [210, 297]
    assert [round(side.mm) for side in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)] == [
        37, 35, 28, 26]  # fmt: skip
    title = next(one for one in made.paragraphs if one.text == texts["title"])
    assert title.runs[0].font.size.pt == 22
    body = made.styles["Normal"]
    assert (body.font.size.pt, round(body.paragraph_format.line_spacing.pt * 22 / 72 * 25.4)) == (16, 225)


def test_the_columns_of_a_list_share_the_width_of_the_page() -> None:
    """The annex: the template's columns for tags are gone, the terms have equal room within the text area (225 mm)."""
    four = [term(name, "80.00%", "80.00", "6.00") for name in ("甲项", "乙项", "丙项", "丁项")]
    with override("zh-hans"):
        texts = sheet(report(group(unit("环卫处", 1, "90.00", None, *four))))
        filled = templating.fill(office_paper.shipped("zh"), texts, {})
    table = Document(io.BytesIO(filled)).tables[-1]
    grid = [column.width.mm for column in table.columns]
    assert [round(width) for width in grid[:3]] == [14, 56, 20] and len(grid) == 7
    assert max(grid[3:]) - min(grid[3:]) < 0.1 and 220 < sum(grid) < 226
    assert [cell.width.mm for cell in table.rows[1].cells] == grid
