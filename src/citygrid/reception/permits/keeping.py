"""Permits are read from cells (a form, a file, a city folder), checked, kept, taken back; each change is audited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import shapely
from django.db import transaction
from shapely import Geometry

from citygrid.media.models import File
from citygrid.reception.models import Permit, PermitKind
from citygrid.reception.permits import hours
from citygrid.reception.permits.kinds import MOST_METRES
from citygrid.reception.permits.valid import in_metres, metric_at, texts_of
from citygrid.rulebook.models import ManagedClass
from citygrid.tabular import as_day
from citygrid.trust import audit, redactable
from citygrid.trust.algorithms import algorithm_at

COLUMNS = (
    "kind", "number", "holder", "what", "lon", "lat", "shape", "metres", "first_day", "last_day", "hours", "classes",
)  # fmt: skip
MESSAGES: dict[str, str] = {
    "missing": "This must be filled in.",
    "unknown_kind": "There is no kind of permits %(value)s.",
    "too_long": "At most %(most)s characters.",
    "no_place": "Give a point (longitude and latitude), or draw a line or an area.",
    "wrong_place": "This is no place on the earth: %(value)s.",
    "wrong_shape": "This shape cannot be read: %(value)s.",
    "wrong_metres": "A whole number of metres from 0 to %(most)s.",
    "wrong_day": "This is not a day: %(value)s.",
    "ends_first": "The last day is before the first.",
    "wrong_hours": "Hours are written like 22:00-06:00, not %(value)s.",
    "unknown_class": "There is no class %(value)s in force.",
    "number_twice": "The number %(value)s stands in the file twice.",
}
LONGEST = {"number": 60, "holder": 100, "what": 200}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell; `MESSAGES[code] % params` is the sentence."""

    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A permit as it was written down, and what is wrong with it."""

    kind: PermitKind | None = None
    number: str = ""
    holder: str = ""
    what: str = ""
    shape: Geometry | None = None
    metres: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    starts: time | None = None
    ends: time | None = None
    classes: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    def fault(self, column: str, code: str, **params: Any) -> None:
        self.wrong.append(Wrong(column, code, params))


def read(cells: Mapping[str, str], kinds: Mapping[str, PermitKind], shape: Geometry | None = None) -> Draft:
    """A permit from cells by the names of `COLUMNS`; `kinds` by code and by name. `shape`: read from the file already
    (degrees), else `shape` is WKT or there are `lon` and `lat`."""
    said = {name: cells.get(name, "").strip() for name in COLUMNS}
    found = Draft(kind=kinds.get(said["kind"]), shape=shape)
    for name in ("kind", "number", "holder", "first_day", "last_day"):
        if not said[name]:
            found.fault(name, "missing")
    if said["kind"] and found.kind is None:
        found.fault("kind", "unknown_kind", value=said["kind"])
    for name, most in LONGEST.items():
        setattr(found, name, said[name])
        if len(said[name]) > most:
            found.fault(name, "too_long", most=most)
    if found.shape is None:
        found.shape = _shape(said, found)
    found.metres = _metres(said["metres"], found)
    found.first_day, found.last_day = (_day(name, said[name], found) for name in ("first_day", "last_day"))
    if found.first_day and found.last_day and found.last_day < found.first_day:
        found.fault("last_day", "ends_first")
    try:
        span = hours.parse(said["hours"])
        found.starts, found.ends = span if span is not None else (None, None)
    except ValueError:
        found.fault("hours", "wrong_hours", value=said["hours"])
    found.classes = _classes(said["classes"], found)
    return found


def _shape(said: Mapping[str, str], found: Draft) -> Geometry | None:
    if said["shape"]:
        try:
            made = shapely.from_geojson(said["shape"]) if said["shape"][0] == "{" else shapely.from_wkt(said["shape"])
        except shapely.errors.ShapelyError:
            found.fault("shape", "wrong_shape", value=said["shape"][:40])
            return None
        if made is None or made.is_empty or not made.is_valid or not _on_earth(made):
            found.fault("shape", "wrong_shape", value=said["shape"][:40])
            return None
        return made
    if not (said["lon"] and said["lat"]):
        found.fault("lon", "no_place")
        return None
    try:
        point = shapely.Point(float(said["lon"]), float(said["lat"]))
    except ValueError:
        point = shapely.Point(999, 999)
    if not _on_earth(point):
        found.fault("lon", "wrong_place", value=f"{said['lon']}, {said['lat']}")
        return None
    return point


def _on_earth(shape: Geometry) -> bool:
    west, south, east, north = shape.bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def _metres(text: str, found: Draft) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:9]) > MOST_METRES:
        found.fault("metres", "wrong_metres", most=MOST_METRES)
        return None
    return int(text)


def _day(name: str, text: str, found: Draft) -> date | None:
    day = as_day(text) if text else None
    if text and day is None:
        found.fault(name, "wrong_day", value=text)
    return date.fromisoformat(day) if day is not None else None


def _classes(text: str, found: Draft) -> list[str]:
    wanted = text.replace(",", " ").replace("，", " ").replace(";", " ").split()
    plain = [one for one in wanted if not one.endswith("*")]
    known = set(ManagedClass.objects.filter(class_id__in=plain).values_list("class_id", flat=True))
    for one in plain:
        if one not in known:
            found.fault("classes", "unknown_class", value=one)
    return wanted


def kinds_by_words() -> dict[str, PermitKind]:
    """The kinds in use by code and by either name: a file may say any of them."""
    rows = PermitKind.objects.filter(active=True)
    return {word: row for row in rows for word in (row.name_en, row.name, row.code) if word}


def keep(
    draft: Draft, at: datetime, person: int | None, *, uid: UUID | None = None, row: Permit | None = None,
    document: File | None = None, address: str | None = None,
) -> Permit:  # fmt: skip
    """Keep a draft without faults: a new permit, or `row` as it now reads. The same `uid` again is the same permit.

    A number that the kind has already is that permit, written anew."""
    assert not draft.wrong and draft.kind is not None and draft.shape is not None
    with transaction.atomic():
        if row is None and uid is not None:
            sent = Permit.objects.filter(uid=uid).first()
            if sent is not None:
                return sent
        if row is None:
            row = Permit.objects.select_for_update().filter(kind=draft.kind, number=draft.number).first()
        new = row is None
        row = row or Permit(uid=uid or uuid4(), made_at=at, made_by_id=person)
        _fill(row, draft, at)
        row.document = document or row.document
        row.save()
        act = "enter_permit" if new else "change_permit"
        audit.record(at, act, subject=("permit", str(row.pk)), person=person, address=address)
    return row


def _fill(row: Permit, draft: Draft, at: datetime) -> None:
    assert draft.kind is not None and draft.shape is not None
    assert draft.first_day is not None and draft.last_day is not None
    row.kind, row.number, row.metres = draft.kind, draft.number, draft.metres
    row.first_day, row.last_day = draft.first_day, draft.last_day
    row.starts, row.ends, row.classes = draft.starts, draft.ends, draft.classes
    row.holder = _text(row.holder, redactable.PERSON_NAME, draft.holder, at)
    row.what = _text(row.what, redactable.FREE_TEXT, draft.what, at)
    row.shape = shapely.to_wkb(draft.shape)
    centre = draft.shape.representative_point()
    row.lon, row.lat = round(centre.x, 7), round(centre.y, 7)
    reach = row.metres if row.metres is not None else MOST_METRES
    west, south, east, north = in_metres(draft.shape, metric_at(at)).bounds
    row.box = (west - reach, south - reach, east + reach, north + reach)


def _text(known: UUID | None, kind: str, text: str, at: datetime) -> UUID | None:
    """The row of a text; the one that is there when it says the same."""
    if known is not None:
        before = redactable.get_many([known]).get(known)
        if before is not None and before.text == text:
            return known
    if not text:
        return None
    return redactable.put(kind, text, at, algorithm_at(at)).id


def take_back(row: Permit, at: datetime, person: int, address: str | None = None) -> None:
    """It holds no longer from now on; what was refused under it stays so."""
    changed = Permit.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, ended_by_id=person)
    if changed:
        audit.record(at, "take_back_permit", subject=("permit", str(row.pk)), person=person, address=address)


def same(row: Permit, draft: Draft) -> bool:
    """Whether a permit says already what a draft says."""
    texts = texts_of([row])
    return (
        draft.shape is not None
        and (row.metres, row.first_day, row.last_day, row.starts, row.ends, list(row.classes))
        == (draft.metres, draft.first_day, draft.last_day, draft.starts, draft.ends, draft.classes)
        and (texts.get(row.holder, ""), texts.get(row.what, "")) == (draft.holder, draft.what)
        and bool(shapely.equals_exact(shapely.from_wkb(bytes(row.shape)), draft.shape, 1e-7))
    )


def cells_of(row: Permit) -> dict[str, str]:
    """A permit as the cells that `read` takes: for its form and for a city folder."""
    texts = texts_of([row])
    shape = shapely.from_wkb(bytes(row.shape))
    point = shape.geom_type == "Point"
    return {
        "kind": row.kind.code, "number": row.number, "holder": texts.get(row.holder, ""),
        "what": texts.get(row.what, ""), "lon": f"{shape.x:.7f}" if point else "",
        "lat": f"{shape.y:.7f}" if point else "",
        "shape": "" if point else shapely.to_wkt(shape, rounding_precision=7),
        "metres": "" if row.metres is None else str(row.metres), "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(), "hours": hours.words(row.starts, row.ends),
        "classes": " ".join(row.classes),
    }  # fmt: skip
