"""Which planner works out and applies which kind of plan; registered once when the app starts."""

from citygrid.basedata import area_import_plan, area_jobs, division_plan, duty_plan, life_plan, planning, service_plan
from citygrid.basedata.area_plans import PlanKind


def register() -> None:
    """Called by the app."""
    planning.register(PlanKind.IMPORT, area_import_plan)
    planning.register(PlanKind.DIVIDE, division_plan)
    planning.register(PlanKind.SPLIT, life_plan.SPLIT)
    planning.register(PlanKind.MERGE, life_plan.MERGE)
    planning.register(PlanKind.RETIRE, life_plan.RETIRE)
    planning.register(PlanKind.DUTY, duty_plan)
    planning.register(PlanKind.SERVICE, service_plan)
    planning.defer_by(area_jobs.defer)
