"""Who is on shift in a duty grid at a moment (责任网格排班)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from citygrid.areas import tree as area_tree
from citygrid.areas.locating import duty_grids_of
from citygrid.organization import tree
from citygrid.organization.models import Duty, Seat


@dataclass(frozen=True, slots=True)
class OnDuty:
    """The person on shift and the post they act for; `person` is None when nobody holds the post then."""

    post: int | None
    person: int | None


def on_duty(
    duty_grid_id: int,
    at: datetime,
    zone: tzinfo | None = None,
    grid: int | None = None,
    spot: tuple[float, float] | None = None,
) -> OnDuty | None:
    """Who is on shift there. None: the roster has nobody. A shift for some dates goes before a standing
    one, one of a person before one of a post. `zone` is the city's time zone, the server's when not given.
    `grid`: the unit grid; in a city whose duty grids go by shift the one that somebody is on duty in counts.
    `spot` (lon, lat): where it is, for a unit grid that has ended meanwhile."""
    known = [ref.code for ref in duty_grids_of(grid, at, spot)] if grid is not None else []
    given = _code(duty_grid_id)
    codes = known if given in known else [*([given] if given is not None else []), *known]
    rows = _duties(tree.version())
    duties: list[Duty] = next(
        (found for code in codes if (found := [duty for duty in rows.get(code, ()) if covers(duty, at, zone)])), []
    )
    if not duties:
        return None
    first = min(duties, key=lambda duty: (duty.first_day is None, duty.person_id is None, duty.pk))
    person = first.person_id
    if person is None and first.post_id is not None:
        person = _holder(first.post_id, at)
    return OnDuty(first.post_id, person)


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


def _holder(post_id: int, at: datetime) -> int | None:
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), post=post_id, since__lte=at)
    stand_ins_first = held.filter(person__is_active=True).order_by("stand_in_for", "since", "id")
    return stand_ins_first.values_list("person_id", flat=True).first()


@lru_cache(maxsize=2)
def _duties(version: int) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = {}
    for duty in Duty.objects.filter(Q(post=None) | Q(post__active=True)).order_by("id"):
        found.setdefault(duty.duty_grid, []).append(duty)
    return found


@lru_cache(maxsize=4096)
def _known_code(area_id: int) -> str:
    return area_tree.codes_by_id([area_id])[area_id]


def _code(area_id: int) -> str | None:
    try:
        return _known_code(area_id)
    except KeyError:
        return None
