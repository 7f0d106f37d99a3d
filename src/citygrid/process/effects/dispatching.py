"""派遣、下派、快速处置、协调: who has to do it and until when (S4-21, S4-22, S4-27, S3-20, S0-38)."""

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
    if not assisting:
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


def _remaining(step: Step) -> datetime | None:
    """Re-dispatch with what remained, where the variant says so; None: the full limit."""
    rest = step.case.resting
    if step.variant.redispatch != "remaining" or rest is None or rest.due is None:
        return None
    return clocks.go_on(step.rules, rest, step.moment).due


@effect("dispatch")
def dispatch(step: Step) -> None:
    """One main unit, others assisting; the clock of handling starts now."""
    said = step.said
    others = said.get("assisting", [])
    if said["body"] in others:
        raise refuse("same_body", value=said["body"])
    step.done()
    due = maybe_moment(said.get("due")) if step.facts.imported else _remaining(step)
    offer(step, said["body"], main=True, due=due)
    for body in others:
        offer(step, body, main=False, assisting=True, due=due)
    step.sets.update(
        dispatched_at=step.moment,
        mode=Mode.REGULAR,
        resting=None,
        redispatches=step.case.redispatches + (1 if step.case.dispatched_at is not None else 0),
    )
    step.to(State.ASSIGNED)


@effect("rapid")
def rapid(step: Step) -> None:
    """快速处置: the centre's own team goes at once; what it cost is recorded (S4-28)."""
    body = step.act.actor.body
    if body is None:
        raise refuse("unknown_body", value="–")
    step.done("rapid")
    condition = step.condition(step.get("class_id"), step.get("condition"))
    no = len(step.assignments()) + 1
    rule = step.step_rule("handle")
    item = step.open("handle", main=True, subject=f"a{no}", holder=Holder(body, rule.role), limit=condition.limit)
    step.assign(Assignment(no, body, "signed", step.moment, limit=item.limit, due=item.due, signed_at=step.moment))
    step.sets.update(
        dispatched_at=step.moment, mode=Mode.RAPID, due=item.due, provisional=item.provisional, resting=None
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
    if any(a.parent == above.no and a.state not in ("done", "withdrawn") for a in step.assignments()):
        raise refuse("forwarded_open")
    line = item.on_line
    if line:
        step.change(clocks.shadow(item, step.moment))
    step.close_all("sign", subject=item.subject, outcome="done")
    step.assign(replace(above, state="forwarded", signed_at=above.signed_at or step.moment))
    due = item.due if step.facts.imported or item.limit is None else None
    offer(
        step,
        below.id,
        main=line,
        parent=above,
        due=due,
        limit=None if item.limit is None else Limit.parse(item.limit),
    )
    step.to(State.HANDLING)


def end_assignments(step: Step, outcome: str) -> None:
    """Every assignment that is not over ends, with its clocks."""
    for one in step.assignments():
        if one.state in ("done", "withdrawn"):
            continue
        step.assign(replace(one, state="withdrawn", outcome=outcome, done_at=step.moment))
    step.close_all("handle", "sign", "arrive", "make_safe", outcome=outcome)


def drop_requests(step: Step, *, every: bool = False) -> None:
    """Open requests about a unit's work end when that work ends; with `every` those of the centre too.
    The request that this act decides stays."""
    deciding = step.answering.subject if step.answering is not None else None
    for one in step.case.requests:
        subject = f"r{one.no}"
        if one.state == "open" and subject != deciding and (every or one.assignment is not None):
            step.put_request(replace(one, state="withdrawn", decided_at=step.moment))
            step.close_all("approve", subject=subject, outcome="dropped")


@effect("refer")
def refer(step: Step) -> None:
    """提交城管委: duty disputed; the commission settles it (S0-36, S0-38, S0-40, S0-41)."""
    drop_requests(step)
    rest = next((i for i in step.items("handle") if i.main), None)
    if rest is not None:
        step.sets["resting"] = clocks.pause(rest, step.moment)
    end_assignments(step, "disputed")
    step.close_all("dispatch", outcome="referred")
    step.sets["state_before"] = None
    step.to(State.DISPUTED)
    step.open("settle", main=True)


def _end_return_request(step: Step) -> None:
    """Settling answers the return too: it is granted, the unit named is the answer."""
    item = step.answering
    assert item is not None
    one = next(r for r in step.case.requests if item.subject == f"r{r.no}")
    if one.kind != "return":
        raise refuse("wrong_item", item=item.no, act="settle")
    step.put_request(replace(one, state="granted", decided_at=step.moment))
    step.sets["returns"] = step.case.returns + 1


@effect("settle")
def settle(step: Step) -> None:
    """协调确权: a unit is named, on a ground; the decision is a precedent for the rulebook."""
    case = step.case
    step.done("settled")
    if case.state is State.RETURNING:
        _end_return_request(step)
        drop_requests(step)
        end_assignments(step, "returned")
    due = maybe_moment(step.said.get("due")) if step.facts.imported else None
    offer(step, step.said["body"], main=True, due=due)
    step.sets.update(
        dispatched_at=step.moment,
        resting=None,
        state_before=None,
        redispatches=case.redispatches + (1 if case.dispatched_at is not None else 0),
    )
    step.to(State.ASSIGNED)
