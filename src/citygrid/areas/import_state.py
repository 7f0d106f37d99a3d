"""The areas that hold on a day, as drafts, with what stands in the way of a change from that day on."""

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import shapely
from django.db.models import Q

from citygrid.areas.drafts import Draft
from citygrid.areas.index import NOWHERE
from citygrid.areas.models import LADDER, Area


@dataclass(slots=True)
class State:
    """`known`: kind -> code -> the row in force as a draft (file "", line: its number in `ids`). `ids`: line -> primary
    key. `retired`: codes of the kind that have ended; `later`: codes that begin after the day. `metric_crs` of the
    city, "" when there is none yet."""

    known: dict[str, dict[str, Draft]] = field(default_factory=lambda: {kind: {} for kind in LADDER})
    ids: dict[int, int] = field(default_factory=dict)
    retired: dict[str, date] = field(default_factory=dict)
    later: dict[str, date] = field(default_factory=dict)
    metric_crs: str = ""

    def id_of(self, draft: Draft) -> int:
        return self.ids[draft.line]


def load(kind: str, at: date) -> State:
    """All of the ladder on a day."""
    state = State()
    rows = list(
        Area.objects.filter(kind__in=LADDER, valid_from__lte=at).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at))
    )
    shapes = shapely.from_wkb([bytes(row.geometry) or NOWHERE for row in rows])
    codes = dict(Area.objects.filter(kind__in=LADDER).values_list("id", "code"))
    for line, (row, shape) in enumerate(zip(rows, shapes, strict=True), start=1):
        span = (row.valid_from, row.valid_to)
        facts = {"parent": codes.get(row.parent_id) if row.parent_id else None}
        drawn = None if shape.is_empty else shape
        state.known[row.kind][row.code] = Draft(
            row.kind, row.code, row.name, span, drawn, "", line, facts, row.serial, row.derived
        )
        state.ids[line] = row.pk
        state.metric_crs = state.metric_crs or row.metric_crs
    for above, below in pairwise(LADDER):
        for draft in state.known[below].values():
            draft.parent = state.known[above].get(str(draft.facts["parent"]))
    for code, start, end in Area.objects.filter(kind=kind).values_list("code", "valid_from", "valid_to"):
        if start > at:
            state.later[code] = min(start, state.later.get(code, start))
        elif end is not None and end <= at:
            state.retired[code] = max(end, state.retired.get(code, end))
    return state
