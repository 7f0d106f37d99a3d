"""Bodies, people and centres as the process wants them; one copy per process, looked at anew once a second."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from citygrid.areas import tree as areas
from citygrid.organization import kinds, tree
from citygrid.organization.models import Body, Seat
from citygrid.process.facts import BodyFact
from citygrid.process.states import Side

LOOK_EVERY = 1.0  # seconds


@dataclass(slots=True)
class Directory:
    """`levels`: city, office, commission -> body id. `centres`: district area id -> body id of the centre there.
    `seats`: person id -> (body id, from, to)."""

    bodies: dict[int, BodyFact] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    names_en: dict[int, str] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)
    centres: dict[int, int] = field(default_factory=dict)
    seats: dict[int, list[tuple[int, datetime, datetime | None]]] = field(default_factory=dict)

    def centres_for(self, district: int | None) -> dict[str, int]:
        """Level -> body id of the centre there, for a place in this district (None: unknown)."""
        found = dict(self.levels)
        if district is not None and district in self.centres:
            found["district"] = self.centres[district]
        return found

    def body_of(self, person: int, at: datetime) -> int | None:
        """The body in which the person holds a seat at that moment; the oldest seat when there are several."""
        for body, since, until in self.seats.get(person, ()):
            if since <= at and (until is None or at < until):
                return body
        return None


class _Held:
    directory: Directory | None = None
    version = -1
    looked = float("-inf")


def current() -> Directory:
    """The directory of now; read again when the organization changed."""
    if _Held.directory is not None and time.monotonic() - _Held.looked < LOOK_EVERY:
        return _Held.directory
    version = tree.version()
    if _Held.directory is None or version != _Held.version:
        _Held.directory, _Held.version = _read(timezone.localdate()), version
    _Held.looked = time.monotonic()
    return _Held.directory


def forget() -> None:
    """Look at the database again at the next question."""
    _Held.directory, _Held.looked = None, float("-inf")


def _read(today: date) -> Directory:
    found = Directory()
    natures = kinds.natures()
    for body in Body.objects.order_by("id"):
        ended = body.active_until is not None and body.active_until <= today
        found.bodies[body.pk] = BodyFact(body.pk, Side(body.side), not ended, body.parent_id, body.calendar or None)
        found.codes[body.code] = body.pk
        found.names[body.pk], found.names_en[body.pk] = body.name, body.name_en or body.name
        if ended or body.side != Side.SUPERVISING:
            continue
        nature = natures.get(body.kind, body.kind)
        if nature in ("office", "commission"):
            found.levels.setdefault(nature, body.pk)
        elif nature == "centre" and body.level == "city":
            found.levels.setdefault("city", body.pk)
        elif nature == "centre":
            for area in areas.ids_by_code(body.areas):
                found.centres.setdefault(area, body.pk)
    active = Seat.objects.filter(Q(post__active=True), person__is_active=True).order_by("since", "id")
    for person, unit, since, until in active.values_list("person_id", "post__body_id", "since", "until"):
        found.seats.setdefault(person, []).append((unit, since, until))
    return found
