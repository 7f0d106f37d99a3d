"""Nobody judges what they handled or asked for (DESIGN section 2; S0-04, S1-05, S3-03, S3-16, S3-19)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from citygrid.process import Actor, offers
from citygrid.process.acts import ACTS
from citygrid.process.states import Side
from tests.process.city import CHEN, LI, POSTER, RULES, SUN, WANG, WHY, ZHAO, Story, photo

PHOTO = {"media": [photo("x")]}


def self_handled() -> Story:
    story = Story()
    data = {"source": "patrol", "class_id": POSTER, "lon": "121.5000000", "lat": "31.2000000"}
    story.do(ZHAO, "self_report", media=[photo("a")], after_media=[photo("b")], **data)
    return story


def verifying() -> Story:
    story = Story().reported()
    story.do(CHEN, "send_verify")
    return story


def checking() -> Story:
    story = Story().handled()
    story.do(CHEN, "send_check")
    return story


def appealed() -> Story:
    story = Story().closed()
    story.do(SUN, "appeal", reason=WHY)
    return story


JUDGING: dict[str, tuple[Callable[[], Story], Actor, dict[str, Any]]] = {
    "verify": (verifying, ZHAO, {"true": True, **PHOTO}),
    "review_self": (self_handled, WANG, {"valid": True}),
    "check": (checking, ZHAO, {"result": "fixed", **PHOTO}),
    "close": (lambda: Story().checked(), WANG, {"outcome": "qualified"}),
    "rework": (lambda: Story().checked("not_fixed"), WANG, {"reason": WHY}),
    "redispatch": (lambda: Story().checked("not_fixed"), WANG, {"reason": WHY}),
    "review_appeal": (appealed, LI, {"granted": False}),
}


def test_every_judging_act_is_tried() -> None:
    assert set(JUDGING) == {a.name for a in ACTS.values() if a.judging}


@pytest.mark.parametrize("name", JUDGING)
def test_a_party_does_not_judge(name: str) -> None:
    """The same person, who handled this case on another post, is refused; a colleague is not."""
    make, judge, data = JUDGING[name]
    story = make()
    innocent = story.case
    story.cases[story.id] = replace(innocent, handlers=innocent.handlers | {judge.person})
    story.refused("party", judge, name, **data)
    assert name not in {o.spec.name for o in offers(story.case, judge, RULES, story.now)}
    story.cases[story.id] = innocent
    assert name in {o.spec.name for o in offers(story.case, judge, RULES, story.now)}
    story.do(judge, name, **data)


@pytest.mark.parametrize("name", JUDGING)
def test_only_the_supervising_side_judges(name: str) -> None:
    make, judge, data = JUDGING[name]
    make().refused("wrong_side", replace(judge, side=Side.HANDLING), name, **data)
    make().refused("not_your_role", replace(judge, role="leader"), name, **data)


def test_the_two_reviews_of_an_appeal_are_two_persons() -> None:
    """Li reviews first; on the post of the second review Li is refused, Chen is not. Who appealed reviews neither."""
    story = appealed()
    story.refused("party", replace(LI, person=SUN.person), "review_appeal", granted=True)
    story.do(LI, "review_appeal", granted=True)
    li_again = replace(CHEN, person=LI.person)
    story.refused("party", li_again, "review_appeal", granted=True)
    assert "review_appeal" not in {o.spec.name for o in offers(story.case, li_again, RULES, story.now)}
    story.refused("party", replace(CHEN, person=SUN.person), "review_appeal", granted=True)
    assert story.do(CHEN, "review_appeal", granted=True).requests[-1].reviewers == (LI.person,)


def test_having_reported_it_is_no_party() -> None:
    """Zhao reported it; he may check it."""
    story = checking()
    assert story.case.reporter == ZHAO.person
    story.do(ZHAO, "check", result="fixed", **PHOTO)


def test_a_task_is_not_given_to_a_party() -> None:
    story = Story().handled()
    story.refused("task_party", CHEN, "send_check", person=SUN.person)


def test_answering_for_a_centres_step_makes_no_party() -> None:
    """Wang answers why closing took so long; he may still close."""
    story = Story().checked()
    story.do(WANG, "supervise")
    case = story.do(WANG, "answer", text=WHY)
    assert WANG.person not in case.handlers
    story.do(WANG, "close", outcome="qualified")


def test_a_closed_work_item_is_no_longer_answered() -> None:
    """An act names the work item that it answers; an urging meanwhile does not void an offline answer."""
    story = checking()
    item = story.held("check").no
    story.do(LI, "urge")
    story.refused("item_closed", ZHAO, "check", item=99, result="fixed", **PHOTO)
    story.do(ZHAO, "check", item=item, result="fixed", **PHOTO)
    assert story.last().data["item"] == item
    story.refused("wrong_item", LI, "approve", item=story.held("close").no, granted=True)
    story.refused("not_yours", replace(WANG, body=77), "close", item=story.held("close").no, outcome="qualified")
