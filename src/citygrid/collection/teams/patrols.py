"""What patrols say of people in some days: from the figures that `patrol/` keeps of each patrol. The coverage is the
share of the duty grid's unit grids that were visited (docs/collection.md)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from citygrid.collection.models import Patrol
from citygrid.collection.teams.spans import Span


@dataclass(slots=True)
class Walked:
    """`each`: the day of each patrol. `coverage`: of each patrol whose track was looked at, in percent."""

    each: list[date] = field(default_factory=list)
    coverage: list[tuple[date, Decimal]] = field(default_factory=list)

    @property
    def days(self) -> set[date]:
        return set(self.each)

    @property
    def mean(self) -> Decimal | None:
        """The mean coverage in percent; None when no patrol was looked at."""
        if not self.coverage:
            return None
        return (sum((value for _, value in self.coverage), Decimal()) / len(self.coverage)).quantize(Decimal("0.1"))


def walked(people: Collection[int], span: Span, bodies: Collection[int] | None = None) -> dict[int, Walked]:
    """Person -> their patrols of these days; everybody has an answer. `bodies`: those for one of these only."""
    found = {person: Walked() for person in people}
    rows = Patrol.objects.filter(person__in=list(people), day__range=(span.first, span.last)).order_by("in_at")
    if bodies is not None:
        rows = rows.filter(body__in=list(bodies))
    for person, day, figures in rows.values_list("person_id", "day", "figures"):
        found[person].each.append(day)
        if figures.get("grids"):
            share = Decimal(100 * figures["grids_visited"]) / figures["grids"]
            found[person].coverage.append((day, share.quantize(Decimal("0.1"))))
    return found
