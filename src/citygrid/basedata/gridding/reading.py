"""What the pages of areas show: the tree with its counts, one area with what is below it, a grid's days."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min, Q, QuerySet, Sum

from citygrid.areas.models import LADDER, Area, DutyMembership
from citygrid.organization.visibility import Scope


@dataclass(slots=True)
class Branch:
    """An area of the tree. `grids` counts the unit grids below it, `m2` is its surface."""

    row: Area
    grids: int = 0
    m2: float = 0.0
    communities: int = 0
    undivided: int = 0
    children: list["Branch"] = field(default_factory=list)

    @property
    def km2(self) -> float:
        return self.row.area_m2 / 1e6


def on(day: date) -> Q:
    """Rows that hold on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def overview(day: date) -> list[Branch]:
    """The areas of a day from the city down to its communities, with the number of unit grids below each."""
    rows = Area.objects.filter(on(day), kind__in=LADDER[:-1]).defer("geometry").select_related(None)
    above = _parents(rows)
    counted = grids_by_community(day)
    branches = {(row.kind, row.code): Branch(row) for row in rows.order_by("code")}
    tops: list[Branch] = []
    for kind in reversed(LADDER[:-1]):
        for key, branch in branches.items():
            if key[0] != kind:
                continue
            if kind == "community":
                branch.grids, branch.m2 = counted.get(branch.row.code, (0, 0.0))
                branch.communities, branch.undivided = 1, int(branch.grids == 0)
            parent = branches.get(above.get(branch.row.pk, ("", "")))
            (parent.children if parent else tops).append(branch)
            if parent:
                parent.grids += branch.grids
                parent.communities += branch.communities
                parent.undivided += branch.undivided
    return tops


def _parents(rows: QuerySet[Area]) -> dict[int, tuple[str, str]]:
    """Kind and code of the area above each: a renamed or redrawn parent keeps its code in a new row."""
    found = rows.filter(parent__isnull=False).values_list("pk", "parent__kind", "parent__code")
    return {pk: (kind, code) for pk, kind, code in found}


def grids_by_community(day: date) -> dict[str, tuple[int, float]]:
    """Number and surface (m2) of the unit grids of a day, by the community's code."""
    rows = Area.objects.filter(on(day), kind="grid").values("parent__code")
    return {r["parent__code"]: (r["n"], r["m2"]) for r in rows.annotate(n=Count("pk"), m2=Sum("area_m2"))}


def find(kind: str, code: str, day: date) -> Area | None:
    """The area as it is on that day."""
    return Area.objects.filter(on(day), kind=kind, code=code).select_related("parent").first()


def children(area: Area, day: date) -> QuerySet[Area]:
    """The areas directly below on a day, by code."""
    rows = Area.objects.filter(on(day), parent__kind=area.kind, parent__code=area.code)
    return rows.exclude(kind="duty_grid").order_by("code")


def path(area: Area, day: date) -> list[Area]:
    """The areas above, from the city down, as they are on that day."""
    steps: list[Area] = []
    at = area.parent
    while at is not None:
        at = find(at.kind, at.code, day) or at
        steps.append(at)
        at = at.parent
    return steps[::-1]


def spans(kind: str, code: str) -> QuerySet[Area]:
    """All rows of an area, newest first: how it was named and drawn on which days."""
    return Area.objects.filter(kind=kind, code=code).defer("geometry").order_by("-valid_from")


def turns() -> list[date]:
    """The days on which any area changed, newest first: what a chooser of days offers."""
    starts = Area.objects.values_list("valid_from", flat=True).distinct()
    ends = Area.objects.values_list("valid_to", flat=True).distinct()
    return sorted({day for day in (*starts, *ends) if day is not None}, reverse=True)


def first_day() -> date | None:
    """The first day on which there are areas."""
    found: date | None = Area.objects.aggregate(first=Min("valid_from"))["first"]
    return found


def duties(grids: Iterable[int], day: date) -> dict[int, list[Area]]:
    """The duty grids of a day by the unit grid's id."""
    rows = DutyMembership.objects.filter(on(day), grid_id__in=list(grids)).select_related("duty_grid")
    found: dict[int, list[Area]] = {}
    for row in rows.defer("duty_grid__geometry").order_by("duty_grid__code"):
        found.setdefault(row.grid_id, []).append(row.duty_grid)
    return found


def statistics(areas_m2: Sequence[float]) -> dict[str, float | int]:
    """Count, mean, least, most (m2) and spread (standard deviation over mean) of surfaces."""
    if not areas_m2:
        return {"count": 0}
    mean = sum(areas_m2) / len(areas_m2)
    spread = (sum((one - mean) ** 2 for one in areas_m2) / len(areas_m2)) ** 0.5
    return {
        "count": len(areas_m2),
        "mean": round(mean),
        "least": round(min(areas_m2)),
        "most": round(max(areas_m2)),
        "spread": round(spread / mean, 2) if mean else 0,
    }


def within(scope: Scope, areas: Iterable[Area]) -> bool:
    """Whether a post's scope reaches all of these areas; nobody changes areas beyond it (S3-19)."""
    return scope.everything or all(area.pk in scope.areas for area in areas)


def count_by_kind(day: date) -> Counter[str]:
    """How many areas of each kind there are on a day."""
    rows = Area.objects.filter(on(day)).values("kind").annotate(n=Count("pk"))
    return Counter({row["kind"]: row["n"] for row in rows})
