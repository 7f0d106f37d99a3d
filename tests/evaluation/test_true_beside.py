"""The true closing rate stands beside the reported one wherever that is printed, with a dash where too few were looked
at again; and what came back counts in the scores of who handled it (issue 7)."""

import csv
import io
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.urls import reverse

from citygrid.cases.database import plain
from citygrid.evaluation import computing, recurring_links
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import assembled
from citygrid.evaluation.insight import sheets_closing
from citygrid.evaluation.insight.rules import Insight
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.results import from_json, to_json
from tests.cases import world as worlds
from tests.cases.kept_city import fresh, signed_in
from tests.evaluation.towns import recurring

__all__ = ["fresh"]
MARCH = "from=2026-03-01&to=2026-03-31"
SCHEME = """[scheme]
zh = "回潮考核"
en = "Recurrence"
by = "unit"

[[term]]
key = "back"
zh = "同址回潮率"
en = "Recurrence rate"
value = "recurrence_rate"
transform = "inverse"

[[group]]
key = "units"
zh = "单位"
en = "Units"
kinds = ["unit"]
weights = {back = 100}
"""


def looked_at_again(world: worlds.World) -> None:
    """west_sanitation closed two cases; one was found not in order when it was looked at again, and came back."""
    world.first = world.closed()
    world.other = world.closed(where=("111.0165000", "30.0005000"))
    world.do("inspector1", world.first, "inspect", result="not_in_order")
    world.do("inspector1", world.other, "inspect", result="in_order")
    world.again = world.filed()


town = recurring(looked_at_again)


@pytest.fixture
def one_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city says that one look tells something."""
    for module in (computing, sheets_closing):
        monkeypatch.setattr(module, "insight_at", lambda at: Insight(rechecks=1))


def march(world: worlds.World) -> Period:
    """Looked at an hour after the last act: what is counted came before that moment."""
    return period(date(2026, 3, 1), date(2026, 3, 31), zone_at(world.now), world.now + timedelta(hours=1))


def page(name: str, query: str) -> str:
    text: str = signed_in("evaluator1").get(f"{reverse(f'evaluation:{name}')}?{query}").content.decode("utf-8-sig")
    return text


def test_table_scores_and_term_print_both(town: worlds.World, one_is_enough: None) -> None:
    """Two of two closed in time; both looked at, one in order: 50 %, and nothing is left to chance."""
    subject = str(town.body("west_sanitation"))
    asked = f"{MARCH}&scheme=department"
    pages = (("table", f"{MARCH}&by=unit&group=overview"), ("scores", asked), ("score", f"{asked}&subject={subject}"))
    for text in (page(name, query) for name, query in pages):
        assert "data-true" in text and "50.00% (50.0–50.0%)" in text
        assert "2 of 2 closings were looked at again" in text


def test_the_files_and_the_api_have_it_too(town: worlds.World, one_is_enough: None) -> None:
    for name, query in (("file", f"{MARCH}&by=unit&group=overview"), ("scores_file", f"{MARCH}&scheme=department")):
        rows = list(csv.reader(io.StringIO(page(name, query))))
        assert rows[0][-1] == "True closing rate (95 % band)"
        assert {row[-1] for row in rows[1:] if "West Sanitation" in row} == {"50.00% (50.0–50.0%)"}
    client = signed_in("evaluator1")
    found = client.get("/api/v1/evaluation/indicators?period=2026-03&by=unit&keys=closing_rate").json()
    (row,) = [one for one in found["rows"] if one["subject"]["name"] == "West Sanitation"]
    assert row["true_closing_rate"]["estimate"] == found["true_closing_rate"]["estimate"] == "50.00"
    assert row["true_closing_rate"]["reported"] == "100.00"
    scores = client.get("/api/v1/evaluation/scores?period=2026-03&scheme=department").json()
    told = [row["true_closing_rate"] for group in scores["groups"] for row in group["rows"]
            if row["subject"]["name"] == "West Sanitation"]  # fmt: skip
    assert [one["estimate"] for one in told] == ["50.00"]


def test_too_few_looks_are_a_dash_with_its_reason(town: worlds.World) -> None:
    for text in (page("table", f"{MARCH}&by=unit&group=overview"), page("scores", f"{MARCH}&scheme=department")):
        assert "too few re-checks (2 of 30)" in text and "50.00% (" not in text


def test_another_rate_has_nothing_beside_it(town: worlds.World, one_is_enough: None) -> None:
    assert "data-true" not in page("table", f"{MARCH}&by=post&group=overview")
    assert "data-true" not in page("table", f"{MARCH}&by=unit&group=quality")


def test_what_is_frozen_keeps_it_and_what_was_frozen_before_reads_as_it_was(town: worlds.World) -> None:
    found = computing.computed("department", march(town), town.now)
    text = to_json(found)
    assert found.truths and from_json(text) == found
    old = from_json(text.replace('"truths"', '"unknown"'))
    assert old.truths == {} and old.groups == found.groups


def test_what_came_back_lowers_the_score_of_who_had_handled_it(town: worlds.World) -> None:
    """One of two closings came back: 50 %, so 50 of 100 points."""
    scores = computing.computed("back", march(town), town.now, assembled({"back": SCHEME}))
    (row,) = [one for one in scores.rows() if one.subject == str(town.body("west_sanitation"))]
    assert row.total == Fraction(50) and row.terms[0].value == Fraction(1, 2)
    with plain() as connection:
        recurring_links.undo(connection, town.again, town.person("shiftleader1"), "another gate", town.now)
    scores = computing.computed("back", march(town), town.now, assembled({"back": SCHEME}))
    (row,) = [one for one in scores.rows() if one.subject == str(town.body("west_sanitation"))]
    assert row.total == Fraction(100), "undone it counts no more"
