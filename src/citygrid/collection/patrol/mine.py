"""A collector's own patrol: what the device is told, and what the server has confirmed of today."""

from datetime import datetime, timedelta
from typing import Any

from citygrid.collection.models import Patrol
from citygrid.collection.patrol import figures, shifts, track
from citygrid.collection.patrol.in_force import rules_on
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed


def open_patrol(person: int) -> Patrol | None:
    """The person's patrol that has not ended."""
    return Patrol.objects.filter(person=person, out_at=None).order_by("-in_at").first()


def packed(signed: Signed, now: datetime) -> dict[str, Any]:
    """`rules` by section, `shift` that a sign-in now would be for (None: none), `open` patrol (None: none)."""
    rules = rules_on(cityclock.day_of(now))
    early = timedelta(minutes=rules.signing.early_minutes)
    planned = shifts.fitting(signed.person.pk, signed.post.pk, now, early)
    patrol = open_patrol(signed.person.pk)
    return {
        "rules": rules.shown(),
        "shift": _shift(planned) if planned is not None else None,
        "open": _open(patrol) if patrol is not None else None,
        "duty_grids": list(planned.duty_grids) if planned is not None else list(signed.post.areas),
    }


def _shift(planned: shifts.Planned) -> dict[str, Any]:
    return {
        "code": planned.shift, "day": planned.day.isoformat(), "starts": planned.starts.isoformat(),
        "ends": planned.ends.isoformat(), "duty_grids": list(planned.duty_grids),
    }  # fmt: skip


def _open(patrol: Patrol) -> dict[str, Any]:
    return {
        "patrol": str(patrol.pk), "day": patrol.day.isoformat(), "in_at": patrol.in_at.isoformat(),
        "ends": patrol.planned_ends.isoformat() if patrol.planned_ends else None, "duty_grids": patrol.duty_grids,
    }  # fmt: skip


def confirmed(signed: Signed, now: datetime) -> dict[str, Any]:
    """The newest patrol of today or of a shift that goes on: figures as the server counts them now, its hints."""
    day = cityclock.day_of(now)
    mine = Patrol.objects.filter(person=signed.person).order_by("-in_at")
    patrol = open_patrol(signed.person.pk) or mine.filter(day=day).first()
    if patrol is None:
        return {"patrol": None, "figures": None, "idle_since": None, "outside_since": None}
    looked = figures.count(patrol, now)
    hints = track.hints(looked.spans, looked.rules.track) if patrol.out_at is None else track.Hints()
    return {
        "patrol": str(patrol.pk),
        "figures": looked.figures(),
        "idle_since": _iso(hints.idle_since),
        "outside_since": _iso(hints.outside_since),
    }


def _iso(seconds: float | None) -> str | None:
    return figures.moment(seconds).isoformat() if seconds is not None else None
