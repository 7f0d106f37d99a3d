"""Fixes into their day, once, and the newest of each thing into a row of its own: one statement, acknowledged after the
commit (`bench/positions.py`).

Arrays through `unnest` were measured beside COPY: a thousand rows a statement take less time than COPY into a stage
and an insert from it, and less than COPY straight into the partition, which could not tell a repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from citygrid.areas import locating
from citygrid.cases.database import Connection, cursor
from citygrid.collection.positions import arrays, days
from citygrid.collection.positions.columns import UNTOLD, YES, Fixes, Floats, Ints
from citygrid.collection.positions.things import Thing
from citygrid.standards.coordinates import CoordinateError, Metric

MOST = 1000
"""Fixes of one batch of a person: an hour without a network at one in five seconds is 720."""
MOST_OF_THINGS = 5000
"""Fixes of one batch of a gateway: all vehicles of a city once, or some hundred of them for a while."""
DAY = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

COLUMNS = "thing, at, received_at, lon, lat, point, accuracy, speed, heading, mock, device, session"
SENT = """
    select u.t, timestamptz 'epoch' + ms * interval '1 millisecond', %s::timestamptz, lon, lat, point(x, y), a, s, h, m,
           %s::uuid, %s::uuid{more}
    from unnest(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s{columns}) as u (t, ms, lon, lat, x, y, a, s, h, m{names})"""
INSERT = f"""
with kept as (
    insert into collection_fix ({COLUMNS}) {SENT.format(more="", columns="", names="")}
    on conflict do nothing returning 1
), newest as (
    insert into collection_newest as old ({COLUMNS}, areas, bodies, persons) {SENT.format(
        more=", (%s)[first:last], array[body], case when person is null then '{}'::bigint[] else array[person] end",
        columns=", %s, %s, %s, %s",
        names=", first, last, body, person",
    )}
    on conflict (thing) do update set
        at = excluded.at, received_at = excluded.received_at, lon = excluded.lon, lat = excluded.lat,
        point = excluded.point, accuracy = excluded.accuracy, speed = excluded.speed, heading = excluded.heading,
        mock = excluded.mock, device = excluded.device, session = excluded.session, areas = excluded.areas,
        bodies = excluded.bodies, persons = excluded.persons
    where excluded.at > old.at
)
select count(*) from kept
""".encode()  # noqa: S608 - made of constants  # nosec B608 - made of constants
Param = arrays.Array | datetime | UUID | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought: things, the fixes, and for each fix the number of its thing."""

    things: Sequence[Thing]
    whose: Ints
    fixes: Fixes
    device: UUID | None = None
    session: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """How many fixes are new, how many were there already; places of those that the projection does not reach."""

    new: int
    repeated: int
    outside: Sequence[int] = ()


def store(connection: Connection, batch: Batch, metric: Metric, now: datetime) -> Stored:
    """Keep the fixes of a batch in one transaction. When it returns outside a transaction, they are committed.

    Rows go in by thing and time, so that two batches with the same fixes wait for each other and never both."""
    x, y, reached = _metres(batch.fixes, metric)
    outside = batch.fixes.place[~reached].tolist()
    if not reached.any():
        return Stored(0, 0, outside)
    ids = np.array([thing.pk for thing in batch.things], dtype=np.int64)[batch.whose]
    once, last = _once(ids, batch.fixes.ms, np.flatnonzero(reached))
    days.ensure(connection, _days(batch.fixes.ms[once]))
    sent: list[Param] = [now, batch.device, batch.session]
    columns = _columns(ids, batch.fixes, x, y, once)
    newest = _columns(ids, batch.fixes, x, y, last)
    places, *known = _known(batch, last, now)
    params = [*sent, *columns, *sent, places, *newest, *known]
    found = arrays.take(cursor(connection)).execute(INSERT, params).fetchone()
    assert found is not None
    return Stored(found[0], int(reached.sum()) - found[0], outside)


def _once(ids: Ints, ms: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """Of the chosen ones those that are kept, by thing and time: of one moment the first; and the newest of each."""
    order = chosen[np.lexsort((ms[chosen], ids[chosen]))]
    thing, at = ids[order], ms[order]
    first = np.append(True, (thing[1:] != thing[:-1]) | (at[1:] != at[:-1]))
    once = order[first]
    return once, once[np.append(ids[once][1:] != ids[once][:-1], True)]


def _days(ms: Ints) -> list[date]:
    """The days (UTC) on which there are fixes."""
    return [(EPOCH + timedelta(days=day)).date() for day in np.unique(ms // DAY).tolist()]


def _columns(ids: Ints, fixes: Fixes, x: Floats, y: Floats, chosen: Ints) -> list[Param]:
    """The columns of these fixes in the order of `SENT`."""
    one = fixes.at(chosen)
    return [
        arrays.big_ints(ids[chosen]),
        arrays.big_ints(one.ms),
        *map(arrays.doubles, (one.lon, one.lat, x[chosen], y[chosen])),
        *map(arrays.reals, (one.accuracy, one.speed, one.heading)),
        arrays.booleans(one.mock == YES, one.mock == UNTOLD),
    ]


def _metres(fixes: Fixes, metric: Metric) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """x, y in the city's metres, and which fixes the projection reaches."""
    try:
        x, y = metric(fixes.lon, fixes.lat)
        return np.asarray(x), np.asarray(y), np.ones(len(fixes), dtype=bool)
    except CoordinateError:
        found = [_one(metric, lon, lat) for lon, lat in zip(fixes.lon.tolist(), fixes.lat.tolist(), strict=True)]
        good = np.array([one is not None for one in found], dtype=bool)
        xy = np.array([one or (0.0, 0.0) for one in found], dtype=np.float64)
        return xy[:, 0], xy[:, 1], good


def _one(metric: Metric, lon: float, lat: float) -> tuple[float, float] | None:
    try:
        return metric(lon, lat)
    except CoordinateError:
        return None


def _known(batch: Batch, newest: Ints, now: datetime) -> tuple[Param, ...]:
    """For each newest fix: where its areas (the path from the unit grid up) stand in the first array, from and to;
    body and person of its thing."""
    many = locating.locate_many(batch.fixes.lon[newest], batch.fixes.lat[newest], now)
    paths = [many.places[at].ids if at >= 0 else () for at in many.index.tolist()]
    ends = np.cumsum([len(path) for path in paths])
    things = [batch.things[at] for at in batch.whose[newest].tolist()]
    persons = [thing.person for thing in things]
    return (
        arrays.big_ints([one for path in paths for one in path]),
        arrays.big_ints(np.append(0, ends[:-1]) + 1),
        arrays.big_ints(ends),
        arrays.big_ints([thing.body for thing in things]),
        arrays.big_ints([one or 0 for one in persons], np.array([one is None for one in persons])),
    )
