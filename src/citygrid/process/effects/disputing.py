"""提交城管委、协调确权、先行处置、无责任主体: when nobody has the duty, or not yet (S0-34..41, S3-20, workflow 9)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.dispatching import (
    drop_requests,
    end_assignments,
    given_due,
    handler,
    offer,
    remaining,
)
from citygrid.process.effects.registry import effect
from citygrid.process.model import WorkItem
from citygrid.process.refusal import refuse
from citygrid.process.states import Mode, State
from citygrid.process.step import Step
from citygrid.worktime import Limit


@effect("refer")
def refer(step: Step) -> None:
    """提交城管委: duty disputed; the commission settles it, on a ground of the city's list (S0-36, S0-38..41)."""
    _ground(step)
    drop_requests(step)
    rest = next((i for i in step.items("handle") if i.main), None)
    if rest is not None:
        step.sets["resting"] = clocks.pause(clocks.unshadow(rest, step.moment), step.moment)
    end_assignments(step, "disputed")
    step.close_all("dispatch", "settle", outcome="referred")
    step.sets.update(state_before=None, due=None, provisional=False)
    step.to(State.DISPUTED)
    step.open("settle", main=True)


def _ground(step: Step) -> None:
    ground, known = step.said.get("ground"), step.variant.grounds
    if ground is None and known and not step.facts.imported:
        raise refuse("field_missing", field="ground")
    if ground is not None and known and ground not in known:
        raise refuse("unknown_ground", value=ground)
    if ground is not None:
        step.sets["referral_ground"] = ground


@effect("declare_ownerless")
def declare_ownerless(step: Step) -> None:
    """认定无责任主体: territory comes first then, and what it costs is public (S0-34); may be taken back."""
    step.evidence(0)
    ownerless = not step.said.get("off", False)
    if ownerless == step.case.ownerless:
        raise refuse("same_value")
    step.sets["ownerless"] = ownerless


@effect("order_first")
def order_first(step: Step) -> None:
    """先行处置: repair first, settle the duty later (workflow 9). The unit's clock starts now; the dispute stays open
    beside it, off the main line."""
    case = step.case
    if case.state is State.RETURNING:
        step.answering = next(i for i in step.items("approve") if i.main)
        _end_return_request(step, step.answering)
        drop_requests(step)
        end_assignments(step, "returned")
    step.close_all("dispatch", outcome="ordered_first")
    disputed = step.items("settle")
    for item in disputed:
        step.change(clocks.shadow(item, step.moment) if item.on_line else item)
    if not disputed:
        step.open("settle")
    _dispatched(step, provisional=True)
    step.to(State.ASSIGNED)


def _dispatched(step: Step, *, limit: Limit | None = None, provisional: bool = False) -> None:
    """A new main unit, by decision and not by dispatch."""
    due = None if provisional else given_due(step)
    one = offer(step, step.said["body"], main=True, due=due, limit=limit or remaining(step))
    if provisional:
        step.assign(replace(one, provisional=True))
    step.sets.update(
        dispatched_at=step.moment,
        mode=Mode.REGULAR,
        resting=None,
        state_before=None,
        redispatches=step.case.redispatches + (1 if step.case.dispatched_at is not None else 0),
    )


def _end_return_request(step: Step, item: WorkItem) -> None:
    """Settling answers the return too: it is granted, the unit named is the answer."""
    one = next(r for r in step.case.requests if item.subject == f"r{r.no}")
    if one.kind != "return":
        raise refuse("wrong_item", item=item.no, act="settle")
    step.put_request(replace(one, state="granted", decided_at=step.moment))
    step.sets["returns"] = step.case.returns + 1
    if item.no in step.work:
        step.close(item, "settled")


@effect("settle")
def settle(step: Step) -> None:
    """协调确权: a unit is named, on a ground; the decision is a precedent for the rulebook. What is at work already
    (先行处置) goes on: then only the duty, and who pays, is decided."""
    case, body = step.case, step.said["body"]
    on_line = case.state in (State.RETURNING, State.DISPUTED)
    limit = _charge(step, body) if on_line else None
    if not on_line and "charge" in step.said:
        step.sets["charged"] = step.said["charge"]
    handler(step, body)
    step.sets["duty"] = body
    item = step.answering
    assert item is not None
    step.done("settled")
    if not on_line:
        return
    if case.state is State.RETURNING:
        _end_return_request(step, item)
        drop_requests(step)
        end_assignments(step, "returned")
        step.close_all("settle", outcome="settled")
    _dispatched(step, limit=limit)
    step.to(State.ASSIGNED)


def _charge(step: Step, body: int) -> Limit | None:
    """To whom the time of the dispute is charged. To the unit that returned in vain: its clock ran all the while, so
    it has what is left of its limit; else the centre's, and the clock is as for a dispatch."""
    current = step.case.current
    returned = current is not None and current.body == body
    charged = step.said.get("charge", "unit" if returned else "centre")
    step.sets["charged"] = charged
    if charged != "unit" or not returned or current is None:
        return None
    open_now = step.items("handle", subject=f"a{current.no}")
    rest = open_now[0] if open_now else step.case.resting
    return clocks.remaining(step.rules, rest, step.moment) if rest is not None else None
