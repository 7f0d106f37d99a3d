"""Plans of changes of areas: made once, worked out, applied once, or dropped.

What a kind of plan works out and does is its planner's business (`planners.py`); here is what all have in common: a
plan is applied only as it was seen. When the areas have changed since, it is worked out again, and when that gives
something else, nothing is applied and the new proposal is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from citygrid.basedata.gridding.plans import OPEN, AreaPlan, PlanState
from citygrid.organization.models import Person
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal, Refused
from citygrid.trust import audit

Progress = Callable[[int, int], None]
MESSAGES: dict[str, str] = {
    "plan_not_open": "This plan is %(state)s; nothing more can be done with it.",
    "plan_not_ready": "This plan is not ready to be applied.",
    "plan_changed": "The areas have changed since this plan was worked out. It was worked out anew: look at it again.",
    "plan_failed": "Working this plan out failed by a fault of the program; it is in the server's log. Try again.",
    "plan_other": "A plan with this number is there already, with other content.",
}


@dataclass(slots=True)
class Worked:
    """What was worked out. `shapes`: GeoJSON text to draw. `refusal`: why it cannot be applied, or None.

    `numbers`: facts by name for the page. `rows`: the table below the map. `faults`: what is wrong, by item."""

    shapes: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    refusal: Refusal | None = None

    def outcome(self) -> dict[str, Any]:
        told = self.refusal
        refused = {"code": told.code, "message": told.message, "params": dict(told.params)} if told else None
        return {"numbers": self.numbers, "rows": self.rows, "faults": self.faults, "refusal": refused}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who applies, and when; `signed` is None for a job."""

    person: Person
    at: datetime
    signed: Signed | None = None


class Planner(Protocol):
    """What a kind of plan knows: to work it out, and to do it."""

    def ground(self, plan: AreaPlan) -> str:
        """Another text when what the plan rests on has changed."""
        ...

    def slow(self, plan: AreaPlan) -> bool:
        """Whether working it out is a job of its own rather than part of a request."""
        ...

    def work(self, plan: AreaPlan, progress: Progress) -> Worked: ...

    def apply(self, plan: AreaPlan, actor: Actor) -> dict[str, Any]: ...


_PLANNERS: dict[str, Planner] = {}
_DEFER: list[Callable[[UUID], None]] = []


def register(kind: str, planner: Planner) -> None:
    """Say who works out plans of a kind."""
    _PLANNERS[kind] = planner


def defer_by(defer: Callable[[UUID], None]) -> None:
    """Say how a slow plan becomes a job."""
    _DEFER[:] = [defer]


def refused(code: str, **params: Any) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def make(
    plan_id: UUID,
    kind: str,
    *,
    codes: Sequence[str],
    from_day: date,
    inputs: Mapping[str, Any],
    reason: str,
    by: Person,
    at: datetime,
    file: tuple[str, str] = ("", ""),
) -> tuple[AreaPlan, bool]:
    """A new plan, or the one that is there when the same form comes again (and whether it is new).

    Raises Refused for other content under the same number. `file`: name and SHA-256 of what was sent."""
    wanted = {
        "kind": kind,
        "codes": list(codes),
        "from_day": from_day,
        "inputs": dict(inputs),
        "reason": reason,
        "file_sha256": file[1],
        "made_by": by,
    }
    with transaction.atomic():
        plan, made = AreaPlan.objects.get_or_create(
            pk=plan_id, defaults={**wanted, "file_name": file[0], "made_at": at, "state": PlanState.DRAFT}
        )
    if not made and any(getattr(plan, name) != value for name, value in wanted.items()):
        raise refused("plan_other")
    return plan, made


def work_out(plan: AreaPlan, progress: Progress = lambda done, total: None) -> AreaPlan:
    """Work the plan out against the areas as they are, and keep what was found."""
    plan.basis = _PLANNERS[plan.kind].ground(plan)
    worked = _worked(plan, progress)
    plan.outcome = worked.outcome()
    plan.draw(worked.shapes)
    plan.state = PlanState.REFUSED if worked.refusal else PlanState.READY
    kept = {name: getattr(plan, name) for name in ("basis", "outcome", "shapes", "content", "state")}
    if not AreaPlan.objects.filter(pk=plan.pk, state__in=OPEN).update(**kept):
        plan.refresh_from_db()  # dropped meanwhile
    return plan


def failed(plan_id: UUID) -> None:
    """Say on the plan that working it out failed; it can be tried again."""
    outcome = Worked(refusal=Refusal("plan_failed", MESSAGES["plan_failed"])).outcome()
    AreaPlan.objects.filter(pk=plan_id, state__in=OPEN).update(state=PlanState.REFUSED, outcome=outcome)


def _worked(plan: AreaPlan, progress: Progress) -> Worked:
    try:
        return _PLANNERS[plan.kind].work(plan, progress)
    except Refused as told:
        return Worked(refusal=told.refusal)


def apply(plan_id: UUID, actor: Actor) -> AreaPlan:
    """Apply a plan, once: whoever sends it again gets the plan as it was applied. Raises Refused."""
    changed = False
    with transaction.atomic():
        plan = AreaPlan.objects.select_for_update().get(pk=plan_id)
        if plan.state == PlanState.APPLIED:
            return plan
        _must_be_open(plan)
        if plan.state == PlanState.READY and plan.basis != _PLANNERS[plan.kind].ground(plan):
            changed = _again(plan)
        if not changed:
            if plan.state != PlanState.READY:
                raise refused("plan_not_ready")
            _apply(plan, actor)
    if changed:
        raise refused("plan_changed")
    return plan


def _again(plan: AreaPlan) -> bool:
    """Work a plan out anew, at once or as a job; whether that gives something else than what was seen."""
    if _PLANNERS[plan.kind].slow(plan):
        begin(plan)
        return True
    seen = plan.geojson
    work_out(plan)
    return plan.geojson != seen


def begin(plan: AreaPlan) -> AreaPlan:
    """Work a new plan out: a quick one now, a slow one as a job, in the caller's transaction."""
    if not _PLANNERS[plan.kind].slow(plan):
        return work_out(plan)
    plan.state, plan.done, plan.total = PlanState.WAITING, 0, len(plan.codes)
    plan.save(update_fields=["state", "done", "total"])
    _DEFER[0](plan.pk)
    return plan


def _apply(plan: AreaPlan, actor: Actor) -> None:
    plan.outcome = {**plan.outcome, "applied": _PLANNERS[plan.kind].apply(plan, actor)}
    _end(plan, PlanState.APPLIED, actor)


def again(plan_id: UUID, actor: Actor) -> AreaPlan:
    """Work an open plan out anew."""
    with transaction.atomic():
        plan = AreaPlan.objects.select_for_update().get(pk=plan_id)
        _must_be_open(plan)
        return begin(plan)


def drop(plan_id: UUID, actor: Actor) -> AreaPlan:
    """Give a plan up; it stays in the list."""
    with transaction.atomic():
        plan = AreaPlan.objects.select_for_update().get(pk=plan_id)
        if plan.state == PlanState.DROPPED:
            return plan
        _must_be_open(plan)
        _end(plan, PlanState.DROPPED, actor)
    return plan


def _must_be_open(plan: AreaPlan) -> None:
    if not plan.open:
        raise refused("plan_not_open", state=str(PlanState(plan.state).label))


def _end(plan: AreaPlan, state: PlanState, actor: Actor) -> None:
    plan.state, plan.ended_by, plan.ended_at = state, actor.person, actor.at
    plan.save(update_fields=["state", "ended_by", "ended_at", "outcome"])
    seat = actor.signed
    audit.record(
        actor.at,
        f"areas.{plan.kind}.{state.value}",
        subject=("area_plan", str(plan.pk)),
        params={"codes": plan.codes[:50], "from_day": plan.from_day.isoformat()},
        person=actor.person.pk,
        seat=seat.seat.pk if seat else None,
        post=seat.post.pk if seat else None,
    )
