"""`locate(lon, lat, at)`: the unit grid of a point on a day, and everything that follows from it.

One atlas of all areas lives in each process. It is rebuilt when the version row has changed, which is
looked at once a second at most, or not at all for a caller who passes the version that it works with.
"""

import threading
import time
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from citygrid.areas import index
from citygrid.areas.citywide import localday
from citygrid.areas.index import Floats, Ints
from citygrid.areas.places import AreaRef, Outside, Place
from citygrid.areas.versions import Bumps, current

__all__ = [
    "AreaRef", "Many", "Outside", "Place", "duty_grids_of", "forget", "locate", "locate_many", "located", "served_many",
]  # fmt: skip

LOOK_EVERY = 1.0
"""Seconds between two looks at the version row."""


@dataclass(frozen=True, slots=True)
class Many:
    """The places of many points: `places[index[n]]` is that of point n; -1: outside."""

    index: Ints
    places: list[Place]

    def place(self, number: int) -> Place | None:
        at = int(self.index[number])
        return self.places[at] if at >= 0 else None


class _Held:
    lock = threading.Lock()
    atlas: index.Atlas | None = None
    looked = float("-inf")
    bumps = 0


def locate(lon: float, lat: float, at: datetime | date, version: str | None = None) -> Place | None:
    """The place of a point in degrees at a moment (aware, taken in the city's time zone) or on a day.

    None when no grid holds it (and no community without grids). `located` asks for the service area too.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return _atlas(version).day(_day(at)).place(lon, lat)


def locate_many(lons: Floats, lats: Floats, at: datetime | date, version: str | None = None) -> Many:
    """As `locate`, for arrays of degrees of the same length: the same answers, point by point."""
    lons, lats = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
    there = _atlas(version).day(_day(at))
    on_earth = np.flatnonzero((lons >= -180) & (lons <= 180) & (lats >= -90) & (lats <= 90))
    found = np.full(len(lons), -1, dtype=np.int64)
    found[on_earth], places = there.place_many(lons[on_earth], lats[on_earth])
    return Many(found, places)


def served_many(
    many: Many, lons: Floats, lats: Floats, at: datetime | date, version: str | None = None
) -> NDArray[np.bool_]:
    """Which of the points that `locate_many` placed are in the approved service area as well (S4-02)."""
    there = _atlas(version).day(_day(at))
    whole = np.array([there.service is None or one.ids[0] in there.wholly_served for one in many.places] + [False])
    found = whole[many.index]
    for number in np.flatnonzero(~found & (many.index >= 0)).tolist():
        found[number] = there.served(many.places[many.index[number]], float(lons[number]), float(lats[number]))
    return found


def duty_grids_of(
    grid_id: int, at: datetime | date, spot: tuple[float, float] | None = None
) -> tuple[AreaRef, ...]:
    """The duty grids of a unit grid, when the city has duty grids by shift; empty when it has none such.

    `spot` (lon, lat): of a grid that has ended (it was split, merged), those of the grid that lies there now."""
    atlas = _atlas(None)
    there = atlas.day(_day(at))
    place = there.by_area.get(grid_id)
    if place is None and spot is not None:
        place = there.place(*spot)
    elif not atlas.has_shifts:
        return ()
    return place.duty_grids if place else ()


def located(lon: float, lat: float, at: datetime | date, version: str | None = None) -> Place | Outside:
    """As `locate`, with the approved service area (S4-02), and with the reason when the point is outside."""
    atlas, day = _atlas(version), _day(at)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return Outside("outside_area", "The point is not in the area of this system.", {})
    there = atlas.day(day)
    place = there.place(lon, lat)
    if place is not None and there.served(place, lon, lat):
        return place
    return _why(atlas, day, lon, lat, place)


def forget() -> None:
    """Drop what is held, so that the next call reads the areas again."""
    with _Held.lock:
        _Held.atlas, _Held.looked = None, float("-inf")


def _day(at: datetime | date) -> date:
    return localday(at) if isinstance(at, datetime) else at


def _atlas(version: str | None) -> index.Atlas:
    held = _Held.atlas
    if held is not None and _Held.bumps == Bumps.count:
        if held.version == version:
            return held
        if version is None and time.monotonic() - _Held.looked < LOOK_EVERY:
            return held
    with _Held.lock:
        bumps = Bumps.count
        row = current()
        held = _Held.atlas
        if held is None or held.key != (row.pk if row else 0):
            held = index.load(row)
            _Held.atlas = held
        _Held.looked, _Held.bumps = time.monotonic(), bumps
        return held


def _why(atlas: index.Atlas, day: date, lon: float, lat: float, place: Place | None) -> Outside:
    """Look at the other spans of days for one in which the point is inside."""
    inside = [(turn, _inside(atlas, turn, lon, lat)) for turn in atlas.turns()]
    before = [turn for turn, was in inside if was and turn <= day]
    after = [turn for turn, will in inside if will and turn > day]
    if before:
        since = next(turn for turn, was in inside if turn > before[-1] and not was)
        message = "The point is not in the area of this system since %(date)s."
        return Outside("no_longer_in_area", message, {"date": since.isoformat()}, since=since, place=place)
    if after:
        message = "The point is in the area of this system only from %(date)s."
        until = after[0]
        return Outside("not_yet_in_area", message, {"date": until.isoformat()}, until=until, place=place)
    if place is not None:
        message = "The point is in no service area that has been approved."
        return Outside("outside_service_area", message, {}, place=place)
    return Outside("outside_area", "The point is not in the area of this system.", {})


def _inside(atlas: index.Atlas, day: date, lon: float, lat: float) -> bool:
    there = atlas.day(day)
    place = there.place(lon, lat)
    return place is not None and there.served(place, lon, lat)
