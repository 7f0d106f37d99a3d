"""Where a person was, and whether they were on a shift, at the moment of a photo."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.db.models import Q

from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Patrol
from citygrid.organization import tree
from citygrid.organization.rosters import watches
from citygrid.organization.rosters.watching import present
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import Metric, metric

SPAN = timedelta(hours=2)
"""How far from the moment a fix is looked for at all."""


@dataclass(frozen=True, slots=True)
class Fix:
    at: datetime
    lon: float
    lat: float


_NEAREST = b"""select f.at, f.lon, f.lat from collection_positioned p join collection_fix f on f.thing = p.id
  where p.person_id = %s and f.at between %s and %s order by abs(extract(epoch from f.at - %s)) limit 1"""


def nearest_fix(person: int, at: datetime) -> Fix | None:
    """The fix of the person's track nearest in time, within two hours; None when there is none."""
    with plain() as connection:
        row = cursor(connection).execute(_NEAREST, [person, at - SPAN, at + SPAN, at]).fetchone()
    return Fix(*row) if row is not None else None


def on_patrol(person: int, at: datetime) -> bool:
    """Whether the person was signed in for a patrol then, so that there should be a track."""
    ended = Q(out_at__isnull=True, in_at__gt=at - timedelta(hours=24)) | Q(out_at__gte=at)
    return Patrol.objects.filter(ended, person=person, in_at__lte=at).exists()


def on_duty(person: int, body: int | None, at: datetime, grace: timedelta) -> bool | None:
    """Whether the roster has the person at work then, or within `grace` of it; None when no roster says anything: the
    body has none for that day, and the person is in no shift of these days either."""
    zone = profile_at(at).timezone
    day = at.astimezone(zone).date()
    plan = _plan(tree.version(), day, zone)
    mine = [watch for watch in plan.all() if present(watch, watch.starts, plan.people) == person]
    if any(watch.starts - grace <= at < watch.ends + grace for watch in mine):
        return True
    return False if mine or (body is not None and (body, day) in plan.rostered) else None


@lru_cache(maxsize=8)
def _plan(version: int, day: date, zone: tzinfo) -> watches.Plan:
    """The day's watches and those of the day before, which may still go on; `version`: of the organization."""
    return watches.plan(day - timedelta(days=1), day, zone)


@lru_cache(maxsize=8)
def _metric(crs: str) -> Metric:
    return metric(crs)


def metres(one: tuple[float, float], other: tuple[float, float], at: datetime) -> float:
    """Metres between two places in degrees, on the city's projection."""
    project = _metric(str(profile_at(at).data["metric_crs"]))
    (x1, y1), (x2, y2) = project(*one), project(*other)
    return float(((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5)
