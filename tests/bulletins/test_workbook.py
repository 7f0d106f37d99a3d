"""The workbook of the scores: each formula, reckoned from its own text, gives what the evaluation printed (S2-13)."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from citygrid.bulletins import workbook_grammar as grammar
from citygrid.bulletins.workbook import Cover, _dressed, workbook
from citygrid.bulletins.workbook_entries import Line
from citygrid.bulletins.workbook_figures import Raw
from citygrid.bulletins.workbook_sheets import Book
from citygrid.evaluation import formulas
from citygrid.evaluation.catalogue import Catalogue, assembled
from citygrid.evaluation.results import Scores
from citygrid.evaluation.scoring import Known, scores
from tests.bulletins.sheet_reader import Reckoned
from tests.evaluation.test_schemes import EXAMPLES, SMALL
from tests.evaluation.test_scoring import MARCH, MONTH, known

COVER = Cover("Second city", "running", "", datetime(2026, 4, 2, tzinfo=UTC))
HELD = {
    "yuncheng_2026": {"team_score": 99, "street_score": 100, "extra_points": [-0.7, 0.2], "loose_litter": [900, 1027],
                      "centre_score": 91},
    "jinhua": {"from_above": ("media", 1), "organization": 8, "fraud": ("fraud", 1)},
    "functional_zone": {"supervised": 90, "inspection": [80, 90]},
    "ningbo": {"inspection": 85, "public_survey": 90},
    "collection_contract": {"company": 90, "project": 80, "task_rate": 110, "faults": [("missed", 3), ("false", 1)]},
    "national_management": {"clean": 90, "tidy": 80, "orderly": 70, "survey": 92, "outside": 88},
    "national_operation": {"utilities": 80, "buildings": 80, "traffic": 80, "crowds": 80, "gain": 80, "outside": 60},
}  # fmt: skip
MORE = {
    **MONTH, "deferrals": 40, "urgent_closings_due": 10, "urgent_closings": 9, "urgent_closings_on_time": 8,
    "reworks_often": 1, "shuffles": 1, "public_cases_overdue": 5, "acceptances": 501, "verify_sends_due": 10,
    "verify_sends_on_time": 7, "collector_reports": 200, "valid_collector_reports": 180, "missed_reports": 9,
}  # fmt: skip
CODES = [*EXAMPLES, "department", "area", "call_taker", "collector", "dispatcher", "shift_leader"]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def made(code: str, members: list[tuple[dict[str, int], dict[str, Any]]], text: str = "") -> tuple[Scores, bytes]:
    """The scores of these objects in every group of a scheme, and their workbook."""
    texts = {code: text or EXAMPLES[code]} if text or code in EXAMPLES else {}
    book = assembled(texts)
    assert book.report.ok
    numbers: dict[str, dict[str, int]] = {}
    objects: dict[str, list[Known]] = {}
    for g, group in enumerate(book.schemes[code].groups):
        objects[group.key] = []
        for n, (counts, entered) in enumerate(members):
            subject = f"{g}{n}"
            wanted = {key: value for key, value in entered.items() if key in book.schemes[code].inputs}
            objects[group.key].append(_distinct(known(book, code, counts, subject, **wanted), subject))
            numbers[subject] = counts
    found = scores(book.schemes[code], MARCH, objects)
    return found, written(book, found, Raw(numbers), objects)


def _distinct(one: Known, subject: str) -> Known:
    """Entries have ids of their own."""
    rows = {key: tuple(replace(row, id=f"{subject}-{row.id}") for row in rows) for key, rows in one.given.items()}
    return replace(one, given=rows)


def written(book: Catalogue, found: Scores, raw: Raw, objects: dict[str, list[Known]], cover: Cover = COVER) -> bytes:
    given = [row for rows in objects.values() for one in rows for several in one.given.values() for row in several]
    lines = {row.id: Line(row.id, row.day, row.item, Decimal(str(float(row.value))), reason="=1+1") for row in given}
    return workbook(found, book.schemes[found.scheme], book.definitions[found.scheme], raw, lines, cover)


def shown(content: bytes) -> dict[str, tuple[Any, Any, Any]]:
    """Code of the object -> rank, score, grade as the sheet keeps them."""
    page = load_workbook(io.BytesIO(content), data_only=True)["Scores"]
    rows = page.iter_rows(min_col=1, max_col=5, values_only=True)
    return {code: (rank, score, grade) for rank, code, name, score, grade in rows if code and name and code != "Code"}


@pytest.mark.parametrize("code", CODES)
def test_every_formula_gives_the_printed_number(code: str) -> None:
    """All shipped schemes, for an ordinary month, an empty one, one without entries, one that is late in everything."""
    late = {key: 0 if "on_time" in key else value for key, value in MORE.items()}
    held = HELD.get(code, {})
    found, content = made(code, [(MORE, held), ({}, held), (MORE, {}), (late, held), (MORE, held)])
    reckoned = Reckoned(content)
    assert len(reckoned.all_formulas()) > 20
    assert reckoned.differences() == []
    on_sheet = shown(content)
    for row in found.rows():
        rank, score, grade = on_sheet[row.code]
        assert rank == ("–" if row.rank is None else row.rank)
        assert (grade or "") == row.grade
        assert score == "–" if row.shown is None else Decimal(str(round(score, 6))) == row.shown


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({key: st.integers(0, 400) for key in MORE}), min_size=1, max_size=4))
def test_any_counts(rows: list[dict[str, int]]) -> None:
    """Steps, deductions, formulas with brackets, minimum and maximum: whatever was counted."""
    held = HELD["jinhua"]
    _found, content = made("jinhua", [(counts, held) for counts in rows])
    assert Reckoned(content).differences() == []


def test_a_changed_count_changes_the_score() -> None:
    """The formulas are alive: ten more closings move the department by 1.5 points."""
    found, content = made("department", [(MONTH, {})])
    book = load_workbook(io.BytesIO(content))
    counts = book["Counts"]
    column = next(cell.column for cell in counts[2] if cell.value == "closings")
    assert counts.cell(3, column).value == MONTH["closings"]
    counts.cell(3, column).value = MONTH["closings"] + 10
    out = io.BytesIO()
    book.save(out)
    assert found.rows()[0].shown == Decimal("87.00")
    assert Reckoned(out.getvalue()).cell("Scores", "D4") == pytest.approx(88.5)


@pytest.mark.parametrize("missing", ["share", "full", "zero", "none"])
def test_what_becomes_of_a_missing_term(missing: str) -> None:
    text = SMALL.replace('input = "inspection"', f'input = "inspection"\nmissing = "{missing}"')
    found, content = made("own", [({"closings_due": 5, "closings": 4}, {}), ({"closings_due": 3}, {"inspection": 60})],
                          text=text)  # fmt: skip
    assert Reckoned(content).differences() == []
    by_code = {row.code: row.shown for row in found.rows()}
    assert shown(content)["c00"][1] == ("–" if by_code["c00"] is None else float(by_code["c00"]))


def test_too_few_are_not_judged() -> None:
    text = SMALL.replace('en = "All"\n', 'en = "All"\nsample = "closings_due"\nsample_least = 5\n')
    text = text.replace('value = "closing_rate"', 'value = "closing_rate"\nsample = "closings"\nsample_least = 2')
    members = [({"closings_due": n, "closings": m}, {"inspection": 95}) for n, m in ((4, 4), (5, 1), (5, 2), (0, 0))]
    _found, content = made("own", members, text=text)
    assert Reckoned(content).differences() == []
    assert [shown(content)[f"c0{n}"][1] for n in range(4)] == ["–", 100, 64, "–"]


def test_texts_of_people_never_become_formulas() -> None:
    """Names, reasons and codes that begin like a formula stay texts; only our own cells are formulas (S4-34)."""
    book = assembled({"own": SMALL})
    one = known(book, "own", {"closings_due": 5, "closings": 4}, inspection=70)
    bad = replace(one, name="=HYPERLINK(\"http://x\")", code="@SUM(A1)")
    found = scores(book.schemes["own"], MARCH, {"all": [bad]})
    content = written(book, found, Raw({"1": {"closings_due": 5, "closings": 4}}), {"all": [bad]})
    pages = load_workbook(io.BytesIO(content))
    planted = ("HYPERLINK", "@SUM", "=1+1")
    cells = [cell for page in pages for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    texts = [cell for cell in cells if any(one in cell.value for one in planted)]
    assert len(texts) >= 5
    assert {cell.data_type for cell in texts} == {"s"}
    assert Reckoned(content).differences() == []


def test_what_changed_since_keeps_the_frozen_values_and_says_so() -> None:
    """The counts of one of two objects are no longer those of its frozen score: its row has no formulas."""
    book = assembled({})
    objects = {"all": [known(book, "department", MONTH, "1"), known(book, "department", MONTH, "2")]}
    group = book.schemes["department"].groups[0].key
    found = scores(book.schemes["department"], MARCH, {group: objects["all"]})
    raw = Raw({"1": MONTH, "2": {**MONTH, "closings": 1}})
    content = written(book, found, raw, objects)
    page = load_workbook(io.BytesIO(content))["Scores"]
    kinds = {page.cell(row, 2).value: page.cell(row, 4).data_type for row in (4, 5)}
    assert kinds == {"c1": "f", "c2": "n"}
    assert shown(content)["c2"][1] == 87
    cover = [cell.value for row in load_workbook(io.BytesIO(content))["Cover"].iter_rows() for cell in row]
    assert any("1 objects have changed" in str(words) for words in cover)
    assert Reckoned(content).differences() == []


def test_ranks_of_a_part_are_those_of_the_whole_group() -> None:
    """A colleague who sees one district of the group gets its rank there, not a rank among what is seen."""
    book = assembled({})
    members = [known(book, "department", {**MONTH, "closings": n}, str(n)) for n in (150, 180)]
    group = book.schemes["department"].groups[0].key
    whole = scores(book.schemes["department"], MARCH, {group: members})
    part = replace(whole, groups=(replace(whole.groups[0], rows=whole.groups[0].rows[1:]),))
    raw = Raw({"150": {**MONTH, "closings": 150}})
    content = written(book, part, raw, {group: members}, replace(COVER, limited=True))
    assert shown(content)["c150"][0] == 2


def test_another_version_of_the_scheme_is_refused() -> None:
    book = assembled({})
    found = scores(book.schemes["department"], MARCH, {})
    with pytest.raises(ValueError, match="not the scheme"):
        workbook(found, book.schemes["area"], book.definitions["area"], Raw(), {}, COVER)


@pytest.mark.parametrize(
    ("value", "said"),
    [(Fraction(4, 10), "0.4"), (Fraction(-12), "-12"), (Fraction(1, 3), "(1/3)"), (Fraction(1, 8), "0.125")],
)
def test_numbers_are_said_exactly(value: Fraction, said: str) -> None:
    assert grammar.number(value) == said


def test_what_has_no_value_goes_through_every_function() -> None:
    """A spreadsheet's MIN leaves texts out; ours must not (evaluation.md section 3: nothing to divide by is “–”)."""
    said = grammar.spoken(formulas.read("min(a, b) + first(a, b)"), lambda key: {"a": "A1", "b": "B1"}[key])
    assert said == "(MIN((A1+0),(B1+0))+IFERROR((A1+0),(B1+0)))"


def test_a_group_that_is_called_like_a_cell_is_no_address() -> None:
    """Else the title of its chart would be fetched from wherever the name says."""
    book = Book.made(datetime(2026, 4, 1, tzinfo=UTC))
    page = book.sheet("Charts")
    chart = book.inner.add_chart({"type": "bar"})
    chart.add_series({"values": ["Charts", 0, 0, 1, 0]})
    page.page.insert_chart(0, 0, _dressed(chart, "='[https://x.example/a.xlsx]S'!A1: scores", 300, legend=False))
    with zipfile.ZipFile(io.BytesIO(book.done())) as packed:
        drawn = packed.read("xl/charts/chart1.xml").decode()
    title = drawn.partition("<c:title>")[2].partition("</c:title>")[0]
    assert "x.example" in title and "<c:f>" not in title
