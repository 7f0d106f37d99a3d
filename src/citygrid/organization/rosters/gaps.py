"""Where and when the roster has nobody, or several (S1-41): by day and shift, for any day, and for a draft before it is
published."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.db import connection
from django.db.models import Q

from citygrid.areas.models import Area
from citygrid.organization.duty_models import Roster, Shift
from citygrid.organization.models import Post
from citygrid.organization.rosters import cityclock, watches
from citygrid.organization.rosters.patterns import days as every_day
from citygrid.organization.rosters.watching import Hole, Watch, holes

DUTY_GRID, POST = Shift.Covers.DUTY_GRID.value, Shift.Covers.POST.value
UNASSIGNED = "unassigned"
MESSAGES: dict[str, str] = {
    "nobody": "Nobody is planned in %(place)s.",
    "away": "Who is planned in %(place)s is on leave.",
    "unheld": "Who is planned in %(place)s no longer holds the post.",
    "several": "Several are planned in %(place)s at the same time.",
    "unassigned": "The unit grid %(place)s belongs to no duty grid in this shift.",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """`place`: code of a duty grid, of a post, or (`unassigned`) of a unit grid. `grids`: unit grids in it. `why`: a
    key of MESSAGES. `persons`: who has leave or no longer holds the post, or the several."""

    day: date
    shift: str
    covers: str
    place: str
    starts: datetime
    ends: datetime
    why: str
    persons: tuple[int, ...] = ()
    grids: int = 0

    def __str__(self) -> str:
        return MESSAGES[self.why] % {"place": self.place}


@dataclass(frozen=True, slots=True)
class Report:
    """`asked`: how many (day, shift, place) there were to look at; `gaps` in the order of day, shift and place."""

    asked: int
    gaps: tuple[Gap, ...]

    def by_day(self) -> dict[tuple[date, str], list[Gap]]:
        found: dict[tuple[date, str], list[Gap]] = defaultdict(list)
        for gap in self.gaps:
            found[gap.day, gap.shift].append(gap)
        return found


def shifts_of(covers: str = "") -> list[Shift]:
    """The city's shifts in the order of the day."""
    rows = Shift.objects.filter(active=True).order_by("covers", "starts", "code")
    return [row for row in rows if not covers or row.covers == covers]


def worked(shift: Shift, day: date) -> bool:
    """Whether the shift is worked on such a day."""
    return not shift.days or cityclock.kind_of(day) in shift.days


def report(
    first: date,
    last: date,
    zone: tzinfo,
    *,
    grids: Collection[str] | None = None,
    bodies: Collection[int] | None = None,
    trial: Roster | None = None,
) -> Report:
    """What is not covered by exactly one person (at a desk: by nobody), both days included.

    `grids`, `bodies`: only these duty grids, and desks of these bodies; None: all. Desks are asked for where a roster
    of their body is in force. `trial`: a draft taken as if it were published."""
    plan = watches.plan(first, last, zone, trial)
    listed = every_day(first, last)
    places = duty_grids(listed, grids)
    asked, found = 0, list[Gap]()
    for shift in shifts_of():
        desks = _desks(shift, bodies) if shift.covers == POST else {}
        for day in listed:
            if not worked(shift, day):
                continue
            span = watches.span(day, shift.starts, shift.ends, zone)
            if shift.covers == DUTY_GRID:
                here = {code: n for code, (own, n) in places[day].items() if own in ("", shift.code)}
                asked += len(here)
                for code, n in here.items():
                    told = holes(plan.by_grid.get(code, ()), *span, plan.people)
                    found += [_gap(one, day, shift, code, n) for one in told]
                continue
            for pk, post in desks.items():
                if (post.body_id, day) in plan.rostered:
                    asked += 1
                    told = holes(_of_shift(plan.by_post.get(pk, ()), shift), *span, plan.people, many=True)
                    found += [_gap(one, day, shift, post.code, 0) for one in told]
    found.sort(key=lambda gap: (gap.day, gap.covers, gap.starts, gap.place))
    return Report(asked, tuple(found))


def _of_shift(rows: Sequence[Watch], shift: Shift) -> Sequence[Watch]:
    """At a desk several shifts may overlap: each must have somebody of its own."""
    return [row for row in rows if row.shift in ("", shift.code)]


def _gap(hole: Hole, day: date, shift: Shift, place: str, grids: int) -> Gap:
    return Gap(day, shift.code, shift.covers, place, hole.starts, hole.ends, hole.why, hole.persons, grids)


def _desks(shift: Shift, bodies: Collection[int] | None) -> dict[int, Post]:
    rows = Post.objects.filter(active=True, role__code__in=shift.roles).order_by("code")
    if bodies is not None:
        rows = rows.filter(body__in=list(bodies))
    return {row.pk: row for row in rows}


def duty_grids(listed: Sequence[date], only: Collection[str] | None = None) -> dict[date, dict[str, tuple[str, int]]]:
    """By day the duty grids that hold then: code to (its own shift, how many unit grids)."""
    first, last = listed[0], listed[-1]
    rows = Area.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=first), kind="duty_grid", valid_from__lte=last
    ).values_list("pk", "code", "shift", "valid_from", "valid_to")
    wanted = [row for row in rows.order_by("code") if only is None or row[1] in only]
    sizes = _sizes([row[0] for row in wanted])
    return {
        day: {
            code: (shift, sizes.get(pk, 0))
            for pk, code, shift, since, until in wanted
            if since <= day and (until is None or day < until)
        }
        for day in listed
    }


def _sizes(ids: Iterable[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select duty_grid_id, count(*) from areas_dutymembership where duty_grid_id = any(%s) group by 1",
            [list(ids)],
        )
        return dict(cursor.fetchall())


def unassigned(day: date, shift: str) -> list[tuple[int, str]]:
    """Unit grids (id, code) that lie in no duty grid of a shift on a day, where the city has duty grids at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select g.id, g.code from areas_area g
               where g.kind = 'grid' and g.valid_from <= %(day)s and (g.valid_to is null or g.valid_to > %(day)s)
                 and exists (select from areas_dutymembership)
                 and not exists (
                   select from areas_dutymembership m join areas_area d on d.id = m.duty_grid_id
                   where m.grid_id = g.id and m.valid_from <= %(day)s and (m.valid_to is null or m.valid_to > %(day)s)
                     and d.valid_from <= %(day)s and (d.valid_to is null or d.valid_to > %(day)s)
                     and d.shift in ('', %(shift)s))
               order by g.code""",
            {"day": day, "shift": shift},
        )
        return list(cursor.fetchall())
