"""Fixes into their day, once, and the newest of each thing into a row of its own: one statement, acknowledged after the
commit (`bench/positions.py`).

Arrays through `unnest` were measured beside COPY: a thousand rows a statement take less time than COPY into a stage
and an insert from it, and less than COPY straight into the partition, which could not tell a repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from citygrid.areas import locating
from citygrid.cases.database import Connection, cursor
from citygrid.collection.positions import days
from citygrid.collection.positions.checking import Fix
from citygrid.collection.positions_models import Positioned
from citygrid.standards.coordinates import CoordinateError, Metric

MOST = 1000
"""Fixes of one batch."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

INSERT = b"""
with sent as materialized (
    select t as thing, timestamptz 'epoch' + ms * interval '1 millisecond' as at, lon, lat, point(x, y) as point,
           a as accuracy, s as speed, h as heading, m as mock
    from unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::real[],
                %s::real[], %s::real[], %s::boolean[]) as u (t, ms, lon, lat, x, y, a, s, h, m)
), kept as (
    insert into collection_fix (thing, at, received_at, lon, lat, point, accuracy, speed, heading, mock,
                                device, session)
    select thing, at, %s, lon, lat, point, accuracy, speed, heading, mock, %s, %s from sent
    on conflict do nothing returning 1
), newest as (
    insert into collection_newest as old (thing, at, received_at, lon, lat, point, accuracy, speed, heading, mock,
                                          device, session, areas, bodies, persons)
    select sent.thing, sent.at, %s, lon, lat, point, accuracy, speed, heading, mock, %s, %s,
           string_to_array(known.areas, ' ')::bigint[], array[known.body], known.persons
    from (select distinct on (thing) * from sent order by thing, at desc) sent
    join (select thing, body, areas, case when person is null then '{}'::bigint[] else array[person] end as persons
          from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) as k (thing, body, person, areas)) known
      using (thing)
    order by sent.thing
    on conflict (thing) do update set
        at = excluded.at, received_at = excluded.received_at, lon = excluded.lon, lat = excluded.lat,
        point = excluded.point, accuracy = excluded.accuracy, speed = excluded.speed, heading = excluded.heading,
        mock = excluded.mock, device = excluded.device, session = excluded.session, areas = excluded.areas,
        bodies = excluded.bodies, persons = excluded.persons
    where excluded.at > old.at
)
select count(*) from kept
"""


Known = tuple[list[int], list[int], list[int | None], list[str]]


@dataclass(slots=True)
class Batch:
    """What one request brought: things with their fixes, each fix at its place in the request."""

    fixes: list[tuple[Positioned, Fix]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    device: UUID | None = None
    session: UUID | None = None

    def add(self, place: int, thing: Positioned, fix: Fix) -> None:
        self.fixes.append((thing, fix))
        self.places.append(place)


@dataclass(frozen=True, slots=True)
class Stored:
    """How many fixes are new, how many were there already; places of those that the projection does not reach."""

    new: int
    repeated: int
    outside: Sequence[int] = ()


def store(connection: Connection, batch: Batch, metric: Metric, now: datetime) -> Stored:
    """Keep the fixes of a batch in one transaction. When it returns outside a transaction, they are committed."""
    xs, ys, reached = _metres(batch, metric)
    outside = [batch.places[n] for n in np.flatnonzero(~reached).tolist()]
    at = np.flatnonzero(reached).tolist()
    if not at:
        return Stored(0, 0, outside)
    chosen = [batch.fixes[n] for n in at]
    days.ensure(connection, {(EPOCH + timedelta(milliseconds=fix.ms)).date() for _, fix in chosen})
    rows = [
        (thing.pk, fix.ms, fix.lon, fix.lat, x, y, fix.accuracy, fix.speed, fix.heading, fix.mock)
        for (thing, fix), x, y in zip(chosen, xs[at].tolist(), ys[at].tolist(), strict=True)
    ]
    known = _known(chosen, now)
    sent = [now, batch.device, batch.session]
    found = cursor(connection).execute(INSERT, [*map(list, zip(*rows, strict=True)), *sent, *sent, *known]).fetchone()
    assert found is not None
    return Stored(found[0], len(chosen) - found[0], outside)


def _metres(batch: Batch, metric: Metric) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, y in the city's metres, and which fixes the projection reaches."""
    lons = np.array([fix.lon for _, fix in batch.fixes], dtype=np.float64)
    lats = np.array([fix.lat for _, fix in batch.fixes], dtype=np.float64)
    try:
        x, y = metric(lons, lats)
        return np.asarray(x), np.asarray(y), np.ones(len(lons), dtype=bool)
    except CoordinateError:
        found = [_one(metric, lon, lat) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)]
        good = np.array([one is not None for one in found], dtype=bool)
        xy = np.array([one or (0.0, 0.0) for one in found], dtype=np.float64)
        return xy[:, 0], xy[:, 1], good


def _one(metric: Metric, lon: float, lat: float) -> tuple[float, float] | None:
    try:
        return metric(lon, lat)
    except CoordinateError:
        return None


def _known(chosen: Sequence[tuple[Positioned, Fix]], now: datetime) -> Known:
    """For each thing: its id, body, person, and the areas of its newest fix (the path from the unit grid up)."""
    newest: dict[int, tuple[Positioned, Fix]] = {}
    for thing, fix in chosen:
        if thing.pk not in newest or newest[thing.pk][1].ms < fix.ms:
            newest[thing.pk] = (thing, fix)
    things = list(newest.values())
    lons, lats = np.array([fix.lon for _, fix in things]), np.array([fix.lat for _, fix in things])
    many = locating.locate_many(lons, lats, now)
    areas = []
    for n in range(len(things)):
        place = many.place(n)
        areas.append(" ".join(map(str, place.ids)) if place is not None else "")
    return (
        [thing.pk for thing, _ in things],
        [thing.body_id for thing, _ in things],
        [thing.person_id for thing, _ in things],
        areas,
    )
