"""Every number on paper is the evaluation's own: Word and PDF against the content, that against what is asked."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.utils.translation import override
from docx import Document
from docx.document import Document as Opened
from docx.table import Table
from docx.text.paragraph import Paragraph

from citygrid.bulletins import papering, rules_kept
from citygrid.bulletins.content import Content, Heading, Span, figures
from citygrid.bulletins.gathering import Order, gather
from citygrid.bulletins.sheet import Sheet, sheet
from citygrid.evaluation.asking import ask, zone_at
from citygrid.evaluation.computing import computed
from citygrid.evaluation.counting import Question
from citygrid.evaluation.periods import period
from citygrid.evaluation.results import printed_points
from tests.bulletins.reports import group, report, term, unit, waiting

NOW = datetime(2026, 4, 3, 2, 0, tzinfo=UTC)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
NUMBER = re.compile(r"\d+(?:\.\d+)?")
HEADING = Heading("数字城管办公室", "数管〔2026〕3号", "各单位", "", date(2026, 4, 3))


@pytest.fixture(scope="module")
def made(town: Any) -> tuple[Content, Sheet]:
    with override("zh-hans"):
        content = gather(Order("month", MARCH, ("department", "area"), HEADING), rules_kept.current(), NOW)
        return content, sheet(content)


def numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def of_sheet(texts: Sheet, *, terms: bool) -> list[str]:
    """All texts of the report in the order of the paper, as the two layouts print them."""
    rank = ("rank", "name", "score", "grade", "before", "change")
    found = [texts[key] for key in ("organ", "number", "title", "to")]
    found += [*texts["overview"], *_rows(texts["totals"], ("name", "now", "before", "change", "year", "year_change"))]
    for one in texts["groups"]:
        found += [one["title"], *one["standing"], *_rows(one["rows"], rank)]
    for one in texts["groups"]:
        found += one["causes"]
    found += [texts["pending"], *_rows(texts["pending_rows"], ("number", "kind", "unit", "filed", "days", "over"))]
    found += [texts["pending_more"], texts["classes"], texts["sources"]]
    found += [*_rows(texts["class_rows"], ("name", "count", "share", "before")), texts["safety"]]
    found += [texts["organ"], texts["day"], texts["copies"]]
    for one in texts["groups"] if terms else ():
        found += [one["title"], *one["columns"]]
        found += [cell for row in one["rows"] for cell in (row["rank"], row["name"], row["score"], *row["points"])]
    return [number for text in [*found, *texts["method"]] for number in numbers(text)]


def _rows(rows: list[dict[str, str]], keys: tuple[str, ...]) -> list[str]:
    return [row[key] for row in rows for key in keys]


def of_word(content: bytes) -> list[str]:
    """The text of the body, paragraphs and tables in their order."""
    opened: Opened = Document(io.BytesIO(content))
    found: list[str] = []
    for block in opened.iter_inner_content():
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [cell.text for row in block.rows for cell in row.cells]
    return [number for text in found for number in numbers(text)]


def of_pdf(content: bytes) -> str:
    """The text of all pages without the page numbers; a line's break is no end of a number's neighbour."""
    with pypdfium2.PdfDocument(content) as opened:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
    return "\n".join(re.sub(r"— ?\d+ ?—", "", page) for page in pages)


def big() -> Content:
    """Figures by hand that fill every table and sentence."""
    rows = [
        unit(f"单位{chr(0x7532 + n)}", n + 1, f"{97 - n}.{n}1", f"{91 + n}.07/{12 - n}",
             term("结案率", f"{90 + n}.13%", f"{80 + n}.29", f"{n}.33"),
             term("返工率", "2.17%", "97.83", f"{n + 3}.41"))
        for n in range(9)
    ]  # fmt: skip
    pending = tuple(waiting(f"江澜〔2026〕第{n + 101:06d}号", 90 - n) for n in range(4))
    return report(group(*rows), group(*rows[:2]), pending=pending, pending_all=17, pending_units=(("环卫中心", 17),))


def test_word_has_the_numbers_of_the_sheet_in_their_order() -> None:
    with override("zh-hans"):
        content = big()
        texts = sheet(content)
        word = papering.docx(texts, None, papering.charts(content))
    assert of_word(word) == of_sheet(texts, terms=True)
    assert len(of_word(word)) > 150, "a report with figures"


def test_signs_that_no_file_can_hold_do_not_break_a_report() -> None:
    """A name that was imported with them, a name as long as can be, one that looks like a field or a formula."""
    with override("zh-hans"):
        heading = replace(HEADING, organ="数字\x01城管\ufffe办公室" + "很长的名称" * 30, to="{{ 7 * 7 }}")
        rows = [unit(name, n, f"9{n}.00", None, term("=A1!B2", "1", "1.00", None))
                for n, name in enumerate(("\x0b单位", "=1+1", "{%p if x %}<w:p>", "长" * 200), start=1)]  # fmt: skip
        content = report(group(*rows), heading=heading)
        made = papering.files(content, sheet(content), None, NOW)
    text = "\n".join(one.text for one in Document(io.BytesIO(made.docx)).paragraphs)
    assert "数字城管办公室很长" in text and "{{ 7 * 7 }}" in text and "\x01" not in text
    cells = [cell.text for table in Document(io.BytesIO(made.docx)).tables for row in table.rows for cell in row.cells]
    assert {"单位", "=1+1", "{%p if x %}<w:p>"} <= set(cells)
    assert "很长的名称" in of_pdf(made.pdf).replace("\n", "").replace("\r", "")


def test_pdf_has_the_same_numbers() -> None:
    with override("zh-hans"):
        texts = sheet(big())
        text = of_pdf(papering.pdf(texts, {}, NOW))
    heads = numbers(" ".join(str(one) for one in papering.words().values()))
    assert heads == [], "headings have no numbers of their own"
    assert sorted(numbers(text)) == sorted(of_sheet(texts, terms=True))


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_of_a_city_both_papers_tell_the_same(made: tuple[Content, Sheet], lang: str) -> None:
    with override(lang):
        texts = sheet(made[0])
        word, pdf = papering.docx(texts, None, {}), papering.pdf(texts, {}, NOW)
    annex = 1 if lang == "en" else 0
    heads = [str(n) for n in range(1, 7)] if annex else []
    assert sorted(of_word(word)) == sorted([*of_sheet(texts, terms=True), *heads])
    assert sorted(numbers(of_pdf(pdf))) == sorted([*of_sheet(texts, terms=True), *heads])


def test_every_figure_is_the_evaluations_own(made: tuple[Content, Sheet], fresh: Any) -> None:
    """Totals and shares against a question of the same days, scores and points against the computed scheme."""
    content = made[0]
    of = period(MARCH.first, MARCH.last, zone_at(NOW), NOW)
    expected: dict[str, Any] = {}
    total = ask(Question(of, "unit"), [one.key for one in content.totals]).total.values
    expected |= {f"total.{key}": value for key, value in total.items()}
    for scheme in ("department", "area"):
        for one in computed(scheme, of, NOW).groups:
            for row in one.rows:
                key = f"score.{scheme}.{one.key}.{row.subject}"
                expected |= {f"{key}.score": row.shown, f"{key}.rank": row.rank}
                expected |= {f"{key}.term.{t.key}.points": printed_points(t.points) for t in (*row.terms, *row.plus)}
    for row in ask(Question(of, "source"), ["filed_cases"]).rows:
        if row.values["filed_cases"]:
            expected[f"source.{row.key[0]}"] = row.values["filed_cases"]
    told = figures(content)
    assert {key: told.get(key) for key in expected} == expected
    assert sum(value is not None for value in expected.values()) > 20
    assert sum(one.count for one in content.sources) == total["filed_cases"] > 0


def test_what_is_long_open_is_what_the_count_says(fresh: Any) -> None:
    """With no day of patience every open case is in the list: as many as `closings_to_do`."""
    rules = replace(rules_kept.current(), pending_days=1, pending_most=1)
    later = datetime(2026, 5, 3, 2, 0, tzinfo=UTC)
    april = Span(date(2026, 4, 1), date(2026, 4, 30))
    content = gather(Order("month", april, ("department",), HEADING), rules, later)
    of = period(april.first, april.last, zone_at(later), later)
    assert content.pending_all == ask(Question(of, "source"), ["closings_to_do"]).total.values["closings_to_do"] == 2
    assert len(content.pending) == 1 and content.pending[0].days > 1
    assert sum(count for _name, count in content.pending_units) == content.pending_all
    with override("zh-hans"):
        assert sheet(content)["pending_more"] == "另有1件未列出。"


def test_the_term_that_is_called_the_cause_is_what_is_missing_to_full_marks(made: tuple[Content, Sheet]) -> None:
    """What all terms lost and what the score has make the whole."""
    looked = 0
    for one in made[0].rankings[0].groups:
        for row in one.rows:
            if row.score is not None:
                lost = sum((cell.lost or Decimal(0) for cell in row.cells), Decimal(0))
                assert abs(Decimal(100) - row.score - lost) <= Decimal("0.05")
                looked += 1
    assert looked > 0
