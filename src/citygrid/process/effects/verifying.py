"""核实: is the report so? A collector goes and looks while the acceptance clock pauses (S1-32, S1-33)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.registry import effect
from citygrid.process.guards import holds
from citygrid.process.model import Holder
from citygrid.process.refusal import refuse
from citygrid.process.states import State
from citygrid.process.step import Step


def task_holder(step: Step, kind: str) -> Holder:
    """The collector named, else the one on duty at the place."""
    role = step.step_rule(kind).role
    person = step.said.get("person")
    if person is not None:
        if person not in step.facts.persons:
            raise refuse("unknown_person", value=person)
        return _no_party(step, Holder(step.facts.persons[person], role, person))
    if step.facts.duty is None:
        raise refuse("no_duty")
    person, body = step.facts.duty
    return _no_party(step, Holder(body, role, person))


def _no_party(step: Step, holder: Holder) -> Holder:
    """Who handled the case may not judge it: such a task could only be refused."""
    if step.act.actor.role != "system" and holder.person in step.case.handlers:
        raise refuse("task_party", value=holder.person)
    return holder


@effect("send_verify")
def send_verify(step: Step) -> None:
    if step.get("outside"):
        raise refuse("outside_transfer")
    holder = task_holder(step, "verify")
    if step.case.state is State.UNVERIFIED:
        step.done()
        accept = step.open("accept")
    else:
        accept = step.items("accept")[0]
        if not holds(step.act.actor, accept):
            raise refuse("not_yours")
        accept = step.change(clocks.pause(accept, step.moment))
    step.open("verify", main=True, holder=holder)
    if accept.paused_at is None:
        step.change(clocks.pause(accept, step.moment))
    step.to(State.VERIFYING)


@effect("verify")
def verify(step: Step) -> None:
    """True counts as accepted by the call-taker too; false goes back to acceptance with a proposal to void."""
    said = step.said
    files = step.evidence(1 if said["true"] else 0)
    step.done("true" if said["true"] else "false")
    step.sets["media"] = (*step.case.media, *(f for f in files if f not in step.case.media))
    accept = step.items("accept")[0]
    if said["true"] and step.case.class_id is not None:
        step.close(accept)
        step.sets["accepted_at"] = step.moment
        step.to(State.ACCEPTED)
        step.open("file", main=True)
        return
    # Without a class nothing can be filed: the call-taker classes it on acceptance.
    step.change(replace(clocks.go_on(step.rules, accept, step.moment), main=True))
    step.sets["void_proposed"] = not said["true"]
    step.to(State.REPORTED)
