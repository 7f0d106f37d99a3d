"""The acts that a person may take on a case now: the same table and the same guards as `decide`, before any content."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from citygrid.process.acts import ACTS, ActSpec
from citygrid.process.effects.dispatching import OVER
from citygrid.process.effects.requests import BY_UNIT, may_ask
from citygrid.process.guards import BY_ROLE, answered, files, holds, may, not_asker, not_party
from citygrid.process.model import Act, Actor, Case, WorkItem
from citygrid.process.refusal import Refused
from citygrid.process.rules import Rules, Source, Variant
from citygrid.process.states import BEFORE_FILING, TERMINAL, WITH_UNIT, State
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
    acts = [ACTS[t.act] for t in FROM[None] if _may(ACTS[t.act], actor, variant)]
    return [spec for spec in acts if not variant.sources or sources(spec.name, actor.role, variant)]


def sources(act: str, role: str, variant: Variant) -> list[Source]:
    """The sources that a post of this role may enter by an act, in the city's order."""
    found = (one for one in variant.sources.values() if one.taken(act, role))
    return sorted(found, key=lambda one: (one.order, one.code))


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
        if item is not None and row.act in BY_ROLE:
            not_asker(case, case.requests[int(item.subject[1:]) - 1], actor)
    except Refused:
        return None
    if row.act in _CHOICES:
        choices = _CHOICES[row.act](case, actor, variant)
        return Offer(spec, None, choices) if choices else None
    if not _makes_sense(case, actor, row) or not _in_hand(case, row, item) or not _files(case, actor, variant, row):
        return None
    return Offer(spec, item)


def _files(case: Case, actor: Actor, variant: Variant, row: Transition) -> bool:
    return row.act != "file_case" or files(actor, case, variant)


def _own_requests(case: Case, actor: Actor, variant: Variant) -> tuple[str, ...]:
    asked = (r for r in case.requests if r.state == "open" and r.kind != "appeal")
    return tuple(str(r.no) for r in asked if actor.person == r.asker or actor.body == r.asker_body)


def _finding_ways(case: Case, actor: Actor, variant: Variant) -> tuple[str, ...]:
    """What this person may do about findings on collectors here: propose and confirm them, undo a confirmed one."""
    roles = variant.acts
    confirmed = (f for f in case.findings if f.state == "confirmed")
    third = any(actor.person not in (f.by, f.second, f.person) for f in confirmed)
    ways = ("propose",) if actor.role in roles.get("finding", ()) else ()
    return (*ways, "undo") if third and actor.role in roles.get("finding:undo", ()) else ways


def _request_kinds(case: Case, actor: Actor, variant: Variant) -> tuple[str, ...]:
    open_kinds = {r.kind for r in case.requests if r.state == "open"}
    kinds = []
    for kind in variant.approvals:
        roles = variant.acts.get(f"request:{kind}", variant.acts.get("request", frozenset()))
        if kind == "appeal" or kind in open_kinds or actor.role not in roles:
            continue
        if kind not in BY_UNIT:
            own = kind != "force" or case.state not in BEFORE_FILING
        else:
            own = case.state in WITH_UNIT and any(may_ask(a, kind, actor.body) for a in case.assignments)
        if own:
            kinds.append(kind)
    return tuple(kinds)


def _still_open(case: Case, actor: Actor, row: Transition) -> bool:
    return case.state not in TERMINAL


def _owed(case: Case, actor: Actor, row: Transition) -> bool:
    return any(i.kind == row.answers for i in case.work)


def _not_reached(case: Case, actor: Actor, row: Transition) -> bool:
    reached = "arrived_at" if row.act == "arrive" else "made_safe_at"
    active = (a for a in case.assignments if a.body == actor.body and a.state not in OVER)
    return any(getattr(a, reached) is None for a in active)


def _not_appealed(case: Case, actor: Actor, row: Transition) -> bool:
    appealed = {r.assignment for r in case.requests if r.kind == "appeal"}
    mine = [a.no for a in case.assignments if a.body == actor.body]
    return bool(mine) and mine[-1] not in appealed


def _accepting(case: Case, actor: Actor, row: Transition) -> bool:
    return row.answers is not None or any(i.kind == "accept" and holds(actor, i) for i in case.work)


def _could_not_tell(case: Case, actor: Actor, row: Transition) -> bool:
    return case.state is not State.CHECKED or case.check_result == "cannot_tell"


def _returned(case: Case, actor: Actor, row: Transition) -> bool:
    return row.answers != "approve" or any(i.kind == "approve" and i.main for i in case.work)


def _in_hand(case: Case, row: Transition, item: WorkItem | None) -> bool:
    """A unit works on what it has not handed down; it feeds back what it has signed for."""
    held = case.assignment(int(item.subject[1:])) if item is not None and row.answers == "handle" else None
    if held is None:
        return True
    return held.state == "signed" or (held.state == "offered" and row.act != "feed_back")


_SENSE: dict[str, Callable[[Case, Actor, Transition], bool]] = {
    "reply": _owed,
    "follow_up": _owed,
    "arrive": _not_reached,
    "make_safe": _not_reached,
    "appeal": _not_appealed,
    "send_verify": _accepting,
    "send_check": _could_not_tell,
    "confirm": _owed,
    "urge": _still_open,
    "supervise": _still_open,
    "settle": _returned,
    "archive": lambda case, actor, row: case.archived_at is None,
    "reopen": lambda case, actor, row: not case.reopened,
}


_CHOICES: dict[str, Callable[[Case, Actor, Variant], tuple[str, ...]]] = {
    "request": _request_kinds,
    "withdraw": _own_requests,
    "finding": _finding_ways,
}
"""Acts that are offered with what may be chosen, and not without."""


def _makes_sense(case: Case, actor: Actor, row: Transition) -> bool:
    """Acts that would be refused whatever was filled in are not offered."""
    check = _SENSE.get(row.act)
    return check is None or check(case, actor, row)
