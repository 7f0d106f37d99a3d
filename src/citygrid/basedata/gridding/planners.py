"""Which planner works out and applies which kind of plan; registered once when the app starts."""

from citygrid.basedata.gridding import division_plan, duty_plan, jobs, life_plan, planning, service_plan
from citygrid.basedata.gridding import import_plan as area_import_plan
from citygrid.basedata.gridding.plans import PlanKind


def register() -> None:
    """Called by the app."""
    planning.register(PlanKind.IMPORT, area_import_plan)
    planning.register(PlanKind.DIVIDE, division_plan)
    planning.register(PlanKind.SPLIT, life_plan.SPLIT)
    planning.register(PlanKind.MERGE, life_plan.MERGE)
    planning.register(PlanKind.RETIRE, life_plan.RETIRE)
    planning.register(PlanKind.DUTY, duty_plan)
    planning.register(PlanKind.SERVICE, service_plan)
    planning.defer_by(jobs.defer)
