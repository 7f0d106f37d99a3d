"""What if: counts replaced by hand, the score, the rank and what follows counted by hand (issue 7, item 5)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.evaluation.catalogue import assembled
from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.whatif import Change, Outcome, WhatIfError, changeable, changed, families, needed, what_if
from tests.evaluation.test_scoring import MARCH, known

WORKS = {
    "filings": 120, "filings_on_time": 120, "closings_due": 200, "closings": 180, "closings_on_time": 150,
    "closings_late": 30, "closings_overdue": 20, "closings_to_do": 40, "reworks": 10, "handlings_due": 250,
    "handlings": 220, "handlings_on_time": 200, "handlings_late": 20, "handlings_overdue": 30, "handlings_not_due": 12,
    "handlings_to_do": 42,
}  # fmt: skip
RIVAL = {
    "filings": 120, "closings_due": 200, "closings": 180, "reworks": 10, "handlings_due": 250, "handlings_on_time": 210,
}  # fmt: skip


def asked(*changes: Change) -> Outcome:
    book = assembled({})
    scheme, definitions = book.schemes["department"], book.definitions["department"]
    members = [known(book, "department", WORKS, "1"), known(book, "department", RIVAL, "2")]
    return what_if(scheme, definitions, MARCH, "departments", members, "1", WORKS, frozenset(), changes)


def test_twenty_fewer_overdue_are_twenty_more_on_time() -> None:
    """120 cases filed give 75 points; closing 180/200, rework 10/200; on time 200/250 becomes 220/250: 7.5 + 27 + 24 +
    28.5 = 87, and 2.4 more. The other has 210/250: 88.2, so second becomes first."""
    found = asked(Change("handlings_overdue", -20, "_on_time"))
    assert (found.before.shown, found.before.rank) == (Decimal("87.00"), 2)
    assert (found.after.shown, found.after.rank) == (Decimal("89.40"), 1)
    ((old, new),) = found.moved
    assert (old.key, old.value, new.value) == ("on_time", Fraction(4, 5), Fraction(22, 25))
    assert new.counts - old.counts == Fraction(12, 5)
    told = {one.key: (one.before, one.after, one.why, one.cause) for one in found.counts}
    assert told["handlings_overdue"] == (30, 10, "", "")
    assert told["handlings_on_time"] == (200, 220, "balance", "handlings_overdue")
    assert told["handlings"] == (220, 240, "sum", "handlings_on_time")
    assert told["handlings_to_do"] == (42, 22, "sum", "handlings_on_time")
    assert "handlings_due" not in told, "due = done + overdue: what one loses the other gets"
    assert not any(key.startswith("closings") for key in told), "another stage is left as it is"


def test_twenty_that_never_came_make_the_whole_smaller() -> None:
    found = asked(Change("handlings_overdue", -20))
    assert {one.key: one.after for one in found.counts} == {
        "handlings_overdue": 10, "handlings_due": 230, "handlings_to_do": 22,
    }  # fmt: skip
    assert found.moved[0][1].value == Fraction(200, 230)


def test_two_changes_add_up_and_the_larger_move_comes_first() -> None:
    found = asked(Change("reworks", -10), Change("handlings_overdue", -30, "_on_time"))
    assert [new.key for _, new in found.moved] == ["on_time", "rework"]
    assert found.after.shown == Decimal("92.10"), "87 + 3.6 + 1.5"
    assert found.after.grade == "A" and found.before.grade == "B"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ([Change("handlings_overdue", -31, "_on_time")], "below_zero"),
        ([Change("handlings_overdue", 201, "_on_time")], "below_zero"),
        ([Change("reworks", 171)], "more_than_whole"),
        ([Change("nothing", 1)], "no_such_count"),
        ([Change("reworks", 1), Change("reworks", 1)], "changed_twice"),
        ([Change("handlings_overdue", -5, "_on_time"), Change("handlings_on_time", 5, "_overdue")], "changed_twice"),
    ],
)
def test_what_cannot_be_is_refused(change: list[Change], code: str) -> None:
    with pytest.raises(WhatIfError) as found:
        changed(shipped(), WORKS, change)
    assert found.value.code == code


def test_what_can_be_changed_is_what_the_scheme_rests_on() -> None:
    book = assembled({})
    scheme, definitions = book.schemes["department"], book.definitions["department"]
    found = changeable(scheme, definitions)
    assert {"filings_on_time", "reworks", "handlings_overdue", "handlings_late", "closings_overdue"} <= set(found)
    assert not {"handlings", "handlings_due", "handlings_not_due", "closings_due", "filings_overdue"} & set(found)
    assert {*found, "handlings_due", "handlings_to_do", "closings"} <= set(needed(scheme, definitions))


def test_a_city_that_counts_what_is_not_due_balances_it_as_well() -> None:
    text = """
[[family]]
stem = "handlings"
zh = "处置"
en = "handle a case"
ens = "handlings"
kind = "handle"
where = [["duty", "=", "main"]]
answers = ["done"]
owed = "open"
"""
    definitions = assembled({"ours": text}).definitions["department"]
    assert families(definitions)["handlings"] is True and families(shipped())["handlings"] is False
    found = {one.key: one.after for one in changed(definitions, WORKS, [Change("handlings_not_due", -2, "_on_time")])}
    assert found == {"handlings_not_due": 10, "handlings_on_time": 202, "handlings": 222, "handlings_to_do": 40}


@given(st.integers(0, 30), st.integers(0, 20), st.sampled_from(["_on_time", "_late", ""]))
def test_the_identities_hold_after_any_change(overdue: int, late: int, instead: str) -> None:
    changes = [Change("handlings_overdue", -overdue, instead)]
    if instead != "_late":
        changes.append(Change("handlings_late", -late, instead))
    after = WORKS | {one.key: one.after for one in changed(shipped(), WORKS, changes)}
    assert after["handlings"] == after["handlings_on_time"] + after["handlings_late"]
    assert after["handlings_due"] == after["handlings"] + after["handlings_overdue"]
    assert after["handlings_to_do"] == after["handlings_overdue"] + after["handlings_not_due"]
