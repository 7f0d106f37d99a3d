"""Sign-in and sign-out beside the shift (考勤): late, early, missing. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE, LEFT_EARLY, NOT_OUT, MISSING, OFF_ROSTER, FAR = (
    "late", "left_early", "not_signed_out", "missing", "off_roster", "far",
)  # fmt: skip
WORST = timedelta(hours=24)
"""An open patrol without a shift counts so long at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and by how many whole minutes (late, left early) or metres (far)."""

    code: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Times:
    """Of a patrol; `planned` None: off the roster. `in_at` None: nobody signed in."""

    planned_starts: datetime | None
    planned_ends: datetime | None
    in_at: datetime | None
    out_at: datetime | None
    in_metres: float | None = None


def findings(times: Times, now: datetime, grace: timedelta, edge: float) -> list[Finding]:
    """What is to be said at a moment. `edge`: metres from the duty grid that are not far."""
    starts, ends = times.planned_starts, times.planned_ends
    found: list[Finding] = []
    if times.in_at is None:
        return [Finding(MISSING)] if starts is not None and now > starts + grace else []
    if starts is None or ends is None:
        found.append(Finding(OFF_ROSTER))
    else:
        found += _beside(starts, ends, times, now, grace)
    if times.in_metres is not None and times.in_metres > edge:
        found.append(Finding(FAR, round(times.in_metres)))
    return found


def _beside(starts: datetime, ends: datetime, times: Times, now: datetime, grace: timedelta) -> list[Finding]:
    assert times.in_at is not None
    found = []
    if times.in_at > starts + grace:
        found.append(Finding(LATE, _minutes(times.in_at - starts)))
    if times.out_at is None and now > ends + grace:
        found.append(Finding(NOT_OUT))
    if times.out_at is not None and times.out_at < ends - grace:
        found.append(Finding(LEFT_EARLY, _minutes(ends - times.out_at)))
    return found


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def end_of(times: Times, now: datetime, next_in: datetime | None) -> datetime:
    """Until when a patrol is counted: the sign-out; without one the end of the shift (a day after the sign-in where
    there is none), the person's next sign-in, or now, whichever is first."""
    if times.out_at is not None:
        return times.out_at
    assert times.in_at is not None
    ends = times.planned_ends if times.planned_ends is not None else times.in_at + WORST
    candidates = [now, max(ends, times.in_at), *([next_in] if next_in is not None else [])]
    return max(min(candidates), times.in_at)
