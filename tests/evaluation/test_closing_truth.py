"""The true closing rate: what inspectors and spot checks find of closed cases, with Wilson's band (issue 7)."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.cases.database import plain
from citygrid.evaluation.counting import Question
from citygrid.evaluation.insight import truth
from citygrid.evaluation.insight.truth import Truth
from citygrid.evaluation.periods import period
from tests.evaluation.lives import LATER, SHANGHAI, write
from tests.evaluation.test_golden import story
from tests.process.city import CHEN, HE, LI, MA, SANITATION, SUN, WANG, WHY, Story

MARCH = period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, LATER)


# R. G. Newcombe, Statistics in Medicine 17 (1998), 857, table I, method 3 (Wilson's score, no continuity correction).
@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_band_of_the_textbook(good: int, of: int, low: float, high: float) -> None:
    """All closed in time: the true rate is the share that was found in order."""
    band = Truth(500, 500, of, good, 1).band
    assert band is not None
    assert (round(band[0], 4), round(band[1], 4)) == (low, high)


def test_reported_and_true_stand_side_by_side() -> None:
    """190 of 200 closed; of 50 looked at again 45 in order: 95 % * 90 % = 85.5 %. Wilson of 45/50: 0.7864, 0.9565."""
    one = Truth(190, 200, 50, 45, 30)
    assert one.reported == Fraction(95, 100) and one.estimate == Fraction(855, 1000)
    assert one.text == "85.50% (74.7–90.9%)"
    assert one.tree()["estimate"] == "85.50" and one.tree()["reported"] == "95.00"


@pytest.mark.parametrize(("looked", "least"), [(29, 30), (0, 0), (0, 1)])
def test_too_few_are_said(looked: int, least: int) -> None:
    one = Truth(190, 200, looked, looked, least)
    assert one.estimate is None and one.band is None
    assert "too few re-checks" in one.text
    assert one.tree()["estimate"] is None and one.tree()["low"] is None


def test_nothing_to_divide_by_is_a_dash() -> None:
    assert Truth(0, 0, 40, 40, 30).text == "–"


@st.composite
def samples(draw: st.DrawFn) -> Truth:
    due = draw(st.integers(1, 400))
    closings = draw(st.integers(1, due))
    looked = draw(st.integers(1, closings))
    return Truth(closings, due, looked, draw(st.integers(0, looked)), 1)


@given(samples())
def test_the_band_holds_the_estimate_and_never_passes_what_is_reported(one: Truth) -> None:
    assert one.estimate is not None and one.band is not None and one.reported is not None
    low, high = one.band
    assert -1e-12 <= low <= float(one.estimate) + 1e-12
    assert float(one.estimate) - 1e-12 <= high <= float(one.reported) + 1e-12
    assert one.estimate <= one.reported


@given(samples(), st.integers(2, 20))
def test_more_re_checks_make_it_narrower(one: Truth, times: int) -> None:
    more = Truth(one.closings * times, one.due * times, one.looked * times, one.solved * times, 1)
    assert one.band is not None and more.band is not None
    assert more.band[1] - more.band[0] <= one.band[1] - one.band[0] + 1e-12


def looked() -> list[truth.Looked]:
    with plain() as connection:
        return truth.looked(connection, Question(MARCH, "unit"))


def inspected(number: int, *results: str) -> Story:
    one = story(number).closed()
    for result in results:
        one.later(hours=5).do(HE, "inspect", result=result)
    return one


def told(*stories: Story) -> None:
    write([entries for one in stories for entries in one.entries.values()])


def test_only_what_was_looked_at_after_the_closing_and_the_last_look_says(city: None) -> None:
    before = story(3).handling()
    before.do(HE, "inspect", result="not_in_order")
    told(inspected(1, "in_order"), inspected(2, "in_order", "not_in_order"), before, inspected(4))
    assert {one.case.int: (one.solved, one.key) for one in looked()} == {
        1: (True, (SANITATION,)), 2: (False, (SANITATION,)),
    }  # fmt: skip


def test_a_look_before_the_closing_is_none(city: None) -> None:
    one = story(1).checked()
    one.do(MA, "inspect", result="not_in_order")
    one.later(minutes=5).do(WANG, "close", outcome="qualified")
    told(one)
    assert looked() == []


def test_what_is_exempt_is_no_closing(city: None) -> None:
    one = inspected(1, "not_in_order")
    one.do(SUN, "appeal", reason=WHY)
    one.do(LI, "review_appeal", granted=True)
    one.do(CHEN, "review_appeal", granted=True)
    told(one)
    assert looked() == []


def test_a_spot_check_counts_and_a_later_one_says(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told(inspected(1), inspected(2, "in_order"), inspected(3, "in_order"))
    found = {UUID(int=n): (at, "not_in_order") for n, at in ((1, LATER), (2, MARCH.start), (3, LATER))}
    monkeypatch.setattr(truth.spots, "results", lambda: found)
    assert {one.case.int: one.solved for one in looked()} == {1: False, 2: True, 3: False}


def test_the_total_is_of_all_that_was_looked_at(city: None) -> None:
    told(inspected(1, "in_order"), inspected(2, "not_in_order"), inspected(3))
    with plain() as connection:
        told_of = truth.truths(connection, Question(MARCH, "unit"), {(SANITATION,): (3, 3), None: (3, 3)}, 2)
    assert told_of[None] == told_of[(SANITATION,)] == Truth(3, 3, 2, 1, 2)
