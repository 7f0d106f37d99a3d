"""Where things are and were, for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection, cursor, plain
from citygrid.organization.visibility import Scope


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest fix of a thing. `person`: None for a vehicle. `at`: by the device, `received_at`: by the server.
    `session`: the patrol that the device named. `grid_path`: ids of the areas there, from the unit grid up."""

    thing: int
    kind: str
    person: int | None
    code: str
    body: int
    at: datetime
    received_at: datetime
    lon: float
    lat: float
    accuracy: float | None
    speed: float | None
    heading: float | None
    mock: bool | None
    session: UUID | None
    grid_path: Sequence[int]


@dataclass(frozen=True, slots=True)
class Point:
    """One fix of a track: seconds since 1970, metres in the city's projection, degrees."""

    t: float
    x: float
    y: float
    lon: float
    lat: float
    accuracy: float | None
    mock: bool | None


def newest(scope: Scope, at: datetime, since: datetime | None = None) -> list[Newest]:
    """The newest positions of all active things within the scope, in the order of things; of rows renewed after `at`
    none. `since`: none older.

    Who sees a thing: the person itself; whoever sees its body; whoever sees the areas where it is."""
    kept = "n.at, n.received_at, n.lon, n.lat, n.accuracy, n.speed, n.heading, n.mock, n.session, n.areas"
    query, params = _seen(f"n.thing, p.kind, p.person_id, p.code, p.body_id, {kept}", scope, at, since)
    with plain() as connection:
        rows = cursor(connection).execute(query, params, binary=True).fetchall()
    return [Newest(*row) for row in rows]


def newest_json(scope: Scope, at: datetime) -> str:
    """The same as a list of JSON for the map: kind, person, code, body, at, lon, lat, accuracy, mock, patrol. Each row
    keeps its own (`told.sql`), for thousands are asked for every few seconds (`bench/positions.py`)."""
    query, params = _seen("p.told || n.told as told", scope, at, None)
    text = b"select '[' || coalesce(string_agg(told, ','), '') || ']' from (" + query + b") seen"
    with plain() as connection:
        row = cursor(connection).execute(text, params).fetchone()
    assert row is not None
    return str(row[0])


def _seen(columns: str, scope: Scope, at: datetime, since: datetime | None) -> tuple[bytes, list[Any]]:
    text, params = scope.sql("n")
    query = f"""select {columns} from collection_newest n join collection_positioned p on p.id = n.thing and p.active
                where {text} and n.received_at <= %s and n.at >= coalesce(%s, '-infinity'::timestamptz)
                order by n.thing"""  # noqa: S608 - the condition holds no input
    return query.encode(), [*params, at, since]


def of_person(person: int, starts: datetime, ends: datetime) -> list[Point]:
    """All fixes of a person from a moment up to, and including, another, by the device's time. The caller asks who may
    see them (a patrol within the scope)."""
    with plain() as connection:
        return _points(connection, person, starts, ends)


def _points(connection: Connection, person: int, starts: datetime, ends: datetime) -> list[Point]:
    rows = cursor(connection).execute(
        b"select extract(epoch from f.at)::float8, f.point[0], f.point[1], f.lon, f.lat, f.accuracy, f.mock"
        b" from collection_fix f where f.thing = (select id from collection_positioned where person_id = %s)"
        b" and f.at >= %s and f.at <= %s order by f.at",
        [person, starts, ends],
    )
    return [Point(*row) for row in rows.fetchall()]


def newest_received(persons: Sequence[int]) -> dict[int, datetime]:
    """When the newest row of each of these persons was last renewed."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"select p.person_id, n.received_at from collection_positioned p join collection_newest n on n.thing = p.id"
            b" where p.person_id = any(%s)",
            [list(persons)],
        )
        return dict(rows.fetchall())
