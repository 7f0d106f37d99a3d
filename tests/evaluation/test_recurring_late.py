"""Older cases that arrive last (an import of an earlier year) explain what was filed here since: the later cases are
drawn in and linked, and nothing else is looked for (issue 7)."""

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from tests.evaluation.lives import LATER, simulated, table
from tests.evaluation.test_recurring import DAYS, MARCH, METRES, links, rule, story, told
from tests.process.city import CHEN, STALL

__all__ = ["rule"]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many cases each refresh brought over."""
    counts: list[int] = []
    fill = facts.facts_room.fill

    def watched(connection: Any, name: str, stale: int) -> None:
        if name == "case":
            row = connection.execute("select count(*) from evaluation_stale").fetchone()
            counts.append(row[0])
        fill(connection, name, stale)

    monkeypatch.setattr(facts.facts_room, "fill", watched)
    yield counts


def test_what_was_filed_since_comes_of_the_older_case_that_arrives_last(rule: None, drawn: list[int]) -> None:
    told(story(2, days=3).filed())
    assert links() == {}
    told(story(1).closed())
    assert links() == {UUID(int=2): UUID(int=1)}
    assert drawn == [1, 2]
    assert table("unit", ["recurrences_handled"], of=MARCH).total.values["recurrences_handled"] == 1, "facts follow"


@pytest.mark.parametrize(
    ("days", "metres", "comes"), [(3, 19.9, True), (3, 20.1, False), (9.9, 0, True), (10.5, 0, False)]
)
def test_only_so_near_and_so_soon_either_way(rule: None, days: float, metres: float, comes: bool) -> None:
    told(story(2, days=days).filed(), moved={UUID(int=2): metres})
    told(story(1).closed())
    assert bool(links()) is comes


def test_a_later_closing_that_arrives_takes_the_link_an_earlier_one_does_not(rule: None) -> None:
    told(story(2, days=2).closed(), story(3, days=5).filed())
    assert links() == {UUID(int=3): UUID(int=2)}
    told(story(1).closed())
    assert links() == {UUID(int=2): UUID(int=1), UUID(int=3): UUID(int=2)}
    told(story(4, days=3).closed())
    assert links()[UUID(int=3)] == UUID(int=4) and links()[UUID(int=4)] == UUID(int=2)


def test_what_people_undid_stays_undone_and_another_class_is_none(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).filed(), story(5, days=3).filed(STALL))
    with plain() as connection:
        assert recurring_links.undo(connection, UUID(int=2), CHEN.person, "the other side", LATER)
        facts.refresh(connection)
    told(story(4, days=1).closed())
    with plain() as connection:
        (link,) = recurring_links.links_of(connection, UUID(int=2))
    assert (link.earlier, link.reason) == (UUID(int=1), "the other side")
    assert UUID(int=5) not in links()


def test_an_act_on_a_case_that_is_closed_looks_for_nobody(rule: None, drawn: list[int]) -> None:
    """Nor does the rule of now reach back: what was too far when it was filed stays so."""
    told(story(1).closed(), story(2, days=3).filed(), moved={UUID(int=2): METRES + 5})
    with plain() as connection:
        recurring_links.keep_rule(connection, METRES + 10, DAYS)
        connection.execute("insert into evaluation_changed values (%s)", [UUID(int=1)])
        facts.refresh(connection)
    assert links() == {} and drawn == [2, 1]


def test_a_closed_case_that_an_import_puts_elsewhere_is_looked_for_there(rule: None) -> None:
    told(story(1).closed(), story(2, days=3).filed(), moved={UUID(int=2): 300})
    assert links() == {}
    with plain() as connection:
        connection.execute(
            "update cases_case set point = point + point(300, 0), lon = (lon::float8 + 0.003)::text where id = %s",
            [UUID(int=1)],
        )
        connection.execute("insert into evaluation_changed values (%s)", [UUID(int=1)])
        facts.refresh(connection)
    assert links() == {UUID(int=2): UUID(int=1)}


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_in_whatever_order_cases_arrive_the_links_are_the_same(rule: None, seed: int) -> None:
    """Sixty cases strewn over a hundred metres, the newest half first, then the older ones in handfuls."""
    chance = Random(seed)
    stories = simulated(60, seed=seed)
    moved = {one.id: chance.uniform(0, 100) for one in stories}
    order = sorted(stories, key=lambda one: min(case.received_at for case in one.cases.values()), reverse=True)
    for n in range(0, len(order), 12):
        some = order[n : n + 12]
        told(*some, moved={one.id: moved[one.id] for one in some})
    before = links()
    with plain() as connection:
        connection.execute("delete from evaluation_recurrence")
        facts.rebuild(connection)
    assert len(before) > 3 and links() == before


def test_a_rebuild_draws_nobody_in(rule: None, drawn: list[int]) -> None:
    told(story(1).closed(), story(2, days=3).filed())
    with plain() as connection:
        facts.rebuild(connection)
    assert drawn == [2, 2] and links() == {UUID(int=2): UUID(int=1)}
