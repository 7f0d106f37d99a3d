"""Which bodies a step rule's level means at a place: `Facts.centres`.

`city` and `district` are the supervision and command centres, `office` and `commission` the city's own."""

from collections.abc import Iterable

from citygrid.areas import tree as areas
from citygrid.organization.models import Body, Side


def centres_at(place_ids: Iterable[int]) -> dict[str, int]:
    """Level to body id at a place (its area ids). A level that the city lacks is absent; `city` answers then."""
    codes = set(areas.codes_by_id(place_ids).values())
    rows = Body.objects.filter(
        kind__in=["centre", "office", "commission"], side=Side.SUPERVISING, active_until=None
    ).order_by("code")
    found: dict[str, int] = {}
    for row in rows:
        if row.kind != "centre":
            found.setdefault(row.kind, row.pk)
        elif row.level == "city":
            found.setdefault("city", row.pk)
        elif codes & set(row.areas):
            found.setdefault(row.level, row.pk)
    return found
