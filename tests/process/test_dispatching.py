"""派遣、下派、快速处置、协调确权、提交城管委 (S0-16, S4-21, S4-22, S4-27, S4-28, S3-20, S0-36..S0-42)."""

from datetime import timedelta

from citygrid.process.moments import stamp
from citygrid.process.states import Mode, State
from tests.process.city import (
    CENTRE,
    CLOSED_UNIT,
    COMMISSION,
    COVER,
    DENG,
    GAO,
    HAN,
    HU,
    LI,
    RUBBISH,
    SANITATION,
    SECOND_LEVEL,
    STREET_TEAM,
    SUN,
    TAO,
    THERE,
    WANG,
    WHY,
    WORKS,
    WU,
    ZHAO,
    ZHENG,
    Story,
    photo,
    text,
)


def test_the_clock_of_handling_starts_at_dispatch() -> None:
    """S0-53; workflow section 7 point 4: 4 working hours from Monday 09:10 end at 15:10, after the noon break."""
    story = Story().dispatched()
    item = story.held("handle")
    assert (item.due - item.opened_at) == timedelta(hours=6)
    assert story.case.due == item.due == story.case.assignments[0].due
    assert story.kinds() == ["handle", "sign"]
    assert item.holder.body == SANITATION and item.on_line

def test_who_can_be_dispatched_to() -> None:
    story = Story().filed()
    story.refused("unknown_body", LI, "dispatch", body=77)
    story.refused("unknown_body", LI, "dispatch", body=CLOSED_UNIT)
    story.refused("not_a_handler", LI, "dispatch", body=CENTRE)
    story.refused("same_body", LI, "dispatch", body=SANITATION, assisting=[SANITATION])
    story.refused("field_unknown", LI, "dispatch", body=SANITATION, due=stamp(story.now + timedelta(days=9)))

def test_only_an_imported_history_names_its_dues() -> None:
    story = Story().filed()
    due = story.now + timedelta(days=9)
    case = story.do(LI, "dispatch", body=SANITATION, due=stamp(due), facts={"imported": True})
    assert case.due == due

def test_one_main_unit_and_others_assisting() -> None:
    """The main unit's feedback waits for theirs; the case follows the main unit."""
    story = Story().dispatched(assisting=(WORKS,)).later(minutes=5)
    assert story.do(WU, "sign").state is State.ASSIGNED, "the main unit has not signed yet"
    story.do(WU, "assign_worker", person=TAO.person)
    assert story.do(TAO, "feed_back").state is State.ASSIGNED, "an assisting unit may be done first"
    assert story.do(SUN, "sign").state is State.HANDLING
    assert story.do(SUN, "feed_back", media=[photo("a")]).state is State.HANDLED

def test_the_main_feedback_waits() -> None:
    story = Story().handling(assisting=(WORKS,))
    refusal = story.refused("assist_open", SUN, "feed_back", media=[photo("a")])
    assert str(WORKS) in str(refusal)

def test_a_second_level_centre_hands_down_to_its_own_unit() -> None:
    """S0-32, S0-42, S3-20, S4-16: its own clock runs on, off the main line; the lower unit's feedback ends it."""
    story = Story().handling(body=SECOND_LEVEL).later(minutes=10)
    story.refused("not_lower", ZHENG, "forward", body=WORKS)
    case = story.do(ZHENG, "forward", body=STREET_TEAM)
    above, below = sorted((i for i in case.work if i.kind == "handle"), key=lambda i: i.no)
    assert above.shadow_at == story.now and below.on_line and below.holder.body == STREET_TEAM
    assert above.paused_at is None, "the city's deadline runs on"
    assert [a.state for a in case.assignments] == ["forwarded", "offered"]
    story.refused("forwarded_open", ZHENG, "forward", body=STREET_TEAM)
    story.refused("forwarded_open", ZHENG, "feed_back", media=[photo("a")])
    story.refused("forwarded_open", ZHENG, "assign_worker", person=ZHENG.person)
    story.later(minutes=5).do(DENG, "sign")
    case = story.later(minutes=30).do(DENG, "feed_back", media=[photo("a")])
    assert case.state is State.HANDLING and case.line is not None and case.line.no == above.no
    case = story.later(minutes=5).do(ZHENG, "feed_back", media=[photo("b")])
    assert case.state is State.HANDLED
    assert case.handlers == {ZHENG.person, DENG.person}

def test_forwarding_signs() -> None:
    story = Story().dispatched(body=SECOND_LEVEL)
    case = story.do(ZHENG, "forward", body=STREET_TEAM)
    assert case.state is State.HANDLING and case.assignments[0].signed_at == story.now

def test_an_assisting_centre_hands_down_without_signing_for_the_main_unit() -> None:
    story = Story().dispatched(assisting=(SECOND_LEVEL,))
    assert story.do(ZHENG, "forward", body=STREET_TEAM).state is State.ASSIGNED
    assert story.do(DENG, "sign").state is State.ASSIGNED

def test_milestones_go_down_with_the_work_and_count_from_the_dispatch() -> None:
    """S4-25: on site within 2 hours of the notice, whoever goes."""
    story = Story().handling(COVER, body=SECOND_LEVEL)
    due = story.held("arrive").due
    story.later(minutes=30).do(ZHENG, "forward", body=STREET_TEAM)
    arrive = story.held("arrive")
    assert (arrive.holder.body, arrive.due) == (STREET_TEAM, due)
    case = story.do(DENG, "arrive", media=[photo("there")])
    assert [a.arrived_at for a in case.assignments] == [story.now, story.now]

def test_a_lower_unit_returns_to_the_centre_above_it() -> None:
    story = Story().handling(COVER, body=SECOND_LEVEL)
    story.do(ZHENG, "forward", body=STREET_TEAM)
    story.refused("no_assignment", DENG, "request", request="extend", reason=WHY)
    story.asked("return", DENG)
    assert story.case.state is State.HANDLING
    story.refused("not_yours", LI, "approve", granted=True)
    case = story.do(ZHENG, "approve", granted=True)
    assert [a.state for a in case.assignments] == ["signed", "withdrawn"]
    assert case.line is not None and case.line.holder.body == SECOND_LEVEL
    assert story.held("arrive").holder.body == SECOND_LEVEL

def test_a_lower_units_return_is_refused() -> None:
    story = Story().handling(body=SECOND_LEVEL)
    story.do(ZHENG, "forward", body=STREET_TEAM)
    case = story.asked("return", DENG).do(ZHENG, "approve", granted=False)
    assert [a.state for a in case.assignments] == ["forwarded", "offered"]

def test_the_return_of_a_unit_that_fed_back_is_over() -> None:
    story = Story().handling(body=SECOND_LEVEL)
    story.do(ZHENG, "forward", body=STREET_TEAM)
    story.asked("return", DENG).do(DENG, "sign")
    case = story.do(DENG, "feed_back", media=[photo("a")])
    assert case.requests[0].state == "withdrawn" and story.kinds() == ["handle"]

def test_the_centres_own_team_goes_at_once() -> None:
    """S0-65, S2-24, S4-27, S4-28: danger, no unit can be determined; what it cost is recorded."""
    story = Story().filed()
    case = story.do(LI, "rapid", reason=WHY, cost=50_000)
    assert (case.state, case.mode, case.cost) == (State.HANDLING, Mode.RAPID, 50_000)
    assert story.held("handle").holder.body == CENTRE
    case = story.later(hours=1).do(LI, "feed_back", media=[photo("a")])
    assert case.state is State.HANDLED and LI.person in case.handlers

def test_a_disputed_duty_goes_to_the_commission() -> None:
    """S0-36, S0-38, S0-40, S0-41, S4-04, S4-22: on a ground; the clock starts anew for the unit named."""
    story = Story().handling().later(minutes=30)
    case = story.do(LI, "refer", reason=WHY, ground="boundary")
    assert case.state is State.DISPUTED and story.held("settle").holder.body == COMMISSION
    assert case.assignments[0].outcome == "disputed" and case.due is None
    story.refused("not_yours", LI, "settle", body=WORKS, ground=text("the map"))
    case = story.later(hours=1).do(GAO, "settle", body=WORKS, ground=text("the map"))
    assert case.state is State.ASSIGNED and case.assignments[-1].body == WORKS
    assert case.redispatches == 1

def test_a_return_is_settled_at_once() -> None:
    """S4-22: the centre coordinates; the unit named is the answer to the return."""
    story = Story().handling()
    story.asked("extend").asked("return")
    case = story.do(LI, "settle", body=WORKS, ground=text("the map"))
    assert case.state is State.ASSIGNED
    assert [r.state for r in case.requests] == ["withdrawn", "granted"]
    assert case.returns == 1 and case.assignments[0].outcome == "returned"

def test_settling_answers_the_return_and_no_other_request() -> None:
    story = Story().handling()
    story.asked("extend")
    extend = story.held("approve").no
    story.asked("return")
    story.refused("wrong_item", LI, "settle", item=extend, body=WORKS, ground=text("the map"))

def test_redispatched_with_what_remained_where_the_district_says_so() -> None:
    """Workflow section 7 point 4, an option: full or remaining."""
    story = Story().checked("not_fixed", place=THERE, class_id=RUBBISH)
    rest = story.case.resting
    assert rest is not None and rest.due is not None
    story.do(HU, "redispatch", reason=WHY)
    assert story.case.due is None
    case = story.later(minutes=10).do(HAN, "dispatch", body=WORKS)
    assert story.held("handle").limit == "170 work_minute", "one hour and ten minutes of four hours were used"
    assert case.redispatches == 1

def test_escalated_to_the_city() -> None:
    """S2-23: what a district cannot dispatch, the city does."""
    story = Story().filed(place=THERE)
    story.do(HAN, "escalate", reason=WHY)
    assert story.held("dispatch").holder.body == CENTRE
    assert "escalated" in story.case.marks
    story.refused("same_value", LI, "escalate", reason=WHY)
    assert story.do(LI, "dispatch", body=SANITATION).state is State.ASSIGNED
    assert ZHAO.person not in story.case.handlers and WANG.person not in story.case.handlers
