"""Tables that are taken away: who may, within which scope; they say what the evaluation says (S0-04, S3-07)."""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from citygrid.evaluation.insight import sheets_closing
from citygrid.evaluation.insight.rules import Insight
from tests.bulletins.sheet_reader import Reckoned
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in

MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """The second city with two closed cases, one of them found not in order, one that is handled and one filed."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        closed = [world.closed(), world.closed(where=("111.0165000", "30.0005000"))]
        world.do("inspector1", closed[0], "inspect", result="in_order")
        world.do("inspector1", closed[1], "inspect", result="not_in_order")
        world.handling()
        world.filed()
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def test_the_workbook_says_what_the_interface_says() -> None:
    """Every score, rank and grade of the sheet is that of the CSV and of the exact tree, and every formula gives it."""
    client = signed_in("leader1")
    answer = client.get(f"{reverse('bulletins:scores_workbook')}?scheme=department&{MARCH}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    reckoned = Reckoned(answer.content)
    assert len(reckoned.all_formulas()) > 10 and reckoned.differences() == []
    page = load_workbook(io.BytesIO(answer.content), data_only=True)["Scores"]
    rows = {row[2]: row for row in page.iter_rows(max_col=5, values_only=True) if row[2] and row[0] != "Rank"}
    shown = client.get(f"{reverse('evaluation:scores')}?scheme=department&{MARCH}").context["groups"]
    objects = [one["row"] for group in shown for one in group["rows"]]
    assert objects
    for one in objects:
        rank, _code, _name, score, grade = rows[one.name]
        assert (grade or "") == one.grade
        assert rank == ("–" if one.rank is None else one.rank)
        assert score == "–" if one.shown is None else Decimal(str(score)) == one.shown


def test_monthly_tables_add_up_and_are_those_of_the_evaluation() -> None:
    client = signed_in("leader1")
    for by in ("source", "class", "area"):
        page = client.get(f"{reverse('bulletins:monthly')}?by={by}&{MARCH}")
        assert page.status_code == 200
        table = page.context["table"]
        *rows, total = table.rows
        assert total.total and total.cells[0].now == 4, "four cases were reported"
        for n in range(table.counts):
            assert sum(row.cells[n].now for row in rows if row.depth == 0) == total.cells[n].now
        assert [cell.before for cell in total.cells[: table.counts]] == [0] * table.counts
        assert all(cell.change is None for cell in total.cells), "nothing to compare with is the dash"


def test_the_monthly_workbook_reckons_its_sums() -> None:
    answer = signed_in("leader1").get(f"{reverse('bulletins:monthly_workbook')}?{MARCH}")
    reckoned = Reckoned(answer.content)
    assert len(reckoned.all_formulas()) > 20 and reckoned.differences() == []
    page = load_workbook(io.BytesIO(answer.content), data_only=True)
    assert len(page.sheetnames) == 3


def test_the_true_closing_rate_stands_beside_the_reported_one(monkeypatch: pytest.MonkeyPatch, town: Any) -> None:
    """On the page and in the workbook, of each row that can have one and of the total, as the API tells it; a dash
    where nothing was looked at again."""
    monkeypatch.setattr(sheets_closing, "insight_at", lambda at: Insight(rechecks=1))
    client, days = signed_in("leader1"), {"first": "2026-03-01", "last": "2026-03-31"}
    looked = 0
    for by, asked_by in (("class", "class"), ("area", "area"), ("source", "unit")):
        told = client.get("/api/v1/evaluation/indicators",
                          {**days, "by": asked_by, "keys": "closing_rate", "level": "district"}).json()  # fmt: skip
        trees = {row["subject"]["name"]: row["true_closing_rate"] for row in told["rows"]}
        whole = told["true_closing_rate"]
        rows = client.get(f"{reverse('bulletins:monthly')}?by={by}&{MARCH}").context["table"].rows
        assert rows[-1].true[0].tree() == whole and whole["estimate"] not in (None, whole["reported"])
        for row in rows[:-1]:
            wanted = None if by == "source" or (by == "class" and row.depth == 0) else trees.get(row.name)
            assert (row.true[0].tree() if row.true[0] else None) == wanted
            looked += bool(wanted and wanted["estimate"])
    assert looked >= 2
    page = client.get(f"{reverse('bulletins:monthly')}?by=area&{MARCH}").content.decode()
    assert "data-true" in page and whole["estimate"] + "%" in page
    content = client.get(f"{reverse('bulletins:monthly_workbook')}?{MARCH}").content
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        heads = [cell.value for cell in sheet[4]]
        assert heads[-4:] == ["This period", "Its 95 % band: from", "Its 95 % band: to", "Year before"]
        last = [cell.value for cell in sheet[sheet.max_row]][-4:]
        ends = [round(float(whole[key]) / 100, 6) for key in ("estimate", "low", "high")]
        assert [round(one, 6) for one in last[:3]] == ends and last[3] == "–"


def test_a_whole_month_is_compared_with_the_whole_month() -> None:
    """February after a leap year's February, other days with the same days; the first year has none before it."""
    client = signed_in("leader1")
    for first, last, wanted in (
        ("2025-02-01", "2025-02-28", ("2024-02-01", "2024-02-29")),
        ("2024-02-01", "2024-02-29", ("2023-02-01", "2023-02-28")),
        ("2024-02-01", "2024-02-28", ("2023-02-01", "2023-02-28")),
        ("2025-02-10", "2025-02-27", ("2024-02-10", "2024-02-27")),
    ):  # fmt: skip
        table = client.get(f"{reverse('bulletins:monthly')}?by=source&from={first}&to={last}").context["table"]
        assert (table.first_before.isoformat(), table.last_before.isoformat()) == wanted
    for name in ("monthly", "monthly_workbook"):
        answer = client.get(f"{reverse(f'bulletins:{name}')}?from=0001-06-01&to=0001-06-02")
        assert answer.status_code == 422


def test_a_workbook_of_a_part_of_the_city_says_so() -> None:
    for login, limited in (("leader1", False), ("west_shiftleader", True)):
        content = signed_in(login).get(f"{reverse('bulletins:monthly_workbook')}?{MARCH}").content
        told = [str(sheet["A2"].value) for sheet in load_workbook(io.BytesIO(content)).worksheets]
        assert all(("Within what your post may see" in one) is limited for one in told)


def test_who_may_not_gets_nothing_and_a_bad_day_is_said() -> None:
    """A stranger is sent to sign in, a dispatcher has no evaluation; a wrong day is a sentence, not a table."""
    for name in ("tables", "scores_workbook", "monthly", "monthly_workbook"):
        address = reverse(f"bulletins:{name}")
        assert Client().get(address).status_code == 302
        assert signed_in("dispatcher1").get(address).status_code == 403
        assert signed_in("leader1").get(f"{address}?from=2026-03-31&to=2026-03-01").status_code == 422


def test_the_page_of_tables_leads_to_each() -> None:
    page = signed_in("leader1").get(f"{reverse('bulletins:tables')}?{MARCH}").content.decode()
    for name in ("scores_workbook", "monthly", "monthly_workbook"):
        assert reverse(f"bulletins:{name}") in page
