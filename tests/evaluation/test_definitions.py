"""Indicators are data: the shipped ones are whole, a city's own are checked, and the page about them is theirs."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from citygrid.evaluation.definitions import Count, Indicator, Rate, add, current, shipped
from citygrid.evaluation.describing import page
from citygrid.evaluation.groups import groups
from citygrid.rulebook.models import SchemeRow
from citygrid.standards.reports import Report

DOCS = Path(__file__).parents[2] / "docs"
OWN = """
[[count]]
key = "hot_handlings"
zh = "超期处置数（一日内）"
en = "Late within a day"
means_zh = "甲"
means_en = "a"
facts = "item"
where = [["kind", "=", "handle"], ["held", "<", 86400000000]]
moment = "due"
[[rate]]
key = "hot_rate"
zh = "乙"
en = "b"
over = ["hot_handlings"]
under = ["handlings_due"]
"""


def added(text: str) -> tuple[dict[str, Indicator], Report]:
    found, report = dict(shipped().all), Report()
    add(found, "schemes/own.toml", tomllib.loads(text), report)
    return found, report


def test_the_page_is_that_of_the_data() -> None:
    assert (DOCS / "evaluation.md").read_text(encoding="utf-8") == page(shipped())


def test_every_indicator_of_the_glossary_is_there() -> None:
    words = (DOCS / "glossary.md").read_text(encoding="utf-8")
    counts = words[words.index("## Indicators: counts") : words.index("## Trust")]
    named = [line.split("`")[1] for line in counts.splitlines() if line.startswith("| ") and "`" in line]
    later = {"area_evaluation", "unit_evaluation", "post_evaluation", "period", "grade", "exempt"}
    assert len(named) > 50
    assert set(named) - later <= set(shipped().all)


def test_words_in_both_languages_and_no_two_alike() -> None:
    for one in shipped().all.values():
        assert all(one.names), one.key
        if isinstance(one, Count):
            assert all(one.means), one.key
    for n in (0, 1):
        names = [one.names[n] for one in shipped().all.values()]
        assert len(names) == len(set(names)), sorted(x for x in names if names.count(x) > 1)


def test_groups_of_pages_name_indicators() -> None:
    assert {key for group in groups() for key in group.indicators} <= set(shipped().all)


def test_a_city_adds_its_own(city: None) -> None:
    SchemeRow.objects.create(code="own", text=OWN, valid_from=date(2026, 1, 1))
    assert "hot_handlings" not in current(date(2025, 12, 31)).all
    known = current(date(2026, 1, 1))
    rate = known.all["hot_rate"]
    assert isinstance(rate, Rate)
    assert known.subjects_of("hot_rate") == (
        "unit", "area", "post", "class", "source", "in_charge", "supervisor", "collector", "contractor", "centre",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('facts = "item"', 'facts = "cases_entry"', "no facts"),
        ('"kind", "="', '"kind; drop table", "="', "no column"),
        ('["kind", "=", "handle"]', '["kind", "or", "handle"]', "no comparison"),
        ('["held", "<", 86400000000]', '["held", "<", "1 or true"]', "compares number"),
        ('["held", "<", 86400000000]', '["opened_at", ">", "2026"]', "compares moment"),
        ('moment = "due"', 'moment = "kind"', "no moment"),
        ('moment = "due"', "", "into a period"),
        ('moment = "due"', 'moment = "due"\nexclude = ["friends"]', "unknown"),
        ('moment = "due"', 'moment = "due"\nsum = "kind"', "no number"),
        ('under = ["handlings_due"]', 'under = ["handling_rate"]', "no count"),
        ('means_en = "a"', "", "means_en"),
    ],
)
def test_what_is_wrong_is_said_and_left_out(old: str, new: str, says: str) -> None:
    assert OWN.count(old) == 1
    found, report = added(OWN.replace(old, new))
    assert not report.ok
    assert says in str(report.problems[0]), str(report.problems[0])
    assert ("hot_rate" if "under" in old else "hot_handlings") not in found


def test_a_switch_counts_what_is_not_yet_due() -> None:
    words = 'stem="handlings"\nzh="处置"\nen="handle"\nens="handlings"\nkind="handle"\nanswers=["done"]'
    text = f'[[family]]\n{words}\nowed="open"'
    found, report = added(text)
    due = found["handlings_due"]
    assert report.ok and isinstance(due, Count) and due.carry == "open"
