"""Patrols over HTTP: a collector's own figures, the patrols that somebody may see."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from citygrid.collection.patrol import figures, mine, reading
from citygrid.collection.patrol.seeing import scope_of
from citygrid.collection.patrol.shown import shown
from citygrid.organization.rosters import cityclock
from citygrid.web.api import signed

router = Router(tags=["patrols"])


class MineOut(Schema):
    """`figures`: seconds and counts as the server has them; null when there is no patrol today. `idle_since`,
    `outside_since`: what holds now."""

    now: str
    patrol: str | None
    figures: dict[str, float] | None
    idle_since: str | None
    outside_since: str | None


class FindingOut(Schema):
    """`amount`: minutes (late, left_early), metres (far)."""

    code: str
    amount: int


class PatrolOut(Schema):
    """A patrol, or a shift for which nobody signed in (`id` null)."""

    id: UUID | None
    person: int
    body: int
    day: date
    shift: str
    planned_starts: str | None
    planned_ends: str | None
    signed_in: str | None
    signed_out: str | None
    duty_grids: list[str]
    findings: list[FindingOut]
    figures: dict[str, float]


class PatrolsOut(Schema):
    now: str
    patrols: list[PatrolOut]


class TrackOut(Schema):
    """`spans`: [from, to, state, inside]; `places`: [t, lon, lat]; seconds since 1970."""

    figures: dict[str, float]
    starts: float
    ends: float
    spans: list[tuple[float, float, str, bool | None]]
    idle: list[tuple[float, float]]
    outside: list[tuple[float, float]]
    places: list[list[float]]
    features: dict[str, Any]


@router.get("/collection/patrols/mine", response=MineOut)
def own(request: HttpRequest) -> Any:
    """The caller's own patrol of today, counted now."""
    now = timezone.now()
    return {"now": now.isoformat(), **mine.confirmed(signed(request), now)}


@router.get("/collection/patrols", response=PatrolsOut)
def listed(request: HttpRequest, day: date | None = None) -> Any:
    """Patrols of a day (today when none is given) within the scope."""
    now = timezone.now()
    rows = reading.of_day(scope_of(signed(request)), day or cityclock.day_of(now), now)
    return {"now": now.isoformat(), "patrols": [_out(row) for row in rows]}


@router.get("/collection/patrols/{patrol}", response=TrackOut)
def one(request: HttpRequest, patrol: UUID) -> Any:
    """A patrol's track, coverage and spans."""
    found = reading.one(scope_of(signed(request)), patrol)
    if found is None:
        raise Http404
    return shown(figures.count(found, timezone.now()))


def _out(row: reading.Row) -> dict[str, Any]:
    moments = (row.planned_starts, row.planned_ends, row.in_at, row.out_at)
    starts, ends, in_at, out_at = (one.isoformat() if one is not None else None for one in moments)
    return {
        "id": row.patrol, "person": row.person.pk, "body": row.body.pk, "day": row.day, "shift": row.shift,
        "planned_starts": starts, "planned_ends": ends, "signed_in": in_at, "signed_out": out_at,
        "duty_grids": list(row.duty_grids),
        "findings": [{"code": one.code, "amount": one.amount} for one in row.findings],
        "figures": dict(row.figures),
    }  # fmt: skip
