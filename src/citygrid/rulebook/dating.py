"""Brings dated rows to what they should be from a day on: the old row closes, the new one opens (S4-40)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from citygrid.rulebook.models import Dated


def in_force(rows: type[Dated], day: date) -> QuerySet[Any]:
    """The rows of a table that are in force on a day."""
    found: QuerySet[Any] = rows._default_manager.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day
    )
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """How many rows opened, closed, and stayed as they were."""

    opened: int
    closed: int
    same: int


def bring(
    table: type[Dated], key: tuple[str, ...], wanted: Mapping[tuple[Any, ...], Mapping[str, Any]], at: date
) -> Change:
    """Make the rows in force from `at` on those of `wanted` (by key; each with all fields but the dates).

    A row that began on `at` itself was never in force for a whole day and is replaced. The caller has made
    sure that nothing begins later than `at`."""
    apart = {"id", "valid_from", "valid_to"}
    fields = [f.attname for f in table._meta.concrete_fields if f.attname not in apart]
    gone, kept = [], set()
    for row in in_force(table, at):
        values = {name: getattr(row, name) for name in fields}
        known = tuple(values[name] for name in key)
        if wanted.get(known) == values and row.valid_to is None:
            kept.add(known)
        else:
            gone.append(row)
    rows = table._default_manager
    rows.filter(pk__in=[row.pk for row in gone if row.valid_from == at]).delete()
    rows.filter(pk__in=[row.pk for row in gone if row.valid_from < at]).update(valid_to=at)
    opened = [table(valid_from=at, **values) for k, values in wanted.items() if k not in kept]
    rows.bulk_create(opened, batch_size=1000)
    return Change(len(opened), len(gone), len(kept))


def last_change(*tables: type[Dated]) -> date | None:
    """The last day on which a row of these tables begins; an earlier change would rewrite what has been."""
    days = [
        table._default_manager.order_by("-valid_from").values_list("valid_from", flat=True).first() for table in tables
    ]
    return max((day for day in days if day is not None), default=None)
