"""漏报: what somebody else reported at a place where a collector had just been. Proposals for an inspector to look at;
nothing counts by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import shapely
from django.db.models import Q

from citygrid.areas.models import Area
from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence.rules import Rules
from citygrid.collection.models import Finding, Patrol
from citygrid.collection.positions import reading as positions
from citygrid.organization.visibility import Scope

MOST = 200
LONGEST_PATROL = timedelta(hours=16)
LONGEST_STEP = 300
"""Seconds between two fixes in the grid that still are one stay."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A case that somebody else reported. `grid`, `duty_grid`: area ids."""

    case: UUID
    number: str
    class_id: str
    grid: int
    duty_grid: int
    community: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who was in the unit grid how long, and when last, before it was reported."""

    reported: Reported
    person: int
    body: int
    patrol: UUID
    seconds: int
    last_at: datetime


_REPORTED = """select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.grid,
    (c.snapshot -> 'place' ->> 'duty_grid')::bigint, c.community, c.received_at from cases_case c
  where {seen} and c.received_at >= %s and c.received_at < %s and coalesce((c.snapshot ->> 'public')::boolean, false)
    and c.filed_at is not null and c.state <> 'voided' and c.grid is not null and c.class_id is not null
    and c.snapshot -> 'place' ->> 'duty_grid' is not null {classes}
  order by c.received_at desc, c.id desc limit %s"""


def reported(scope: Scope, since: datetime, until: datetime, known: Rules) -> list[Reported]:
    """Filed cases that the public reported, of the classes that a collector should have seen, newest first."""
    seen, params = scope.sql("c")
    values: list[Any] = [*params, since, until]
    classes = ""
    if known.missed_classes:
        classes = "and c.class_id = any(%s)"
        values.append(sorted(known.missed_classes))
    sql = _REPORTED.format(seen=seen, classes=classes)
    with plain() as connection:
        return [Reported(*row) for row in cursor(connection).execute(sql.encode(), [*values, MOST]).fetchall()]


def proposals(scope: Scope, since: datetime, until: datetime, known: Rules) -> list[Proposal]:
    """For each of these cases the collectors whose track was in its unit grid within the hours before; whoever has a
    finding on it already is left out."""
    cases = reported(scope, since, until, known)
    areas = Area.objects.in_bulk({one.grid for one in cases} | {one.duty_grid for one in cases})
    told = set(Finding.objects.filter(case_id__in=[one.case for one in cases]).values_list("case_id", "person"))
    found: list[Proposal] = []
    for case in cases:
        grid, duty = areas.get(case.grid), areas.get(case.duty_grid)
        if grid is None or duty is None or not grid.geometry:
            continue
        shape = shapely.from_wkb(bytes(grid.geometry))
        shapely.prepare(shape)
        for patrol in _patrols(duty.code, case.received_at, known.missed_hours):
            if (case.case, patrol.person_id) not in told:
                found += _stay(case, patrol, shape, known)
    return found


def _patrols(duty_grid: str, until: datetime, hours: int) -> Iterable[Patrol]:
    """Patrols of the duty grid that went on within these hours."""
    since = until - timedelta(hours=hours)
    ended = Q(out_at__isnull=True) | Q(out_at__gt=since)
    return Patrol.objects.filter(
        ended, duty_grids__contains=[duty_grid], in_at__lt=until, in_at__gt=since - LONGEST_PATROL
    ).order_by("in_at", "pk")


def _stay(case: Reported, patrol: Patrol, shape: Any, known: Rules) -> Iterable[Proposal]:
    starts = max(patrol.in_at, case.received_at - timedelta(hours=known.missed_hours))
    ends = min(patrol.out_at or case.received_at, case.received_at)
    points = [one for one in positions.of_person(patrol.person_id, starts, ends) if not one.mock]
    if not points:
        return
    inside = shapely.contains_xy(shape, [one.lon for one in points], [one.lat for one in points])
    there = [one.t for one, within in zip(points, inside, strict=True) if within]
    seconds = sum(
        after.t - before.t
        for (before, here), (after, next_here) in pairwise(zip(points, inside, strict=True))
        if here and next_here and after.t - before.t <= LONGEST_STEP
    )
    if there and seconds >= known.missed_seconds:
        last = datetime.fromtimestamp(there[-1], tz=case.received_at.tzinfo)
        yield Proposal(case, patrol.person_id, patrol.body_id, patrol.pk, int(seconds), last)
