"""All checks that look at one row at a time, in their order. What needs other rows is in `clashes.py`."""

from collections import Counter

from citygrid.basedata import describing, entries
from citygrid.basedata.chunks import PLACE, Chunk, Context, Work
from citygrid.basedata.identifying import check_code, identify_class, identify_code
from citygrid.basedata.knowing import check_known, digest, find_known, find_known_by_place, judge
from citygrid.basedata.situating import kinds_of, situate


def check(chunk: Chunk, context: Context, seen: Counter[str]) -> tuple[Work, list[str]]:
    """The facts of the rows, their problems, and the verdict on each. `seen`: how often a spot came up so far."""
    if context.register is not None:
        return entries.check(chunk, context)
    work = Work(chunk, context)
    identify_class(work)
    identify_code(work)
    find_known(work)
    situate(work)
    _check_kind(work)
    find_known_by_place(work, seen)
    check_code(work)
    describing.describe(work)
    check_known(work)
    work.facts["digest"] = digest(work.facts)
    return work, judge(work)


def _check_kind(work: Work) -> None:
    """拓扑类型: a class is drawn as points, lines or polygons (S1-62)."""
    kinds = kinds_of(work.chunk.shapes)
    for at, (class_id, kind) in enumerate(zip(work.facts["class_id"], kinds, strict=True)):
        sheet = work.context.classes.sheets.get(class_id)
        if sheet is None or work.facts["lon"][at] is None:
            continue
        if not kind or (sheet.geometry and kind != sheet.geometry):
            work.tell(at, "geometry_kind", PLACE, wanted=sheet.geometry or "point", found=kind or "collection")
