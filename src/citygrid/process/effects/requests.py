"""申请与审批: return, extend, suspend, void, force; a record each, with an approval chain (subsystems 7; S0-45..47)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.checking import end
from citygrid.process.effects.delegated import cited
from citygrid.process.effects.dispatching import (
    OVER,
    back_to_parent,
    drop_requests,
    end_assignments,
    hand_milestones,
    root_of,
    sync_dues,
)
from citygrid.process.effects.registry import effect
from citygrid.process.guards import not_asker
from citygrid.process.model import Assignment, Holder, Request
from citygrid.process.moments import maybe_moment
from citygrid.process.refusal import refuse
from citygrid.process.rules import Approval
from citygrid.process.states import BEFORE_FILING, WITH_UNIT, Outcome, State
from citygrid.process.step import Step
from citygrid.worktime import Limit

BY_UNIT = frozenset({"return", "extend", "suspend"})


def approval_rule(step: Step, kind: str) -> Approval:
    found = step.variant.approvals.get(kind)
    if found is None or not found.steps:
        raise refuse("no_rule", what=f"approval:{kind}")
    return found


def _own_assignment(step: Step, kind: str) -> Assignment:
    """The open assignment of the actor's body that may ask for this."""
    for one in step.assignments():
        if may_ask(one, kind, step.act.actor.body):
            return one
    raise refuse("no_assignment")


def may_ask(one: Assignment, kind: str, body: int | None) -> bool:
    """A lower unit may only return, to the centre above it; an assisting one may return or ask for more time. What was
    handed down cannot be returned upwards before it is back."""
    if one.body != body or one.state not in ("offered", "signed", "forwarded"):
        return False
    if kind == "return":
        return one.state != "forwarded"
    return one.parent is None and (not one.assisting or kind == "extend")


def _bounds(step: Step, rule: Approval, kind: str, one: Assignment | None) -> None:
    """The variant's limits on requests: how often, before overdue, how long."""
    number = one.no if one is not None else None
    same = [r for r in step.case.requests if r.kind == kind and r.assignment == number]
    if any(r.state == "open" for r in same):
        raise refuse("request_open")
    if step.facts.imported:
        return
    if rule.most is not None and sum(r.state == "granted" for r in same) >= rule.most:
        raise refuse("request_most", most=rule.most)
    if rule.before_due and one is not None and one.due is not None and step.moment > one.due:
        raise refuse("request_late")
    _dates(step, rule, kind, one)


def _dates(step: Step, rule: Approval, kind: str, one: Assignment | None) -> None:
    """A date asked for or granted lies ahead, after the present due when it extends, and not too far."""
    until = maybe_moment(step.said.get("until"))
    if until is not None and until <= step.moment:
        raise refuse("request_past")
    if until is not None and kind == "extend" and one is not None and one.due is not None and until <= one.due:
        raise refuse("not_later")
    if rule.longest is not None:
        _not_longer(step, rule.longest, one)


def _not_longer(step: Step, longest: Limit, one: Assignment | None) -> None:
    calendar = step.rules.calendar_for(one.body if one is not None else None)
    most = calendar.due(step.moment, longest).at
    until = maybe_moment(step.said.get("until"))
    if until is None and "limit" in step.said:
        until = calendar.due(step.moment, Limit.parse(step.said["limit"])).at
    if until is not None and until > most:
        raise refuse("request_long", longest=str(longest))


def _ask(step: Step, rule: Approval, request: Request, *, main: bool = False) -> None:
    first = rule.steps[request.step]
    body = request.asker_body if first.level == "asker" else step.centre(first.level)
    step.put_request(request)
    step.open("approve", main=main, subject=f"r{request.no}", holder=Holder(body, first.role), rule=first)


@effect("request")
def request(step: Step) -> None:
    said, case = step.said, step.case
    kind = said["request"]
    _may_ask(step, kind)
    rule = approval_rule(step, kind)
    one = None
    if kind in BY_UNIT:
        if case.state not in WITH_UNIT:
            raise refuse("wrong_state", act=f"request:{kind}", state=case.state.value)
        one = _own_assignment(step, kind)
    if kind == "force" and case.state in BEFORE_FILING:
        raise refuse("wrong_state", act="request:force", state=case.state.value)
    if kind == "suspend" and "mode" not in said:
        raise refuse("field_missing", field="mode")
    _bounds(step, rule, kind, one)
    step.evidence(0)
    new = Request(
        len(case.requests) + 1,
        kind,
        "open",
        step.act.actor.person,
        step.act.actor.body,
        step.moment,
        one.no if one else None,
        0,
        len(rule.steps) if one is None or kind != "return" or _is_root(one) else 1,
        said.get("mode"),
        said.get("limit"),
        maybe_moment(said.get("until")),
    )
    if kind == "return" and one is not None and _is_root(one):
        _start_return(step, one, case.state)
        _ask(step, rule, new, main=True)
    elif kind == "return" and one is not None and one.parent is not None:
        _ask_above(step, one, new)
    else:
        _ask(step, rule, new)


def _may_ask(step: Step, kind: str) -> None:
    """A variant may say per kind who asks (`request:void`), else `request` covers all."""
    acts, role = step.variant.acts, step.act.actor.role
    if role != "system" and role not in acts.get(f"request:{kind}", acts.get("request", frozenset())):
        raise refuse("not_your_role", act=f"request:{kind}")


def _is_root(one: Assignment) -> bool:
    return one.parent is None and not one.assisting


def _ask_above(step: Step, one: Assignment, request: Request) -> None:
    """A lower unit's return is decided by the centre that forwarded it."""
    above = step.case.assignment(one.parent or 0)
    assert above is not None
    first = approval_rule(step, "return").steps[0]
    rule = replace(first, role=step.step_rule("handle").role, level="unit")
    step.put_request(request)
    step.open("approve", subject=f"r{request.no}", holder=Holder(above.body, rule.role), rule=rule)


def _start_return(step: Step, one: Assignment, state: State) -> None:
    """The unit's clock pauses while the return is decided."""
    step.sets["state_before"] = state
    step.assign(replace(one, state="returning"))
    for item in step.items(subject=f"a{one.no}"):
        step.change(clocks.pause(item, step.moment))
    step.to(State.RETURNING)


def _the_request(step: Step, no: int) -> Request:
    for one in step.case.requests:
        if one.no == no and one.state == "open":
            return one
    raise refuse("no_request", value=no)


def _end_return(step: Step, one: Request) -> None:
    """Back at the unit. Refused: the time spent on asking is charged to it (no pause); withdrawn: likewise."""
    assert one.assignment is not None and step.case.state_before is not None
    back = step.case.assignment(one.assignment)
    assert back is not None
    step.assign(replace(back, state="offered" if back.signed_at is None else "signed"))
    for item in step.items(subject=f"a{back.no}"):
        step.change(clocks.charge(item, step.moment))
    step.to(step.case.state_before)
    step.sets["state_before"] = None


@effect("withdraw")
def withdraw(step: Step) -> None:
    one = _the_request(step, step.said["request"])
    actor = step.act.actor
    if actor.role != "system" and (actor.person != one.asker and actor.body != one.asker_body):
        raise refuse("not_the_asker")
    step.put_request(replace(one, state="withdrawn", decided_at=step.moment))
    step.close_all("approve", subject=f"r{one.no}", outcome="withdrawn")
    held = step.case.assignment(one.assignment or 0)
    if one.kind == "return" and held is not None and _is_root(held):
        _end_return(step, one)


@effect("approve")
def approve(step: Step) -> None:
    """One step of the chain. The last one grants; any refuses. Who asked or handled does not decide last."""
    item = step.answering
    assert item is not None
    one = _the_request(step, int(item.subject[1:]))
    granted = step.said["granted"]
    held = step.case.assignment(one.assignment or 0)
    not_asker(step.case, one, step.act.actor)
    if one.kind == "return" and held is not None and not _is_root(held):
        _decide_side_return(step, one, held, granted=granted)
        return
    rule = approval_rule(step, one.kind)
    if len(rule.steps) < one.steps:
        # Moved to where the chain is shorter: this may be the last step now, and is guarded as such.
        one = replace(one, steps=max(len(rule.steps), one.step + 1))
        not_asker(step.case, one, step.act.actor)
    if granted and one.kind == "suspend" and step.case.state not in WITH_UNIT:
        raise refuse("wrong_state", act="approve:suspend", state=step.case.state.value)
    one = _worded(step, one)
    if granted and not step.facts.imported:
        _dates(step, rule, one.kind, held)
        if one.until is not None and one.until <= step.moment:
            raise refuse("request_past")
    last = one.step + 1 >= one.steps
    # An opinion on the way is no use of the office's power; the last word is.
    delegation = cited(step, one, held, rule) if granted and last else None
    step.done("granted" if granted else "refused")
    if granted and not last:
        _ask(step, rule, replace(one, step=one.step + 1), main=item.main)
        return
    over = replace(
        one,
        state="granted" if granted else "refused",
        decided_at=step.moment,
        delegation=delegation,
    )
    step.put_request(over)
    if granted:
        _GRANT[one.kind](step, over, rule)
    elif one.kind == "return" and step.case.state is State.RETURNING:
        _end_return(step, one)


def _worded(step: Step, one: Request) -> Request:
    """The request with what the approver grants instead: a limit or a date, of which the later word counts."""
    if "until" in step.said:
        return replace(one, until=maybe_moment(step.said["until"]), limit=None)
    if "limit" in step.said:
        return replace(one, limit=step.said["limit"], until=None)
    return one


def _decide_side_return(step: Step, one: Request, held: Assignment, *, granted: bool) -> None:
    """A lower or an assisting unit is let go; the main line's state does not change."""
    step.done("granted" if granted else "refused")
    step.put_request(replace(one, state="granted" if granted else "refused", decided_at=step.moment))
    if not granted:
        return
    subject = f"a{held.no}"
    drop_requests(step, of=held.no)
    step.assign(replace(held, state="withdrawn", outcome="returned", done_at=step.moment))
    above = step.case.assignment(held.parent or 0)
    if above is not None:
        hand_milestones(step, held, above)
    step.close_all("handle", "sign", "arrive", "make_safe", subject=subject, outcome="returned")
    back_to_parent(step, held)


def _grant_return(step: Step, one: Request, rule: Approval) -> None:
    """回退成立: the unit is out, the case is to be dispatched again."""
    drop_requests(step)
    end_assignments(step, "returned")
    step.sets.update(returns=step.case.returns + 1, state_before=None, due=None, resting=None)
    step.to(State.FILED)
    step.open("dispatch", main=True)


def _grant_extend(step: Step, one: Request, rule: Approval) -> None:
    """延期: adds to the old due. An end date given counts as it stands."""
    assert one.assignment is not None
    held = step.case.assignment(one.assignment)
    items = step.items("handle", subject=f"a{one.assignment}")
    if held is None or not items:
        raise refuse("no_assignment")
    item = items[0]
    text = one.limit or (str(rule.default) if rule.default is not None else item.limit)
    if one.until is None and text is None:
        raise refuse("no_rule", what="extension")
    below = [a.no for a in step.assignments() if a.state not in OVER and root_of(step, a).no == held.no]
    for no in below:
        # What the centre grants a second-level platform holds for its own unit too.
        for each in step.items("handle", subject=f"a{no}"):
            if one.until is not None:
                step.change(clocks.given(step.rules, each, one.until))
            else:
                step.change(clocks.extend(step.rules, each, Limit.parse(text or "")))
    step.assign(replace(held, extensions=held.extensions + 1))
    step.sets["extensions"] = step.case.extensions + 1
    sync_dues(step)


def _grant_suspend(step: Step, one: Request, rule: Approval) -> None:
    """缓办、挂账: every clock of the unit pauses; somebody of the centre owes the resumption (S0-47)."""
    for item in step.items("handle", "sign", "arrive", "make_safe"):
        step.change(clocks.pause(item, step.moment))
    for held in step.assignments():
        if held.state not in OVER:
            step.assign(replace(held, state="suspended"))
    step.sets.update(suspended_from=step.case.state, suspend_mode=one.mode, suspensions=step.case.suspensions + 1)
    due = one.until
    if due is None and one.limit is not None:
        due = step.rules.calendar_for(None).due(step.moment, Limit.parse(one.limit)).at
    step.to(State.SUSPENDED)
    step.open("resume", main=True, due=due)


def _grant_end(step: Step, one: Request, rule: Approval) -> None:
    """作废, 强制结案: everything open ends."""
    if one.kind == "void":
        end(step, State.VOIDED, None)
    else:
        end(step, State.CLOSED, Outcome.FORCED.value)


_GRANT = {
    "return": _grant_return,
    "extend": _grant_extend,
    "suspend": _grant_suspend,
    "void": _grant_end,
    "force": _grant_end,
}


@effect("resume")
def resume(step: Step) -> None:
    """恢复: by date (the system) or by hand; what remained goes on."""
    case, item = step.case, step.answering
    assert case.suspended_from is not None
    by_clock = step.act.actor.role == "system" and not step.facts.imported
    if by_clock and item is not None and item.due is not None and step.moment < item.due:
        raise refuse("too_early")
    step.done()
    for item in step.items("handle", "sign", "arrive", "make_safe"):
        step.change(clocks.go_on(step.rules, item, step.moment))
    for held in step.assignments():
        if held.state == "suspended":
            below = any(a.parent == held.no and a.state not in OVER for a in case.assignments)
            state = "forwarded" if below else ("offered" if held.signed_at is None else "signed")
            step.assign(replace(held, state=state))
    sync_dues(step)
    step.to(case.suspended_from)
    step.sets.update(suspended_from=None, suspend_mode=None)
