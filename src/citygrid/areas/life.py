"""The life of unit grids: divided anew, split, merged, retired (GB/T 30428.1, 初始日期 and 终止日期; S1-08).

Each act holds from a day, in one transaction, with a line in the audit. New grids get codes that were never used;
the old rows end and stay, so cases keep what they name. `GridOrigin` says who came from whom. The new grids join
the duty grids of the old ones. To undo an act is a new act. With `keep=False` nothing is kept: a preview.
Acts raise `process.refusal.Refused`.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from django.db import transaction
from django.db.models import QuerySet
from shapely import Geometry, LineString, Polygon

from citygrid.areas import changing, citywide, duties, numbering, plane, sizing
from citygrid.areas.changing import Change, Made, Who, refused
from citygrid.areas.frames import Frame
from citygrid.areas.lattice import project
from citygrid.areas.models import Area, GridOrigin
from citygrid.areas.versions import bump
from citygrid.standards.codes import CodeProfile

SMALLEST = 1.0
"""m2: a piece that is smaller is a slip of the pen."""
PER_METRE = 0.05
"""m2 by metre of outline that pieces may differ from the whole: rounded corners."""
SEAM = 0.02
"""Metres between neighbours whose corners were rounded apart."""
SHARE = 0.01
"""Part of a grid that must lie in another for it to come from that."""


class _Undo(Exception):  # noqa: N818 - a way out of a transaction, not an error
    pass


@dataclass(frozen=True, slots=True)
class Ground:
    """What an act needs to know of the city on its day."""

    day: date
    who: Who
    crs: str
    profile: CodeProfile


def apply_division(
    community: str,
    grids: Sequence[Geometry],
    day: date,
    who: Who,
    *,
    profile: CodeProfile | None = None,
    keep: bool = True,
) -> Change:
    """Give a community these grids (degrees, in the order of their numbers) from a day; its old ones end.

    The first grids of a community may begin on a day that is past, from the community's own first day on.
    """

    def act(ground: Ground) -> Change:
        above = changing.find("community", community, day)
        old = list(_grids(above, day))
        if old or Area.objects.filter(kind="grid", parent__code=above.code).exists():
            changing.not_past(day, who)
        later = Area.objects.filter(kind="grid", parent__code=above.code, valid_from__gte=day)
        if later.exists():
            raise refused("has_grids", code=above.code, day=day.isoformat())
        _check_pieces(above.code, changing.shape_of(above), grids, ground.crs)
        return _replace(above, old, list(grids), _by_place(old, grids), ground)

    return _do("divide", ("community", community), act, day, who, profile, keep)


def split(
    code: str,
    day: date,
    who: Who,
    *,
    line: Geometry | None = None,
    pieces: Sequence[Geometry] = (),
    profile: CodeProfile | None = None,
    keep: bool = True,
) -> Change:
    """Cut a grid along a line (degrees), or into the given pieces; they are numbered by their places."""

    def act(ground: Ground) -> Change:
        changing.not_past(day, who)
        old = changing.find("grid", code, day)
        shape = changing.shape_of(old)
        made = list(pieces) or _cut(code, shape, line or LineString(), ground.crs)
        _check_pieces(code, shape, made, ground.crs)
        if len(made) < 2:
            raise refused("not_split", code=code)
        return _replace(_parent(old), [old], _ordered(made, ground), [[old] for _ in made], ground)

    return _do("split", ("grid", code), act, day, who, profile, keep)


def merge(
    codes: Sequence[str], day: date, who: Who, *, profile: CodeProfile | None = None, keep: bool = True
) -> Change:
    """Make one grid of neighbours in one community."""

    def act(ground: Ground) -> Change:
        changing.not_past(day, who)
        old = _several(codes, day, least=2)
        shape = _union([changing.shape_of(row) for row in old], ground.crs)
        if shape is None:
            raise refused("not_neighbours", codes=", ".join(codes))
        return _replace(_parent(old[0]), old, [shape], [old], ground)

    return _do("merge", ("grid", min(codes, default="")), act, day, who, profile, keep)


def retire(
    codes: Sequence[str], day: date, who: Who, *, profile: CodeProfile | None = None, keep: bool = True
) -> Change:
    """End grids without successors: the land is given up, or the community is no longer divided."""

    def act(ground: Ground) -> Change:
        changing.not_past(day, who)
        old = _several(codes, day, least=1)
        return _replace(_parent(old[0]), old, [], [], ground)

    return _do("retire", ("grid", min(codes, default="")), act, day, who, profile, keep)


def _do(
    name: str,
    subject: tuple[str, str],
    act: Callable[[Ground], Change],
    day: date,
    who: Who,
    profile: CodeProfile | None,
    keep: bool,
) -> Change:
    """The act in one transaction, with version and audit; a preview is rolled back."""
    change = Change(day)
    try:
        with transaction.atomic():
            ground = Ground(day, who, citywide.metric_crs(day), profile or citywide.code_profile(day))
            change = act(ground)
            if not keep:
                raise _Undo
            changing.note(f"grids.{name}", subject, who, change)
            bump()
    except _Undo:
        pass
    return change


def _grids(community: Area, day: date) -> QuerySet[Area]:
    found = Area.objects.select_for_update(of=("self",)).filter(changing.holding(day), kind="grid")
    return found.filter(parent__code=community.code).order_by("code")


def _parent(row: Area) -> Area:
    assert row.parent is not None, "a grid has a community"
    return row.parent


def _several(codes: Sequence[str], day: date, least: int) -> list[Area]:
    if len(codes) < least:
        raise refused("nothing_given", least=least)
    for code in codes:
        if list(codes).count(code) > 1:
            raise refused("code_twice", code=code)
    found = list(changing.rows("grid", codes, day).select_related("parent"))
    missing = sorted(set(codes) - {row.code for row in found})
    if missing:
        raise refused("unknown_grids", codes=", ".join(missing), day=day.isoformat())
    if len({_parent(row).code for row in found}) > 1:
        raise refused("other_community", codes=", ".join(codes))
    return found


def _replace(
    community: Area, old: Sequence[Area], shapes: Sequence[Geometry], origins: Sequence[Sequence[Area]], ground: Ground
) -> Change:
    """End the old rows, keep new ones, hand on the duties. The community's row is locked: numbers are given once."""
    community = changing.find("community", community.code, ground.day)
    for row in old:
        changing.may_end(row, ground.day)
    new = _new_rows(community, shapes, ground)
    for row in old:
        changing.end(row, ground.day)
    Area.objects.bulk_create(new)
    pairs = [(row, origin) for row, of in zip(new, origins, strict=True) for origin in of]
    GridOrigin.objects.bulk_create(GridOrigin(grid=row, origin=origin) for row, origin in pairs)
    joined, changed, ended = duties.hand_on(old, new, origins, ground.day, ground.crs)
    made = tuple(
        Made(row.code, shape, row.area_m2, tuple(o.code for o in of), tuple(joined[row.code]))
        for row, shape, of in zip(new, shapes, origins, strict=True)
    )
    return Change(ground.day, tuple(row.code for row in old), made, tuple(changed), tuple(ended))


def _new_rows(community: Area, shapes: Sequence[Geometry], ground: Ground) -> list[Area]:
    used = Area.objects.filter(kind="grid", code__startswith=community.code).values_list("code", flat=True)
    try:
        codes = numbering.codes(community.code, len(shapes), used, ground.profile)
    except numbering.CodesExhausted as full:
        raise refused("codes_exhausted", **full.params) from full
    digits = numbering.serial_part(ground.profile).digits
    return [
        changing.new_row("grid", code, shape, ground.crs, ground.day, parent=community, serial=int(code[-digits:]))
        for code, shape in zip(codes, shapes, strict=True)
    ]


def _by_place(old: Sequence[Area], shapes: Sequence[Geometry]) -> list[list[Area]]:
    """Of each new grid: the old ones in which more than a crumb of it lies."""
    if not old:
        return [[] for _ in shapes]
    known = [changing.shape_of(row) for row in old]
    tree = shapely.STRtree(known)
    found: dict[int, list[Area]] = defaultdict(list)
    for number, shape in enumerate(shapes):
        for at in sorted(tree.query(shape, predicate="intersects").tolist()):
            if shape.intersection(known[at]).area > SHARE * min(shape.area, known[at].area):
                found[number].append(old[at])
    return [found[number] for number in range(len(shapes))]


def _check_pieces(code: str, whole: Geometry, pieces: Sequence[Geometry], crs: str) -> None:
    """Each piece a closed surface, together the whole, nothing twice."""
    for number, piece in enumerate(pieces, start=1):
        if piece.geom_type not in ("Polygon", "MultiPolygon") or piece.is_empty or not piece.is_valid:
            raise refused("bad_piece", number=number, reason=shapely.is_valid_reason(piece))
    frame = Frame.of(whole, crs)
    flat, parts = frame.there(whole), [frame.there(piece) for piece in pieces]
    for number, part in enumerate(parts, start=1):
        if part.area < SMALLEST:
            raise refused("piece_small", number=number, m2=round(part.area, 2))
    slack = max(SMALLEST, PER_METRE * flat.length)
    off = shapely.union_all(parts).symmetric_difference(flat).area
    if off > slack:
        raise refused("pieces_differ", code=code, m2=round(off))
    twice = sum(part.area for part in parts) - shapely.union_all(parts).area
    if twice > slack:
        raise refused("pieces_overlap", m2=round(twice))


def _cut(code: str, shape: Geometry, line: Geometry, crs: str) -> list[Geometry]:
    frame = Frame.of(shape, crs)
    parts = [part for part in plane.faces(frame.there(shape), [frame.there(line)]) if part.area >= plane.SNAP]
    if len(parts) < 2:
        raise refused("not_split", code=code)
    return [_rounded(frame.back(part)) for part in parts]


def _ordered(pieces: Sequence[Geometry], ground: Ground) -> list[Geometry]:
    flat = [project(piece, ground.crs) for piece in pieces]
    north = max(piece.bounds[3] for piece in flat)
    return [pieces[at] for at in numbering.order(flat, north, sizing.sizes(ground.day).side)]


def _union(shapes: Sequence[Geometry], crs: str) -> Geometry | None:
    """One surface of neighbours, also of those with a seam between them; None when they lie apart."""
    frame = Frame.of(shapes[0], crs)
    flat = [frame.there(shape) for shape in shapes]
    joined = shapely.union_all(flat)
    if not isinstance(joined, Polygon) or any(Polygon(hole).area < SMALLEST for hole in joined.interiors):
        wider = shapely.union_all([shape.buffer(SEAM, join_style="mitre") for shape in flat])
        joined = wider.buffer(-SEAM, join_style="mitre")
    return _rounded(frame.back(joined)) if isinstance(joined, Polygon) else None


def _rounded(shape: Geometry) -> Geometry:
    rounded = shapely.transform(shape, lambda xy: xy.round(9))
    return rounded if rounded.is_valid else shape
