"""What is counted of a patrol, from its fixes; kept in the patrol's row until other fixes come."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Patrol
from citygrid.collection.patrol import covering, track
from citygrid.collection.patrol.attendance import Times, end_of
from citygrid.collection.patrol.ground import Ground, ground_of
from citygrid.collection.patrol.in_force import rules_on
from citygrid.collection.patrol.rules import Rules
from citygrid.collection.positions import reading
from citygrid.rulebook.slices import profile_at

LOOK_BACK = timedelta(days=4)
"""So long after their sign-in patrols are counted anew when fixes come late."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A patrol's track, looked at as a whole. `squares`: middles of the squares in metres."""

    patrol: Patrol
    rules: Rules
    ground: Ground
    starts: datetime
    ends: datetime
    fixes: int
    sifted: track.Sifted
    spans: list[track.Span]
    covered: covering.Covered
    squares: tuple[covering.Floats, covering.Floats]
    mock: int

    def figures(self) -> dict[str, Any]:
        """Plain numbers: seconds, shares, counts."""
        rule = self.rules.track
        idle, outside = track.idle_spells(self.spans), track.outside_spells(self.spans, rule)
        return {
            **asdict(track.totals(self.spans)),
            "fixes": self.fixes,
            "coarse": len(self.sifted.coarse),
            "jumps": len(self.sifted.jumps),
            "leaps": len(self.sifted.leaps),
            "mock": self.mock,
            "idle_times": len(idle),
            "outside_times": len(outside),
            "grids": len(self.covered.visited),
            "grids_visited": sum(self.covered.visited),
            "squares": len(self.covered.seen),
            "squares_seen": sum(self.covered.seen),
            "metres": round(walked(self.sifted, rule)),
        }


def walked(sifted: track.Sifted, rule: Any) -> float:
    """Metres along the used fixes, without gaps."""
    return sum(
        track.apart(a, b) for run in track.runs(sifted, rule) for a, b in zip(run.fixes, run.fixes[1:], strict=False)
    )


def times(patrol: Patrol) -> Times:
    return Times(patrol.planned_starts, patrol.planned_ends, patrol.in_at, patrol.out_at, patrol.in_metres)


def look(patrol: Patrol, now: datetime) -> Looked:
    """Read the patrol's fixes and look at them by the rules of its day."""
    rules, crs = rules_on(patrol.day), profile_at(patrol.in_at).data["metric_crs"]
    ground = ground_of(patrol.duty_grids, patrol.day, crs)
    later = Patrol.objects.filter(person=patrol.person_id, in_at__gt=patrol.in_at).order_by("in_at")
    ends = end_of(times(patrol), now, later.values_list("in_at", flat=True).first())
    points = reading.of_person(patrol.person_id, patrol.in_at, ends)
    sifted = track.sift(points, rules.track)
    xs, ys = (np.array([getattr(one, axis) for one in sifted.used], dtype=np.float64) for axis in "xy")
    inside = ground.inside(xs, ys, rules.track.edge_metres)
    found = track.spans(patrol.in_at.timestamp(), ends.timestamp(), sifted, inside, rules.track)
    squares = covering.squares(ground.outline, rules.coverage.cell_metres)
    there = covering.places(sifted, rules.track, rules.coverage)
    covered = covering.covered(*there, ground.grids, squares, rules.coverage)
    mock = sum(one.mock is True for one in points)
    return Looked(patrol, rules, ground, patrol.in_at, ends, len(points), sifted, found, covered, squares, mock)


def count(patrol: Patrol, now: datetime) -> Looked:
    """Look at the patrol and keep the figures."""
    looked = look(patrol, now)
    patrol.figures, patrol.counted_at = looked.figures(), now
    Patrol.objects.filter(pk=patrol.pk).update(figures=patrol.figures, counted_at=now)
    return looked


def count_changed(now: datetime) -> int:
    """Count patrols anew that are open, that ended since they were counted, or for which fixes came; how many."""
    done = 0
    for patrol in Patrol.objects.filter(in_at__gte=now - LOOK_BACK, in_at__lte=now).order_by("in_at"):
        if patrol.counted_at is None or _fixes(patrol, now) != patrol.figures.get("fixes"):
            count(patrol, now)
            done += 1
    return done


def _fixes(patrol: Patrol, now: datetime) -> int:
    later = Patrol.objects.filter(person=patrol.person_id, in_at__gt=patrol.in_at).order_by("in_at")
    ends = end_of(times(patrol), now, later.values_list("in_at", flat=True).first())
    with plain() as connection:
        found = (
            cursor(connection)
            .execute(
                b"select count(*) from collection_fix f where f.thing ="
                b" (select id from collection_positioned where person_id = %s) and f.at >= %s and f.at <= %s",
                [patrol.person_id, patrol.in_at, ends],
            )
            .fetchone()
        )
    return int(found[0]) if found is not None else 0


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, UTC)
