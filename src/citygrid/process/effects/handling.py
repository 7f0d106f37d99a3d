"""签收、指派、到场、排险、处置反馈: the unit's work (S0-28, S1-49, S4-23, S4-25, S4-26)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.dispatching import drop_requests
from citygrid.process.effects.registry import effect
from citygrid.process.model import Assignment, WorkItem
from citygrid.process.refusal import refuse
from citygrid.process.states import State
from citygrid.process.step import Step


def answered_assignment(step: Step) -> Assignment:
    item = step.answering
    assert item is not None
    found = step.case.assignment(int(item.subject[1:]))
    assert found is not None
    return found


def _signed(step: Step, one: Assignment) -> None:
    """The case follows the root: only the main unit's signature makes it `handling`."""
    waits = one.assisting and step.case.state is State.ASSIGNED
    step.to(State.ASSIGNED if waits else State.HANDLING)


@effect("sign")
def sign(step: Step) -> None:
    one = answered_assignment(step)
    step.done()
    step.assign(replace(one, state="signed", signed_at=step.moment))
    _signed(step, one)


@effect("assign_worker")
def assign_worker(step: Step) -> None:
    """指派: implies the signature."""
    one = answered_assignment(step)
    person = step.said["person"]
    if person not in step.facts.persons:
        raise refuse("unknown_person", value=person)
    step.close_all("sign", subject=f"a{one.no}", outcome="done")
    state = "signed" if one.state == "offered" else one.state
    step.assign(replace(one, state=state, signed_at=one.signed_at or step.moment, worker=person))
    assert step.answering is not None
    step.change(replace(step.answering, holder=replace(step.answering.holder, person=person)))
    _signed(step, one)


@effect("arrive", "make_safe")
def milestone(step: Step) -> None:
    """到场、排险: milestones with their own limits, counted from the dispatch."""
    step.evidence(0)
    item = step.answering
    if item is not None:
        one: Assignment | None = answered_assignment(step)
    else:
        body, open_states = step.act.actor.body, ("offered", "signed", "forwarded")
        one = next((a for a in step.assignments() if a.body == body and a.state in open_states), None)
    if one is None:
        raise refuse("no_assignment")
    step.done()
    arrived = step.act.name == "arrive"
    if item is None and (one.arrived_at if arrived else one.made_safe_at) is not None:
        raise refuse("same_value")
    step.assign(replace(one, arrived_at=step.moment) if arrived else replace(one, made_safe_at=step.moment))


def _enforcement(step: Step) -> None:
    """Where the culprit is known: educate, order correction, penalise; reported with the feedback (S1-59)."""
    rule = step.class_rule(step.case.class_id)
    said = step.said
    if not rule.enforcement or step.facts.imported:
        return
    if "culprit" not in said or (said["culprit"] == "known" and "measure" not in said):
        raise refuse("enforcement_missing")


@effect("feed_back")
def feed_back(step: Step) -> None:
    """The on-time test uses this moment (workflow 3.18). The main unit's feedback waits for assisting ones."""
    one, item = answered_assignment(step), step.answering
    assert item is not None
    if one.state == "offered":
        raise refuse("wrong_state", act="feed_back", state="offered")
    below = [a for a in step.assignments() if a.parent == one.no and a.state not in ("done", "withdrawn")]
    if below:
        raise refuse("forwarded_open")
    root = one.parent is None and not one.assisting
    if root:
        waiting = [a.body for a in step.assignments() if a.assisting and a.state not in ("done", "withdrawn")]
        if waiting:
            raise refuse("assist_open", bodies=", ".join(map(str, waiting)))
        _enforcement(step)
    rule = step.class_rule(step.case.class_id)
    files = step.evidence(rule.after_photos if not one.assisting else 0)
    late = item.due is not None and step.moment > item.due
    step.close_all("sign", "arrive", "make_safe", subject=item.subject, outcome="passed_over")
    step.done()
    step.assign(replace(one, state="done", done_at=step.moment, late=late, outcome="fed_back"))
    step.sets["after_media"] = (*step.case.after_media, *(f for f in files if f not in step.case.after_media))
    if "cost" in step.said:
        step.sets["cost"] = step.said["cost"]
    if root:
        _to_checking(step, item)
    else:
        _back_to_parent(step, one)


def _to_checking(step: Step, item: WorkItem) -> None:
    drop_requests(step)
    step.sets.update(
        handled_at=step.moment,
        resting=clocks.pause(replace(item, holder=replace(item.holder, person=None)), step.moment),
    )
    step.to(State.HANDLED)
    step.open("send_check", main=True)


def _back_to_parent(step: Step, one: Assignment) -> None:
    """The second-level centre has it again; it judges and feeds back upwards itself."""
    step.to(State.HANDLING)
    if one.parent is None:
        return
    parent = step.case.assignment(one.parent)
    assert parent is not None
    step.assign(replace(parent, state="signed"))
    for item in step.items("handle", subject=f"a{parent.no}"):
        step.change(clocks.unshadow(item, step.moment))
