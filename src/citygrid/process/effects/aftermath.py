"""回访、反映未解决、申诉: after closing; closed stays closed, facts stay, statistics may exempt (workflow 3.28-29)."""

from dataclasses import replace
from typing import Any
from uuid import uuid5

from citygrid.process.effects.registry import effect
from citygrid.process.effects.requests import approval_rule
from citygrid.process.guards import not_asker
from citygrid.process.model import Holder, Request
from citygrid.process.refusal import refuse
from citygrid.process.step import Step


@effect("follow_up")
def follow_up(step: Step) -> None:
    step.done(step.said["rating"])
    step.sets["rating"] = step.said["rating"]


@effect("reopen")
def reopen(step: Step) -> None:
    """A new case, linked to the closed one and counted as recurrence (回潮)."""
    case = step.case
    if case.reopened:
        raise refuse("reopened")
    place = case.place
    assert place is not None
    data: dict[str, Any] = {"source": case.source, "lon": place.lon, "lat": place.lat, "reopen_of": str(case.id)}
    data["text"] = dict(step.said["reason"])
    if case.class_id is not None:
        data["class_id"] = case.class_id
    files = step.evidence(0)
    if files:
        data["media"] = list(files)
    data.update(step.facts.caller)
    step.sets["reopened"] = True
    step.then(uuid5(case.id, f"reopen:{step.act.id}"), "report", **data)


@effect("appeal")
def appeal(step: Step) -> None:
    """申诉: once per assignment, by its unit; the raw facts stay."""
    body = step.act.actor.body
    one = next((a for a in reversed(step.case.assignments) if a.body == body), None)
    if one is None:
        raise refuse("no_assignment")
    if any(r.kind == "appeal" and r.assignment == one.no for r in step.case.requests):
        raise refuse("appealed")
    rule = approval_rule(step, "appeal")
    step.evidence(0)
    actor = step.act.actor
    _ask(
        step,
        Request(
            len(step.case.requests) + 1,
            "appeal",
            "open",
            actor.person,
            actor.body,
            step.moment,
            one.no,
            0,
            len(rule.steps),
        ),
    )


def _ask(step: Step, request: Request) -> None:
    first = approval_rule(step, "appeal").steps[request.step]
    step.put_request(request)
    step.open(
        "review_appeal",
        subject=f"r{request.no}",
        holder=Holder(step.centre(first.level), first.role),
        rule=first,
    )


@effect("review_appeal")
def review_appeal(step: Step) -> None:
    """Two reviews where the variant has two; granted by the last: exempt in statistics."""
    item = step.answering
    assert item is not None
    one = next(r for r in step.case.requests if item.subject == f"r{r.no}")
    not_asker(step.case, one, step.act.actor)
    granted = step.said["granted"]
    step.done("granted" if granted else "refused")
    if granted and one.step + 1 < one.steps:
        reviewed = step.act.actor.person
        reviewers = one.reviewers if reviewed is None else (*one.reviewers, reviewed)
        _ask(step, replace(one, step=one.step + 1, reviewers=reviewers))
        return
    step.put_request(replace(one, state="granted" if granted else "refused", decided_at=step.moment))
    held = step.case.assignment(one.assignment or 0)
    if granted and held is not None:
        step.assign(replace(held, exempt=True))
