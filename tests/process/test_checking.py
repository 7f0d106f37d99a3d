"""核查与结案: the four results (S0-17, S1-35, S4-29, S4-30, S1-50..S1-52; workflow 3.19-3.24)."""

from citygrid.process.states import Outcome, State
from tests.process.city import (
    CHEN,
    FENG,
    HERE,
    HU,
    LI,
    QIAN,
    SUN,
    THERE,
    WANG,
    WHY,
    WORKS,
    ZHAO,
    Story,
    photo,
)


def test_fixed_and_closed() -> None:
    """S4-30 准予结案."""
    story = Story().checked()
    case = story.later(minutes=5).do(WANG, "close", outcome="qualified")
    assert (case.state, case.outcome, case.closed_at) == (State.CLOSED, Outcome.QUALIFIED, story.now)
    assert case.work == () and case.resting is None


def test_not_fixed_is_not_closed_as_qualified_but_as_substandard() -> None:
    """S4-30 不合格办结: closed, and counted against the unit."""
    story = Story().checked("not_fixed")
    story.refused("not_fixed", WANG, "close", outcome="qualified")
    case = story.do(WANG, "close", outcome="substandard")
    assert (case.outcome, case.assignments[0].outcome) == (Outcome.SUBSTANDARD, "substandard")


def test_rework_continues_the_clock() -> None:
    """S4-30 再次处置; workflow section 7 point 4: the same clock goes on with what remained."""
    story = Story().checked("not_fixed")
    rest = story.case.resting
    assert rest is not None
    case = story.later(minutes=10).do(WANG, "rework", reason=WHY)
    item = story.held("handle")
    assert case.state is State.HANDLING and case.reworks == 1 and case.check_result is None
    assert item.no == rest.no and item.pauses[-1] == (rest.paused_at, story.now)
    assert item.due > rest.due and case.due == item.due == case.assignments[0].due
    assert case.assignments[0].done_at is None
    story.later(minutes=5).do(SUN, "feed_back", media=[photo("again")])
    assert story.case.state is State.HANDLED


def test_rework_starts_anew_where_the_district_says_so() -> None:
    story = Story().checked("not_fixed", place=THERE)
    rest = story.case.resting
    assert rest is not None
    story.later(minutes=10).do(HU, "rework", reason=WHY)
    item = story.held("handle")
    assert item.no != rest.no and item.opened_at == story.now and item.limit == "4 work_hour" and not item.pauses


def test_another_unit() -> None:
    """S4-30 重新派遣, S1-52: in full, where the variant does not say what remained."""
    story = Story().checked("not_fixed")
    case = story.do(WANG, "redispatch", reason=WHY)
    assert case.state is State.FILED and case.assignments[0].outcome == "redispatched"
    case = story.do(LI, "dispatch", body=WORKS)
    assert story.held("handle").limit == "4 work_hour" and case.redispatches == 1


def test_who_cannot_tell_looks_again() -> None:
    story = Story().checked("cannot_tell")
    story.refused("not_fixed", WANG, "close", outcome="qualified")
    case = story.do(WANG, "send_check", person=QIAN.person)
    assert case.state is State.CHECKING
    story.do(QIAN, "check", result="fixed", media=[photo("again")])
    story.refused("can_tell", WANG, "send_check")


def test_the_check_needs_its_photo_unless_it_cannot_tell() -> None:
    story = Story().handled()
    story.do(CHEN, "send_check")
    story.refused("not_yours", QIAN, "check", result="fixed", media=[photo("x")])
    story.refused("evidence_missing", ZHAO, "check", result="fixed")
    assert story.do(ZHAO, "check", result="cannot_tell").state is State.CHECKED


def test_the_reporter_hears_of_the_end() -> None:
    """S0-22: the result is passed on: by a call back where the source has one, else by a reply."""
    for source, kinds in (("hotline", ["call_back"]), ("web", ["reply"]), ("patrol", [])):
        story = Story()
        data = {"source": source, "class_id": "stall", "lon": HERE.lon, "lat": HERE.lat}
        story.do(ZHAO, "report", **data)
        if source == "hotline":
            story.do(CHEN, "send_verify")
            story.do(ZHAO, "verify", true=True, media=[photo("x")])
        else:
            story.do(CHEN, "accept")
        story.do(WANG, "file_case", condition="1")
        story.do(LI, "dispatch", body=WORKS)
        story.asked("force", LI)
        story.do(FENG, "approve", granted=True)
        assert story.kinds() == kinds
