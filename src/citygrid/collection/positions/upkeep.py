"""Keeping fixes as long as the city says, and forgetting a person's altogether."""

from dataclasses import dataclass
from datetime import date, datetime

from citygrid.cases.database import cursor, plain
from citygrid.collection.models import DayLog, Patrol, Positioned
from citygrid.collection.patrol.in_force import rules_on
from citygrid.collection.positions import days
from citygrid.organization.rosters import cityclock
from citygrid.trust import audit


def keep(now: datetime) -> list[date]:
    """Make the days to come, drop those whose time is over (`positions.keep_days`); which were dropped."""
    keep_days = rules_on(cityclock.day_of(now)).positions.keep_days
    with plain() as connection:
        days.ahead(connection, now)
        gone = days.drop(connection, now, keep_days)
    if gone:
        params = {"days": [day.isoformat() for day in gone]}
        audit.record(now, "positions_dropped", subject=("positions", ""), params=params)
    return gone


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows are gone, or without their places."""

    fixes: int
    patrols: int
    logs: int


def forget_person(person: int, before: datetime, now: datetime) -> Forgotten:
    """Where somebody was before a moment, for good: fixes, the newest place, places of sign-in and sign-out, the
    daily logs. Times and counted figures stay: attendance was paid by them."""
    with plain() as connection, connection.transaction():
        run = cursor(connection)
        thing = Positioned.objects.filter(person=person).values_list("pk", flat=True).first()
        fixes = run.execute(b"delete from collection_fix where thing = %s and at < %s", [thing, before]).rowcount
        run.execute(b"delete from collection_newest where thing = %s and at < %s", [thing, before])
        places = dict.fromkeys(f"{end}_{part}" for end in ("in", "out") for part in ("lon", "lat", "accuracy", "mock"))
        patrols = Patrol.objects.filter(person=person, in_at__lt=before).update(**places)
        logs, _ = DayLog.objects.filter(person=person, made_at__lt=before).delete()
        params = {"fixes": fixes, "patrols": patrols, "logs": logs}
        audit.record(now, "positions_forgotten", subject=("person", str(person)), params=params)
    return Forgotten(fixes, patrols, logs)
