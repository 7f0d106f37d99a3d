"""Recorded traces walked again as patrols: to see what the rules say of real movement before they are put in force.

A file is CSV or Parquet with `lon`/`lng`, `lat` and a `track` column (`track`, `trip`, `driver`); seconds in `t`,
`t_offset_s` where there are any, else everybody walks at `PACE`. Each trace is moved so that its middle lies in that of
the duty grid of a collector who has a shift on that day: only the shape of the movement is real, not the place."""

import csv
import gzip
import io
import math
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from citygrid.cases.database import plain
from citygrid.collection.models import Patrol, Positioned
from citygrid.collection.patrol import figures, shifts
from citygrid.collection.patrol.ground import Ground, ground_of
from citygrid.collection.positions import columns
from citygrid.collection.positions.checking import Fix
from citygrid.collection.positions.storing import MOST, Batch, store
from citygrid.collection.positions.things import Thing
from citygrid.organization.models import Post
from citygrid.rulebook.slices import profile_at
from citygrid.trust import audit

PACE = 1.2
"""Metres a second."""
SHORTEST = 1200
SPACE = uuid.UUID("6f2f7a52-3a50-4e5e-9a3d-0b8f3f0f9c11")
TRACKS, TIMES, LONS = ("driver", "track", "trip"), ("t", "t_offset_s"), ("lon", "lng")


@dataclass(frozen=True, slots=True)
class Trace:
    """One recorded movement: seconds from its beginning, degrees."""

    name: str
    seconds: Sequence[float]
    lons: Sequence[float]
    lats: Sequence[float]

    @property
    def reach(self) -> float:
        """Degrees between its corners."""
        return math.hypot(max(self.lons) - min(self.lons), max(self.lats) - min(self.lats))


class UnreadableTracesError(ValueError):
    """The file has no columns that say where and which."""


def traces(path: Path) -> list[Trace]:
    """The traces of a file that last `SHORTEST` seconds at least; those that go least far first, for a duty grid is
    small."""
    found: dict[str, list[tuple[float | None, float, float]]] = defaultdict(list)
    starts: dict[str, float] = {}
    for row in _rows(path):
        track, lon = _first(row, TRACKS), _first(row, LONS)
        if track is None or lon is None or row.get("lat") in (None, ""):
            raise UnreadableTracesError("The file needs columns track (or driver, trip), lon (or lng) and lat.")
        seconds = _first(row, TIMES)
        day = row.get("date_id")
        name = f"{track}/{day}" if day not in (None, "") else str(track)
        begun = float(row.get("start_minute") or 0) * 60
        starts.setdefault(name, begun)
        at = float(seconds) + begun if seconds is not None else None
        found[name].append((at, float(lon), float(row["lat"])))
    made = [_trace(name, rows) for name, rows in found.items()]
    return sorted((one for one in made if one.seconds[-1] >= SHORTEST), key=lambda one: (one.reach, one.name))


def _trace(name: str, rows: list[tuple[float | None, float, float]]) -> Trace:
    if all(at is not None for at, *_ in rows):
        rows.sort(key=lambda one: one[0] or 0.0)
        first = rows[0][0] or 0.0
        return Trace(name, [(at or 0.0) - first for at, *_ in rows], [r[1] for r in rows], [r[2] for r in rows])
    seconds = [0.0]
    for (_, lon, lat), (_, lon2, lat2) in pairwise(rows):
        north, east = (lat2 - lat) * 111_195, (lon2 - lon) * 111_195 * math.cos(math.radians(lat))
        seconds.append(seconds[-1] + max(math.hypot(north, east) / PACE, 1.0))
    return Trace(name, seconds, [r[1] for r in rows], [r[2] for r in rows])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        from pyarrow import parquet  # noqa: PLC0415 - only for files of this kind

        yield from parquet.read_table(path).to_pylist()
        return
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(content.decode("utf-8-sig")))


def _first(row: dict[str, Any], names: Sequence[str]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "")), None)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One trace as a patrol."""

    patrol: Patrol
    trace: Trace
    fixes: int


def replay(found: Sequence[Trace], day: date, now: datetime) -> list[Replayed]:
    """Walk the traces on a day, one for each shift of its roster in turn, while there are both. A trace begins five
    minutes after the shift and is cut at its end or now. Twice is once: ids follow from trace and day. A shift for
    which there is another patrol already is left as it is."""
    done = []
    for trace, planned in zip(found, shifts.of_day(day), strict=False):
        if planned.post is not None and planned.starts < now:
            walked = _walk(trace, planned, planned.post, now)
            done += [walked] if walked is not None else []
    return done


def _walk(trace: Trace, planned: shifts.Planned, post_id: int, now: datetime) -> Replayed | None:
    begins = planned.starts + timedelta(minutes=5)
    pk = uuid.uuid5(SPACE, f"{trace.name}/{planned.day}/{planned.person}")
    if Patrol.objects.filter(person=planned.person, in_at=begins).exclude(pk=pk).exists():
        return None
    crs = profile_at(planned.starts).data["metric_crs"]
    ground = ground_of(planned.duty_grids, planned.day, crs)
    lons, lats = _moved(trace, ground)
    ends = min(planned.ends, now, begins + timedelta(seconds=trace.seconds[-1] + 60))
    post = Post.objects.select_related("body").get(pk=post_id)
    patrol, _ = Patrol.objects.update_or_create(
        id=pk,
        defaults={
            "person_id": planned.person, "post": post, "body": post.body, "day": planned.day, "shift": planned.shift,
            "planned_starts": planned.starts, "planned_ends": planned.ends, "duty_grids": list(planned.duty_grids),
            "areas": list(ground.areas), "bodies": [post.body_id], "persons": [planned.person], "device": SPACE,
            "in_at": begins, "in_received_at": now, "out_at": ends, "out_received_at": now, "counted_at": None,
        },
    )  # fmt: skip
    known, _ = Positioned.objects.get_or_create(kind="person", person_id=planned.person, defaults={"body": post.body})
    thing, found = Thing(known.pk, known.body_id, planned.person), []
    for seconds, lon, lat in zip(trace.seconds, lons, lats, strict=True):
        at = begins + timedelta(seconds=seconds)
        if at > ends:
            break
        found.append(Fix(int(at.timestamp() * 1000), lon, lat))
    fixes = sum(
        _keep(thing, found[start : start + MOST], patrol, ground, now) for start in range(0, len(found), MOST)
    )
    figures.count(patrol, now)
    audit.record(now, "patrol_replayed", subject=("patrol", str(patrol.pk)), params={"fixes": fixes})
    return Replayed(patrol, trace, fixes)


def _keep(thing: Thing, fixes: Sequence[Fix], patrol: Patrol, ground: Ground, now: datetime) -> int:
    whose = np.zeros(len(fixes), dtype=np.int64)
    with plain() as connection:
        return store(connection, Batch([thing], whose, columns.of(fixes), SPACE, patrol.pk), ground.metric, now).new


def _moved(trace: Trace, ground: Ground) -> tuple[list[float], list[float]]:
    """The trace with its middle (the median place) where the duty grid's is."""
    x, y = ground.outline.centroid.x, ground.outline.centroid.y
    lon, lat = ground.metric.inverse(x, y)
    lons, lats = np.array(trace.lons), np.array(trace.lats)
    squeeze = math.cos(math.radians(float(np.median(lats)))) / math.cos(math.radians(lat))
    return (
        (lon + (lons - np.median(lons)) * squeeze).tolist(),
        (lat + (lats - np.median(lats))).tolist(),
    )
