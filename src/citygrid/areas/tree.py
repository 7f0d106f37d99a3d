"""Questions about the tree of areas."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from citygrid.areas.models import LADDER, Area
from citygrid.areas.places import AreaRef

ORDER = {kind: step for step, kind in enumerate((*LADDER, "duty_grid"))}


@dataclass(frozen=True, slots=True)
class Node:
    """An area with what lies below it, by kind and code."""

    ref: AreaRef
    kind: str
    children: tuple["Node", ...]


def descendants(ids: Iterable[int]) -> frozenset[int]:
    """The ids themselves and every area below them, on any day (a scope must see old cases too)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """with recursive below(id) as (
                 select id from areas_area where id = any(%s)
                 union select a.id from areas_area a join below b on a.parent_id = b.id)
               select id from below""",
            [list(ids)],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def tree(area_id: int, down_to: str = "community", at: date | None = None) -> Node | None:
    """The area and what is below it, down to a kind of the ladder; on a day, or of all days."""
    rows = Area.objects.filter(id__in=descendants([area_id]), kind__in=LADDER[: ORDER[down_to] + 1])
    found = [
        (row.id, row.code, row.name, row.kind, row.parent_id)
        for row in rows.only("id", "code", "name", "kind", "parent_id", "valid_from", "valid_to")
        if at is None or (row.valid_from <= at and (row.valid_to is None or at < row.valid_to))
    ]
    below: dict[int | None, list[tuple[int, str, str, str, int | None]]] = defaultdict(list)
    for row in sorted(found, key=lambda r: (ORDER[r[3]], r[1])):
        below[None if row[0] == area_id else row[4]].append(row)

    def node(row: tuple[int, str, str, str, int | None]) -> Node:
        return Node(AreaRef(*row[:3]), row[3], tuple(node(child) for child in below[row[0]]))

    return node(below[None][0]) if below[None] else None


def by_code(kind: str, code: str, at: date) -> AreaRef | None:
    """The area of that kind and code on that day."""
    rows = Area.objects.filter(kind=kind, code=code, valid_from__lte=at).exclude(valid_to__lte=at)
    found = rows.values_list("id", "code", "name").first()
    return AreaRef(*found) if found else None


def ids_by_code(codes: Iterable[str]) -> frozenset[int]:
    """Every row with one of these codes, of any kind and any day: a body keeps codes, cases keep row ids."""
    return frozenset(Area.objects.filter(code__in=list(codes)).values_list("id", flat=True))


def codes_by_id(ids: Iterable[int]) -> dict[int, str]:
    """The codes of these rows; ids that do not exist are left out."""
    return dict(Area.objects.filter(id__in=list(ids)).values_list("id", "code"))
