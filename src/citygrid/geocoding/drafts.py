"""A place to be, before it is compared with the one that is: its facts, its areas, its code."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely

from citygrid.areas import locating
from citygrid.geocoding.models import Kind, Place
from citygrid.standards.coordinates import Metric

FACTS = (
    "kind", "name", "aliases", "address", "road", "number", "category", "weight", "lon", "lat", "grid", "community",
    "street", "district", "note",
)  # fmt: skip
"""What a version keeps, with `valid_from`, `valid_to` and the shape as WKT."""


@dataclass(slots=True)
class Draft:
    """Facts of a place. `shape` in degrees or None; lon and lat are inside it. `parent`: code of another place."""

    kind: str
    name: str
    lon: float
    lat: float
    aliases: list[str] = field(default_factory=list)
    address: str = ""
    road: str = ""
    number: str = ""
    category: str = ""
    weight: int = 0
    shape: shapely.Geometry | None = None
    note: str = ""
    code: str = ""
    parent: str = ""
    source: str = ""
    source_key: str = ""
    since: date | None = None
    until: date | None = None

    def own_code(self) -> str:
        """The given code, or one that follows from source and key: the same at every gathering."""
        made = hashlib.blake2s(f"{self.source}\n{self.source_key}".encode(), digest_size=8).hexdigest()
        return self.code or f"g{made}"

    def digest(self, place: Place, crs: str) -> str:
        """Of everything that makes the place another."""
        facts = [getattr(place, name) for name in FACTS]
        text = json.dumps([facts, str(self.since), str(self.until), self.parent, crs], ensure_ascii=False)
        shape = shapely.to_wkb(self.shape) if self.shape is not None else b""
        return hashlib.sha256(text.encode() + shape).hexdigest()


def apply(draft: Draft, place: Place, day: date, to: Metric) -> Place:
    """Put the draft's facts into a place (not saved), with point, box, areas and standard address."""
    for name in ("kind", "name", "road", "number", "category", "weight", "note", "source", "source_key"):
        setattr(place, name, getattr(draft, name))
    place.aliases = list(dict.fromkeys(alias for alias in draft.aliases if alias and alias != draft.name))
    place.lon, place.lat = draft.lon, draft.lat
    place.point = to(draft.lon, draft.lat)
    place.shape = shapely.to_wkb(draft.shape) if draft.shape is not None else None
    place.box = box_of(draft.shape, to)
    above = _areas(place, day)
    place.address = draft.address or above + (draft.road + draft.number if draft.road else draft.name)
    return place


def box_of(shape: shapely.Geometry | None, to: Metric) -> tuple[float, float, float, float] | None:
    """The box in metres of a shape in degrees."""
    if shape is None or shape.is_empty:
        return None
    moved = shapely.transform(shape, lambda at: np.column_stack(to(at[:, 0], at[:, 1])))
    west, south, east, north = moved.bounds
    return float(west), float(south), float(east), float(north)


def _areas(place: Place, day: date) -> str:
    """Fills in the codes of the areas; their names, as an address begins with them. An area has only those above."""
    found = locating.locate(place.lon, place.lat, day)
    ladder: tuple[str, ...] = ("district", "street", "community", "grid")
    if place.kind == Kind.AREA:
        ladder = ladder[: ladder.index(place.category)] if place.category in ladder else ()
    for kind in ("district", "street", "community", "grid"):
        one = getattr(found, kind) if found is not None and kind in ladder else None
        setattr(place, kind, one.code if one is not None else "")
    if found is None or place.category == "city":
        return ""
    named = [found.city, *(getattr(found, kind) for kind in ladder if kind in ("district", "street"))]
    return "".join(one.name for one in named if one is not None)
