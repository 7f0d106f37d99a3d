"""Which shift of a centre is on at a moment, by the city's own shifts for the leaders' posts; else the calendar day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.utils.translation import gettext as _

from citygrid.organization.models import Post, Role, Shift
from citygrid.organization.rosters import cityclock

LEAD = "shifts.lead"
WHOLE_DAY = "day"


@dataclass(frozen=True, slots=True)
class Watch:
    """One shift on the day on which it begins: from `starts` up to, not including, `ends`."""

    shift: str
    name: str
    day: date
    starts: datetime
    ends: datetime


def current(body: int, at: datetime) -> Watch:
    """The shift that is on."""
    return next(one for one in _around(body, at) if one.starts <= at < one.ends)


def before(body: int, at: datetime) -> Watch:
    """The last shift that is over."""
    over = [one for one in _around(body, at) if one.ends <= at]
    return max(over, key=lambda one: (one.ends, one.starts))


def following(body: int, watch: Watch) -> Watch:
    """The shift that takes over from this one."""
    return current(body, watch.ends)


def _around(body: int, at: datetime) -> list[Watch]:
    """The shifts of three days around a moment, with whole days where nobody has a shift; in order."""
    zone, day = cityclock.zone(at), cityclock.day_of(at)
    shifts = _shifts(body)
    found = []
    for step in (-2, -1, 0, 1):
        one = day + timedelta(days=step)
        found += [
            _watch(shift, one, zone) for shift in shifts if not shift.days or cityclock.kind_of(one) in shift.days
        ]
    found.sort(key=lambda one: (one.starts, one.ends))
    edge = datetime.combine(day - timedelta(days=2), time(0), zone)
    return _filled(found, edge, datetime.combine(day + timedelta(days=2), time(0), zone))


def _filled(found: list[Watch], since: datetime, until: datetime) -> list[Watch]:
    """Every hour is in somebody's sheet: what lies between shifts is one of its own, cut at midnights."""
    whole: list[Watch] = []
    edge = since
    for watch in found:
        whole += _between(edge, watch.starts)
        whole.append(watch)
        edge = max(edge, watch.ends)
    return [*whole, *_between(edge, until)]


def _between(since: datetime, until: datetime) -> Iterable[Watch]:
    while since < until:
        midnight = datetime.combine(since.date() + timedelta(days=1), time(0), since.tzinfo)
        ends = min(midnight, until)
        code = WHOLE_DAY if since.time() == time(0) else f"{since:%H%M}"
        yield Watch(code, _("outside the shifts") if ends - since < timedelta(hours=23) else _("whole day"),
                    since.date(), since, ends)  # fmt: skip
        since = ends


def _watch(shift: Shift, day: date, zone: tzinfo) -> Watch:
    starts = datetime.combine(day, shift.starts, zone)
    ends = datetime.combine(day, shift.ends, zone)
    return Watch(shift.code, str(shift), day, starts, ends if ends > starts else ends + timedelta(days=1))


def _shifts(body: int) -> list[Shift]:
    """The city's shifts at desks that posts with the right to lead have in this body."""
    roles = set(Post.objects.filter(body_id=body, active=True, role__rights__contains=[LEAD])
                .values_list("role__code", flat=True))  # fmt: skip
    rows = Shift.objects.filter(active=True, covers=Shift.Covers.POST).order_by("starts", "code")
    return [row for row in rows if roles & set(row.roles)]


def centres() -> list[int]:
    """Bodies that have a post with the right to lead."""
    leading = Role.objects.filter(rights__contains=[LEAD])
    return sorted(set(Post.objects.filter(role__in=leading, active=True).values_list("body_id", flat=True)))


def name_of(code: str) -> str:
    """The name of a shift; words for what is none."""
    row = Shift.objects.filter(code=code).first()
    return str(row) if row is not None else _("whole day") if code == WHOLE_DAY else _("outside the shifts")
