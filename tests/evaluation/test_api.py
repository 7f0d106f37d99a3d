"""The API of the evaluation: what a machine reads is what the pages show, and each number opens to its rows (S0-04)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from citygrid.evaluation import catalogue
from citygrid.evaluation.cycles import CODE
from tests.cases import world as worlds
from tests.evaluation.test_pages import MARCH, fresh, signed_in, town

__all__ = ["fresh", "town"]
ROOT = "/api/v1/evaluation"


def got(login: str, path: str, status: int = 200, **query: str) -> Any:
    answer = signed_in(login).get(f"{ROOT}/{path}", query)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_the_scores_of_a_month_with_terms() -> None:
    """The scheme of the standard for departments: the leader reads the unit's terms, numerator and denominator."""
    found = got("leader1", "scores", scheme="department", period="2026-03")
    assert (found["first"], found["last"], found["state"], found["by"]) == ("2026-03-01", "2026-03-31", "live", "unit")
    rows = {row["subject"]["code"]: row for group in found["groups"] for row in group["rows"]}
    west = rows["west_sanitation"]
    closing = next(term for term in west["terms"] if "closing_rate" in term["uses"])
    assert (closing["value"], closing["numerator"], closing["denominator"]) == ("50.00%", "1", "2"), "one is overdue"
    assert (closing["exact"], closing["state"]) == ("1/2", "counted")
    page = signed_in("leader1").get(f"{reverse('evaluation:scores')}?{MARCH}&scheme=department")
    shown = {row["row"].code: str(row["shown"]) for group in page.context["groups"] for row in group["rows"]}
    assert shown == {code: row["score"] for code, row in rows.items()}


@pytest.mark.parametrize("by", ["unit", "area", "post", "class", "source"])
def test_the_indicators_and_the_rows_behind_each_number(by: str) -> None:
    found = got("evaluator1", "indicators", period="2026-03", by=by, keys="filings,handlings,closings,handling_rate")
    assert found["rows"] and found["total"]
    for row in found["rows"]:
        for key, value in row["values"].items():
            if key.endswith("_rate"):
                continue
            behind = got("evaluator1", f"numbers/{key}", period="2026-03", by=by, subject=row["subject"]["id"])
            assert len(behind["rows"]) == value, (row["subject"], key)
            assert all(one["case"] and one["number"] for one in behind["rows"])
    total = got("evaluator1", "numbers/filings", period="2026-03", by=by)
    assert len(total["rows"]) == found["total"]["filings"] and total["after"] is None


def test_one_subject_and_every_indicator() -> None:
    every = got("leader1", "indicators", first="2026-03-01", last="2026-03-31")
    west = next(row for row in every["rows"] if row["subject"]["code"] == "west_sanitation")
    one = got("leader1", "indicators", period="2026-03", subject=west["subject"]["id"])
    assert one["rows"] == [west] and one["total"] is None
    assert {"handlings", "closing_rate"} <= set(west["values"]) == {key["key"] for key in every["indicators"]}


def test_the_periods_of_a_day_as_the_city_has_its_months() -> None:
    found = {one["kind"]: one for one in got("leader1", "periods", day="2026-03-25")}
    names = [one["name"] for one in found.values()]
    assert names == ["2026-03-25", "2026-W13", "2026-03", "2026-Q1", "2026-H1", "2026"]
    assert found["month"]["first"] == "2026-03-01" and found["month"]["start"].startswith("2026-02-28T")
    text = '[[closing]]\nscheme = "department"\nmonth_first_day = 21\n'
    assert catalogue.keep(CODE, text, date(2026, 3, 1)).ok
    month = got("leader1", "periods", day="2026-03-25", scheme="department")[2]
    assert (month["name"], month["first"], month["last"]) == ("2026-04", "2026-03-21", "2026-04-20")
    assert got("leader1", "periods", day="2026-03-25")[2]["name"] == "2026-03", "other schemes keep calendar months"
    scores = got("leader1", "scores", scheme="department", period="2026-04")
    assert (scores["first"], scores["last"]) == ("2026-03-21", "2026-04-20")


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("scores", {"scheme": "nonsense", "period": "2026-03"}, 404, "no_scheme"),
        ("scores", {"scheme": "department", "period": "2026-13"}, 422, "no_period"),
        ("scores", {"scheme": "department", "first": "2026-03-02", "last": "2026-03-01"}, 422, "period_backwards"),
        ("scores", {"scheme": "department", "first": "2026-03-02"}, 422, "no_day"),
        ("scores", {"scheme": "department", "first": "1990-01-01", "last": "2026-03-01"}, 422, "period_too_long"),
        ("scores", {}, 422, "invalid"),
        ("indicators", {"by": "drop"}, 422, "no_such_subject"),
        ("indicators", {"keys": "nonsense"}, 404, "no_indicator"),
        ("indicators", {"subject": "x"}, 404, "no_subject"),
        ("indicators", {"scheme": "x"}, 404, "no_scheme"),
        ("numbers/nonsense", {}, 404, "no_indicator"),
        ("numbers/closing_rate", {}, 422, "open_its_counts"),
        ("numbers/filings", {"after": "-1"}, 422, "after"),
        ("numbers/filings", {"subject": "x"}, 404, "no_subject"),
        ("numbers/filings", {"subject": "999999"}, 404, "no_subject"),
        ("numbers/filings", {"by": "class", "subject": "nonsense"}, 404, "no_subject"),
        ("indicators", {"subject": "999999"}, 404, "no_subject"),
        ("indicators", {"by": "area", "subject": "999999"}, 404, "no_subject"),
        ("indicators", {"by": "source", "subject": "nonsense"}, 404, "no_subject"),
        ("indicators", {"by": "post", "subject": "leader:999999:"}, 404, "no_subject"),
        ("closings", {"scheme": "nonsense"}, 404, "no_scheme"),
        ("periods", {"scheme": "nonsense"}, 404, "no_scheme"),
        ("periods", {"day": "9999-12-31"}, 422, "no_period"),
        ("periods", {"day": "0001-01-01"}, 422, "no_period"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_said(path: str, query: dict[str, str], status: int, code: str) -> None:
    assert got("leader1", path, status, **query)["code"] == code


@pytest.mark.parametrize("login", ["collector3", "calltaker1", "west_sanitation_desk", "auditor1"])
def test_other_posts_may_not(login: str) -> None:
    for path in ("periods", "scores?scheme=department", "indicators", "numbers/filings"):
        assert signed_in(login).get(f"{ROOT}/{path}").status_code == 403, path


def test_a_stranger_is_turned_away() -> None:
    assert Client().get(f"{ROOT}/scores", {"scheme": "department"}).status_code == 401


def test_a_district_reads_its_own_rows_and_no_case_of_others(town: worlds.World) -> None:
    west = got("west_shiftleader", "indicators", period="2026-03", by="area", keys="filings")
    east = got("east_shiftleader", "indicators", period="2026-03", by="area", keys="filings")
    assert sorted([len(west["rows"]), len(east["rows"])]) == [0, 1]
    both = ["west_shiftleader", "east_shiftleader"]
    inside, outside = both if west["rows"] else reversed(both)
    assert got(outside, "numbers/filings", period="2026-03", by="area")["rows"] == []
    assert len(got(inside, "numbers/filings", period="2026-03", by="area")["rows"]) == 3
