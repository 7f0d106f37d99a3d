"""派遣、下派、快速处置: who has to do it and until when (S4-21, S4-22, S4-27, S0-42)."""

from dataclasses import replace
from datetime import datetime

from citygrid.process import clocks
from citygrid.process.effects.registry import effect
from citygrid.process.facts import BodyFact
from citygrid.process.model import Assignment, Holder
from citygrid.process.moments import maybe_moment
from citygrid.process.refusal import refuse
from citygrid.process.rules import Condition
from citygrid.process.states import Mode, Side, State
from citygrid.process.step import Step
from citygrid.worktime import Limit

# An assignment that is not over and whose work lies with that body itself, not with a unit below it.
OVER = frozenset({"done", "withdrawn"})
AT_WORK = frozenset({"offered", "signed", "returning", "suspended"})


def handler(step: Step, body: int) -> BodyFact:
    """The body as a unit that handles: known, active, not of the supervising side."""
    found = step.facts.bodies.get(body)
    if found is None or not found.active:
        raise refuse("unknown_body", value=body)
    if found.side is Side.SUPERVISING:
        raise refuse("not_a_handler", value=body)
    return found


def offer(
    step: Step,
    body: int,
    *,
    main: bool,
    parent: Assignment | None = None,
    assisting: bool = False,
    due: datetime | None = None,
    limit: Limit | None = None,
) -> Assignment:
    """A new assignment with its clocks: to handle, to sign, and (main unit) to arrive and to make safe."""
    handler(step, body)
    no = len(step.assignments()) + 1
    subject = f"a{no}"
    condition = step.condition(step.get("class_id"), step.get("condition"))
    limit = limit or condition.limit
    if limit is None and due is None:
        raise refuse("no_rule", what="limit")
    unit = step.step_rule("handle")
    item = step.open("handle", main=main, subject=subject, holder=Holder(body, unit.role), limit=limit, due=due)
    step.open("sign", subject=subject, holder=Holder(body, step.step_rule("sign").role))
    if not assisting and parent is None:
        _milestones(step, condition, body, subject)
    if main and parent is None:
        step.sets.update(due=item.due, provisional=item.provisional)
    return step.assign(
        Assignment(no, body, "offered", step.moment, parent.no if parent else None, assisting, item.limit, item.due)
    )


def _milestones(step: Step, condition: Condition, body: int, subject: str) -> None:
    for kind, limit in (("arrive", condition.arrival), ("make_safe", condition.make_safe)):
        if limit is not None:
            step.open(kind, subject=subject, holder=Holder(body, step.step_rule(kind).role), limit=limit)


def hand_milestones(step: Step, source: Assignment, target: Assignment) -> None:
    """到场, 排险 are owed by whoever has the work now; they count from the dispatch, whoever that is."""
    for item in step.items("arrive", "make_safe", subject=f"a{source.no}"):
        holder = replace(item.holder, body=target.body, person=None)
        step.change(replace(item, subject=f"a{target.no}", holder=holder))


def remaining(step: Step) -> Limit | None:
    """Re-dispatch with what remained, where the variant says so; None: the full limit."""
    rest = step.case.resting
    if step.variant.redispatch != "remaining" or rest is None:
        return None
    return clocks.remaining(step.rules, rest)


def given_due(step: Step) -> datetime | None:
    """Only another system's history names a due; here the rules compute it."""
    if "due" in step.said and not step.facts.imported:
        raise refuse("field_unknown", field="due")
    return maybe_moment(step.said.get("due"))


@effect("dispatch")
def dispatch(step: Step) -> None:
    """One main unit, others assisting; the clock of handling starts now."""
    said = step.said
    others = said.get("assisting", [])
    if said["body"] in others:
        raise refuse("same_body", value=said["body"])
    due, limit = given_due(step), remaining(step)
    step.done()
    offer(step, said["body"], main=True, due=due, limit=limit)
    for body in others:
        offer(step, body, main=False, assisting=True, due=due, limit=limit)
    step.sets.update(
        dispatched_at=step.moment,
        mode=Mode.REGULAR,
        resting=None,
        redispatches=step.case.redispatches + (1 if step.case.dispatched_at is not None else 0),
    )
    step.to(State.ASSIGNED)


@effect("rapid")
def rapid(step: Step) -> None:
    """快速处置: the centre's own team goes at once; what it cost is recorded (S4-28). The variant may name the team."""
    body = step.facts.centres.get("rapid", step.act.actor.body)
    if body is None:
        raise refuse("unknown_body", value="–")
    step.done("rapid")
    condition = step.condition(step.get("class_id"), step.get("condition"))
    no = len(step.assignments()) + 1
    rule = step.step_rule("handle")
    item = step.open("handle", main=True, subject=f"a{no}", holder=Holder(body, rule.role), limit=condition.limit)
    step.assign(Assignment(no, body, "signed", step.moment, limit=item.limit, due=item.due, signed_at=step.moment))
    step.sets.update(
        dispatched_at=step.moment,
        mode=Mode.RAPID,
        due=item.due,
        provisional=item.provisional,
        resting=None,
        redispatches=step.case.redispatches + (1 if step.case.dispatched_at is not None else 0),
    )
    if "cost" in step.said:
        step.sets["cost"] = step.said["cost"]
    step.to(State.HANDLING)


@effect("forward")
def forward(step: Step) -> None:
    """下派: a second-level centre gives it to its own unit; its own clock runs on, off the main line (S0-42)."""
    item = step.answering
    assert item is not None
    above = step.case.assignment(int(item.subject[1:]))
    assert above is not None
    below = handler(step, step.said["body"])
    if below.parent != above.body:
        raise refuse("not_lower", value=step.said["body"])
    if any(a.parent == above.no and a.state not in OVER for a in step.assignments()):
        raise refuse("forwarded_open")
    line = item.on_line
    if line:
        step.change(clocks.shadow(item, step.moment))
    step.close_all("sign", subject=item.subject, outcome="done")
    above = step.assign(replace(above, state="forwarded", signed_at=above.signed_at or step.moment))
    due = item.due if step.facts.imported or item.limit is None else None
    if due is not None and not step.facts.imported:
        due = max(due, step.moment)
    child = offer(
        step,
        below.id,
        main=line,
        parent=above,
        due=due,
        limit=None if item.limit is None else Limit.parse(item.limit),
    )
    hand_milestones(step, above, child)
    step.to(state_with(step, above))


def sync_dues(step: Step) -> None:
    """Assignments and the case show the dues of their open clocks."""
    dues = {i.subject: i for i in step.items("handle")}
    current = step.case.current
    for one in step.assignments():
        item = dues.get(f"a{one.no}")
        if item is None:
            continue
        if one.due != item.due or one.limit != item.limit:
            step.assign(replace(one, due=item.due, limit=item.limit))
        if current is not None and one.no == current.no:
            step.sets.update(due=item.due, provisional=item.provisional)


def root_of(step: Step, one: Assignment) -> Assignment:
    """The assignment that the centre gave; those below it were handed down."""
    while one.parent is not None:
        above = step.case.assignment(one.parent)
        assert above is not None
        one = above
    return one


def state_with(step: Step, one: Assignment) -> State:
    """The case follows the main unit: what an assisting one does (or its lower unit) leaves it unsigned."""
    return step.case.state if root_of(step, one).assisting else State.HANDLING


def end_assignments(step: Step, outcome: str) -> None:
    """Every assignment that is not over ends, with its clocks."""
    for one in step.assignments():
        if one.state in OVER:
            continue
        step.assign(replace(one, state="withdrawn", outcome=outcome, done_at=step.moment))
    step.close_all("handle", "sign", "arrive", "make_safe", outcome=outcome)


def back_to_parent(step: Step, one: Assignment) -> None:
    """The second-level centre has it again; it judges and feeds back upwards itself."""
    parent = step.case.assignment(one.parent or 0)
    if parent is None:
        return
    if parent.state == "forwarded":
        step.assign(replace(parent, state="signed"))
    for item in step.items("handle", subject=f"a{parent.no}"):
        step.change(clocks.unshadow(item, step.moment))


def drop_requests(step: Step, *, every: bool = False, of: int | None = None) -> None:
    """Open requests about a unit's work end when that work ends; with `every` those of the centre too, with `of`
    only those about that assignment. The request that this act decides stays."""
    deciding = step.answering.subject if step.answering is not None else None
    for one in step.case.requests:
        subject = f"r{one.no}"
        about = every or (one.assignment is not None if of is None else one.assignment == of)
        if one.state == "open" and subject != deciding and about:
            step.put_request(replace(one, state="withdrawn", decided_at=step.moment))
            for item in step.items("approve", subject=subject):
                step.close(item, "dropped")
                if item.holder.body != step.act.actor.body:
                    step.tell.append(item.holder)  # whoever was to decide hears that there is nothing to decide
