"""受理、立案、改类、改位: from a report to a filed case with class, condition and limit (S4-15, S4-21, S1-47)."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.delegating import means
from citygrid.process.effects.checking import inform, lead_children
from citygrid.process.effects.confirming import ask_to_confirm
from citygrid.process.effects.dispatching import AT_WORK, drop_requests, root_of, sync_dues
from citygrid.process.effects.intake import locate_here
from citygrid.process.effects.registry import effect
from citygrid.process.guards import files
from citygrid.process.model import Holder
from citygrid.process.refusal import refuse
from citygrid.process.rules import Condition
from citygrid.process.states import State
from citygrid.process.step import Step
from citygrid.worktime import Limit


@effect("refuse", "refuse_filing")
def reject(step: Step) -> None:
    step.done("refused")
    drop_requests(step, every=True)
    step.close_all("accept", "send_verify", "confirm")
    step.to(State.REJECTED)
    step.sets["closed_at"] = step.moment
    inform(step, State.REJECTED)
    lead_children(step, State.REJECTED)


@effect("accept")
def accept(step: Step) -> None:
    case, said = step.case, step.said
    if case.outside:
        raise refuse("outside_transfer")
    class_id = said.get("class_id", case.class_id)
    rule = step.class_rule(class_id)
    if step.variant.duplicate_check and step.facts.near and not said.get("distinct"):
        raise refuse("near_cases", cases=", ".join(step.facts.near))
    step.sets.update(class_id=rule.id, kind=rule.kind, accepted_at=step.moment, void_proposed=False)
    if rule.id != case.class_id:
        step.sets["safety_confirmed"] = None
    step.done()
    step.to(State.ACCEPTED)
    step.open("file", main=True)
    ask_to_confirm(step)


@effect("file_case")
def file_case(step: Step) -> None:
    """A condition must be chosen: it gives limit, level and evidence. The case keeps these rules."""
    class_id = step.said.get("class_id", step.case.class_id)
    rule = step.class_rule(class_id)
    condition = step.condition(class_id, step.said["condition"])
    _may_file(step)
    if rule.id != step.case.class_id:
        step.sets["safety_confirmed"] = None
    elif condition.safety and step.case.safety_confirmed is False and not step.facts.imported:
        raise refuse("safety_denied")
    step.done()
    step.sets.update(
        class_id=rule.id,
        kind=rule.kind,
        condition=condition.no,
        level=condition.level,
        safety=condition.safety,
        filed_at=step.moment,
        rules=step.rules.version,
        case_no=step.case.case_no or step.facts.case_no,
    )
    step.to(State.FILED)
    step.open("dispatch", main=True)
    ask_to_confirm(step, condition)
    _by_itself(step, rule.id)


def _may_file(step: Step) -> None:
    """A source may name who files its cases (workflow section 4)."""
    if not step.facts.imported and not files(step.act.actor, step.case, step.variant):
        roles = ", ".join(sorted(step.variant.source(step.case.source).file))
        raise refuse("source_file", value=step.case.source, roles=roles)


def _by_itself(step: Step, class_id: str) -> None:
    """自动派遣: the system tries the suggested unit; when that is refused the dispatcher finds the case as ever."""
    found = step.facts.suggested
    if found is None or step.facts.imported:
        return
    if any(means(pattern, class_id) for pattern in step.variant.auto_dispatch):
        step.attempt("dispatch", body=found[0], rule=found[1])


@effect("unfile")
def unfile(step: Step) -> None:
    """It was not to be filed so: class and condition are chosen anew, the case number stays."""
    step.done("unfiled")
    step.close_all("settle")
    step.sets.update(filed_at=None, condition=None, level=None, safety=False, rules="", resting=None)
    step.to(State.ACCEPTED)
    step.open("file", main=True)


@effect("reclassify")
def reclassify(step: Step) -> None:
    """Another class: once filed, another condition too, and the unit's due is computed anew from the dispatch."""
    case, said = step.case, step.said
    rule = step.class_rule(said["class_id"])
    if rule.id == case.class_id and said.get("condition", case.condition) == case.condition:
        raise refuse("same_value")
    step.sets.update(class_id=rule.id, kind=rule.kind)
    if rule.id != case.class_id and case.component is not None:
        # The code names a component of the former class.
        step.sets["component"] = None
    if rule.id != case.class_id:
        step.sets["safety_confirmed"] = None
    if case.filed_at is None:
        ask_to_confirm(step)
        return
    condition = step.condition(rule.id, said.get("condition"))
    ask_to_confirm(step, condition)
    if condition.safety and step.get("safety_confirmed") is False and not step.facts.imported:
        raise refuse("safety_denied")
    step.sets.update(condition=condition.no, level=condition.level, safety=condition.safety, rules=step.rules.version)
    if condition.limit is not None:
        recompute(step, condition.limit)
        if case.resting is not None:
            step.sets["resting"] = clocks.anew(step.rules, case.resting, condition.limit)
    _milestones(step, condition)


def _milestones(step: Step, condition: Condition) -> None:
    """The new class may ask for an arrival where the old one did not, sooner, or not at all."""
    at_work = (a for a in reversed(step.assignments()) if a.state in AT_WORK)
    held = next((a for a in at_work if not root_of(step, a).assisting), None)
    if held is None:
        return
    for kind, limit in (("arrive", condition.arrival), ("make_safe", condition.make_safe)):
        open_now = step.items(kind)
        if limit is None:
            step.close_all(kind, outcome="dropped")
        elif open_now:
            for item in open_now:
                step.change(clocks.anew(step.rules, item, limit))
        elif (held.arrived_at if kind == "arrive" else held.made_safe_at) is None:
            holder = Holder(held.body, step.step_rule(kind).role)
            item = step.open(kind, subject=f"a{held.no}", holder=holder, limit=limit)
            if held.state in ("returning", "suspended"):
                step.change(clocks.pause(item, step.moment))


def recompute(step: Step, limit: Limit | None = None) -> bool:
    """Dues of the open `handle` items anew; with `limit` that limit, else their own. True when one changed."""
    changed = False
    for item in step.items("handle"):
        fresh = clocks.anew(step.rules, item, limit)
        if fresh == item:
            continue
        changed = True
        step.change(fresh)
    sync_dues(step)
    return changed


@effect("relocate")
def relocate(step: Step) -> None:
    """Another place: what a centre of the old district owed is owed by the new one's."""
    place = locate_here(step)
    if place == step.case.place:
        raise refuse("same_value")
    if not place.areas and step.case.state not in (State.UNVERIFIED, State.REPORTED):
        raise refuse("outside_area", since=step.facts.outside_since or "–")
    step.sets.update(place=place, outside=not place.areas)
    if "address" in step.said:
        step.sets["address"] = step.said["address"]["id"]
    variant = step.rules.variant(place.district)
    for item in step.items():
        rule = variant.steps.get(item.kind)
        if rule is None or rule.level not in ("city", "district") or item.holder.person is not None:
            continue
        if item.kind == "approve":
            continue
        step.change(replace(item, holder=Holder(step.centre(rule.level), rule.role)))
