"""签收、指派、到场、排险、处置反馈 (S0-28, S1-49, S1-57, S1-59, S4-23, S4-25, S4-26)."""

from datetime import timedelta

from citygrid.process.states import State
from tests.process.city import (
    CLEANERS,
    COVER,
    MONDAY,
    SANITATION,
    STALL,
    SUN,
    TAO,
    WORKS,
    WU,
    YE,
    ZHOU,
    Story,
    photo,
    text,
)


def test_the_unit_signs() -> None:
    story = Story().dispatched().later(minutes=10)
    story.refused("not_yours", WU, "sign")
    case = story.do(SUN, "sign", note=text("seen"))
    assert case.state is State.HANDLING and case.assignments[0].signed_at == story.now
    assert case.handlers == {SUN.person}
    story.refused("item_closed", SUN, "sign")


def test_giving_it_to_a_worker_signs_too() -> None:
    story = Story().dispatched()
    story.refused("unknown_person", SUN, "assign_worker", person=999)
    story.refused("other_body", SUN, "assign_worker", person=TAO.person)
    case = story.do(SUN, "assign_worker", person=ZHOU.person)
    assert case.state is State.HANDLING and case.assignments[0].worker == ZHOU.person
    assert story.held("handle").holder.person == ZHOU.person
    assert ZHOU.person in case.persons
    case = story.do(SUN, "assign_worker", person=YE.person)
    assert case.assignments[0].worker == YE.person, "a team right below the unit"
    assert CLEANERS not in case.bodies


def test_a_dangerous_cover_arrive_make_safe_repair() -> None:
    """S4-25, S4-26: on site within 2 hours, made safe, then repaired; proof at each step."""
    story = Story().dispatched(COVER)
    assert story.kinds() == ["arrive", "confirm", "handle", "make_safe", "sign"]
    assert story.held("arrive").due == story.now + timedelta(hours=2)
    assert story.held("make_safe").due == story.now + timedelta(hours=3)
    story.later(minutes=30).do(SUN, "assign_worker", person=ZHOU.person)
    story.later(minutes=30).refused("evidence_missing", ZHOU, "arrive")
    story.do(ZHOU, "arrive", media=[photo("there")])
    assert story.last().data["close"][0]["late"] is False
    story.later(hours=3).do(ZHOU, "make_safe", media=[photo("fence")])
    assert story.last().data["close"][0]["late"] is True
    case = story.later(hours=1).do(ZHOU, "feed_back", media=[photo("after")])
    assert case.state is State.HANDLED and case.assignments[0].late is False


def test_an_arrival_that_nobody_asked_for_is_noted_once() -> None:
    story = Story().handling()
    story.do(ZHOU, "arrive")
    assert story.case.assignments[0].arrived_at == story.now
    story.refused("same_value", ZHOU, "arrive")
    story.refused("no_assignment", TAO, "arrive")


def test_arrivals_that_never_came_are_passed_over() -> None:
    story = Story().dispatched(COVER)
    story.do(SUN, "sign")
    story.do(SUN, "feed_back", media=[photo("after")])
    outcomes = {c["no"]: c["outcome"] for c in story.last().data["close"]}
    assert sorted(outcomes.values()) == ["done", "passed_over", "passed_over"]


def test_it_is_signed_before_it_is_fed_back() -> None:
    Story().dispatched().refused("wrong_state", SUN, "feed_back", media=[photo("a")])


def test_enforcement_facts_come_with_the_feedback() -> None:
    """S1-59: where the culprit is known: educate, order correction, penalise; reported."""
    story = Story().handling(STALL)
    story.refused("enforcement_missing", SUN, "feed_back")
    story.refused("enforcement_missing", SUN, "feed_back", culprit="known")
    said = {"culprit": "known", "measure": "penalised", "document": "PF-2026-1", "amount": 20_000}
    story.do(SUN, "feed_back", **said)
    assert story.last().data["said"] == said


def test_late_is_judged_by_the_feedback() -> None:
    """Workflow 3.18: the on-time test uses this moment."""
    story = Story().handling()
    story.now = story.held("handle").due
    assert story.do(SUN, "feed_back", media=[photo("a")]).assignments[0].late is False
    story = Story().handling()
    story.now = story.held("handle").due + timedelta(microseconds=1)
    assert story.do(SUN, "feed_back", media=[photo("a")]).assignments[0].late is True


def test_a_stranger_touches_nothing() -> None:
    """Tao belongs to another unit: nothing of this case is his."""
    story = Story().handling()
    for name, data in (("feed_back", {}), ("arrive", {}), ("make_safe", {})):
        assert story.answer(story.make(TAO, name, data)) is not None
    story.refused("no_assignment", WU, "request", request="return", reason=text("why"))
    assert story.case.bodies.isdisjoint({WORKS}) and SANITATION in story.case.bodies
    assert story.case.received_at == MONDAY
