"""Quarterly reviews and yearly reports tell their months: every number of Word, PDF and workbook is the API's; a year
is compared with the year before once (S1-26, S2-39; issue 7)."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from citygrid.bulletins import making, office_paper, spans, templating
from citygrid.bulletins.content import MONTHLY, Span
from citygrid.bulletins.models import Report
from citygrid.evaluation import catalogue, closing
from citygrid.evaluation.cycles import CODE
from tests.bulletins.paper_reader import Paper, of_pdf, of_word, rows_of
from tests.bulletins.sheet_reader import Reckoned
from tests.bulletins.test_papers_and_api import heads, live
from tests.bulletins.test_reports import quiet
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 4, 20, 2, tzinfo=UTC)
MONTHS = [("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-31")]
CLOSED = {"2026-02": 1, "2026-03": 2}
NAMES = ("January 2026", "February 2026", "March 2026")
Files = dict[str, tuple[Report, bytes, bytes]]


@pytest.fixture(scope="module")
def papers(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Files]:
    """Kind -> report, Word file, PDF, in English: the first quarter of 2026, the year 2025, the running year; February
    and March of the communities were closed."""
    patch = pytest.MonkeyPatch()
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        live(world)
        quiet(patch)
        assert catalogue.keep(CODE, '[[closing]]\nscheme = "area"\n', date(2026, 1, 1)).ok
        for name in CLOSED:
            frozen(world, name)
        forget()
        yield {name: taken(kind, month) for name, kind, month in
               (("quarter", "quarter", "2026-03"), ("year", "year", "2025-03"), ("running", "year", "2026-03"))}
        patch.undo()


def frozen(world: worlds.World, name: str) -> None:
    by = world.who("evaluator1").person
    close = closing.open_close(uuid4(), "area", name, by, LATER)
    close = closing.open_appeals(close.pk, by, LATER)
    assert close.window_ends is not None
    closing.freeze(close.pk, by, close.window_ends + timedelta(hours=1))


def taken(kind: str, month: str) -> tuple[Report, bytes, bytes]:
    client, uid = signed_in("evaluator1"), uuid4()
    form = {"uid": str(uid), "kind": kind, "month": month, "lang": "en", "scheme": ["area"]}
    assert client.post(reverse("bulletins:ask"), form).status_code == 302
    making.make(uid, LATER)
    report = Report.objects.get(pk=uid)
    assert report.state == "ready", (report.code, report.said)
    word, pdf = (client.get(reverse("bulletins:file", args=[uid, form])).content for form in ("docx", "pdf"))
    return report, word, pdf


def told(path: str, days: tuple[str, str], **query: str) -> Any:
    answer = signed_in("evaluator1").get(f"/api/v1/evaluation/{path}", {"first": days[0], "last": days[1], **query})
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def month_rows() -> list[list[str]]:
    """The months' table by the API."""
    found = []
    for name, days in zip(NAMES, MONTHS, strict=True):
        values = told("indicators", days, by="source", keys=",".join(MONTHLY))["total"]
        rates = [f"{values[key]}%" if values[key] != "–" else "–" for key in MONTHLY[2:]]
        found.append([name, *(str(values[key]) for key in MONTHLY[:2]), *rates])
    return found


def score_rows() -> list[list[str]]:
    """Name and the frozen score of each month of every community by the API; nothing of a month not closed."""
    by_month = [told("scores", days, scheme="area") for days in MONTHS]
    assert [one["version"] for one in by_month] == [None, 1, 1]
    scores = [{row["subject"]["name"]: row["score"] for group in one["groups"] for row in group["rows"]}
              if one["version"] else {} for one in by_month]  # fmt: skip
    quarter = told("scores", (MONTHS[0][0], MONTHS[2][1]), scheme="area")
    names = [row["subject"]["name"] for group in quarter["groups"] for row in group["rows"]]
    return [[name, *(one.get(name, "–") for one in scores)] for name in names]


def read(word: bytes) -> Paper:
    return of_word(word, heads("en")["annex"])


def test_the_months_of_a_quarter_are_the_apis(papers: Files) -> None:
    """In Word cell by cell; they add up to the quarter."""
    _report, word, _pdf = papers["quarter"]
    totals, months = read(word)[heads("en")["whole"]].tables
    assert rows_of(months) == month_rows()
    assert sum(int(row[1]) for row in rows_of(months)) == int(_total(totals, "Cases filed")) > 5
    assert {row[3] for row in rows_of(months)} != {"–"} and {row[4] for row in rows_of(months)} != {"–"}


def _total(table: Any, name: str) -> str:
    """What the table of the whole says of the period."""
    return next(str(row[1]) for row in table if str(row[0]).startswith(name))


def test_the_pdf_has_the_same_months_and_both_charts(papers: Files) -> None:
    _report, _word, pdf = papers["quarter"]
    words = " ".join(of_pdf(pdf, heads("en")["annex"])[heads("en")["whole"]].texts)
    for row in month_rows():
        assert all(cell in words for cell in row), row
    assert words.count("Jan Feb Mar Cases filed Cases closed") == 1
    assert words.count("Jan Feb Mar Handled on time Closing rate") == 1


def test_the_scores_of_closed_months_stand_in_the_annex(papers: Files) -> None:
    _report, word, pdf = papers["quarter"]
    tables = read(word)[heads("en")["annex"]].tables
    scores = [[row[1], *row[2:]] for table in tables if table[0][2:] == ["Jan", "Feb", "Mar"] for row in rows_of(table)]
    assert scores == score_rows()
    assert any(row[2] != "–" for row in scores) and {row[1] for row in scores} == {"–"}
    text = " ".join(of_pdf(pdf, heads("en")["annex"])[heads("en")["annex"]].texts)
    assert "Scores of the months that were closed" in text
    assert all(cell in text for row in scores for cell in row[2:])


def test_a_year_is_compared_with_the_year_before_once(papers: Files) -> None:
    """The period before and the year before are one: one column, one clause."""
    report, word, pdf = papers["year"]
    totals, _months = read(word)[heads("en")["whole"]].tables
    assert totals[0] == ["Indicator", "This period", "Year before", "Change"]
    assert "on the period before" not in " ".join(report.sheet["overview"])
    text = " ".join(of_pdf(pdf, heads("en")["annex"])[heads("en")["whole"]].texts)
    before, after = text.split("Differences of rates")
    assert "Period before" not in text and "Year before" in before and "Month" in after
    quarter, _rest = read(papers["quarter"][1])[heads("en")["whole"]].tables
    assert quarter[0][2] == "Period before" and quarter[0][4] == "Year before"


def test_a_running_year_tells_the_months_that_have_begun(papers: Files) -> None:
    """And says in words only what those that are over say."""
    report, word, _pdf = papers["running"]
    _totals, months = read(word)[heads("en")["whole"]].tables
    assert [row[0] for row in rows_of(months)] == [*NAMES, "April 2026"]
    assert rows_of(months)[:3] == month_rows()
    assert "April" not in report.sheet["months_text"] and "March 2026" in report.sheet["months_text"]


def test_a_month_has_no_months_and_old_sheets_fill_new_templates(papers: Files) -> None:
    client, uid = signed_in("evaluator1"), uuid4()
    form = {"uid": str(uid), "kind": "month", "month": "2026-03", "lang": "en", "scheme": ["area"]}
    client.post(reverse("bulletins:ask"), form)
    making.make(uid, LATER)
    report = Report.objects.get(pk=uid)
    assert report.sheet["months"] == [] and report.sheet["groups"][0]["months"] == []
    old = {key: value for key, value in report.sheet.items() if not key.startswith("month") and key != "year"}
    old["groups"] = [{**one, "rows": [{k: v for k, v in row.items() if k != "months"} for row in one["rows"]]}
                     for one in old["groups"]]  # fmt: skip
    assert templating.fill(office_paper.shipped("en"), old, {})


def test_the_workbook_has_the_same_months(papers: Files) -> None:
    """Counts as numbers, rates as formulas over them, frozen scores; lines of both."""
    words = {"scheme": "area", "from": MONTHS[0][0], "to": MONTHS[2][1]}
    content = signed_in("evaluator1").get(reverse("bulletins:scores_workbook"), words).content
    page, reckoned = load_workbook(io.BytesIO(content))["Months"], Reckoned(content)
    assert reckoned.differences() == []
    keys = {cell.value: cell.column_letter for cell in page[2] if cell.value}
    for line, days in enumerate(MONTHS, start=3):
        values = told("indicators", days, by="source", keys=",".join(keys))["total"]
        for key, column in keys.items():
            found = reckoned.cell("Months", f"{column}{line}")
            shown = f"{found * 100:.2f}" if key.endswith("_rate") and isinstance(found, (int, float)) else found
            assert str(shown) == str(values[key]) or float(shown) == float(values[key]), (key, days)
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=7)]
    scores = [[row[1], *(cell if isinstance(cell, str) else f"{cell:.2f}" for cell in row[3:6])]
              for row in rows if row[3] is not None and row[0] != "Code"]  # fmt: skip
    assert scores == score_rows()
    one_month = {**words, "from": MONTHS[2][0]}
    month = signed_in("evaluator1").get(reverse("bulletins:scores_workbook"), one_month).content
    assert "Months" not in load_workbook(io.BytesIO(month)).sheetnames


def test_a_district_is_told_its_own_months(papers: Files) -> None:
    """The page of months within the asker's scope, as the API is."""
    words = {"scheme": "area", "from": MONTHS[0][0], "to": MONTHS[2][1]}
    filed = []
    for login in ("west_shiftleader", "east_shiftleader"):
        client: Client = signed_in(login)
        content = client.get(reverse("bulletins:scores_workbook"), words).content
        page = load_workbook(io.BytesIO(content))["Months"]
        column = next(cell.column for cell in page[2] if cell.value == "filed_cases")
        days = {"first": MONTHS[2][0], "last": MONTHS[2][1], "by": "source", "keys": "filed_cases"}
        by_api = client.get("/api/v1/evaluation/indicators", days).json()["total"]["filed_cases"]
        assert page.cell(5, column).value == by_api
        filed.append(by_api)
    assert min(filed) == 0 < max(filed)


def test_months_begin_where_the_city_says() -> None:
    """Those of the 21st make up their quarter and year."""
    for kind, begins, count in (("quarter", 21, 3), ("year", 1, 12), ("month", 21, 1)):
        span = spans.span_of(kind, date(2026, 5, 3), begins)
        parts = spans.months_of(span)
        assert len(parts) == count
        assert (parts[0].first, parts[-1].last) == (span.first, span.last)
        assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(parts))
        assert all(one == spans.span_of("month", one.last, begins) for one in parts)
    assert spans.months_of(Span(date(2026, 1, 1), date(2026, 1, 31))) == [Span(date(2026, 1, 1), date(2026, 1, 31))]
