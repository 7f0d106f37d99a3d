"""Areas as a city folder has them, before they are kept: read, checked one by one, linked to each other."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely import Geometry

from citygrid.areas import geojson
from citygrid.areas.geojson import Feature
from citygrid.areas.models import LADDER
from citygrid.standards.codes import CodeProfile
from citygrid.standards.formats import CodeError
from citygrid.standards.reports import Report

LAYERS = (*LADDER, "duty_grid", "service_area")
CODE_KINDS = {"city": "area", "district": "area", "street": "street", "community": "community", "grid": "grid"}
"""Kind of area: kind of code in the city's code profile. Duty grids and service areas are numbered freely."""
MOST_SHIFT = 20
Span = tuple[date, date | None]


@dataclass(slots=True, eq=False)
class Draft:
    """One area of a file. `derived`: the file gives no shape, it is the union of the parts."""

    kind: str
    code: str
    name: str
    span: Span
    shape: Geometry | None
    file: str
    line: int
    facts: Mapping[str, Any]
    serial: int = 0
    derived: bool = False
    parent: "Draft | None" = None
    members: list[tuple["Draft", Span]] = field(default_factory=list)
    shift: str = ""
    origins: list["Draft"] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, date]:
        return self.kind, self.code, self.span[0]


@dataclass(slots=True)
class Drafts:
    """All areas of a folder, by layer, and what the profile says about them."""

    metric_crs: str
    layers: dict[str, list[Draft]]

    def all(self) -> list[Draft]:
        """Every area (not the service areas), parents before children."""
        return [draft for kind in (*LADDER, "duty_grid") for draft in self.layers[kind]]


def meet(one: Span, other: Span) -> bool:
    """Whether two spans of days have a day in common."""
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def read(folder: Path, at: date, report: Report) -> Drafts:
    """Read and link all layers of `folder`; what is wrong is in the report, with file, line and field."""
    profile, metric_crs = _profile(folder, report)
    drafts = Drafts(metric_crs, {layer: _layer(folder, layer, profile, at, report) for layer in LAYERS})
    _once(drafts, report)
    for above, kind in pairwise(LADDER):
        known = _by_code(drafts.layers[above])
        for draft in drafts.layers[kind]:
            _link(draft, known, report)
    grids = _by_code(drafts.layers["grid"])
    for draft in drafts.layers["duty_grid"]:
        _members(draft, drafts, grids, report)
    for draft in drafts.layers["grid"]:
        _origins(draft, grids, report)
    _one_duty_grid_a_day(drafts.layers["duty_grid"], report)
    if report.ok:
        _derive(drafts, report)
    return drafts


def _profile(folder: Path, report: Report) -> tuple[CodeProfile | None, str]:
    try:
        city = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
        return CodeProfile.from_mapping(city["codes"]), str(city["metric_crs"])
    except FileNotFoundError:
        report.add("city.toml", 0, "", "missing_file", "The city folder has no city.toml.")
    except tomllib.TOMLDecodeError as error:
        report.add("city.toml", 0, "", "not_toml", "This is not TOML: %(reason)s", {"reason": str(error)})
    except KeyError as error:
        report.add("city.toml", 0, str(error.args[0]), "missing_key", "city.toml lacks this key.")
    except CodeError as error:
        report.add("city.toml", 0, "codes", error.code, error.message, error.params)
    return None, ""


def _layer(folder: Path, kind: str, profile: CodeProfile | None, at: date, report: Report) -> list[Draft]:
    name = f"areas/{kind}.geojson"
    if not (folder / name).exists():
        return []
    drafts = [drafted(kind, name, row, profile, at, report) for row in geojson.read(folder / name, name, report)]
    return [draft for draft in drafts if draft is not None]


def drafted(kind: str, file: str, row: Feature, profile: CodeProfile | None, at: date, report: Report) -> Draft | None:
    """One row of a file, checked by itself; None when something is wrong, which is then in the report."""
    facts, before = row.properties, len(report.problems)
    code = facts.get("code")
    if not isinstance(code, str) or not code or len(code) > 32:
        report.add(file, row.line, "code", "bad_code", "A code is text of 1 to 32 signs.")
        return None
    name = facts.get("name", "")
    if not isinstance(name, str) or len(name) > 100:
        report.add(file, row.line, "name", "bad_name", "A name is text of at most 100 signs.")
    serial = _serial(kind, code, profile, file, row.line, report)
    span = span_of(facts, at, file, row.line, report)
    _check_shape(kind, row, file, report)
    if facts.get("approved_on") is not None:
        day_of(facts, "approved_on", file, row.line, report)
    shift = facts.get("shift") or ""
    if not isinstance(shift, str) or len(shift) > MOST_SHIFT:
        report.add(file, row.line, "shift", "bad_shift", "A shift is text of at most 20 signs.")
    if len(report.problems) > before or span is None:
        return None
    derived = row.shape is None
    return Draft(kind, code, name, span, row.shape, file, row.line, facts, serial, derived, shift=shift)


def _serial(kind: str, code: str, profile: CodeProfile | None, file: str, line: int, report: Report) -> int:
    """The number of a unit grid in its community; 0 for other kinds."""
    if profile is None or kind not in CODE_KINDS:
        return 0
    try:
        parsed = profile.parse(CODE_KINDS[kind], code)
    except CodeError as error:
        report.add(file, line, "code", error.code, error.message, error.params)
        return 0
    return int(parsed.parts[-1].digits) if kind == "grid" else 0


def span_of(facts: Mapping[str, Any], at: date, file: str, line: int, report: Report) -> Span | None:
    """The days for which a row holds: from `valid_from` (else `at`) up to, not including, `valid_to`."""
    before = len(report.problems)
    start = day_of(facts, "valid_from", file, line, report) or at
    end = day_of(facts, "valid_to", file, line, report)
    if len(report.problems) > before:
        return None
    if end is not None and end <= start:
        report.add(file, line, "valid_to", "ends_before_start", "valid_to must be later than valid_from.")
        return None
    return start, end


def day_of(facts: Mapping[str, Any], key: str, file: str, line: int, report: Report) -> date | None:
    """The date under a key, None when there is none or when it is no date (then noted)."""
    value = facts.get(key)
    try:
        return None if value is None else date.fromisoformat(value)
    except (ValueError, TypeError):
        report.add(file, line, key, "bad_date", "%(value)s is no date (YYYY-MM-DD).", {"value": str(value)})
        return None


def _check_shape(kind: str, row: Feature, file: str, report: Report) -> None:
    if row.shape is None:
        if kind in {"grid", "service_area"}:
            report.add(file, row.line, "geometry", "no_shape", "This kind of area needs a shape.")
        return
    if row.shape.geom_type not in {"Polygon", "MultiPolygon"} or row.shape.is_empty:
        report.add(file, row.line, "geometry", "not_a_surface", "An area is a Polygon or a MultiPolygon.")
        return
    west, south, east, north = row.shape.bounds
    if max(-west, east) > 180 or max(-south, north) > 90:
        report.add(file, row.line, "geometry", "not_degrees", "Coordinates are degrees: longitude, latitude.")
    elif not row.shape.is_valid:
        params = {"reason": shapely.is_valid_reason(row.shape)}
        report.add(file, row.line, "geometry", "bad_shape", "The shape crosses itself: %(reason)s", params)


def _once(drafts: Drafts, report: Report) -> None:
    """One code means one area on a day."""
    seen: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in [d for layer in LAYERS for d in drafts.layers[layer]]:
        for other in seen[draft.kind, draft.code]:
            if meet(draft.span, other.span):
                message = "The code %(code)s is on line %(line)s too, for some of the same days."
                params = {"code": draft.code, "line": other.line}
                report.add(draft.file, draft.line, "code", "code_twice", message, params)
        seen[draft.kind, draft.code].append(draft)


def _link(draft: Draft, above: Mapping[str, list[Draft]], report: Report) -> None:
    wanted = draft.facts.get("parent")
    found = [a for a in above.get(str(wanted), []) if meet(a.span, draft.span)]
    draft.parent = next((a for a in found if a.span[0] <= draft.span[0]), found[0] if found else None)
    if draft.parent is None:
        message = "There is no area %(parent)s above it in these days."
        report.add(draft.file, draft.line, "parent", "unknown_parent", message, {"parent": str(wanted)})


def _members(draft: Draft, drafts: Drafts, grids: Mapping[str, list[Draft]], report: Report) -> None:
    """The unit grids of a duty grid: codes, or tables with code, valid_from and valid_to."""
    rows = draft.facts.get("grids")
    if not isinstance(rows, list) or not rows:
        report.add(draft.file, draft.line, "grids", "no_grids", "A duty grid lists its unit grids.")
        return
    if draft.facts.get("parent") is not None:
        _link(draft, _by_code([*drafts.layers["community"], *drafts.layers["street"]]), report)
    for row in rows:
        facts = row if isinstance(row, dict) else {"code": row}
        start, end = (day.isoformat() if day else None for day in draft.span)
        given = {"valid_from": start, "valid_to": end, **facts}
        span = span_of(given, draft.span[0], draft.file, draft.line, report)
        found = [g for g in grids.get(str(facts.get("code")), []) if span and meet(g.span, span)]
        if not found:
            params = {"grid": str(facts.get("code"))}
            message = "There is no unit grid %(grid)s in these days."
            report.add(draft.file, draft.line, "grids", "unknown_grid", message, params)
        elif span is not None:
            draft.members.append((found[0], span))


def _origins(draft: Draft, grids: Mapping[str, list[Draft]], report: Report) -> None:
    """The grids that it came from: those of these codes that ended by the day on which it begins."""
    codes = draft.facts.get("origins") or []
    for code in codes if isinstance(codes, list) else [codes]:
        ended = [g for g in grids.get(str(code), []) if g.span[1] is not None and g.span[1] <= draft.span[0]]
        if ended:
            draft.origins.append(max(ended, key=lambda grid: grid.span[0]))
        else:
            params = {"grid": str(code)}
            message = "There is no unit grid %(grid)s that ended before this one began."
            report.add(draft.file, draft.line, "origins", "unknown_origin", message, params)


def _one_duty_grid_a_day(duty_grids: list[Draft], report: Report) -> None:
    """One in each shift; a duty grid without a shift holds for every shift."""
    seen: dict[int, list[tuple[Draft, Span]]] = defaultdict(list)
    for duty in duty_grids:
        for grid, span in duty.members:
            for other, days in seen[id(grid)]:
                if meet(span, days) and (duty.shift == other.shift or not duty.shift or not other.shift):
                    message = "The unit grid %(grid)s is in the duty grid %(other)s on some of the same days."
                    params = {"grid": grid.code, "other": other.code}
                    report.add(duty.file, duty.line, "grids", "grid_twice", message, params)
            seen[id(grid)].append((duty, span))


def _by_code(drafts: list[Draft]) -> Mapping[str, list[Draft]]:
    found: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        found[draft.code].append(draft)
    return found


def _derive(drafts: Drafts, report: Report) -> None:
    """Shapes that the files leave to us: the union of the parts that hold on the area's first day."""
    parts: dict[int, list[Draft]] = defaultdict(list)
    for kind in reversed(LADDER):
        for draft in drafts.layers[kind]:
            if draft.shape is None:
                draft.shape = _union(draft, parts[id(draft)], report)
            if draft.parent is not None:
                parts[id(draft.parent)].append(draft)
    for duty in drafts.layers["duty_grid"]:
        if duty.shape is None:
            duty.shape = _union(duty, [grid for grid, _ in duty.members], report)


def _union(draft: Draft, parts: list[Draft], report: Report) -> Geometry | None:
    shapes = [p.shape for p in parts if p.shape is not None and meet(p.span, (draft.span[0], draft.span[1]))]
    if not shapes:
        message = "No shape is given and no parts are there to make it from."
        report.add(draft.file, draft.line, "geometry", "no_shape", message)
        return None
    return shapely.union_all(shapes, grid_size=10**-geojson.DECIMALS)
