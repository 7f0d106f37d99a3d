"""签收、指派、到场、排险、处置反馈: the unit's work (S0-28, S1-49, S4-23, S4-25, S4-26)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.dispatching import OVER, back_to_parent, drop_requests, state_with
from citygrid.process.effects.registry import effect
from citygrid.process.model import Assignment, WorkItem
from citygrid.process.refusal import refuse
from citygrid.process.states import Mode, State
from citygrid.process.step import Step


def answered_assignment(step: Step) -> Assignment:
    item = step.answering
    assert item is not None
    found = step.case.assignment(int(item.subject[1:]))
    assert found is not None
    return found


@effect("sign")
def sign(step: Step) -> None:
    one = answered_assignment(step)
    step.done()
    step.assign(replace(one, state="signed", signed_at=step.moment))
    step.to(state_with(step, one))


@effect("assign_worker")
def assign_worker(step: Step) -> None:
    """指派: implies the signature."""
    one = answered_assignment(step)
    person = step.said["person"]
    if person not in step.facts.persons:
        raise refuse("unknown_person", value=person)
    if one.state == "forwarded":
        raise refuse("forwarded_open")
    _own_worker(step, one, person)
    step.close_all("sign", subject=f"a{one.no}", outcome="done")
    state = "signed" if one.state == "offered" else one.state
    step.assign(replace(one, state=state, signed_at=one.signed_at or step.moment, worker=person))
    assert step.answering is not None
    step.change(replace(step.answering, holder=replace(step.answering.holder, person=person)))
    step.to(state_with(step, one))


def _own_worker(step: Step, one: Assignment, person: int) -> None:
    """A unit gives work to its own people, or to those of a team right below it."""
    body = step.facts.persons[person]
    team = step.facts.bodies.get(body) if body is not None else None
    own = body is None or body == one.body or (team is not None and team.parent == one.body)
    if not own and not step.facts.imported:
        raise refuse("other_body", value=person)


@effect("arrive", "make_safe")
def milestone(step: Step) -> None:
    """到场、排险: milestones with their own limits, counted from the dispatch."""
    item = step.answering
    rule = step.class_rule(step.case.class_id)
    asked = step.variant.steps.get(step.act.name)
    step.evidence(max(rule.milestone_photos, asked.photos if asked else 0) if item is not None else 0)
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
    while one is not None:
        # The centre that handed it down arrived by its unit.
        step.assign(replace(one, arrived_at=step.moment) if arrived else replace(one, made_safe_at=step.moment))
        one = step.case.assignment(one.parent or 0)


def _enforcement(step: Step) -> None:
    """Where the culprit is known: educate, order correction, penalise; reported with the feedback (S1-59)."""
    rule = step.class_rule(step.case.class_id)
    said = step.said
    if not rule.enforcement or step.facts.imported:
        return
    if "culprit" not in said or (said["culprit"] == "known" and "measure" not in said):
        raise refuse("enforcement_missing")


def _cost(step: Step, one: Assignment) -> None:
    """What nobody, or not yet anybody, pays for is public cost and recorded for each such handling (S0-34, S4-28)."""
    public = step.case.ownerless or step.case.mode is Mode.RAPID or one.provisional
    if public and "cost" not in step.said and step.case.cost is None and not step.facts.imported:
        raise refuse("cost_missing")


@effect("feed_back")
def feed_back(step: Step) -> None:
    """The on-time test uses this moment (workflow 3.18). The main unit's feedback waits for assisting ones."""
    one, item = answered_assignment(step), step.answering
    assert item is not None
    if one.state == "offered":
        raise refuse("wrong_state", act="feed_back", state="offered")
    below = [a for a in step.assignments() if a.parent == one.no and a.state not in OVER]
    if below:
        raise refuse("forwarded_open")
    root = one.parent is None and not one.assisting
    if root:
        waiting = [a.body for a in step.assignments() if a.assisting and a.state not in OVER]
        if waiting:
            raise refuse("assist_open", bodies=", ".join(map(str, waiting)))
        _enforcement(step)
        _cost(step, one)
    rule = step.class_rule(step.case.class_id)
    files = step.evidence(rule.after_photos if not one.assisting else 0)
    late = item.due is not None and step.moment > item.due
    step.close_all("sign", "arrive", "make_safe", subject=item.subject, outcome="passed_over")
    step.done()
    step.assign(replace(one, state="done", done_at=step.moment, late=late, outcome="fed_back"))
    step.sets["after_media"] = (*step.case.after_media, *(f for f in files if f not in step.case.after_media))
    if "cost" in step.said:
        step.sets["cost"] = step.said["cost"]
    drop_requests(step, of=None if root else one.no)
    if root:
        _to_checking(step, item)
    else:
        back_to_parent(step, one)


def _to_checking(step: Step, item: WorkItem) -> None:
    step.sets.update(
        handled_at=step.moment,
        resting=clocks.pause(replace(item, holder=replace(item.holder, person=None)), step.moment),
    )
    step.to(State.HANDLED)
    step.open("send_check", main=True)
