"""Duty grids (责任网格): which unit grids belong to which from a day, by shift (GB/T 30428.1; S1-41).

A change of members ends the duty grid's row and makes a new one of the same code with the new shape, so both the
shape and the membership of any day can be asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import shapely
from django.db import transaction
from django.db.models import Q
from shapely import Geometry

from citygrid.areas import changing, citywide
from citygrid.areas.changing import Change, Who, refused
from citygrid.areas.models import Area, DutyMembership
from citygrid.areas.versions import bump

MOST_SHIFT = 20
MOST_CODE = 32
SEAM = 1e-7
"""Degrees: neighbours whose corners were rounded apart by a centimetre are one surface."""
Handed = tuple[dict[str, list[str]], list[str], list[str]]


def set_members(
    code: str, grids: Sequence[str], day: date, who: Who, *, name: str = "", shift: str = "", keep: bool = True
) -> Change:
    """Make a duty grid, or give the one with this code these unit grids, from a day. Raises Refused.

    Grids of another duty grid of the same shift stay there too: `coverage.report` says so.
    """
    if not code or len(code) > MOST_CODE:
        raise refused("bad_code")
    if len(shift) > MOST_SHIFT:
        raise refused("bad_shift", most=MOST_SHIFT)
    changing.not_past(day, who)
    with transaction.atomic():
        mark = transaction.savepoint()
        members = _members(grids, day)
        row = changing.rows("duty_grid", [code], day).first()
        if row is None:
            _never_used(code)
        row = _redrawn(row, code, members, day, name, shift)
        _keep(row, members, day)
        change = Change(day, duty_grids=(code,))
        if not keep:
            transaction.savepoint_rollback(mark)
            return change
        changing.note("duty_grid.set", ("duty_grid", code), who, change)
        bump()
    return change


def retire(code: str, day: date, who: Who, *, keep: bool = True) -> Change:
    """End a duty grid. Raises Refused."""
    changing.not_past(day, who)
    with transaction.atomic():
        row = changing.find("duty_grid", code, day)
        changing.may_end(row, day)
        change = Change(day, duty_grids_ended=(code,))
        if keep:
            _end(row, day)
            changing.note("duty_grid.retire", ("duty_grid", code), who, change)
            bump()
    return change


def hand_on(old: Sequence[Area], new: Sequence[Area], origins: Sequence[Sequence[Area]], day: date, crs: str) -> Handed:
    """New grids join the duty grids of those that they came from: by shift that in which most of a new grid lies.

    Gives the duty grids' codes by the new grid's code, the codes of those redrawn, and of those that ended empty.
    """
    held = DutyMembership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), grid__in=list(old))
    rows = list(held.select_related("duty_grid").order_by("duty_grid__code", "valid_from"))
    by_grid: dict[int, list[DutyMembership]] = defaultdict(list)
    for row in rows:
        by_grid[row.grid_id].append(row)
    joined: dict[str, list[str]] = defaultdict(list)
    for grid, of in zip(new, origins, strict=True):
        for row in _heirs(grid, of, by_grid):
            begins = max(day, row.valid_from)
            DutyMembership.objects.create(duty_grid=row.duty_grid, grid=grid, valid_from=begins, valid_to=row.valid_to)
            joined[grid.code].append(row.duty_grid.code)
    for row in rows:
        _leave(row, day)
    changed, ended = [], []
    for duty in {row.duty_grid_id: row.duty_grid for row in rows}.values():
        now = [member.grid for member in _on(duty, day)]
        if not now:
            _end(duty, day)
            ended.append(duty.code)
        elif _differs(duty, now):
            _keep(_redrawn(duty, duty.code, now, day, duty.name, duty.shift), now, day)
            changed.append(duty.code)
    return joined, changed, ended


def _heirs(grid: Area, of: Sequence[Area], by_grid: dict[int, list[DutyMembership]]) -> list[DutyMembership]:
    """The memberships to take over: of each shift those of the old grid in which most of the new one lies."""
    shape = changing.shape_of(grid)
    weights = {origin.pk: shape.intersection(changing.shape_of(origin)).area for origin in of}
    found: dict[str, list[DutyMembership]] = {}
    for origin in sorted(of, key=lambda one: (-weights[one.pk], one.code)):
        for shift in {row.duty_grid.shift for row in by_grid[origin.pk]} - set(found):
            found[shift] = [row for row in by_grid[origin.pk] if row.duty_grid.shift == shift]
    return [row for shift in sorted(found) for row in found[shift]]


def _leave(row: DutyMembership, day: date) -> None:
    """A membership ends; one that has not begun is taken back."""
    if row.valid_from < day:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    else:
        row.delete()


def _members(codes: Sequence[str], day: date) -> list[Area]:
    if not codes:
        raise refused("nothing_given", least=1)
    found = list(changing.rows("grid", codes, day))
    missing = sorted(set(codes) - {row.code for row in found})
    if missing:
        raise refused("unknown_grids", codes=", ".join(missing), day=day.isoformat())
    return found


def _never_used(code: str) -> None:
    was = Area.objects.filter(kind="duty_grid", code=code).order_by("-valid_from").first()
    if was is not None:
        until = was.valid_to.isoformat() if was.valid_to else "-"
        raise refused("code_taken", code=code, day=was.valid_from.isoformat(), until=until)


def _redrawn(row: Area | None, code: str, members: Sequence[Area], day: date, name: str, shift: str) -> Area:
    """The duty grid's row from the day: the same one when it begins on that day, else a new one."""
    fresh = changing.new_row(
        "duty_grid",
        code,
        union([changing.shape_of(member) for member in members]),
        citywide.metric_crs(day),
        day,
        name=name or (row.name if row else ""),
        shift=shift,
        derived=True,
        parent=_above(members),
    )
    if row is not None:
        if row.valid_to is not None:
            raise refused("ends_already", code=code, day=row.valid_to.isoformat())
        if row.valid_from == day:
            fresh.pk = row.pk
        else:
            _end(row, day)
    fresh.save()
    return fresh


def _above(members: Sequence[Area]) -> Area | None:
    """The community of all its grids, when it is one."""
    parents = {member.parent_id for member in members}
    return members[0].parent if len(parents) == 1 else None


def _end(row: Area, day: date) -> None:
    for member in DutyMembership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), duty_grid=row):
        _leave(member, day)
    if row.valid_from < day:
        changing.end(row, day)


def _keep(row: Area, members: Iterable[Area], day: date) -> None:
    for member in DutyMembership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), duty_grid=row):
        _leave(member, day)
    DutyMembership.objects.bulk_create(DutyMembership(duty_grid=row, grid=member, valid_from=day) for member in members)


def _on(duty: Area, day: date) -> list[DutyMembership]:
    rows = DutyMembership.objects.filter(changing.holding(day), duty_grid=duty).select_related("grid__parent")
    return list(rows.order_by("grid__code"))


def _differs(duty: Area, members: Sequence[Area]) -> bool:
    now = union([changing.shape_of(member) for member in members])
    was = changing.shape_of(duty)
    return bool(now.symmetric_difference(was).area > SEAM * was.length * 2)


def union(shapes: Sequence[Geometry]) -> Geometry:
    """One shape of many, without seams of a centimetre between neighbours (degrees)."""
    return shapely.union_all(list(shapes), grid_size=SEAM)
