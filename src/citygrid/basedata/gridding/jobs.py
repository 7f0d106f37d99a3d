"""Slow plans of areas (a whole street divided, a large import) are worked out as jobs, with progress."""

import asyncio
from uuid import UUID

from procrastinate.contrib.django import app

from citygrid.basedata.gridding import planning
from citygrid.basedata.gridding.plans import AreaPlan, PlanState


@app.task(pass_context=False, queueing_lock=None)
async def work_out(plan: str) -> None:
    """Work a plan out. Killed in the middle, it is simply worked out again."""
    await asyncio.to_thread(run, UUID(plan))


def run(plan_id: UUID) -> None:
    """Do it, unless the plan was dropped meanwhile."""
    plan = AreaPlan.objects.filter(pk=plan_id, state__in=[PlanState.WAITING, PlanState.WORKING]).first()
    if plan is None:
        return

    def progress(done: int, total: int) -> None:
        AreaPlan.objects.filter(pk=plan_id, state__in=[PlanState.WAITING, PlanState.WORKING]).update(
            state=PlanState.WORKING, done=done, total=total
        )

    try:
        planning.work_out(plan, progress)
    except Exception:
        planning.failed(plan_id)
        raise


def defer(plan_id: UUID) -> None:
    """In the caller's transaction: no plan without its job, no job without its plan."""
    work_out.defer(plan=str(plan_id))
