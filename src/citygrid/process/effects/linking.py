"""拆案、并案、撤并: one act, several cases; the others get derived acts in the same commit (ask: duplicates)."""

from typing import Any
from uuid import UUID

from citygrid.process import clocks
from citygrid.process.effects.checking import inform
from citygrid.process.effects.dispatching import drop_requests, end_assignments, sync_dues
from citygrid.process.effects.registry import effect
from citygrid.process.facts import Linked
from citygrid.process.refusal import refuse
from citygrid.process.states import TERMINAL, State
from citygrid.process.step import Step


def _linked(step: Step, case: UUID) -> Linked:
    found = step.facts.linked.get(case)
    if found is None:
        raise refuse("unknown_link", value=case)
    return found


@effect("split")
def split(step: Step) -> None:
    """拆案: one report held several problems; each part is a case of its own from here on."""
    case = step.case
    place = case.place
    assert place is not None
    for part in step.said["parts"]:
        if UUID(part["id"]) == case.id or UUID(part["id"]) in step.facts.linked:
            raise refuse("case_exists")
        if "class_id" in part:
            step.class_rule(part["class_id"])
        data: dict[str, Any] = {"source": case.source, "lon": place.lon, "lat": place.lat, "split_from": str(case.id)}
        data.update({k: part[k] for k in ("class_id", "text") if k in part})
        if case.media:
            data["media"] = list(case.media)
        if case.outside:
            data["transfer"] = True
        data.update(step.facts.caller)
        step.then(UUID(part["id"]), "report", **data)


@effect("merge")
def merge(step: Step) -> None:
    """并案: the merged case has no work items and no clock of its own; it ends with the main case."""
    case = step.case
    into = UUID(step.said["into"])
    if into == case.id:
        raise refuse("merge_self")
    main = _linked(step, into)
    if main.state in TERMINAL or main.state is State.MERGED or main.state is State.SELF_HANDLED:
        raise refuse("merge_into", value=into, state=main.state.value)
    if case.children:
        raise refuse("merge_has_children")
    step.sets.update(parent=into, merged_from=case.state, stashed=case.work)
    for item in step.items():
        step.close(item, "merged")
    step.to(State.MERGED)
    step.then(into, "adopt", child=str(case.id))


@effect("unmerge")
def unmerge(step: Step) -> None:
    """撤并: back to where it was; clocks that ran go on with what remained."""
    case = step.case
    assert case.parent is not None and case.merged_from is not None
    for item in case.stashed:
        ran = item.paused_at is None
        step.reopen(clocks.go_on(step.rules, clocks.pause(item, case.since), step.moment) if ran else item)
    step.sets.update(parent=None, merged_from=None, stashed=())
    sync_dues(step)
    step.to(case.merged_from)
    step.then(case.parent, "release", child=str(case.id))


@effect("adopt")
def adopt(step: Step) -> None:
    step.sets["children"] = step.case.children | {UUID(step.said["child"])}


@effect("release")
def release(step: Step) -> None:
    step.sets["children"] = step.case.children - {UUID(step.said["child"])}


@effect("follow_parent")
def follow_parent(step: Step) -> None:
    """随主案结束: every reporter is told."""
    state = State(step.said["state"])
    drop_requests(step, every=True)
    end_assignments(step, "merged")
    step.sets.update(closed_at=step.moment, stashed=(), resting=None, state_before=None, suspended_from=None)
    step.to(state)
    inform(step, state)
