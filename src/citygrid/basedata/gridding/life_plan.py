"""Splits, mergers and retirements worked out by the areas' own rules, without keeping anything (S1-08, S2-19)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from citygrid.areas import life
from citygrid.areas.changing import Change, Made, Who
from citygrid.areas.models import Area
from citygrid.areas.versions import current
from citygrid.basedata.gridding import drawn, reading, shapes
from citygrid.basedata.gridding.planning import Actor, Progress, Worked
from citygrid.basedata.gridding.plans import AreaPlan

Act = Callable[[AreaPlan, Who, bool], Change]
"""(plan, who, keep) -> what is done, or would be."""


def who(plan: AreaPlan, actor: Actor | None) -> Who:
    """Who acts, for the areas' rules. A preview is in the name of whoever made the plan, when they made it."""
    if actor is None:
        return Who(plan.made_at, plan.made_by_id)
    seat = actor.signed
    return Who(actor.at, actor.person.pk, seat.seat.pk if seat else None, seat.post.pk if seat else None)


def _split(plan: AreaPlan, by: Who, keep: bool) -> Change:
    return life.split(plan.codes[0], plan.from_day, by, line=drawn.line(plan.inputs["line"]), keep=keep)


def _merge(plan: AreaPlan, by: Who, keep: bool) -> Change:
    return life.merge(plan.codes, plan.from_day, by, keep=keep)


def _retire(plan: AreaPlan, by: Who, keep: bool) -> Change:
    return life.retire(plan.codes, plan.from_day, by, keep=keep)


@dataclass(frozen=True, slots=True)
class LifePlan:
    """The planner of one kind of change."""

    act: Act

    def ground(self, plan: AreaPlan) -> str:
        version = current()
        return version.digest if version else ""

    def slow(self, plan: AreaPlan) -> bool:
        return False

    def work(self, plan: AreaPlan, progress: Progress) -> Worked:
        change = self.act(plan, who(plan, None), False)
        ending = list(Area.objects.filter(reading.on(plan.from_day), kind="grid", code__in=change.ended))
        features = [
            *(shapes.drawn(row, "ended", f"old:{row.code}", "" if change.made else None) for row in ending),
            *(piece(one) for one in change.made),
        ]
        if plan.inputs.get("line"):
            features.append(
                shapes.feature("barrier", drawn.line(plan.inputs["line"]), "line", _("Line of the cut"))
            )
        rows = [
            *(
                {"key": f"old:{r.code}", "code": r.code, "name": r.name, "verdict": "ended", "m2": r.area_m2}
                for r in ending
            ),
            *(made_row(one) for one in change.made),
            *duty_rows(change),
        ]
        numbers = {
            "now": reading.statistics([row.area_m2 for row in ending]),
            "then": reading.statistics([one.area_m2 for one in change.made]),
        }
        return Worked(shapes.text(features), numbers, rows)

    def apply(self, plan: AreaPlan, actor: Actor) -> dict[str, Any]:
        return applied(self.act(plan, who(plan, actor), True))


def piece(one: Made) -> shapes.Drawn:
    """A new grid as a feature."""
    rows = [(_("Surface"), f"{one.area_m2:,.0f} m²")]
    return shapes.feature("proposed", one.shape, f"new:{one.code}", one.code, one.code[-3:], rows)


def made_row(one: Made) -> dict[str, Any]:
    note = ", ".join(one.duty_grids)
    return {"key": f"new:{one.code}", "code": one.code, "verdict": "new", "m2": one.area_m2, "note": note}


def duty_rows(change: Change) -> list[dict[str, Any]]:
    """The duty grids that follow."""
    return [
        *({"code": code, "verdict": "changed"} for code in change.duty_grids),
        *({"code": code, "verdict": "ended"} for code in change.duty_grids_ended),
    ]


def applied(change: Change) -> dict[str, Any]:
    """What the page of an applied plan says."""
    return {
        "codes": [one.code for one in change.made],
        "ended": list(change.ended),
        "duty_grids": list(change.duty_grids),
        "duty_grids_ended": list(change.duty_grids_ended),
    }


SPLIT, MERGE, RETIRE = LifePlan(_split), LifePlan(_merge), LifePlan(_retire)
