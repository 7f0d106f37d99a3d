"""What may be asked for and how often, told before anybody asks: limits on requests as the variant has them (S0-46)."""

from dataclasses import dataclass
from datetime import datetime

from citygrid.cases import wording
from citygrid.process import Assignment, Case
from citygrid.process.effects.requests import BY_UNIT, may_ask
from citygrid.process.rules import Approval
from citygrid.process.states import WITH_UNIT
from citygrid.rulebook.slices import rules_at


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one kind of request. `left` of `most`: how often it can still be granted (None: any number). `until`: only
    before this moment. `longest`, `default`: in words. `closed`: why it cannot be asked now: `open`, `most`, `late`."""

    kind: str
    most: int | None
    left: int | None
    until: datetime | None
    longest: str
    default: str
    steps: int
    closed: str = ""


def limits(case: Case, body: int, at: datetime) -> list[Limits]:
    """For each kind that the body may ask for on this case now; none while the case is not with it."""
    if case.state not in WITH_UNIT:
        return []
    variant = rules_at(at).variant(case.place.district if case.place is not None else None)
    found = []
    for kind in ("extend", "suspend", "return"):
        rule = variant.approvals.get(kind)
        one = next((a for a in case.assignments if may_ask(a, kind, body)), None)
        if rule is not None and rule.steps and one is not None and kind in BY_UNIT:
            found.append(_of(kind, rule, case, one, at))
    return found


def _of(kind: str, rule: Approval, case: Case, one: Assignment, at: datetime) -> Limits:
    same = [r for r in case.requests if r.kind == kind and r.assignment == one.no]
    granted = sum(r.state == "granted" for r in same)
    left = None if rule.most is None else max(0, rule.most - granted)
    until = one.due if rule.before_due else None
    closed = ""
    if any(r.state == "open" for r in same):
        closed = "open"
    elif left == 0:
        closed = "most"
    elif until is not None and at > until:
        closed = "late"
    default = wording.limit(rule.default) or (wording.limit(one.limit) if kind == "extend" else "")
    return Limits(kind, rule.most, left, until, wording.limit(rule.longest), default, len(rule.steps), closed)
