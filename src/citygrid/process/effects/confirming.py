"""公共安全确认: a person confirms within minutes that it is a danger to the public (S4-24; a measured false rate)."""

from citygrid.process.effects.registry import effect
from citygrid.process.refusal import refuse
from citygrid.process.rules import Condition
from citygrid.process.step import Step


def ask_to_confirm(step: Step, condition: Condition | None = None) -> None:
    """Opens the question for a class of public safety, once for a class; another class ends it, and so does filing
    under a condition that is no danger.

    A history is not asked: what its people confirmed stands in it."""
    class_id = step.get("class_id")
    rule = step.rules.classes.get(class_id) if class_id is not None else None
    if rule is None or not rule.safety or (condition is not None and not condition.safety):
        if step.work:
            step.close_all("confirm")
        return
    asked = step.items("confirm") or step.get("safety_confirmed") is not None
    if not asked and "confirm" in step.variant.steps and not step.facts.imported:
        step.open("confirm")


@effect("confirm")
def confirm(step: Step) -> None:
    """True or false; a case may be confirmed unasked, and looked at again."""
    rule = step.class_rule(step.case.class_id)
    if not rule.safety:
        raise refuse("not_safety")
    if step.answering is None and step.case.safety_confirmed == step.said["true"]:
        raise refuse("same_value")
    step.done("true" if step.said["true"] else "false")
    step.sets["safety_confirmed"] = step.said["true"]
