"""What changes of areas have in common: who does it, what comes of it, why not; rows by date.

Nothing is deleted: an old row ends on the day on which the new one begins, and cases keep the id of the old one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import shapely
from django.db.models import Q, QuerySet
from shapely import Geometry

from citygrid.areas.citywide import localday
from citygrid.areas.lattice import project
from citygrid.areas.models import Area
from citygrid.process.refusal import Refusal, Refused
from citygrid.trust import audit

MESSAGES: dict[str, str] = {
    "day_past": "%(day)s is past: history is not changed. Choose today or later.",
    "no_such_area": "There is no %(kind)s %(code)s on %(day)s.",
    "begins_later": "%(code)s holds only from %(day)s: choose a later day.",
    "ends_already": "%(code)s ends on %(day)s already.",
    "codes_exhausted": "The community %(community)s has only %(free)s numbers left; %(needed)s are needed.",
    "nothing_given": "Choose at least %(least)s.",
    "code_twice": "%(code)s is there twice.",
    "other_community": "%(codes)s do not belong to one community.",
    "not_neighbours": "%(codes)s do not lie beside each other.",
    "not_split": "The line does not cut %(code)s in two.",
    "bad_piece": "Piece %(number)s is no single closed surface: %(reason)s",
    "pieces_differ": "The pieces and %(code)s differ by %(m2)s m².",
    "pieces_overlap": "The pieces overlap by %(m2)s m².",
    "piece_small": "Piece %(number)s has only %(m2)s m².",
    "has_grids": "The community %(code)s has grids that hold after %(day)s.",
    "unknown_grids": "There are no unit grids %(codes)s on %(day)s.",
    "bad_shift": "A shift is at most %(most)s signs.",
    "bad_code": "A code is text of 1 to 32 signs.",
    "code_taken": "The code %(code)s was used from %(day)s to %(until)s and is not used again.",
    "bad_surface": "The service area is no surface that is closed and valid: %(reason)s",
    "no_approval": "A service area needs its approval: document and date.",
    "approved_later": "The approval of %(approved)s is later than the first day %(day)s.",
}


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, and when (for the audit; the day of `at` is today)."""

    at: datetime
    person: int | None = None
    seat: int | None = None
    post: int | None = None

    @property
    def today(self) -> date:
        return localday(self.at)


@dataclass(frozen=True, slots=True)
class Made:
    """A new grid. `origins`: the codes that it came from; `duty_grids`: those that it joined."""

    code: str
    shape: Geometry
    area_m2: float
    origins: tuple[str, ...] = ()
    duty_grids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What an act did (or would do): codes that end, what is new, duty grids that got another shape or ended."""

    day: date
    ended: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()
    duty_grids: tuple[str, ...] = ()
    duty_grids_ended: tuple[str, ...] = field(default=())


def refused(code: str, /, **params: Any) -> Refused:
    """The exception to raise."""
    return Refused(Refusal(code, MESSAGES[code], params))


def holding(day: date) -> Q:
    """Rows that hold on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def not_past(day: date, who: Who) -> None:
    """Raises Refused `day_past`: what was on a day that is over stays as it was."""
    if day < who.today:
        raise refused("day_past", day=day.isoformat())


def find(kind: str, code: str, day: date) -> Area:
    """The row that holds on the day. Raises Refused `no_such_area`."""
    found = rows(kind, [code], day).first()
    if found is None:
        raise refused("no_such_area", kind=kind, code=code, day=day.isoformat())
    return found


def rows(kind: str, codes: Iterable[str], day: date) -> QuerySet[Area]:
    """The rows of these codes that hold on the day, locked until the end of the transaction."""
    found = Area.objects.select_for_update(of=("self",)).filter(holding(day), kind=kind, code__in=list(codes))
    return found.order_by("code")


def may_end(row: Area, day: date) -> None:
    """Raises Refused when a row cannot end on that day: it has an end already, or begins only then."""
    if row.valid_to is not None:
        raise refused("ends_already", code=row.code, day=row.valid_to.isoformat())
    if row.valid_from >= day:
        raise refused("begins_later", code=row.code, day=row.valid_from.isoformat())


def end(row: Area, day: date) -> None:
    row.valid_to = day
    row.save(update_fields=["valid_to"])


def shape_of(row: Area) -> Geometry:
    return shapely.from_wkb(bytes(row.geometry))


def new_row(kind: str, code: str, shape: Geometry, crs: str, day: date, **facts: Any) -> Area:
    """An area row, not yet kept. `shape` in degrees."""
    centre = shapely.point_on_surface(shape)
    return Area(
        kind=kind,
        code=code,
        geometry=shapely.to_wkb(shape),
        centre_lon=centre.x,
        centre_lat=centre.y,
        area_m2=round(float(project(shape, crs).area), 2),
        valid_from=day,
        **facts,
    )


def note(act: str, subject: tuple[str, str], who: Who, change: Change) -> None:
    """A line of the audit."""
    params = {"from": change.day.isoformat(), "ended": list(change.ended), "made": [one.code for one in change.made]}
    audit.record(who.at, act, subject=subject, params=params, person=who.person, seat=who.seat, post=who.post)
