"""申请与审批: return, extend, suspend, void, force (S0-45..S0-47, S1-20, S1-33; workflow section 6)."""

from datetime import timedelta

import pytest

from citygrid.process import SYSTEM
from citygrid.process.moments import stamp
from citygrid.process.rules import Approval
from citygrid.process.states import Outcome, State
from tests.process.city import (
    BAI,
    CENTRE,
    CHEN,
    CITY_RUN,
    DENG,
    FENG,
    HAN,
    LI,
    RUBBISH,
    SANITATION,
    SECOND_LEVEL,
    STREET_TEAM,
    SUN,
    THERE,
    WANG,
    WHY,
    WORKS,
    WU,
    ZHENG,
    Story,
    limit,
    photo,
    rules_with,
)


def with_approval(kind: str, **changes: object):
    old = CITY_RUN.approvals[kind]
    values = {n: getattr(old, n) for n in ("steps", "most", "before_due", "longest", "default")} | changes
    return rules_with(approvals={**CITY_RUN.approvals, kind: Approval(**values)})


# 回退


def test_a_return_is_granted_and_another_unit_starts_in_full() -> None:
    """S0-45: not its duty: returned in time, with reasons. The unit's clock pauses while it is decided."""
    story = Story().handling().later(minutes=20)
    story.asked("return", suggested=WORKS)
    assert story.case.state is State.RETURNING
    assert story.held("handle").paused_at == story.now and story.held("approve").on_line
    case = story.later(minutes=30).do(LI, "approve", granted=True)
    assert (case.state, case.returns, case.due) == (State.FILED, 1, None)
    assert case.assignments[0].outcome == "returned"
    case = story.do(LI, "dispatch", body=WORKS)
    assert case.redispatches == 1 and story.held("handle").limit == "4 work_hour"


def test_a_refused_return_is_charged_to_the_unit() -> None:
    story = Story().handling()
    due = story.held("handle").due
    story.asked("return").later(hours=1)
    case = story.do(LI, "approve", granted=False)
    item = story.held("handle")
    assert case.state is State.HANDLING and case.requests[0].state == "refused"
    assert item.due == due and not item.pauses and len(item.shadows) == 1


def test_a_return_asked_before_signing_comes_back_unsigned() -> None:
    story = Story().dispatched()
    story.asked("return")
    assert story.do(LI, "approve", granted=False).state is State.ASSIGNED
    assert story.case.assignments[0].state == "offered"


def test_a_return_is_withdrawn_by_whoever_asked() -> None:
    story = Story().handling()
    story.asked("return")
    story.refused("not_the_asker", WU, "withdraw", request=1)
    story.refused("no_request", SUN, "withdraw", request=2)
    case = story.do(BAI, "withdraw", request=1)
    assert case.state is State.HANDLING and story.kinds() == ["handle"]
    assert case.requests[0].state == "withdrawn"


def test_withdrawing_another_units_request_leaves_the_return_alone() -> None:
    story = Story().handling(assisting=(WORKS,))
    story.asked("return", WU).asked("return", SUN)
    assert story.do(WU, "withdraw", request=1).state is State.RETURNING


def test_an_assisting_unit_is_let_go_by_the_dispatcher() -> None:
    story = Story().handling(assisting=(WORKS,))
    story.asked("return", WU)
    assert story.case.state is State.HANDLING
    case = story.do(LI, "approve", granted=True)
    assert [a.state for a in case.assignments] == ["signed", "withdrawn"]


# 延期


def test_an_extension_adds_to_the_old_due() -> None:
    """S0-46, workflow section 6: + the original limit on the current due; the yellow light moves along."""
    story = Story().handling()
    before = story.held("handle")
    case = story.asked("extend").later(minutes=5).do(LI, "approve", granted=True)
    after = story.held("handle")
    assert after.due == story.rules.calendars["office"].extend(before.due, limit("4 work_hour")).at
    assert before.warn_at < after.warn_at < after.due and after.warn_at > before.due
    assert case.due == after.due == case.assignments[0].due and after.added == ("4 work_hour",)
    assert (case.extensions, case.assignments[0].extensions) == (1, 1)


def test_the_approver_may_grant_less_or_a_date() -> None:
    story = Story().handling()
    old = story.held("handle").due
    story.asked("extend", limit="3 work_day").do(LI, "approve", granted=True, limit="1 natural_day")
    assert story.held("handle").due == old + timedelta(days=1)
    until = old + timedelta(days=3)
    story.asked("extend", limit="3 work_day").do(LI, "approve", granted=True, until=stamp(until))
    item = story.held("handle")
    assert (item.due, item.limit) == (until, None) and item.warn_at < until
    assert story.case.requests[1].limit is None


def test_the_first_approvers_word_goes_along() -> None:
    story = Story().handling(place=THERE)
    due = story.held("handle").due
    story.asked("extend", BAI, limit="9 natural_day").do(SUN, "approve", granted=True, limit="2 natural_day")
    assert story.case.requests[0].step == 1
    story.do(HAN, "approve", granted=True)
    assert story.held("handle").due == due + timedelta(days=2)


def test_bounds_of_an_extension() -> None:
    """Workflow section 6: at most twice, refusals do not count, only before overdue."""
    story = Story().handling()
    soon = stamp(story.now + timedelta(hours=1))
    story.refused("not_later", SUN, "request", request="extend", reason=WHY, until=soon)
    story.refused("request_past", SUN, "request", request="extend", reason=WHY, until=stamp(story.now))
    story.asked("extend")
    story.refused("request_open", SUN, "request", request="extend", reason=WHY)
    story.do(LI, "approve", granted=False)
    for _ in range(2):
        story.asked("extend").do(LI, "approve", granted=True)
    refusal = story.refused("request_most", SUN, "request", request="extend", reason=WHY)
    assert "2" in str(refusal)
    late = Story().handling().later(days=3)
    late.refused("request_late", SUN, "request", request="extend", reason=WHY)


def test_what_the_city_grants_a_second_level_centre_holds_for_its_unit() -> None:
    story = Story().handling(body=SECOND_LEVEL)
    story.do(ZHENG, "forward", body=STREET_TEAM)
    story.refused("no_assignment", DENG, "request", request="suspend", reason=WHY, mode="hang")
    dues = [i.due for i in story.case.work if i.kind == "handle"]
    story.asked("extend", ZHENG, limit="1 natural_day").do(LI, "approve", granted=True)
    assert [i.due - old for i, old in zip((i for i in story.case.work if i.kind == "handle"), dues, strict=True)] == [
        timedelta(days=1)
    ] * 2
    assert story.case.assignments[0].due == story.case.due


def test_an_extension_without_any_limit_to_add() -> None:
    story = Story().handling()
    until = story.held("handle").due + timedelta(days=1)
    story.asked("extend", until=stamp(until)).do(LI, "approve", granted=True)
    refusal = story.asked("extend").refused("no_rule", LI, "approve", granted=True)
    assert "extension" in str(refusal)


# 缓办、挂账


def test_suspended_by_two_and_resumed_with_what_remained() -> None:
    """S0-47, S1-20: dispatcher, then the office; every clock of the unit pauses; what remained goes on."""
    story = Story().handling().later(minutes=50)
    story.refused("field_missing", SUN, "request", request="suspend", reason=WHY)
    until = story.now + timedelta(days=30)
    story.asked("suspend", mode="hang", until=stamp(until))
    story.refused("not_yours", FENG, "approve", granted=True)
    story.do(LI, "approve", granted=True)
    assert story.case.state is State.HANDLING
    story.refused("not_yours", LI, "approve", granted=True)
    due, paused = story.held("handle").due, story.now
    case = story.do(FENG, "approve", granted=True)
    assert (case.state, case.suspend_mode, case.suspensions) == (State.SUSPENDED, "hang", 1)
    assert story.held("resume").due == until and story.held("resume").on_line
    assert case.assignments[0].state == "suspended"
    story.later(days=29).refused("too_early", SYSTEM, "resume")
    story.later(days=1).do(SYSTEM, "resume")
    item, office = story.held("handle"), story.rules.calendars["office"]
    unit = limit(item.limit).unit
    assert story.case.state is State.HANDLING and story.case.assignments[0].state == "signed"
    assert office.elapsed(story.now, item.due, unit) == office.elapsed(paused, due, unit)
    assert story.case.due == item.due == story.case.assignments[0].due


def test_resumed_by_hand_before_its_date() -> None:
    story = Story().dispatched()
    story.asked("suspend", mode="defer", limit="10 natural_day")
    story.do(LI, "approve", granted=True)
    story.do(FENG, "approve", granted=True)
    case = story.later(days=1).do(LI, "resume")
    assert case.state is State.ASSIGNED and case.assignments[0].state == "offered"
    assert story.kinds() == ["handle", "sign"]


def test_too_long_or_too_late_a_suspension() -> None:
    story = Story().handling()
    far = stamp(story.now + timedelta(days=366))
    refusal = story.refused("request_long", SUN, "request", request="suspend", reason=WHY, mode="hang", until=far)
    assert "365 natural_day" in str(refusal)
    story.refused("request_long", SUN, "request", request="suspend", reason=WHY, mode="hang", limit="366 natural_day")
    story.asked("suspend", mode="hang", until=stamp(story.now + timedelta(days=1)))
    story.later(days=2).do(LI, "approve", granted=True, until=stamp(story.now + timedelta(days=9)))
    assert story.case.requests[0].until == story.now + timedelta(days=9)
    story.later(days=10).refused("request_past", FENG, "approve", granted=True)


def test_a_suspended_second_level_comes_back_forwarded() -> None:
    story = Story().handling(body=SECOND_LEVEL)
    story.do(ZHENG, "forward", body=STREET_TEAM)
    story.asked("suspend", ZHENG, mode="hang", limit="10 natural_day")
    story.do(LI, "approve", granted=True)
    story.do(FENG, "approve", granted=True)
    assert [a.state for a in story.case.assignments] == ["suspended", "suspended"]
    case = story.later(days=1).do(LI, "resume")
    assert [a.state for a in case.assignments] == ["forwarded", "offered"]
    assert case.line is not None and case.line.holder.body == STREET_TEAM


def test_nothing_is_suspended_that_went_on_meanwhile() -> None:
    story = Story().handling()
    story.asked("suspend", mode="hang").asked("return")
    suspend = next(i for i in story.case.work if i.subject == "r1")
    story.refused("wrong_state", LI, "approve", item=suspend.no, granted=True)
    assert story.do(LI, "approve", item=suspend.no, granted=False).state is State.RETURNING


# 作废、强制结案


@pytest.mark.parametrize("stage", ["reported", "accepted", "filed", "dispatched", "handling", "handled", "checked"])
def test_void_at_any_stage(stage: str) -> None:
    """S1-33: asked by the call-taker, decided by the shift leader; everything open ends."""
    story = getattr(Story(), stage)()
    case = story.asked("void", CHEN).do(WANG, "approve", granted=True)
    assert (case.state, case.work, case.outcome) == (State.VOIDED, (), None)
    assert all(a.state in ("done", "withdrawn") for a in case.assignments)


def test_who_may_ask_for_one_kind_only_may_ask_for_it() -> None:
    """A variant names the askers by kind; what is offered is not refused."""
    acts = {**CITY_RUN.acts, "request": frozenset({"unit_desk"}), "request:void": frozenset({"call_taker"})}
    story = Story(rules=rules_with(acts=acts)).handling()
    story.refused("not_your_role", CHEN, "request", request="force", reason=WHY)
    assert story.do(CHEN, "request", request="void", reason=WHY).requests[0].kind == "void"


def test_force_by_the_office_on_its_delegation() -> None:
    """S1-20: the office grants powers; the approval cites them."""
    story = Story().handling()
    story.asked("force", LI)
    story.refused("delegation_missing", FENG, "approve", granted=True, facts={"delegations": ()})
    case = story.do(FENG, "approve", granted=True)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.FORCED)
    assert case.requests[0].delegation == "D-1"


def test_force_is_for_filed_cases_and_units_ask_for_units_things() -> None:
    story = Story().accepted()
    story.refused("wrong_state", LI, "request", request="force", reason=WHY)
    story.refused("wrong_state", SUN, "request", request="extend", reason=WHY)
    story.refused("not_your_role", SUN, "request", request="void", reason=WHY)


def test_a_city_without_a_chain_for_it() -> None:
    story = Story(rules=rules_with(approvals={})).handling()
    refusal = story.refused("no_rule", SUN, "request", request="extend", reason=WHY)
    assert "extend" in str(refusal)


# Who decides


def test_a_step_is_for_the_role_that_the_chain_names() -> None:
    """作废 is the shift leader's: the dispatcher of the same centre, who decides extensions, may not."""
    story = Story().handling()
    story.asked("void", CHEN)
    story.refused("not_yours", LI, "approve", granted=True)
    story.do(WANG, "approve", granted=False)
    assert story.case.requests[0].state == "refused" and story.case.state is State.HANDLING


def test_the_last_step_is_not_for_the_asker_nor_for_a_handler() -> None:
    story = Story(rules=with_approval("force", steps=CITY_RUN.approvals["return"].steps)).handling()
    story.asked("force", LI)
    story.refused("party", LI, "approve", granted=True)
    rapid = Story().filed(RUBBISH)
    rapid.do(LI, "rapid", reason=WHY, cost=500)
    rapid.later(hours=1).do(LI, "feed_back", media=[photo("a")])
    rapid.do(CHEN, "send_check")
    rapid.asked("force", WANG)
    assert LI.person in rapid.case.handlers


def test_requests_of_the_unit_end_with_its_work() -> None:
    story = Story().handling()
    story.asked("extend").asked("void", CHEN)
    case = story.later(minutes=5).do(SUN, "feed_back", media=[photo("a")])
    assert [r.state for r in case.requests] == ["withdrawn", "open"]
    assert story.last().data["tell"] == [[CENTRE, "dispatcher"]], "whoever was to decide hears of it"
    assert story.kinds() == ["approve", "send_check"]
    assert SANITATION in case.bodies
