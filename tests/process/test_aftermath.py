"""回访、申诉: after closing; closed stays closed, facts stay (S0-22; workflow 3.28, 3.29)."""

from citygrid.process.states import State
from tests.process.city import CHEN, LI, SUN, TAO, WANG, WHY, WU, ZHAO, Story, photo, rules_with


def test_an_appeal_has_two_reviews_and_exempts() -> None:
    """Once per assignment; the raw facts stay, statistics exempt."""
    story = Story().closed()
    before = story.case.assignments[0]
    story.refused("no_assignment", WU, "appeal", reason=WHY)
    story.do(SUN, "appeal", reason=WHY)
    story.refused("not_yours", CHEN, "review_appeal", granted=True)
    story.do(LI, "review_appeal", granted=True)
    assert not story.case.assignments[0].exempt
    case = story.do(CHEN, "review_appeal", granted=True)
    after = case.assignments[0]
    assert after.exempt and (after.late, after.due) == (before.late, before.due)
    assert case.state is State.CLOSED and case.work == ()
    story.refused("appealed", SUN, "appeal", reason=WHY)


def test_an_appeal_is_refused_by_the_first() -> None:
    story = Story().closed()
    story.do(SUN, "appeal", reason=WHY)
    case = story.do(LI, "review_appeal", granted=False)
    assert case.requests[0].state == "refused" and not case.assignments[0].exempt and case.work == ()


def test_a_city_without_appeals() -> None:
    story = Story(rules=rules_with(approvals={})).closed()
    story.refused("no_rule", SUN, "appeal", reason=WHY)
    assert story.answer(story.make(TAO, "appeal", {"reason": WHY})) is not None


def test_the_reporter_is_called_back() -> None:
    story = Story()
    data = {"source": "hotline", "class_id": "stall", "lon": "121.5000000", "lat": "31.2000000"}
    story.do(CHEN, "log_call", **data)
    story.do(CHEN, "send_verify")
    story.do(ZHAO, "verify", true=True, media=[photo("x")])
    story.do(WANG, "file_case", condition="1")
    story.do(LI, "dispatch", body=10)
    story.do(SUN, "sign")
    story.do(SUN, "feed_back", culprit="none")
    story.do(CHEN, "send_check")
    story.do(ZHAO, "check", result="fixed")
    story.do(WANG, "close", outcome="qualified")
    assert story.kinds() == ["call_back"]
    case = story.later(days=1).do(CHEN, "follow_up", rating="satisfied")
    assert case.rating == "satisfied" and case.work == ()
