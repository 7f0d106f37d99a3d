"""The areas' part of a city folder: `areas/*.geojson`, read whole or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction

from citygrid.areas import drafts, fitting, geojson
from citygrid.areas.drafts import Draft, Drafts
from citygrid.areas.models import LADDER, Area, DutyMembership, GridOrigin, ServiceArea
from citygrid.areas.versions import bump
from citygrid.standards.reports import Report

FIELDS = (
    *("name", "parent", "geometry", "derived", "centre_lon", "centre_lat", "area_m2", "serial"),
    *("metric_crs", "shift", "valid_to"),
)
Row = tuple[Mapping[str, Any], shapely.Geometry | None]


def load(folder: Path, at: date) -> Report:
    """Make the areas those of the folder; rows without `valid_from` hold from `at`.

    Nothing is kept when the report has problems. An area that is in the database and not in the folder is a
    problem: cases keep its id, so an area is ended by `valid_to`, never taken away.
    """
    report = Report()
    read = drafts.read(folder, at, report)
    surfaces = fitting.check(read, at, report) if report.ok else {}
    known = set(Area.objects.values_list("kind", "code", "valid_from"))
    for kind, code, start in sorted(known - {draft.key for draft in read.all()}):
        message = "%(code)s (from %(start)s) is known and not in the file; end it with valid_to instead."
        params = {"code": code, "start": start.isoformat()}
        report.add(f"areas/{kind}.geojson", 0, "code", "area_missing", message, params)
    if report.ok:
        with transaction.atomic():
            _keep(read, surfaces, report)
            bump()
    return report


def _keep(read: Drafts, surfaces: dict[int, float], report: Report) -> None:
    kept: dict[int, int] = {}
    for kind in (*LADDER, "duty_grid"):
        rows = [(draft, _row(draft, read, surfaces, kept)) for draft in read.layers[kind]]
        Area.objects.bulk_create(
            [row for _, row in rows],
            batch_size=2000,
            update_conflicts=True,
            unique_fields=["kind", "code", "valid_from"],
            update_fields=FIELDS,
        )
        kept |= {id(draft): row.pk for draft, row in rows}
        report.count(kind, len(rows))
    DutyMembership.objects.all().delete()
    DutyMembership.objects.bulk_create(
        DutyMembership(duty_grid_id=kept[id(duty)], grid_id=kept[id(grid)], valid_from=span[0], valid_to=span[1])
        for duty in read.layers["duty_grid"]
        for grid, span in duty.members
    )
    GridOrigin.objects.all().delete()
    GridOrigin.objects.bulk_create(
        GridOrigin(grid_id=kept[id(grid)], origin_id=kept[id(origin)])
        for grid in read.layers["grid"]
        for origin in grid.origins
    )
    ServiceArea.objects.all().delete()
    ServiceArea.objects.bulk_create(_service(draft) for draft in read.layers["service_area"])
    report.count("service_area", len(read.layers["service_area"]))


def _row(draft: Draft, read: Drafts, surfaces: dict[int, float], kept: dict[int, int]) -> Area:
    centre = shapely.point_on_surface(draft.shape)
    return Area(
        kind=draft.kind,
        code=draft.code,
        name=draft.name,
        parent_id=kept[id(draft.parent)] if draft.parent else None,
        geometry=shapely.to_wkb(draft.shape),
        derived=draft.derived,
        centre_lon=centre.x,
        centre_lat=centre.y,
        area_m2=round(surfaces[id(draft)], 2),
        serial=draft.serial,
        metric_crs=read.metric_crs if draft.kind == "city" else "",
        shift=draft.shift,
        valid_from=draft.span[0],
        valid_to=draft.span[1],
    )


def _service(draft: Draft) -> ServiceArea:
    approved = draft.facts.get("approved_on")
    return ServiceArea(
        code=draft.code,
        name=draft.name,
        geometry=shapely.to_wkb(draft.shape),
        approval=str(draft.facts.get("approval") or ""),
        approved_on=date.fromisoformat(approved) if approved else None,
        valid_from=draft.span[0],
        valid_to=draft.span[1],
    )


def dump(folder: Path, at: date) -> None:
    """Write the areas of all days (a day's rules alone would lose what old cases stand on)."""
    layers: dict[str, Iterable[Row]] = {kind: _areas(kind) for kind in LADDER}
    layers["duty_grid"] = _duty_grids()
    layers["service_area"] = _services()
    (folder / "areas").mkdir(parents=True, exist_ok=True)
    for layer, rows in layers.items():
        listed = list(rows)
        path = folder / "areas" / f"{layer}.geojson"
        if listed:
            path.write_text(geojson.text(listed, geojson.KEPT), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def _facts(row: Area | ServiceArea) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name or None,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }


def _shape(row: Area | ServiceArea) -> shapely.Geometry:
    return shapely.from_wkb(bytes(row.geometry))


def _areas(kind: str) -> Iterable[Row]:
    rows = Area.objects.filter(kind=kind).select_related("parent").order_by("code", "valid_from")
    origins: dict[int, list[str]] = defaultdict(list)
    if kind == "grid":
        for grid, code in GridOrigin.objects.order_by("origin__code").values_list("grid_id", "origin__code"):
            origins[grid].append(code)
    for row in rows.iterator(2000):
        parent = row.parent.code if row.parent else None
        facts = {**_facts(row), "parent": parent, "origins": origins.get(row.pk)}
        yield facts, None if row.derived else _shape(row)


def _duty_grids() -> Iterable[Row]:
    rows = Area.objects.filter(kind="duty_grid").select_related("parent").order_by("code", "valid_from")
    for row in rows.prefetch_related("members__grid"):
        members = sorted(row.members.all(), key=lambda m: (m.grid.code, m.valid_from))
        grids = [_member(row, member) for member in members]
        parent = row.parent.code if row.parent else None
        facts = {**_facts(row), "parent": parent, "shift": row.shift or None, "grids": grids}
        yield facts, None if row.derived else _shape(row)


def _member(duty: Area, member: DutyMembership) -> str | dict[str, str]:
    """The grid's code alone when it belongs to the duty grid for as long as that exists."""
    if (member.valid_from, member.valid_to) == (duty.valid_from, duty.valid_to):
        return member.grid.code
    facts = {"code": member.grid.code, "valid_from": member.valid_from.isoformat()}
    return facts | ({"valid_to": member.valid_to.isoformat()} if member.valid_to else {})


def _services() -> Iterable[Row]:
    for row in ServiceArea.objects.order_by("code", "valid_from"):
        approved = row.approved_on.isoformat() if row.approved_on else None
        yield {**_facts(row), "approval": row.approval or None, "approved_on": approved}, _shape(row)
