"""Who is where: the people somebody leads, whether they are on duty, signed in, where they were last, what they did
today and what they owe."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from citygrid.areas import locating
from citygrid.collection.patrol import reading as patrol_reading
from citygrid.collection.patrol.in_force import rules_on
from citygrid.collection.positions import reading as positions
from citygrid.collection.teams import crew, spans, work
from citygrid.organization.rosters import cityclock
from citygrid.organization.visibility import Scope

LONG_AGO = timedelta(hours=24)
ABSENT, SILENT, OUTSIDE, THERE, LEAVE, OFF = "absent", "silent", "outside", "there", "leave", "off"
ORDER = {ABSENT: 0, OUTSIDE: 1, SILENT: 2, THERE: 3, LEAVE: 4, OFF: 5}
TONES = {OUTSIDE: "warning", SILENT: "ended", THERE: "present", ABSENT: "fault", LEAVE: "plain", OFF: "plain"}


@dataclass(frozen=True, slots=True)
class Row:
    """One person now. `state`: `absent` (on duty, not signed in), `outside` (signed in, not in a duty grid of theirs),
    `silent` (signed in, no position for longer than the rules of patrols call a gap), `there`, `leave`, `off`."""

    member: crew.Member
    state: str
    shift: crew.OnShift | None
    patrol: UUID | None
    in_at: datetime | None
    out_at: datetime | None
    at: datetime | None
    place: tuple[float, float] | None
    accuracy: float | None
    mock: bool | None
    late: int
    today: dict[str, int] = field(default_factory=dict)

    @property
    def patrol_page(self) -> str:
        """The page of the patrol; empty without one."""
        return reverse("collection:patrol", args=[self.patrol]) if self.patrol else ""


def rows(scope: Scope, now: datetime, body: int | None = None) -> list[Row]:
    """The people within the scope: those who are missing or astray first, then who is there, then the others."""
    people = [one for one in crew.by_person(crew.members(scope, now)).values() if body in (None, one.body)]
    ids = [one.person for one in people]
    day = cityclock.day_of(now)
    shifts, away = crew.on_shift(now), crew.on_leave(ids, day)
    walked: dict[int, patrol_reading.Row] = {}
    for row in patrol_reading.of_day(scope, day, now):
        if row.patrol is not None:
            walked[row.person.pk] = row
    newest = {fix.person: fix for fix in positions.newest(scope, now, now - LONG_AGO) if fix.person is not None}
    done = work.counts(work.Asked(ids, spans.day_of(now), now))
    late, gap = work.late_open(ids, now), timedelta(seconds=rules_on(day).track.gap_seconds)
    found = []
    for one in people:
        shift, patrol, fix = shifts.get(one.person), walked.get(one.person), newest.get(one.person)
        signed_in = patrol is not None and patrol.out_at is None
        found.append(
            Row(
                one, _state(shift, signed_in, fix, one.person in away, gap, now), shift,
                patrol.patrol if patrol else None, patrol.in_at if patrol else None, patrol.out_at if patrol else None,
                fix.at if fix else None, (fix.lon, fix.lat) if fix else None, fix.accuracy if fix else None,
                fix.mock if fix else None, late.get(one.person, 0), done.get(one.person, {}),
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (ORDER[row.state], row.member.login))


def _state(
    shift: crew.OnShift | None, signed_in: bool, fix: positions.Newest | None, away: bool, gap: timedelta, now: datetime
) -> str:
    if not signed_in:
        return ABSENT if shift is not None else LEAVE if away else OFF
    if fix is None or now - fix.at > gap:
        return SILENT
    if shift is None:
        return THERE
    place = locating.locate(fix.lon, fix.lat, now)
    codes = set() if place is None else {ref.code for ref in (*place.duty_grids, place.duty_grid) if ref is not None}
    return THERE if codes & set(shift.places) else OUTSIDE


def shapes(found: Sequence[Row]) -> dict[str, Any]:
    """The newest places as GeoJSON for the map."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(row.place)},
            "properties": {
                "key": str(row.member.person), "tone": TONES[row.state], "label": row.member.name,
                "title": row.member.name, "url": row.patrol_page,
            },
        }
        for row in found
        if row.place is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
