"""Writes a plan of areas: old rows end, new rows begin, in one transaction, noted in the audit."""

from datetime import date, datetime

import shapely
from django.db import connection, transaction

from citygrid.areas import locating
from citygrid.areas.import_plan import Plan, Row
from citygrid.areas.lattice import project
from citygrid.areas.models import LADDER, Area, DutyMembership
from citygrid.areas.versions import bump, current
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.reports import Report
from citygrid.trust import audit

MESSAGES = {"areas_changed": "The areas have changed since this was prepared: look at it again."}


def apply(plan: Plan, by: int | None, at: datetime) -> Report:
    """Do what the plan says, or nothing. `by`: the person; `at`: now. Counts by verdict.

    Refused `areas_changed` when the areas are no longer those that the plan was made for. The caller says which
    organization sees what; cases keep the rows that they have.
    """
    report = Report(counts=plan.counts)
    if not plan.changes:
        return report
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("lock table areas_areaversion in exclusive mode")
            version = current()
            if (version.digest if version else "") != plan.version:
                raise Refused(Refusal("areas_changed", MESSAGES["areas_changed"]))
            _write(plan)
            bump()
            params = {"kind": plan.kind, "from": plan.at.isoformat(), **plan.counts}
            audit.record(at, "areas.import", subject=("areas", plan.kind), params=params, person=by)
    finally:
        locating.forget()
    return report


def _write(plan: Plan) -> None:
    for row in sorted(plan.rows, key=lambda row: LADDER.index(row.kind)):
        if row.verdict == "ended":
            _end(plan, row)
        elif row.verdict in ("new", "changed"):
            _begin(plan, row)


def _end(plan: Plan, row: Row) -> None:
    assert row.draft is not None
    old = plan.state.id_of(row.draft)
    Area.objects.filter(pk=old).update(valid_to=plan.at)
    _end_duties(old, plan.at)


def _end_duties(old: int, at: date) -> list[DutyMembership]:
    """Memberships of a grid end on a day (or go, when they begin on it or later); those that were meant to go on."""
    going = list(DutyMembership.objects.filter(grid_id=old).exclude(valid_to__lte=at))
    for member in going:
        if member.valid_from >= at:
            member.delete()
        else:
            DutyMembership.objects.filter(pk=member.pk).update(valid_to=at)
    return going


def _begin(plan: Plan, row: Row) -> None:
    known = plan.state.known[row.kind].get(row.code)
    made = _area(plan, row)
    if known is None:
        made.save()
    elif known.span[0] == plan.at:
        made.pk = plan.state.id_of(known)
        made.valid_to = known.span[1]
        made.save()
    else:
        old = plan.state.id_of(known)
        made.valid_to = known.span[1]
        Area.objects.filter(pk=old).update(valid_to=plan.at)
        made.save()
        for member in _end_duties(old, plan.at):
            start = max(member.valid_from, plan.at)
            DutyMembership.objects.create(
                duty_grid_id=member.duty_grid_id, grid=made, valid_from=start, valid_to=member.valid_to
            )


def _area(plan: Plan, row: Row) -> Area:
    draft = row.draft
    assert draft is not None
    assert draft.shape is not None
    centre = shapely.point_on_surface(draft.shape)
    surface = plan.surfaces.get(id(draft))
    if surface is None:  # of a derived shape that follows its parts
        surface = float(project(draft.shape, plan.metric_crs).area)
    return Area(
        kind=row.kind,
        code=row.code,
        name=row.name,
        parent_id=_parent_id(plan, row),
        geometry=shapely.to_wkb(draft.shape),
        derived=draft.derived,
        centre_lon=centre.x,
        centre_lat=centre.y,
        area_m2=round(surface, 2),
        serial=draft.serial,
        metric_crs=plan.metric_crs if row.kind == LADDER[0] else "",
        valid_from=plan.at,
    )


def _parent_id(plan: Plan, row: Row) -> int | None:
    """The row of the area above that holds on the day: it may have been made a moment ago."""
    if not row.parent:
        return None
    kind = LADDER[LADDER.index(row.kind) - 1]
    rows = Area.objects.filter(kind=kind, code=row.parent, valid_from__lte=plan.at).exclude(valid_to__lte=plan.at)
    return rows.values_list("pk", flat=True).get()
