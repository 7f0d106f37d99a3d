"""What is offered to whom: the same table and guards as deciding (DESIGN section 6; item 4 of issue 2)."""

from citygrid.process import SYSTEM, creations, offers
from citygrid.process.acts import ACTS
from tests.process.city import (
    CHEN,
    CITIZEN,
    CITY_RUN,
    DENG,
    EVERYBODY,
    LI,
    RULES,
    SECOND_LEVEL,
    STREET_TEAM,
    SUN,
    TAO,
    WANG,
    WHY,
    WU,
    ZHAO,
    ZHENG,
    ZHOU,
    Actor,
    Story,
)


def offered(story: Story, who: Actor) -> set[str]:
    return {one.spec.name for one in offers(story.case, who, RULES, story.now)}


def test_each_sees_their_own_next_step() -> None:
    story = Story().reported()
    assert {"accept", "refuse", "send_verify"} <= offered(story, CHEN)
    assert "accept" not in offered(story, WANG)
    assert offered(Story().dispatched(), SUN) >= {"sign", "assign_worker", "forward", "request"}
    assert {"close", "rework", "redispatch"} <= offered(Story().checked(), WANG)


def test_a_stranger_is_offered_nothing_of_the_work() -> None:
    """Tao and Wu belong to another unit."""
    story = Story().handling()
    assert offered(story, TAO) == set()
    assert offered(story, WU) <= {"comment"}


def test_internal_acts_are_offered_to_nobody() -> None:
    story = Story().handling()
    for who in (*EVERYBODY, SYSTEM):
        assert not [o for o in offers(story.case, who, RULES, story.now) if o.spec.internal]


def test_an_offer_names_the_work_item_that_it_answers() -> None:
    story = Story().handling()
    (one,) = [o for o in offers(story.case, SUN, RULES, story.now) if o.spec.name == "feed_back"]
    assert one.item is not None and one.item.no == story.held("handle").no


def test_what_would_be_refused_whatever_is_filled_in_is_not_offered() -> None:
    story = Story().dispatched()
    assert "feed_back" not in offered(story, SUN), "not signed for"
    assert "reply" not in offered(story, CHEN), "nobody waits for one"
    assert "send_check" not in offered(Story().checked(), WANG)
    assert "send_check" in offered(Story().checked("cannot_tell"), WANG)
    closed = Story().closed()
    assert "appeal" in offered(closed, SUN) and "appeal" not in offered(closed, WU)
    closed.do(SUN, "appeal", reason=WHY)
    assert "appeal" not in offered(closed, SUN)
    assert "reopen" in offered(closed, CHEN)
    closed.do(CHEN, "reopen", reason=WHY)
    assert "reopen" not in offered(closed, CHEN)


def test_kinds_of_request_by_who_asks() -> None:
    def kinds(story: Story, who: Actor) -> set[str]:
        return {k for o in offers(story.case, who, RULES, story.now) if o.spec.name == "request" for k in o.choices}

    story = Story().handling()
    assert kinds(story, SUN) == {"return", "extend", "suspend"}
    assert kinds(story, CHEN) == {"void"}
    assert kinds(story, LI) == {"force"}
    assert kinds(Story().accepted(), LI) == set(), "force is for filed cases"
    story = Story().handling(body=SECOND_LEVEL)
    story.do(ZHENG, "forward", body=STREET_TEAM)
    assert kinds(story, DENG) == {"return"}
    assert kinds(story, ZHENG) == {"extend", "suspend"}


def test_a_step_is_offered_to_the_role_of_the_chain() -> None:
    story = Story().handling().asked("void", CHEN)
    assert "approve" in offered(story, WANG) and "approve" not in offered(story, LI)


def test_a_request_can_be_withdrawn_by_the_askers_body() -> None:
    story = Story().handling().asked("extend")
    assert "withdraw" in offered(story, SUN) and "withdraw" not in offered(story, LI)


def test_who_may_open_a_case() -> None:
    assert {a.name for a in creations(ZHAO, CITY_RUN)} == {"report", "self_report"}
    assert {a.name for a in creations(CHEN, CITY_RUN)} == {"log_call", "warn"}
    assert {a.name for a in creations(CITIZEN, CITY_RUN)} == {"report"}
    assert {a.name for a in creations(SUN, CITY_RUN)} == {"report"}, "what a unit found itself (S2-25)"
    assert creations(ZHOU, CITY_RUN) == []
    assert "adopt" in ACTS
