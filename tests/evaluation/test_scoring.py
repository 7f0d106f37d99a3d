"""Scores counted by hand for each scheme, and what holds for every score (GB/T 30428.4; S2-13, S4-34)."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.catalogue import Catalogue, assembled
from citygrid.evaluation.definitions import Composed, Rate
from citygrid.evaluation.exact import parts, values
from citygrid.evaluation.inputs import Given
from citygrid.evaluation.results import SubjectScore, from_json, to_json
from citygrid.evaluation.scheme import Transform
from citygrid.evaluation.scoring import Known, Span, points_of, scores
from tests.evaluation.test_schemes import EXAMPLES, SMALL

MARCH = Span("2026-03-01", "2026-03-31", "2026-03-31T16:00:00+00:00")


def known(book: Catalogue, code: str, counts: dict[str, int], subject: str = "1", derived: frozenset[str] = frozenset(),
          **entered: Any) -> Known:  # fmt: skip
    """One object with these counts; entries as numbers, or as (item, times) of a list."""
    scheme, definitions = book.schemes[code], book.definitions[code]
    names = scheme.names_used()
    quotients = {
        name: parts(one, definitions, counts, derived)
        for name in names
        if isinstance(one := definitions.all[name], Rate | Composed)
    }
    rows = {
        key: tuple(
            Given(f"{key}{n}", f"2026-03-{n + 1:02}", Fraction(str(v[1] if isinstance(v, tuple) else v)),
                  v[0] if isinstance(v, tuple) else "")
            for n, v in enumerate(several if isinstance(several, list) else [several])
        )
        for key, several in entered.items()
    }  # fmt: skip
    exact = values(names, definitions, counts, derived)
    return Known(subject, f"c{subject}", f"n{subject}", exact, quotients, derived, rows)


def scored(code: str, counts: dict[str, int], group: str = "", text: str = "", **entered: Any) -> SubjectScore:
    texts = {code: text or EXAMPLES[code]} if text or code in EXAMPLES else {}
    book = assembled(texts)
    name = group or book.schemes[code].groups[0].key
    (row,) = scores(book.schemes[code], MARCH, {name: [known(book, code, counts, **entered)]}).rows()
    return row


def points(row: SubjectScore) -> dict[str, Fraction | None]:
    return {term.key: term.points for term in (*row.terms, *row.plus)}


MONTH = {
    "filings": 120, "closings_due": 200, "closings": 180, "closings_on_time": 150, "closings_late": 30, "reworks": 10,
    "extensions": 20, "handlings_due": 250, "handlings": 240, "handlings_on_time": 200, "handlings_overdue": 10,
}  # fmt: skip
"""The month of one unit: nine of ten closed, three of four in time."""


def test_departments_of_the_standard() -> None:
    """75 x 0.1 + 90 x 0.3 + 80 x 0.3 + 95 x 0.3 = 7.5 + 27 + 24 + 28.5 = 87."""
    row = scored("department", MONTH)
    assert points(row) == {"filings": 75, "closing": 90, "on_time": 80, "rework": 95}
    assert (row.shown, row.grade) == (Decimal("87.00"), "B")


@pytest.mark.parametrize(
    ("filings", "expected"),
    [(0, 100), (50, 100), (51, 90), (100, 90), (101, 75), (200, 75), (201, 60), (500, 60), (501, 40), (1000, 40),
     (1001, 0)],
)
def test_steps_of_the_filed_cases(filings: int, expected: int) -> None:
    assert points(scored("department", {**MONTH, "filings": filings}))["filings"] == expected


def test_collectors() -> None:
    """90 x 0.4 + 95 x 0.2 + 80 x 0.2 + 70 x 0.2 = 36 + 19 + 16 + 14 = 85."""
    row = scored("collector", {
        "collector_reports": 200, "valid_collector_reports": 180, "filings": 180, "missed_reports": 9,
        "verifications_due": 10, "verifications_on_time": 8, "checks_due": 20, "checks_on_time": 14,
    })  # fmt: skip
    assert points(row) == {"valid": 90, "missed": 95, "verified": 80, "checked": 70}
    assert (row.shown, row.grade) == (Decimal("85.00"), "B")


@pytest.mark.parametrize(
    ("done", "expected"), [(2001, 100), (2000, 90), (1201, 90), (1200, 75), (500, 60), (101, 40), (100, 0)]
)
def test_call_takers(done: int, expected: int) -> None:
    """The table x 0.25 + 50 x 0.4 + 100 x 0.35."""
    row = scored("call_taker", {
        "acceptances": done, "verify_sends_due": 10, "verify_sends_on_time": 5, "check_sends_due": 4,
        "check_sends_on_time": 4,
    })  # fmt: skip
    assert row.total == Fraction(expected, 4) + 20 + 35


def test_shift_leaders() -> None:
    """(40 of 50) x 0.25 + (47 of 50 stand) x 0.4 + (9 of 10) x 0.35 = 20 + 37.6 + 31.5 = 89.1."""
    row = scored("shift_leader", {
        "filings": 50, "filings_on_time": 40, "filing_acts": 50, "filing_acts_voided": 3,
        "closing_decisions_due": 10, "closing_decisions_on_time": 9,
    })  # fmt: skip
    assert row.shown == Decimal("89.10")


def test_dispatchers() -> None:
    """301..500 -> 60 x 0.2 + (380 of 400) x 0.4 + (390 of 400) x 0.4 = 12 + 38 + 39 = 89."""
    row = scored("dispatcher", {
        "dispatches": 380, "dispatches_due": 400, "dispatches_on_time": 380, "assignments": 400,
        "dispatches_accurate": 390,
    })  # fmt: skip
    assert row.shown == Decimal("89.00")


@pytest.mark.parametrize(
    ("group", "filings", "expected"),
    [("first_class", 0, 100), ("first_class", 3, 75), ("first_class", 9, 0), ("second_class", 3, 90),
     ("second_class", 9, 40), ("second_class", 10, 0)],
)  # fmt: skip
def test_areas_of_both_classes(group: str, filings: int, expected: int) -> None:
    """No rate but the closings (3 of 4 closed, 2 of them in time): 10 of 100 are shared where nothing was filed."""
    row = scored("area", {"filings": filings, "closings_due": 4, "closings": 3, "closings_on_time": 2}, group)
    table = points(row)["filings" if group == "first_class" else "filings_second"]
    assert table == expected
    if filings:
        assert row.total == 10 + Fraction(expected, 5) + Fraction(75 * 3, 10) + 20
    else:
        assert row.total == (Fraction(expected, 5) + Fraction(75 * 3, 10) + 20) / Fraction(9, 10)


def test_an_area_where_nothing_was_due_is_not_judged() -> None:
    """One term of four would make the whole score: a clean corner is no example, it is too few."""
    for group in ("first_class", "second_class"):
        row = scored("area", {"filings": 0, "reports": 3}, group)
        assert (row.shown, row.grade, row.why) == (None, "", "sample")


def test_yuncheng_with_its_three_groups() -> None:
    """System: (150 + 0.4 x 30) / 200 = 0.81 x 80 = 64.8, + 0.9 x 10 + 0.95 x 10 = 83.3."""
    order = scored("yuncheng_2026", MONTH, "order", team_score=99, street_score=100, extra_points=[-0.7, 0.2])
    assert order.total == Fraction("83.3") * Fraction(7, 10) + Fraction("14.85") + 15 - Fraction(1, 2)
    assert order.shown == Decimal("87.660")
    litter = scored("yuncheng_2026", MONTH, "sanitation", loose_litter=[900, 1027], centre_score=91, extra_points=0)
    assert points(litter)["litter"] == Fraction("80.73")
    assert litter.total == Fraction("84.3") * Fraction(3, 10) + Fraction("80.73") * Fraction(3, 10) + Fraction("36.4")
    gardens = scored("yuncheng_2026", MONTH, "gardens", centre_score=94, extra_points=0)
    assert gardens.total == Fraction("83.3") * Fraction(7, 10) + Fraction("28.2")


def test_a_park_without_a_case_or_an_entry_has_no_score() -> None:
    """“–” as in the tables of the source: not 0, not 100."""
    assert (r := scored("yuncheng_2026", {}, "gardens", centre_score=90, extra_points=0)).shown is None
    assert r.why == "no_denominator" and r.rank is None and r.grade == ""
    assert scored("yuncheng_2026", MONTH, "gardens", centre_score=90).why == "no_entry"


def test_jinniu() -> None:
    """96 x 0.3 + 80 x 0.2 + 95 x 0.2 + 96 x 0.2 + 92 x 0.1 = 28.8 + 16 + 19 + 19.2 + 9.2 = 92.2."""
    assert scored("jinniu", MONTH).shown == Decimal("92.20")


def test_jinhua_deducts_point_by_point() -> None:
    """Of 200 due 40 are deferred: 108 of 160 are 67.5 %, 2.5 below 70: 47.5; 140 of 160 are 87.5 %: 17.5. Urgent: 9 of
    10 closed, 5 less; 8 of 10 in time, 15 missing to 95 %: 7.5 less: below zero counts zero. Rework: 9 x 0.2 + 1 x 0.5
    + 1 x 1 = 3.3 of 5 gone. One case shown by the media costs double; organization 8 of 10; one fraud."""
    row = scored("jinhua", {
        "closings_due": 200, "deferrals": 40, "closings": 140, "closings_on_time": 108, "urgent_closings_due": 10,
        "urgent_closings": 9, "urgent_closings_on_time": 8, "reworks": 10, "reworks_often": 1, "shuffles": 1,
    }, from_above=("media", 1), organization=8, fraud=("fraud", 1))  # fmt: skip
    assert points(row) == {
        "on_time": Fraction("47.5"), "closing": Fraction("17.5"), "urgent": 0, "conduct": Fraction("1.7"),
        "attention": 3, "organization": 8, "fraud": -1,
    }  # fmt: skip
    assert row.shown == Decimal("76.70")


def test_jinhua_when_all_is_deferred_or_nothing_urgent() -> None:
    row = scored("jinhua", {"closings_due": 5, "deferrals": 6}, organization=10)
    states = {term.key: (term.state, term.why) for term in row.terms}
    assert states["on_time"] == ("shared", "no_denominator")
    assert states["urgent"] == ("full", "no_denominator") and states["attention"] == ("full", "no_entry")


def test_the_rest_of_the_examples() -> None:
    assert scored("functional_zone", MONTH, supervised=90, inspection=[80, 90]).total == 45 + 9 + Fraction("25.5")
    assert scored("fuzhou", MONTH).total == (
        Fraction("33.34") * Fraction(9, 10) + Fraction("33.33") * Fraction(3, 4) + Fraction("33.33") * Fraction(95, 100)
    )
    assert scored("quanzhou", {**MONTH, "public_cases_overdue": 5}).total == Fraction(80 + 96 + 95 + 96 + 98, 5)
    assert scored("xuchang", MONTH, "streets").grade == "good"  # 36 + 24 + 28.5 = 88.5
    assert scored("ningbo", MONTH, inspection=85, public_survey=90).total == 32 + 27 + 17 + 9
    faults = {"missed_reports": 3, "false_reports": 1}
    row = scored("collection_contract", faults, company=90, project=80, task_rate=110)
    assert row.total == 18 + Fraction(80 * (100 + 80), 200) - Fraction("3.5")
    row = scored("national_management", {**MONTH}, clean=90, tidy=80, orderly=70, survey=92, outside=88)
    assert row.total == 18 + 16 + 14 + Fraction("13.8") + 9 + 8 + Fraction("4.4")
    row = scored("national_operation", {}, utilities=80, buildings=80, traffic=80, crowds=80, gain=80, outside=60)
    assert row.shown == Decimal("79.00")


@pytest.mark.parametrize(
    ("missing", "shown"), [("share", "80.00"), ("full", "88.00"), ("zero", "48.00"), ("none", None)]
)
def test_what_becomes_of_a_missing_term(missing: str, shown: str | None) -> None:
    """48 of 60 are there; the other 40 are shared, given, lost, or forbid a score."""
    text = SMALL.replace('input = "inspection"', f'input = "inspection"\nmissing = "{missing}"')
    row = scored("own", {"closings_due": 5, "closings": 4}, text=text)
    assert (None if row.shown is None else str(row.shown)) == shown


@pytest.mark.parametrize(("closings", "shown"), [(4, None), (5, "100.00")])
def test_too_few_are_not_judged(closings: int, shown: str | None) -> None:
    text = SMALL.replace('en = "All"\n', 'en = "All"\nsample = "closings_due"\nsample_least = 5\n')
    row = scored("own", {"closings_due": closings, "closings": closings}, text=text, inspection=95)
    assert (None if row.shown is None else str(row.shown)) == shown
    assert row.why == ("sample" if shown is None else "")


def test_acts_that_an_import_derived_make_no_score() -> None:
    book = assembled({"own": SMALL})
    one = known(book, "own", {"closings_due": 5, "closings": 4}, derived=frozenset({"closings"}), inspection=50)
    one = Known(one.subject, one.code, one.name, one.values, one.parts, frozenset({"closing_rate"}), one.given)
    (row,) = scores(book.schemes["own"], MARCH, {"all": [one]}).rows()
    assert row.terms[0].why == "derived" and row.terms[0].state == "shared"


def test_rounding_is_once_and_half_up_and_the_band_is_that_of_what_is_printed() -> None:
    """Two thirds of 60 and a step of 50 x 0.4: 40 + 20; and 59.995 is printed 60.00 and passes."""
    assert scored("own", {"closings_due": 3, "closings": 2}, text=SMALL, inspection=60).shown == Decimal("60.00")
    thousand = {"closings_due": 60_000, "closings": 39_995}
    row = scored("own", thousand, text=SMALL, inspection=60)
    assert (row.total, row.shown, row.grade) == (Fraction("59.995"), Decimal("60.00"), "passed")


def test_equal_scores_share_their_rank() -> None:
    book = assembled({"own": SMALL})
    members = [
        known(book, "own", {"closings_due": 10, "closings": n}, str(i), inspection=95)
        for i, n in enumerate((9, 10, 9, 8))
    ]
    (group,) = scores(book.schemes["own"], MARCH, {"all": [*members, known(book, "own", {}, "9")]}).groups
    assert [(row.subject, row.rank) for row in group.rows] == [("1", 1), ("0", 2), ("2", 2), ("3", 4), ("9", None)]


@given(st.permutations(range(5)), st.lists(st.integers(0, 20), min_size=5, max_size=5))
def test_order_does_not_matter_and_the_tree_can_be_kept(order: list[int], closings: list[int]) -> None:
    book = BOOK
    rows = [
        known(book, "own", {"closings_due": 20, "closings": n}, str(i), inspection=[i * 10, 50])
        for i, n in enumerate(closings)
    ]
    first = scores(book.schemes["own"], MARCH, {"all": rows})
    again = scores(book.schemes["own"], MARCH, {"all": [rows[n] for n in order]})
    assert to_json(first) == to_json(again)
    assert from_json(to_json(first)) == first


BOOK = assembled({"own": SMALL})
COUNT = st.integers(0, 400)


@given(st.fixed_dictionaries({key: COUNT for key in MONTH}))
def test_every_score_lies_between_nothing_and_all_and_its_terms_add_up(counts: dict[str, int]) -> None:
    for code in ("department", "jinniu"):
        (row,) = scores(STANDARD.schemes[code], MARCH, {
            STANDARD.schemes[code].groups[0].key: [known(STANDARD, code, counts)]
        }).rows()  # fmt: skip
        if row.total is not None:
            assert 0 <= row.total <= 100
            assert sum(term.counts for term in row.terms) == row.total
            assert sum(term.share for term in row.terms) == 100


STANDARD = assembled({"jinniu": EXAMPLES["jinniu"]})


@given(st.integers(1, 300), st.data())
def test_one_more_closing_never_costs_and_one_more_rework_never_helps(due: int, data: st.DataObject) -> None:
    closings = data.draw(st.integers(0, due - 1))
    counts = {**MONTH, "closings_due": due, "closings": closings, "reworks": data.draw(st.integers(0, due))}

    def total(**more: int) -> Fraction:
        one = known(STANDARD, "department", {**counts, **more})
        (row,) = scores(STANDARD.schemes["department"], MARCH, {"departments": [one]}).rows()
        assert row.total is not None
        return row.total

    assert total(closings=closings + 1) > total()
    assert total(reworks=counts["reworks"] + 1) <= total()


@pytest.mark.parametrize(
    ("value", "begun", "expected"),
    [("0.70", False, 50), ("0.695", False, "49.5"), ("0.695", True, 49), ("0", False, 0)],
)
def test_deductions(value: str, begun: bool, expected: int | str) -> None:
    one = Transform("deduction", Fraction(50), Fraction(0), Fraction(50), (), Fraction(7, 10), Fraction(1, 100),
                    Fraction(1), "below", begun)  # fmt: skip
    assert points_of(one, Fraction(value)) == Fraction(expected)
