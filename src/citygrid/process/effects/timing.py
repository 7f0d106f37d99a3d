"""Acts of the clock itself: a limit is over, dues are computed anew. Only the system does them."""

from dataclasses import replace

from citygrid.process import clocks
from citygrid.process.effects.filing import recompute
from citygrid.process.effects.registry import effect
from citygrid.process.model import Holder
from citygrid.process.refusal import refuse
from citygrid.process.step import Step


@effect("lapse")
def lapse(step: Step) -> None:
    """Work items past their due are noted once; past a unit's limit a duty to explain opens (S0-46)."""
    over = [
        i
        for i in step.items()
        if i.due is not None and not i.lapsed and i.paused_at is None and step.moment > i.due and i.kind != "resume"
    ]
    if not over:
        raise refuse("not_lapsed", item=step.act.item or "–")
    for item in over:
        step.change(replace(item, lapsed=True))
        if item.kind in step.variant.explain and item.subject.startswith("a"):
            rule = step.step_rule("explain")
            step.open("explain", subject=item.subject, holder=Holder(item.holder.body, rule.role), rule=rule)


@effect("retime")
def retime(step: Step) -> None:
    """重算时限: after a calendar year or a rule was published on purpose."""
    changed = recompute(step)
    for item in step.items():
        if item.kind == "handle":
            continue
        fresh = clocks.anew(step.rules, item)
        if fresh != item:
            step.change(fresh)
            changed = True
    if not changed:
        raise refuse("nothing_to_retime")
