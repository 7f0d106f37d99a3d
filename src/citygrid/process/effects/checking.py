"""核查、结案: a collector looks again, the shift leader chooses one of the four results (S4-29, S4-30, S1-50..52)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.dispatching import drop_requests, end_assignments
from citygrid.process.effects.registry import effect
from citygrid.process.effects.verifying import task_holder
from citygrid.process.model import Assignment, Holder
from citygrid.process.refusal import refuse
from citygrid.process.states import Outcome, State
from citygrid.process.step import Step

# Duties that outlive a case: to explain, to answer, to tell the reporter.
LASTING = frozenset({"explain", "answer", "reply", "call_back"})
# So does the question who bears what was repaired first: of a closed case, when it was not on the main line.


@effect("send_check")
def send_check(step: Step) -> None:
    if step.case.state is State.CHECKED and step.case.check_result != "cannot_tell":
        raise refuse("can_tell")
    holder = task_holder(step, "check")
    step.done()
    step.to(State.CHECKING)
    step.open("check", main=True, holder=holder)


@effect("check")
def check(step: Step) -> None:
    rule = step.class_rule(step.case.class_id)
    files = step.evidence(rule.check_photos if step.said["result"] != "cannot_tell" else 0)
    step.done(step.said["result"])
    step.sets.update(
        check_result=step.said["result"],
        checked_at=step.moment,
        after_media=(*step.case.after_media, *(f for f in files if f not in step.case.after_media)),
    )
    step.to(State.CHECKED)
    step.open("close", main=True)


def end(step: Step, state: State, outcome: str | None) -> None:
    """The case is over: what is open ends, lasting duties stay, merged children follow."""
    drop_requests(step, every=True)
    end_assignments(step, "ended")
    for item in step.items():
        if item.kind not in LASTING and not (state is State.CLOSED and item.kind == "settle" and not item.on_line):
            step.close(item, "dropped")
    step.sets.update(
        outcome=None if outcome is None else Outcome(outcome),
        closed_at=step.moment,
        resting=None,
        state_before=None,
        suspended_from=None,
    )
    step.to(state)
    inform(step, state)
    lead_children(step, state)


def inform(step: Step, state: State) -> None:
    """The reporter is told how it ended: by a call back where the source has one, else by a reply (S0-22).

    A part of a split case tells nobody: its reporter hears once, of the case that was split (asks 23)."""
    if step.get("split_from") is not None:
        return
    source = step.variant.source(step.get("source"))
    if state is State.CLOSED and source.call_back:
        step.open("call_back")
    elif source.reply and not step.items("reply"):
        step.open("reply")


def lead_children(step: Step, state: State) -> None:
    """Merged cases end with their main case."""
    for child in sorted(step.case.children):
        step.then(child, "follow_parent", parent=str(step.case.id), state=state.value)


@effect("close")
def close(step: Step) -> None:
    """准予结案 needs a check that found it fixed; 不合格办结 counts against the unit."""
    if step.said["outcome"] == "qualified" and step.case.check_result != "fixed":
        raise refuse("not_fixed")
    step.done(step.said["outcome"])
    last = step.case.current
    if step.said["outcome"] == "substandard" and last is not None:
        step.assign(replace(last, outcome="substandard"))
    end(step, State.CLOSED, step.said["outcome"])


def _last(step: Step) -> Assignment:
    last = step.case.current
    if last is None:
        raise refuse("no_assignment")
    return last


@effect("rework")
def rework(step: Step) -> None:
    """再次处置: the same unit again; its clock continues or starts anew, as the variant says."""
    last = _last(step)
    step.done("rework")
    rest = step.case.resting
    if step.variant.rework == "continue" and rest is not None:
        item = clocks.go_on(step.rules, rest, step.moment)
        step.reopen(item)
    else:
        holder = Holder(last.body, step.step_rule("handle").role)
        limit = clocks.limit_of(rest) if rest is not None else None
        if limit is None:
            limit = step.condition(step.case.class_id, step.case.condition).limit
        item = step.open("handle", main=True, subject=f"a{last.no}", holder=holder, limit=limit)
    step.assign(
        replace(
            last,
            state="signed",
            due=item.due,
            limit=item.limit,
            done_at=None,
            late=None,
            outcome=None,
            reworks=last.reworks + 1,
        )
    )
    step.sets.update(
        reworks=step.case.reworks + 1,
        resting=None,
        check_result=None,
        due=item.due,
        provisional=item.provisional,
    )
    step.to(State.HANDLING)


@effect("redispatch")
def redispatch(step: Step) -> None:
    """重新派遣: another unit; the former one's assignment is over as it stands."""
    last = _last(step)
    step.done("redispatch")
    step.assign(replace(last, outcome="redispatched"))
    step.sets.update(check_result=None, due=None, provisional=False)
    step.to(State.FILED)
    step.open("dispatch", main=True)
