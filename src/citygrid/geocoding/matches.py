"""What a search answers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.areas import locating
from citygrid.geocoding.models import Kind, Place

CROSSING, OFFSET, GATE, BESIDE, OPPOSITE, BETWEEN, INTERPOLATED, COORDINATES = (
    "crossing", "offset", "gate", "beside", "opposite", "between", "interpolated", "coordinates",
)  # fmt: skip
HOW: dict[str, Any] = {
    "exact": _("exact name"),
    "alias": _("another name"),
    "prefix": _("begins so"),
    "part": _("part of the name"),
    "pinyin": _("sounds the same"),
    "initials": _("initials"),
    "abbreviation": _("abbreviation"),
    "fuzzy": _("similar"),
    CROSSING: _("crossing"),
    OFFSET: _("distance and direction from a place"),
    GATE: _("gate"),
    BESIDE: _("beside a place"),
    OPPOSITE: _("opposite a place"),
    BETWEEN: _("between two places"),
    INTERPOLATED: _("estimated from the numbers next to it"),
    COORDINATES: _("coordinates"),
}
ACCURACY_M = {Kind.DOOR_PLATE: 10.0, Kind.LANDMARK: 20.0, Kind.ESTATE: 30.0, Kind.STREET: 200.0, Kind.AREA: 1000.0}
"""How far from its point a place without a shape may be meant."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place or a point that may be meant. `score` 0 to 1; `how`: a key of HOW; `accuracy` in metres; `words`: what
    to show; `place`: the place itself, or that from which the point was found; codes and names of the areas."""

    lon: float
    lat: float
    score: float
    how: str
    accuracy: float
    words: str
    place: Place | None = None
    grid: str = ""
    community: str = ""
    street: str = ""
    district: str = ""
    community_name: str = ""
    street_name: str = ""

    @property
    def how_said(self) -> str:
        return str(HOW[self.how])


def at_point(
    lon: float, lat: float, score: float, how: str, accuracy: float, words: str, at: datetime | date,
    place: Place | None = None,
) -> Match:  # fmt: skip
    """A match at a point, with the areas in which it lies."""
    found = locating.locate(lon, lat, at)
    ref = {kind: getattr(found, kind) if found else None for kind in ("grid", "community", "street", "district")}
    codes = {kind: one.code if one else "" for kind, one in ref.items()}
    names = {f"{kind}_name": one.name if (one := ref[kind]) else "" for kind in ("community", "street")}
    return Match(lon, lat, round(score, 4), how, round(accuracy, 1), words, place, **codes, **names)


def of_place(place: Place, score: float, how: str, at: datetime | date) -> Match:
    return at_point(place.lon, place.lat, score, how, accuracy_of(place), place.name, at, place)


def accuracy_of(place: Place) -> float:
    """Half the longer side of its box, at least what its kind allows."""
    least = ACCURACY_M[Kind(place.kind)]
    if place.box is None:
        return least
    west, south, east, north = place.box
    return float(max(min(least, 30.0), max(east - west, north - south) / 2))


def day_of(at: datetime | date) -> date:
    return timezone.localdate(at) if isinstance(at, datetime) else at
