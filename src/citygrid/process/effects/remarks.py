"""催办、督办、批示、标记、批注、说明情况、回复、督查、认定: acts that change no state (S1-34, S1-48, S0-46, S0-18)."""

from dataclasses import replace

from citygrid.process import ladder
from citygrid.process.effects.registry import effect
from citygrid.process.effects.verifying import task_holder
from citygrid.process.guards import PERSONAL
from citygrid.process.model import Finding, Holder, WorkItem
from citygrid.process.moments import maybe_moment, moment
from citygrid.process.refusal import refuse
from citygrid.process.states import TERMINAL
from citygrid.process.step import Step


def _climb(step: Step) -> WorkItem | None:
    """The item whose rung of the ladder this is (workflow 7.7); None for an act of a person."""
    if "rung" not in step.said:
        if step.case.state in TERMINAL:
            raise refuse("wrong_state", act=step.act.name, state=step.case.state.value)
        return None
    if step.act.actor.role != "system":
        raise refuse("field_unknown", field="rung")
    item = step.case.item(step.act.item or 0)
    if item is None:
        raise refuse("item_closed", item=step.act.item or "–")
    rung = next((r for r in ladder.rungs(step.variant, item) if r.code == step.said["rung"]), None)
    if rung is None or rung.act != step.act.name:
        raise refuse("no_rule", what=f"rung:{step.said['rung']}")
    at = ladder.moment_of(step.rules, item, rung)
    if at is None or item.paused_at is not None or (step.moment < at and not step.facts.imported):
        raise refuse("too_early")
    if rung.role:
        body = item.holder.body if rung.level == "unit" else step.centre(rung.level)
        step.tell.append(Holder(body, rung.role))
    return step.change(replace(item, climbed=(*item.climbed, rung.code)))


@effect("urge")
def urge(step: Step) -> None:
    """催办: by a person, or by the system at a rung of the ladder."""
    _climb(step)
    step.sets["urges"] = step.case.urges + 1


@effect("supervise")
def supervise(step: Step) -> None:
    """督办: whoever holds the case now owes an answer."""
    late = _climb(step)
    line, due = late or step.case.line, maybe_moment(step.said.get("due"))
    if due is not None and due <= step.moment and not step.facts.imported:
        raise refuse("request_past")
    step.sets.update(supervisions=step.case.supervisions + 1, marks=step.case.marks | {"supervised"})
    if line is not None and step.case.state not in TERMINAL:
        step.open("answer", subject=line.subject, holder=_answerer(step, line), due=due)


def _answerer(step: Step, line: WorkItem) -> Holder:
    """The post that holds the case; where that is a collector's task, the desk that sends such tasks."""
    if line.kind not in PERSONAL:
        return replace(line.holder, person=None)
    sender = step.step_rule(f"send_{line.kind}")
    return Holder(step.centre(sender.level), sender.role)


@effect("instruct")
def instruct(step: Step) -> None:
    step.sets["marks"] = step.case.marks | {"instructed"}
    if "outer_due" in step.said:
        step.sets["outer_due"] = moment(step.said["outer_due"])


@effect("mark")
def mark(step: Step) -> None:
    name = step.said["mark"]
    marks = step.case.marks - {name} if step.said.get("off") else step.case.marks | {name}
    if marks == step.case.marks:
        raise refuse("same_value")
    step.sets["marks"] = marks


@effect("comment")
def comment(step: Step) -> None:
    step.evidence(0)


@effect("reply", "answer")
def answer(step: Step) -> None:
    step.done()


@effect("explain")
def explain(step: Step) -> None:
    step.evidence(0)
    item = step.answering
    assert item is not None
    step.done()
    one = step.case.assignment(int(item.subject[1:])) if item.subject.startswith("a") else None
    if one is not None:
        step.assign(replace(one, explained=True))


@effect("archive")
def archive(step: Step) -> None:
    """归档: once; the dossier's hash stands in the timeline for good."""
    if step.case.archived_at is not None:
        raise refuse("archived")
    step.evidence(0, "dossier")
    step.sets["archived_at"] = step.moment


@effect("inspect")
def inspect(step: Step) -> None:
    step.evidence(0)
    step.sets["inspections"] = step.case.inspections + 1


@effect("finding")
def finding(step: Step) -> None:
    """采集问题认定: proposed by one person, confirmed by a second, undone by a third."""
    said, actor = step.said, step.act.actor
    step.evidence(0)
    if "undoes" in said:
        _undo(step)
        return
    if actor.role not in (*step.variant.acts.get("finding", ()), "system"):
        raise refuse("not_your_role", act="finding")
    if "confirms" in said:
        _confirm(step)
        return
    for name in ("finding", "person"):
        if name not in said:
            raise refuse("field_missing", field=name)
    if said["person"] not in step.facts.persons:
        raise refuse("unknown_person", value=said["person"])
    step.put_finding(Finding(len(step.case.findings) + 1, said["finding"], said["person"], actor.person))


def _confirm(step: Step) -> None:
    """By somebody who did not propose it, whom it is not about, and, unless the city says so, not of the collector's
    own unit: whoever leads a collector does not judge them alone (S0-58)."""
    actor, no = step.act.actor, step.said["confirms"]
    found = next((f for f in step.case.findings if f.no == no and f.state == "proposed"), None)
    if found is None:
        raise refuse("no_finding", value=no)
    if found.by == actor.person:
        raise refuse("own_finding")
    if found.person == actor.person:
        raise refuse("finding_on_self")
    unit = step.facts.persons.get(found.person)
    if unit is not None and unit == actor.body and not step.variant.own_findings:
        raise refuse("finding_of_own")
    step.put_finding(replace(found, state="confirmed", second=actor.person))


def _undo(step: Step) -> None:
    """By a third person, with the reason; it stays on record and counts no more (workflow, 申诉)."""
    actor, no = step.act.actor, step.said["undoes"]
    if actor.role not in (*step.variant.acts.get("finding:undo", ()), "system"):
        raise refuse("not_your_role", act="finding:undo")
    if "note" not in step.said:
        raise refuse("field_missing", field="note")
    found = next((f for f in step.case.findings if f.no == no and f.state == "confirmed"), None)
    if found is None:
        raise refuse("finding_not_confirmed", value=no)
    if actor.person in (found.by, found.second):
        raise refuse("finding_by_third")
    if found.person == actor.person:
        raise refuse("finding_on_self")
    step.put_finding(replace(found, state="undone"))


@effect("escalate")
def escalate(step: Step) -> None:
    """上报市级: what a district cannot dispatch, the city does (S2-23)."""
    line = step.case.line
    assert line is not None
    city = step.centre("city")
    if line.holder.body == city:
        raise refuse("same_value")
    step.change(replace(line, holder=Holder(city, line.holder.role)))
    step.sets["marks"] = step.case.marks | {"escalated"}


@effect("reassign_task")
def reassign_task(step: Step) -> None:
    """任务改派: the task and its clock go to another collector."""
    person = step.said["person"]
    if person not in step.facts.persons:
        raise refuse("unknown_person", value=person)
    line = step.case.line
    assert line is not None
    if line.holder.person == person:
        raise refuse("same_value")
    step.change(replace(line, holder=task_holder(step, line.kind)))
