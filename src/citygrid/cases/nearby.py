"""The one near-case query: same class, within a distance, within a time; whoever looks for duplicates asks here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection, cursor
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.visibility import Scope
from citygrid.process.model import Case, Place
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import Metric, metric

METRES, HOURS = 50, 24
"""What cities publish (domain/workflow 3.8); a city's own go into city.toml, [duplicates] metres, hours."""


@dataclass(frozen=True, slots=True)
class Near:
    id: UUID
    report_no: str
    state: str
    metres: float
    received_at: datetime


@lru_cache(maxsize=8)
def _metric(crs: str) -> Metric:
    return metric(crs)


def metres_of(place: Place | None, at: datetime) -> tuple[float, float] | None:
    """Coordinates of a place in metres of the city's projection; None when it has none."""
    if place is None:
        return None
    crs = str(profile_at(at).data.get("metric_crs"))
    return _metric(crs)(float(place.lon), float(place.lat))


def near(
    connection: Connection,
    class_id: str,
    place: Place,
    at: datetime,
    *,
    but: UUID | None = None,
    scope: Scope | None = None,
    most: int = 10,
) -> list[Near]:
    """Open cases of the class near a place, received not long before `at`; nearest first. `scope` None: all (the
    system asks)."""  # fmt: skip
    wanted = profile_at(at).data.get("duplicates", {})
    metres, hours = int(wanted.get("metres", METRES)), int(wanted.get("hours", HOURS))
    point = metres_of(place, at)
    if point is None:
        return []
    here = f"({point[0]:.3f},{point[1]:.3f})"
    seen, params = scope.sql("c") if scope is not None else ("true", [])
    rows = cursor(connection).execute(
        f"""select c.id, c.report_no, c.state, c.point <-> %s::point, c.received_at from cases_case c
            where c.bucket = %s and c.class_id = %s and c.point <@ circle(%s::point, %s) and c.received_at >= %s
              and c.state <> 'merged' and c.id is distinct from %s and {seen}
            order by c.point <-> %s::point limit %s""".encode(),  # noqa: S608 - the condition holds no input
        [here, OPEN_BUCKET, class_id, here, metres, at - timedelta(hours=hours), but, *params, here, most],
    )
    return [Near(*row) for row in rows.fetchall()]


def media_of(connection: Connection, cases: list[UUID]) -> dict[UUID, list[str]]:
    """Case -> the ids of the files that were reported with it; open cases only."""
    rows = cursor(connection).execute(
        b"select id, snapshot -> 'media' from cases_case where id = any(%s) and bucket = %s", [cases, OPEN_BUCKET]
    )
    return {case: media or [] for case, media in rows.fetchall()}


def near_case(
    connection: Connection, case: Case, class_id: Any, at: datetime, scope: Scope | None = None
) -> list[Near]:
    """Likely duplicates of a case, by the class that it is about to get. `scope` None: all (the system asks)."""
    if not isinstance(class_id, str) or case.place is None:
        return []
    return near(connection, class_id, case.place, at, but=case.id, scope=scope)
