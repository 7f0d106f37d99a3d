"""Which permits hold at a place at a moment for a class: those of the desk and those of other registers (S2-45)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import connection
from django.urls import reverse
from shapely import Geometry

from citygrid.basedata import registers
from citygrid.basedata.models import RegisterEntry
from citygrid.reception.models import Permit, PermitKind
from citygrid.reception.permits import hours
from citygrid.reception.permits.kinds import covers
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import Metric, metric
from citygrid.trust import redactable

MOST = 50
"""So many of a kind are looked at around one place."""


@dataclass(frozen=True, slots=True)
class Valid:
    """A permit as desks see it. `code`: what an act names. `url`: its page. `metres`: how far its place is away.

    `ended_at`: it was taken back. `in_time`: whether the moment asked for is within its days and hours."""

    code: str
    number: str
    kind: PermitKind
    holder: str
    what: str
    first_day: date
    last_day: date | None
    starts: time | None
    ends: time | None
    metres: float
    url: str

    @property
    def hours(self) -> str:
        return hours.words(self.starts, self.ends)


def metric_at(at: datetime) -> Metric:
    """The city's projection in metres."""
    return metric(str(profile_at(at).data["metric_crs"]))


def in_metres(shape: Geometry, to: Metric) -> Geometry:
    """A shape in degrees in metres of a projection."""
    return shapely.transform(shape, lambda xy: np.column_stack(to(xy[:, 0], xy[:, 1])))


def valid_at(class_id: str | None, lon: float, lat: float, at: datetime) -> list[Valid]:
    """The permits that cover the class there and then, nearest first; none without a class (degrees, aware)."""
    if not class_id:
        return []
    kinds = [kind for kind in PermitKind.objects.filter(active=True) if kind.register or kind.permits.exists()]
    local = at.astimezone(profile_at(at).timezone)
    found = [*_own(class_id, lon, lat, at, local), *_of_registers(kinds, class_id, lon, lat, at, local)]
    return sorted(found, key=lambda one: (one.metres, one.number))


def _own(class_id: str, lon: float, lat: float, at: datetime, local: datetime) -> Iterator[Valid]:
    to = metric_at(at)
    x, y = to(lon, lat)
    here, spot = f"({x:.3f},{y:.3f})", shapely.Point(x, y)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from reception_permit where box @> box(%s::point, %s::point) and last_day >= %s - 1"
            " and first_day <= %s and (ended_at is null or ended_at > %s) limit %s",
            [here, here, local.date(), local.date(), at, MOST],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = list(Permit.objects.filter(pk__in=ids, kind__active=True).select_related("kind"))
    near = []
    for row in rows:
        span = (row.starts, row.ends) if row.starts is not None and row.ends is not None else None
        if not covers(row.classes or row.kind.classes, class_id):
            continue
        if not hours.holds(row.first_day, row.last_day, span, local):
            continue
        away = float(in_metres(shapely.from_wkb(bytes(row.shape)), to).distance(spot))
        if away <= radius(row):
            near.append((row, away))
    texts = texts_of(row for row, _away in near)
    for row, away in near:
        yield Valid(
            row.code, row.number, row.kind, texts.get(row.holder, ""), texts.get(row.what, ""), row.first_day,
            row.last_day, row.starts, row.ends, away, reverse("reception:permit", args=[row.pk]),
        )  # fmt: skip


def radius(row: Permit) -> int:
    """How far around its place a permit holds, in metres."""
    return row.metres if row.metres is not None else row.kind.metres


def texts_of(rows: Iterable[Permit]) -> dict[UUID | None, str]:
    """Holder and matter of permits by the id of their row; forgotten ones are left out."""
    ids = [one for row in rows for one in (row.holder, row.what) if one is not None]
    return {id: row.text for id, row in redactable.get_many(ids).items() if row.text is not None} if ids else {}


def _of_registers(
    kinds: Iterable[PermitKind], class_id: str, lon: float, lat: float, at: datetime, local: datetime
) -> Iterator[Valid]:
    """Entries of other departments' registers; one whose hours cannot be read holds all day."""
    for kind in kinds:
        if not kind.register or not covers(kind.classes, class_id):
            continue
        # One that ended yesterday may go on past midnight: looked for as of both days.
        seen: dict[int, registers.Near] = {}
        for moment in (at, at - timedelta(days=1)):
            for near in registers.near(lon, lat, kind.metres, moment, kind.register, MOST):
                seen.setdefault(near.entry.pk, near)
        yield from (one for near in seen.values() if (one := _entry(kind, near, local)) is not None)


def _entry(kind: PermitKind, near: registers.Near, local: datetime) -> Valid | None:
    entry = near.entry
    span = _hours(kind, entry)
    last = entry.valid_to - timedelta(days=1) if entry.valid_to is not None else None
    if not hours.holds(entry.valid_from, last or date.max, span, local):
        return None
    starts, ends = span or (None, None)
    return Valid(
        f"R{entry.pk}", entry.key, kind, entry.name, str(_matter(entry)), entry.valid_from, last, starts, ends,
        near.metres, reverse("basedata:register_entry", args=[entry.register.code, entry.key]),
    )  # fmt: skip


def _hours(kind: PermitKind, entry: RegisterEntry) -> hours.Hours | None:
    try:
        return hours.parse(str(entry.data.get(kind.hours_field, "")))
    except ValueError:
        return None


def _matter(entry: RegisterEntry) -> Any:
    """The first fact of the entry in words: what a register says of its matter."""
    texts = [value for value in entry.data.values() if isinstance(value, str)]
    return texts[0] if texts else ""


def number_of(code: str) -> str:
    """The number of the permit that an entry's code names; the code itself where there is none any more."""
    pk = code[1:]
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return code
    if code[0] == "P":
        found = Permit.objects.filter(pk=int(pk)).values_list("number", flat=True).first()
    else:
        found = RegisterEntry.objects.filter(pk=int(pk)).values_list("key", flat=True).first()
    return found or code
