"""The true closing rate: what inspectors and spot checks find of closed cases, with Wilson's band (issue 7)."""

from datetime import date
from decimal import Decimal, getcontext
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.cases.database import plain
from citygrid.evaluation.counting import Question
from citygrid.evaluation.insight import truth
from citygrid.evaluation.insight.true_rate import Stratum, Truth
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
    """All closed in time, and so many that a sample takes nothing away: the share that was found in order."""
    band = Truth(10**9, 10**9, of, good, 1).band
    assert band is not None
    assert (round(band[0], 4), round(band[1], 4)) == (low, high)


def test_reported_and_true_stand_side_by_side() -> None:
    """190 of 200 closed; of 50 looked at again 45 in order: 95 % * 90 % = 85.5 %. As exact as 50 * 189 / 140 = 67.5
    looks at an endless many; Wilson of 90 % of 67.5 by hand: 0.8056 and 0.9513, times 0.95."""
    one = Truth(190, 200, 50, 45, 30)
    assert one.reported == Fraction(95, 100) and one.estimate == Fraction(855, 1000)
    assert one.text == "85.50% (76.5–90.4%)"
    assert one.tree()["estimate"] == "85.50" and one.tree()["reported"] == "95.00"
    assert one.why == "50 of 190 closings were looked at again"


@pytest.mark.parametrize(("looked", "least"), [(29, 30), (0, 0), (0, 1)])
def test_too_few_are_a_dash_with_its_reason(looked: int, least: int) -> None:
    one = Truth(190, 200, looked, looked, least)
    assert one.estimate is None and one.band is None
    assert one.text == "–" and "too few re-checks" in one.why
    assert one.tree()["estimate"] is None and one.tree()["low"] is None


def test_nothing_to_divide_by_is_a_dash() -> None:
    assert Truth(0, 0, 40, 40, 30).text == "–" and Truth(0, 0, 40, 40, 30).why == ""


def test_a_unit_that_was_looked_at_more_often_weighs_no_more() -> None:
    """The careful unit closed 900, ten looks all in order; the other 100, forty looks half in order. Together 30 of 50
    would say 60 %; by what each closed it is 0.9 * 100 % + 0.1 * 50 % = 95 %."""
    one = Truth(1000, 1000, 50, 30, 30, (Stratum(900, 10, 10), Stratum(100, 40, 20)))
    assert one.estimate == Fraction(95, 100)
    assert one.band is not None and one.band[1] - one.band[0] > 0.2, "ten looks at nine tenths say little"


def test_what_was_looked_at_whole_has_no_band_left() -> None:
    one = Truth(40, 50, 40, 30, 30, (Stratum(25, 25, 20), Stratum(15, 15, 10)))
    assert one.estimate == Fraction(30, 50) and one.band == pytest.approx((0.6, 0.6))


def test_units_that_nobody_looked_at_are_said() -> None:
    """Two of three units have looks; the third's hundred closings are taken to be as the others."""
    one = Truth(300, 300, 60, 45, 30, (Stratum(100, 30, 30), Stratum(100, 30, 15), Stratum(100, 0, 0)))
    assert one.told_of == 200 and one.estimate == Fraction(3, 4)


def test_units_with_one_look_stand_together() -> None:
    strata = (Stratum(50, 30, 30), *(Stratum(10, 1, n % 2) for n in range(4)), Stratum(10, 0, 0))
    one = Truth(100, 100, 34, 32, 30, strata)
    assert one.told_of == 100 and one.estimate == Fraction(1, 2) * 1 + Fraction(1, 2) * Fraction(2, 4)


def oracle(strata: list[tuple[int, int, int]]) -> tuple[float, float, float]:
    """The same by other means, in decimals: the roots of (p − q)² = z² q (1 − q) / n for the size that a plain sample
    would need, searched for by halving; no line of it is the product's."""
    getcontext().prec = 40
    whole = Decimal(sum(n for n, _looked, _good in strata))
    share = sum((Decimal(n) / whole * Decimal(good) / Decimal(looked) for n, looked, good in strata), Decimal(0))
    variance = sum(((Decimal(n) / whole) ** 2 / looked * (Decimal(n - looked) / (n - 1) if n > 1 else Decimal(0))
                    for n, looked, _good in strata), Decimal(0))  # fmt: skip
    z2 = Decimal("1.959963984540054235524594430520551527056") ** 2

    def inside(q: Decimal) -> bool:
        return (share - q) ** 2 <= z2 * q * (1 - q) * variance

    def edge(out: Decimal) -> float:
        within = share
        for _ in range(120):
            middle = (out + within) / 2
            within, out = (middle, out) if inside(middle) else (within, middle)
        return float(within)

    return float(share), edge(Decimal(0)), edge(Decimal(1))


@st.composite
def layers(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    found = []
    for _ in range(draw(st.integers(1, 5))):
        closings = draw(st.integers(2, 400))
        looked = draw(st.integers(2, closings))
        found.append((closings, looked, draw(st.integers(0, looked))))
    return found


@given(layers())
def test_a_second_computation_finds_the_same_band(strata: list[tuple[int, int, int]]) -> None:
    closings, looked, good = (sum(column) for column in zip(*strata, strict=True))
    one = Truth(closings, closings, looked, good, 1, tuple(Stratum(*part) for part in strata))
    share, low, high = oracle(strata)
    assert one.estimate is not None and one.band is not None
    assert float(one.estimate) == pytest.approx(share, abs=1e-12)
    assert one.band == pytest.approx((low, high), abs=1e-9)


def test_the_band_holds_the_truth_about_as_often_as_it_says() -> None:
    """Four hundred draws by lot from three units whose truth is known: 95 of 100 bands hold it, give or take chance
    (the seed is fixed, so it always is the same draw)."""
    chance = Random(20260331)
    units = {500: 0.95, 300: 0.8, 200: 0.6}
    truth_of_all = sum(n * round(n * good) / n for n, good in units.items()) / 1000
    held = 0
    for _ in range(400):
        strata = []
        for n, good in units.items():
            drawn = chance.sample(range(n), n // 10)
            strata.append(Stratum(n, len(drawn), sum(one < round(n * good) for one in drawn)))
        band = Truth(1000, 1000, 100, sum(one.solved for one in strata), 1, tuple(strata)).band
        assert band is not None
        held += band[0] <= truth_of_all <= band[1]
    assert 0.93 <= held / 400 <= 1


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
    if one.looked < one.closings:
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
    assert told_of[None] == told_of[(SANITATION,)] == Truth(3, 3, 2, 1, 2, (Stratum(3, 2, 1),))
