"""Which units a supervising department (监管单位) answers for: those that the organization's relations of that day name
(S1-47, S1-48). A unit may have several, each counts it; facts know units, so a relation that changes moves no fact."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from citygrid.organization.models import Relation
from citygrid.organization.unit_models import RelationKind


def units_of(day: date) -> Mapping[int, frozenset[int]]:
    """Supervising body -> the bodies that it supervises on that day."""
    rows = Relation.objects.filter(Q(until=None) | Q(until__gt=day), Q(since=None) | Q(since__lte=day))
    found: dict[int, set[int]] = {}
    for body, other in rows.filter(kind=RelationKind.SUPERVISES).values_list("body_id", "other_id"):
        found.setdefault(body, set()).add(other)
    return {body: frozenset(others) for body, others in found.items()}
