"""The acts that a person may take on a case now: the same table and the same guards as `decide`, before any content."""

from dataclasses import dataclass
from datetime import datetime

from citygrid.process.acts import ACTS, ActSpec
from citygrid.process.effects.requests import BY_UNIT
from citygrid.process.guards import answered, may, not_asker, not_party
from citygrid.process.model import Act, Actor, Case, WorkItem
from citygrid.process.refusal import Refused
from citygrid.process.rules import Rules, Variant
from citygrid.process.states import WITH_UNIT
from citygrid.process.transitions import FROM, Transition


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on offer. `item`: the work item it would answer (None: nobody owes it). `choices`: what may be chosen
    where the act narrows it, such as the kinds of request."""

    spec: ActSpec
    item: WorkItem | None = None
    choices: tuple[str, ...] = ()


def creations(actor: Actor, variant: Variant) -> list[ActSpec]:
    """Acts by which this actor may open a case."""
    return [ACTS[t.act] for t in FROM[None] if _may(ACTS[t.act], actor, variant)]


def offers(case: Case, actor: Actor, rules: Rules, at: datetime) -> list[Offer]:
    """What `actor` may do to `case`, in the order of the table; internal acts are never offered."""
    variant = rules.variant(case.place.district if case.place is not None else None)
    found = (_offer(case, actor, variant, row, at) for row in FROM[case.state])
    return [one for one in found if one is not None]


def _may(spec: ActSpec, actor: Actor, variant: Variant) -> bool:
    try:
        may(spec, actor, variant)
    except Refused:
        return False
    return not spec.internal


def _offer(case: Case, actor: Actor, variant: Variant, row: Transition, at: datetime) -> Offer | None:
    spec = ACTS[row.act]
    if not _may(spec, actor, variant):
        return None
    try:
        not_party(case, spec, actor)
        item = answered(case, Act(case.id, case.id, row.act, at, actor), row)
        if item is not None and row.act in ("approve", "review_appeal"):
            not_asker(case, case.requests[int(item.subject[1:]) - 1], actor)
    except Refused:
        return None
    if row.act == "request":
        kinds = _request_kinds(case, actor, variant)
        return Offer(spec, None, kinds) if kinds else None
    if row.act == "withdraw":
        mine = tuple(str(r.no) for r in case.requests if r.state == "open" and r.asker == actor.person)
        return Offer(spec, None, mine) if mine else None
    if not _makes_sense(case, actor, row):
        return None
    return Offer(spec, item)


def _request_kinds(case: Case, actor: Actor, variant: Variant) -> tuple[str, ...]:
    open_kinds = {r.kind for r in case.requests if r.state == "open"}
    holds = any(a.body == actor.body and a.state in ("offered", "signed") for a in case.assignments)
    kinds = []
    for kind in variant.approvals:
        roles = variant.acts.get(f"request:{kind}", variant.acts.get("request", frozenset()))
        if kind == "appeal" or kind in open_kinds or actor.role not in roles:
            continue
        if kind not in BY_UNIT or (holds and case.state in WITH_UNIT):
            kinds.append(kind)
    return tuple(kinds)


def _makes_sense(case: Case, actor: Actor, row: Transition) -> bool:
    """Acts that would be refused whatever was filled in are not offered."""
    if row.act in ("reply", "follow_up"):
        return any(i.kind == row.answers for i in case.work)
    if row.act in ("arrive", "make_safe", "appeal"):
        return any(a.body == actor.body for a in case.assignments)
    if row.act == "reopen":
        return not case.reopened
    if row.act == "settle" and row.answers == "approve":
        return any(r.kind == "return" and r.state == "open" for r in case.requests)
    return True
