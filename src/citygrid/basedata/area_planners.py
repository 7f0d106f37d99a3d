"""Which planner works out and applies which kind of plan; registered once when the app starts."""

from citygrid.basedata import area_jobs, division_plan, planning
from citygrid.basedata.area_plans import PlanKind


def register() -> None:
    """Called by the app."""
    planning.register(PlanKind.DIVIDE, division_plan)
    planning.defer_by(area_jobs.defer)
