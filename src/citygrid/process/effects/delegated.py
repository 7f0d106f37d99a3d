"""依据授权: on which delegation of the office the last word of an approval rests (S1-20)."""

from citygrid.process.delegating import Power, Span, covering
from citygrid.process.model import Assignment, Request
from citygrid.process.refusal import Refused
from citygrid.process.rules import Approval
from citygrid.process.step import Step
from citygrid.worktime import Limit


def cited(step: Step, one: Request, held: Assignment | None, rule: Approval) -> str | None:
    """The code of the delegation that covers granting `one`, worded as it is granted.

    None when whoever approves holds the power themselves (the variant's `delegators`), in a history, and where the
    variant asks for none (`cite_delegation`) and none covers it. Else a missing one is refused."""
    if step.facts.imported or step.act.actor.role in step.variant.delegators:
        return None
    case = step.case
    wanted = Power(
        kind=one.kind,
        person=step.act.actor.person,
        class_id=case.class_id,
        areas=frozenset(case.place.areas) if case.place is not None else frozenset(),
        moments=(step.moment, step.act.at),
        span=_span(step, one, held, rule),
    )
    try:
        return covering(step.facts.delegations, wanted).code
    except Refused:
        if one.kind in step.variant.cite_delegation:
            raise
        return None


def _span(step: Step, one: Request, held: Assignment | None, rule: Approval) -> Span | None:
    """An extension is measured from the present due, a suspension from now; other approvals grant no time."""
    if one.kind == "suspend":
        calendar = step.rules.calendar_for(None)
        end = calendar.due(step.moment, Limit.parse(one.limit)).at if one.limit is not None else None
        return Span(step.moment, one.until or end, calendar)
    items = step.items("handle", subject=f"a{held.no}") if held is not None and one.kind == "extend" else []
    if not items:
        return None
    item = items[0]
    calendar = step.rules.calendar_for(item.holder.body, item.calendar)
    text = one.limit or (str(rule.default) if rule.default is not None else item.limit)
    start = item.due or step.moment
    end = calendar.due(start, Limit.parse(text)).at if text is not None else None
    return Span(start, one.until or end, calendar)
