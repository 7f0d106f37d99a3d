"""Who is on shift in a duty grid, or at a post, at a moment (责任网格排班)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone

from citygrid.areas import tree as area_tree
from citygrid.areas.locating import duty_grids_of
from citygrid.organization import tree
from citygrid.organization.models import Duty
from citygrid.organization.rosters import watches
from citygrid.organization.rosters.watching import Watch, counting, first_of, present


@dataclass(frozen=True, slots=True)
class OnDuty:
    """The person on shift and the post they act for; `person` is None when nobody holds the post then, or who does
    is on leave."""

    post: int | None
    person: int | None


def on_duty(
    duty_grid_id: int,
    at: datetime,
    zone: tzinfo | None = None,
    grid: int | None = None,
    spot: tuple[float, float] | None = None,
) -> OnDuty | None:
    """Who is on shift there. None: the roster has nobody. A published roster goes before the standing shifts of its
    body, a shift for some dates before a standing one, one of a person before one of a post; a stand-in before whom
    they stand in for. `zone` is the city's time zone, the server's when not given.
    `grid`: the unit grid; in a city whose duty grids go by shift the one that somebody is on duty in counts.
    `spot` (lon, lat): where it is, for a unit grid that has ended meanwhile."""
    known = [ref.code for ref in duty_grids_of(grid, at, spot)] if grid is not None else []
    given = _code(duty_grid_id)
    codes = known if given in known else [*([given] if given is not None else []), *known]
    plan = _plan_at(at, zone)
    for code in codes:
        found = first_of(plan.by_grid.get(code, ()), at, plan.people)
        if found is not None:
            return OnDuty(found[0].post, found[1])
    return None


def watches_of(person: int, at: datetime, zone: tzinfo | None = None) -> list[Watch]:
    """The watches that a person works on the local day of `at`, or that are on at that moment, in order of time:
    those of the rosters in force, as `on_duty` counts them."""
    plan, today = _plan_at(at, zone), at.astimezone(zone or timezone.get_default_timezone()).date()
    found = []
    for watch in plan.all():
        if not (watch.on(at) or watch.day == today):
            continue
        moment = at if watch.on(at) else watch.starts
        rivals = plan.by_grid.get(watch.place, ()) if watch.place else plan.by_post.get(watch.post or 0, ())
        if watch in counting(rivals, moment) and present(watch, moment, plan.people) == person:
            found.append(watch)
    return sorted(found, key=lambda watch: (watch.starts, watch.place, watch.key))


def at_post(post_id: int, at: datetime, zone: tzinfo | None = None) -> list[int]:
    """The persons whom a roster has at a post at a moment, in no duty grid; empty without a roster."""
    plan = _plan_at(at, zone)
    there = (present(watch, at, plan.people) for watch in counting(plan.by_post.get(post_id, ()), at))
    return sorted({person for person in there if person is not None})


def covers(duty: Duty, at: datetime, zone: tzinfo | None = None) -> bool:
    """Whether the shift is on at that moment; one past midnight belongs to the day on which it began."""
    local = at.astimezone(zone or timezone.get_default_timezone())
    today, clock = local.date(), local.time()
    if duty.starts < duty.ends:
        return duty.starts <= clock < duty.ends and _on(duty, today)
    return (clock >= duty.starts and _on(duty, today)) or (clock < duty.ends and _on(duty, today - timedelta(days=1)))


def _on(duty: Duty, day: date) -> bool:
    return (
        bool(duty.weekdays >> day.weekday() & 1)
        and (duty.first_day is None or duty.first_day <= day)
        and (duty.last_day is None or day <= duty.last_day)
    )


def _plan_at(at: datetime, zone: tzinfo | None) -> watches.Plan:
    clock = zone or timezone.get_default_timezone()
    return _plan(tree.version(), at.astimezone(clock).date(), clock)


@lru_cache(maxsize=16)
def _plan(version: int, day: date, zone: tzinfo) -> watches.Plan:
    """What was begun the day before may still go on."""
    return watches.plan(day - timedelta(days=1), day, zone)


@lru_cache(maxsize=4096)
def _known_code(area_id: int) -> str:
    return area_tree.codes_by_id([area_id])[area_id]


def _code(area_id: int) -> str | None:
    try:
        return _known_code(area_id)
    except KeyError:
        return None
