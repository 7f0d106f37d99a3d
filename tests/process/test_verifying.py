"""核实: is the report so? (S1-32, S1-33; workflow 3.5-3.7, section 7 point 5)."""

from citygrid.process.states import State
from tests.process.city import (
    CHEN,
    HERE,
    QIAN,
    RUBBISH,
    SUN,
    WHY,
    XU,
    ZHAO,
    ZHENG,
    Story,
    photo,
)


def called(**data: object) -> Story:
    story = Story()
    story.do(CHEN, "log_call", source="hotline", lon=HERE.lon, lat=HERE.lat, **data)
    return story


def test_true_counts_as_accepted_by_the_call_taker_and_the_clock_paused_meanwhile() -> None:
    story = called(class_id=RUBBISH).later(minutes=1)
    story.do(CHEN, "send_verify")
    assert story.case.state is State.VERIFYING
    accept, verify = story.held("accept"), story.held("verify")
    assert accept.paused_at == story.now and not accept.on_line
    assert verify.holder.person == ZHAO.person, "the collector on duty"
    case = story.later(minutes=40).do(ZHAO, "verify", true=True, media=[photo("seen")])
    assert (case.state, case.accepted_at) == (State.ACCEPTED, story.now)
    late = {c["no"]: c["late"] for c in story.last().data["close"]}
    assert late == {accept.no: False, verify.no: False}, "acceptance was not late: it waited for the collector"


def test_false_goes_back_with_a_proposal_to_void() -> None:
    """S1-33: not existing: to be voided; the call-taker decides."""
    story = called(class_id=RUBBISH)
    story.do(CHEN, "send_verify", person=QIAN.person)
    story.later(minutes=5).refused("not_yours", ZHAO, "verify", true=False)
    case = story.do(QIAN, "verify", true=False)
    assert case.state is State.REPORTED and case.void_proposed
    assert story.held("accept").on_line
    assert story.do(CHEN, "refuse", reason=WHY).state is State.REJECTED


def test_what_remained_of_acceptance_goes_on() -> None:
    story = Story().reported().later(minutes=4)
    story.do(CHEN, "send_verify")
    story.later(minutes=30).do(ZHAO, "verify", true=False)
    assert (story.held("accept").due - story.now).total_seconds() == 360


def test_true_without_a_class_comes_back_to_be_classed() -> None:
    story = called()
    story.do(CHEN, "send_verify")
    case = story.do(ZHAO, "verify", true=True, media=[photo("seen")])
    assert case.state is State.REPORTED and not case.void_proposed


def test_true_needs_a_photo() -> None:
    story = called(class_id=RUBBISH)
    story.do(CHEN, "send_verify")
    story.refused("evidence_missing", ZHAO, "verify", true=True)


def test_nobody_on_duty_or_unknown() -> None:
    story = Story().reported()
    story.refused("no_duty", CHEN, "send_verify", facts={"duty": None})
    story.refused("unknown_person", CHEN, "send_verify", person=999)


def test_the_team_lead_gives_the_task_to_another_collector() -> None:
    """任务改派: the clock of the task runs on."""
    story = Story().reported()
    story.do(CHEN, "send_verify")
    before = story.held("verify")
    story.later(minutes=10).refused("same_value", XU, "reassign_task", person=ZHAO.person)
    story.do(XU, "reassign_task", person=QIAN.person)
    after = story.held("verify")
    assert (after.holder.person, after.due, after.no) == (QIAN.person, before.due, before.no)
    story.refused("not_yours", ZHAO, "verify", true=False)
    story.refused("unknown_person", XU, "reassign_task", person=999)


def test_the_handling_side_never_verifies() -> None:
    """S0-04, S3-19: supervision is cut off from handling."""
    story = Story().reported()
    story.do(CHEN, "send_verify", person=SUN.person)
    story.refused("wrong_side", SUN, "verify", true=True, media=[photo("x")])
    story.refused("not_your_role", CHEN, "verify", true=True)
    story.refused("not_yours", ZHENG, "verify", true=True)
