"""A service area worked out: its surface, what is gained and lost, how many open cases lie outside (S4-02)."""

from datetime import date
from typing import Any

import shapely
from shapely import Geometry, MultiPolygon, Polygon

from citygrid.areas import service_area
from citygrid.areas.lattice import project
from citygrid.areas.models import ServiceArea
from citygrid.areas.service_area import Approval
from citygrid.areas.versions import current
from citygrid.basedata.city_frame import metric_crs
from citygrid.basedata.gridding import affected, drawn, reading, shapes
from citygrid.basedata.gridding.import_plan import opened
from citygrid.basedata.gridding.life_plan import who
from citygrid.basedata.gridding.planning import Actor, Progress, Worked
from citygrid.basedata.gridding.plans import AreaPlan
from citygrid.basedata.gridding.plans_day import noon
from citygrid.process.refusal import Refusal, Refused
from citygrid.tabular import NOTICES, TableError

MESSAGES: dict[str, str] = {
    "no_surface_in_file": "The file has no polygon that can be used.",
    "row_unusable": "Row %(row)s cannot be used: mend it in the file, nothing of a service area may be left out.",
}


def ground(plan: AreaPlan) -> str:
    version = current()
    return version.digest if version else ""


def slow(plan: AreaPlan) -> bool:
    return False


def work(plan: AreaPlan, progress: Progress) -> Worked:
    """Compare it with the one in force on its first day."""
    shape, crs = _shape(plan), metric_crs(noon(plan.from_day))
    _replace(plan, shape, None)
    held = [shapely.from_wkb(bytes(row.geometry)) for row in ServiceArea.objects.filter(reading.on(plan.from_day))]
    before = shapely.union_all(held) if held else Polygon()
    gained, lost = shape.difference(before), before.difference(shape)
    numbers: dict[str, Any] = {
        "km2": project(shape, crs).area / 1e6,
        "outside_cases": affected.open_outside(shape),
    }
    if held:
        numbers |= {"gained": _km2(gained, crs), "lost": _km2(lost, crs)}
    features = [shapes.feature("proposed", shape, "new", plan.inputs["name"] or plan.codes[0])]
    for tone, part in (("new", gained if held else Polygon()), ("ended", lost)):
        for at, one in enumerate(shapely.get_parts(part)):
            if isinstance(one, Polygon) and project(one, crs).area > 1:
                features.append(shapes.feature(tone, one, f"{tone}:{at}"))
    return Worked(shapes.text(features), numbers)


def apply(plan: AreaPlan, actor: Actor) -> dict[str, Any]:
    change = _replace(plan, _shape(plan), actor)
    return {"ended": list(change.ended)}


def _replace(plan: AreaPlan, shape: Geometry, actor: Actor | None) -> Any:
    approval = Approval(plan.inputs["approval"], date.fromisoformat(plan.inputs["approved_on"]))
    return service_area.replace(
        plan.codes[0],
        shape,
        plan.from_day,
        approval,
        who(plan, actor),
        name=plan.inputs["name"],
        keep=actor is not None,
    )


def _km2(shape: Geometry, crs: str) -> float:
    return float(project(shape, crs).area / 1e6) if not shape.is_empty else 0.0


def _shape(plan: AreaPlan) -> Geometry:
    """As drawn or typed, else all polygons of the file together."""
    if not plan.file:
        return drawn.polygon(plan.inputs["shape"])
    found: list[Geometry] = []
    try:
        with opened(plan, {}) as table:
            for batch in table.batches():
                for problem in batch.problems:
                    if problem.code not in NOTICES:
                        raise Refused(Refusal("row_unusable", MESSAGES["row_unusable"], {"row": problem.line}))
                drawn_shapes: list[Any] = [] if batch.shapes is None else list(batch.shapes)
                found += [one for one in drawn_shapes if isinstance(one, Polygon | MultiPolygon)]
    except TableError as error:
        raise Refused(Refusal(error.code, error.message, error.params)) from error
    if not found:
        raise Refused(Refusal("no_surface_in_file", MESSAGES["no_surface_in_file"]))
    return shapely.union_all(found)
