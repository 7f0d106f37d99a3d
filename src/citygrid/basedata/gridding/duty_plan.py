"""A duty grid worked out: unit grids gained and lost from a day, and the faults of coverage that stay (S1-41)."""

from typing import Any

from django.db import transaction

from citygrid.areas import coverage, duties
from citygrid.areas.models import Area
from citygrid.areas.versions import current
from citygrid.basedata.gridding import reading, shapes
from citygrid.basedata.gridding.duty_members import members
from citygrid.basedata.gridding.life_plan import who
from citygrid.basedata.gridding.planning import Actor, Progress, Worked
from citygrid.basedata.gridding.plans import AreaPlan

SHOWN = 200
TONES = {"ended": "ended", "new": "proposed", "same": "same"}


def ground(plan: AreaPlan) -> str:
    version = current()
    return version.digest if version else ""


def slow(plan: AreaPlan) -> bool:
    return False


def work(plan: AreaPlan, progress: Progress) -> Worked:
    """Make it, look at the coverage that there would be, and take it back."""
    held = reading.find("duty_grid", plan.codes[0], plan.from_day)
    before = {row.code: row for row in members(held, plan.from_day)} if held else {}
    wanted = plan.inputs["grids"]
    with transaction.atomic():
        mark = transaction.savepoint()
        _set(plan, None)
        report = coverage.report(plan.from_day)
        transaction.savepoint_rollback(mark)
    after = {
        row.code: row
        for row in Area.objects.filter(reading.on(plan.from_day), kind="grid", code__in=wanted).order_by("code")
    }
    verdicts = {code: "new" if code not in before else "same" for code in after}
    verdicts |= {code: "ended" for code in before if code not in after}
    rows = {**before, **after}
    listed = [
        {"key": code, "code": code, "name": rows[code].name, "verdict": verdicts[code], "m2": rows[code].area_m2}
        for code in sorted(rows, key=lambda code: (verdicts[code] == "same", code))
    ]
    found = [one for one in report.faults if set(one.codes) & ({*rows} | {plan.codes[0]})]
    faults = [
        {"key": f"fault:{at}", "code": one.code, "message": one.message, "params": dict(one.params)}
        for at, one in enumerate(found[:SHOWN])
    ]
    drawn = [shapes.drawn(rows[code], TONES[verdict]) for code, verdict in verdicts.items()]
    drawn += [
        shapes.feature("warning" if one.warning else "fault", one.shape, f"fault:{at}", one.codes[0])
        for at, one in enumerate(found[:SHOWN])
        if one.shape is not None
    ]
    numbers = {
        "now": reading.statistics([row.area_m2 for row in before.values()]),
        "then": reading.statistics([row.area_m2 for row in after.values()]),
    }
    return Worked(shapes.text(drawn), numbers, listed, faults)


def apply(plan: AreaPlan, actor: Actor) -> dict[str, Any]:
    _set(plan, actor)
    return {"duty_grids": list(plan.codes)}


def _set(plan: AreaPlan, actor: Actor | None) -> None:
    if plan.inputs.get("retire"):
        duties.retire(plan.codes[0], plan.from_day, who(plan, actor))
        return
    duties.set_members(
        plan.codes[0],
        plan.inputs["grids"],
        plan.from_day,
        who(plan, actor),
        name=plan.inputs["name"],
        shift=plan.inputs["shift"],
    )
