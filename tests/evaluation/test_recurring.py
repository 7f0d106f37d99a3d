"""回潮: what comes back at the same place is found by the city's rule, counts for who handled and who checked, and can
be undone; a second, plain look at all pairs of cases finds the same (issue 7)."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from citygrid.cases import copying
from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from citygrid.evaluation.counting import Question, open_rows
from citygrid.evaluation.definitions import Count, shipped
from citygrid.evaluation.periods import period
from tests.evaluation.lives import LATER, SHANGHAI, cells, simulated, table, timelines_of
from tests.process.city import CHEN, CLEANERS, MONDAY, SANITATION, STALL, WANG, WHY, ZHAO, Story

MARCH = period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, LATER)
METRES, DAYS = 20, 10
HANDLED, CHECKED = ("recurrences_handled", "recurrence_rate"), ("recurrences_checked", "recurrence_check_rate")


@pytest.fixture
def rule(city: None) -> Iterator[None]:
    with plain() as connection:
        recurring_links.keep_rule(connection, METRES, DAYS)
    yield


def told(*stories: Story, moved: dict[UUID, float] | None = None) -> None:
    """The cases in the database; those of `moved` lie so many metres to the east."""
    with plain() as connection:
        copying.copy(connection, timelines_of([e for one in stories for e in one.entries.values()]))
        for case, metres in (moved or {}).items():
            connection.execute("update cases_case set point = point + point(%s, 0) where id = %s", [metres, case])
        facts.refresh(connection)


def story(number: int, days: float = 0) -> Story:
    found = Story(now=MONDAY + timedelta(days=days))
    found.id = UUID(int=number)
    return found


def links() -> dict[UUID, UUID]:
    with plain() as connection:
        rows = connection.execute("select case_id, earlier from evaluation_recurrence").fetchall()
    return dict(rows)


def test_what_comes_back_counts_for_who_handled_and_who_checked(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).handling())
    assert links() == {UUID(int=2): UUID(int=1)}
    unit = cells(table("unit", HANDLED, of=MARCH))[(SANITATION,)]
    assert unit == {"recurrences_handled": 1, "recurrence_rate": Decimal("100.00")}, "one of one closing came back"
    post = cells(table("post", CHECKED, of=MARCH))[("collector", ZHAO.person, None)]
    assert post == {"recurrences_checked": 1, "recurrence_check_rate": Decimal("100.00")}, "one of one check"


def test_the_unit_of_the_new_case_is_not_blamed(rule: None) -> None:
    """Sun's unit had handled it; the cleaners have it now."""
    told(story(1).closed(), story(2, days=3).dispatched(body=CLEANERS))
    by_unit = cells(table("unit", ["recurrences_handled"], of=MARCH))
    blamed = {key: one["recurrences_handled"] for key, one in by_unit.items() if one["recurrences_handled"]}
    assert blamed == {(SANITATION,): 1}


@pytest.mark.parametrize(
    ("days", "metres", "comes"),
    [(3, 0, True), (3, 19.9, True), (3, 20.1, False), (9.9, 0, True), (10.5, 0, False)],
)
def test_only_so_near_and_so_soon(rule: None, days: float, metres: float, comes: bool) -> None:
    told(story(1).closed(), story(2, days=days).filed(), moved={UUID(int=2): metres})
    assert bool(links()) is comes


def test_another_class_an_open_case_and_a_merged_one_are_none(rule: None) -> None:
    other, main, duplicate = story(2, days=3).filed(STALL), story(3, days=3).handling(), story(4, days=4).filed()
    duplicate.cases[main.id] = main.cases[main.id]
    duplicate.entries[main.id] = main.entries.pop(main.id)
    duplicate.do(CHEN, "merge", into=str(main.id), reason=WHY)
    told(story(1).closed(), other, duplicate)
    assert UUID(int=2) not in links(), "a stall is not rubbish"
    assert table("class", ["recurrences_handled"], of=MARCH).total.values["recurrences_handled"] == 1, "the main case"


def test_the_last_closing_is_blamed_and_the_chain_goes_on(rule: None) -> None:
    told(story(1).closed(), story(2, days=2).closed(), story(3, days=4).filed())
    assert links() == {UUID(int=2): UUID(int=1), UUID(int=3): UUID(int=2)}


def test_what_is_not_the_same_place_counts_no_more_and_stays_so(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).filed())
    with plain() as connection:
        assert recurring_links.undo(connection, UUID(int=2), CHEN.person, "the other side of the road", LATER)
        assert not recurring_links.undo(connection, UUID(int=2), CHEN.person, "again", LATER), "once"
        facts.refresh(connection)
    assert table("unit", ["recurrences_handled"], of=MARCH).total.values["recurrences_handled"] == 0
    with plain() as connection:
        facts.rebuild(connection)
        (link,) = recurring_links.links_of(connection, UUID(int=1))
    assert (link.reason, link.undone_by) == ("the other side of the road", CHEN.person)
    rebuilt = table("unit", ["recurrences_handled"], of=MARCH).total.values
    assert rebuilt["recurrences_handled"] == 0


def test_a_voided_new_case_counts_no_more(rule: None) -> None:
    new = story(2, days=3).filed()
    new.asked("void", CHEN).do(WANG, "approve", granted=True)
    told(story(1).closed(), new)
    assert table("unit", ["recurrences_handled"], of=MARCH).total.values["recurrences_handled"] == 0


def test_a_number_opens_to_the_new_cases(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).filed(), story(3, days=4).filed())
    one = shipped().all["recurrences_handled"]
    assert isinstance(one, Count)
    with plain() as connection:
        rows = open_rows(connection, one, Question(MARCH, "unit"), (SANITATION,))
    assert [row.case.int for row in rows] == [2, 3]


def test_without_a_rule_nothing_is_looked_for(city: None) -> None:
    told(story(1).closed(), story(2, days=3).filed())
    assert links() == {}


def test_a_report_not_yet_filed_is_told_beforehand(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).accepted())
    with plain() as connection:
        found = recurring_links.before(connection, UUID(int=2))
    assert links() == {} and found is not None and found[0] == UUID(int=1)


def test_rebuilt_facts_give_the_same_links(rule: None) -> None:
    told(*simulated(60, seed=7))
    before = links()
    with plain() as connection:
        connection.execute("delete from evaluation_recurrence")
        facts.rebuild(connection)
    assert links() == before


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plain_look_at_all_pairs_finds_the_same(rule: None, seed: int) -> None:
    """Sixty ordinary cases strewn over a hundred metres: Python compares each with each."""
    chance = Random(seed)
    stories = simulated(60, seed=seed)
    moved = {one.id: chance.uniform(0, 100) for one in stories}
    told(*stories, moved=moved)
    cases = [case for one in stories for case in one.cases.values()]
    expected = {}
    for new in cases:
        if new.filed_at is None or new.parent is not None:
            continue
        found = [
            (-old.closed_at.timestamp(), str(old.id), old.id) for old in cases
            if old.id != new.id and old.state.value == "closed" and old.closed_at is not None and old.parent is None
            and old.class_id == new.class_id and math.dist([moved.get(old.id, 0)], [moved.get(new.id, 0)]) <= METRES
            and new.received_at - timedelta(days=DAYS) < old.closed_at <= new.received_at
        ]  # fmt: skip
        if found:
            expected[new.id] = min(found)[2]
    assert len(expected) > 3, "the walk has something to find"
    assert links() == expected


def test_the_moment_of_a_recurrence_is_the_new_filing(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).filed())
    day = (MONDAY + timedelta(days=3)).date()
    late = period(day + timedelta(days=1), day + timedelta(days=9), SHANGHAI, LATER)
    on_day = period(day, day, SHANGHAI, LATER)
    told_of = [table("unit", ["recurrences_handled"], of=of).total.values for of in (on_day, late)]
    assert [one["recurrences_handled"] for one in told_of] == [1, 0]

