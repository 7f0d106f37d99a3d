"""Making a roster: a draft, its cells, patterns and copies, and its publication as a version."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max, Q

from citygrid.areas import tree as area_tree
from citygrid.areas.models import Area, DutyMembership
from citygrid.organization import tree
from citygrid.organization.duty_models import Roster, RosterEdit, Shift
from citygrid.organization.models import Body, Duty, Person, Post, Seat
from citygrid.organization.rosters import gaps, watches
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

MOST_DAYS = 62
MESSAGES: dict[str, str] = {
    "bad_days": "A roster goes from a day to the same or a later one, at most %(most)s days.",
    "past_days": "A roster is not made for days that are over.",
    "no_shift": "No shift of the city is worked by a post of %(body)s.",
    "not_a_draft": "This roster is no longer a draft.",
    "changed_meanwhile": "The draft was changed meanwhile: look at what changed, then send it again.",
    "outside": "%(place)s, %(shift)s, %(day)s does not belong to this roster.",
    "not_of_the_body": "%(person)s holds no post here that works the shift %(shift)s.",
    "gaps": "%(count)s gaps would be left: say that it is to be published all the same.",
    "same_id": "This was sent before, with other content.",
}
Key = tuple[str, str, date]
"""Place (`g:` and a duty grid's code, or `p:` and a post's), shift, day."""
Somebody = tuple[int, int]
"""(post, person)."""
Named = tuple[Post, Person]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the calendar: a place in a shift."""

    place: str
    code: str
    name: str
    shift: Shift
    post: Post | None = None

    @property
    def grid(self) -> bool:
        return self.post is None


def grid_key(code: str) -> str:
    return "g:" + code


def post_key(code: str) -> str:
    return "p:" + code


def plannable(bodies: Collection[int]) -> list[Body]:
    """Those of the bodies that have a post which works a shift, by code."""
    roles = {role for shift in gaps.shifts_of() for role in shift.roles}
    posts = Post.objects.filter(active=True, body__in=list(bodies), role__code__in=roles)
    return list(Body.objects.filter(pk__in=posts.values("body")).order_by("code"))


def grids_of(body: Body, day: date) -> list[str]:
    """The duty grids that collectors of the body walk: those that their posts or standing shifts name; of a post with
    wider areas, or with none, all that have unit grids in its areas or the body's."""
    roles = {role for shift in gaps.shifts_of(gaps.DUTY_GRID) for role in shift.roles}
    posts = list(Post.objects.filter(active=True, body=body, role__code__in=roles))
    if not posts:
        return []
    alive = Area.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), kind="duty_grid", valid_from__lte=day)
    codes = set(alive.values_list("code", flat=True))
    standing: dict[int, set[str]] = defaultdict(set)
    for post_id, code in Duty.objects.filter(roster=None, post__in=posts).values_list("post_id", "duty_grid"):
        standing[post_id].add(code)
    found, wider = set[str](), set[str]()
    for post in posts:
        named = codes & set(post.areas)
        found |= named | (codes & standing[post.pk])
        if not named and (post.areas or not standing[post.pk]):
            wider |= set(post.areas or body.areas)
    below = area_tree.descendants(area_tree.ids_by_code(wider)) if wider else ()
    held = DutyMembership.objects.filter(duty_grid__in=alive, grid__in=below)
    return sorted(found | set(held.values_list("duty_grid__code", flat=True)))


def rows_of(roster: Roster) -> list[Row]:
    """The lines of a roster: each duty grid in each of its shifts, then each post in each of its."""
    return lines(roster.body, roster.grids, roster.first_day)


def lines(body: Body, grids: Sequence[str], day: date) -> list[Row]:
    """The same for any body and duty grids."""
    areas = {area.code: area for area in Area.objects.filter(kind="duty_grid", code__in=grids).order_by("valid_from")}
    found: list[Row] = []
    walked = [shift for shift in gaps.shifts_of(gaps.DUTY_GRID) if _any_post(body, shift)]
    for code in grids:
        area = areas.get(code)
        own = area.shift if area is not None else ""
        for shift in walked:
            if own in ("", shift.code):
                found.append(Row(grid_key(code), code, area.name if area is not None else "", shift))
    for shift in gaps.shifts_of(gaps.POST):
        for post in Post.objects.filter(active=True, body=body, role__code__in=shift.roles).order_by("code"):
            found.append(Row(post_key(post.code), post.code, str(post), shift, post))
    return sorted(found, key=lambda row: (row.post is not None, row.code, row.shift.starts, row.shift.code))


def _any_post(body: Body, shift: Shift) -> bool:
    return Post.objects.filter(active=True, body=body, role__code__in=shift.roles).exists()


def crew(body: Body, first: date, last: date, zone: tzinfo) -> dict[str, dict[Somebody, tuple[Post, Person]]]:
    """By role who may be planned: active people with a seat on a post of the body in these days, stand-ins too."""
    opens, _ = watches.span(first, datetime.min.time(), datetime.max.time(), zone)
    _, closes = watches.span(last, datetime.min.time(), datetime.max.time(), zone)
    held = Seat.objects.filter(
        Q(until=None) | Q(until__gt=opens),
        post__body=body,
        post__active=True,
        since__lte=closes,
        person__is_active=True,
    ).select_related("post__role", "person")
    found: dict[str, dict[Somebody, tuple[Post, Person]]] = defaultdict(dict)
    for seat in held.order_by("person__pinyin", "person__login", "post__code"):
        found[seat.post.role.code][seat.post_id, seat.person_id] = (seat.post, seat.person)
    return found


def free_for(row: Row, people: Mapping[str, Mapping[Somebody, Named]]) -> dict[Somebody, Named]:
    """Who may be planned in a line: in a duty grid any collector of the body, at a post whoever holds it."""
    found = {key: who for role in row.shift.roles for key, who in people.get(role, {}).items()}
    return found if row.post is None else {key: who for key, who in found.items() if key[0] == row.post.pk}


def cells(roster: Roster) -> dict[Key, list[Somebody]]:
    """Who stands in which cell of a roster."""
    return cells_of(Duty.objects.filter(roster=roster).select_related("post"))


def cells_of(rows: Any) -> dict[Key, list[Somebody]]:
    found: dict[Key, list[Somebody]] = defaultdict(list)
    for duty in rows.order_by("id"):
        found[_place(duty.duty_grid, duty.post.code), duty.shift, duty.first_day].append((duty.post_id, duty.person_id))
    return found


def _place(duty_grid: str, post: str) -> str:
    return grid_key(duty_grid) if duty_grid else post_key(post)


def make(one: UUID, body: Body, first: date, last: date, by: Signed, at: datetime, today: date) -> Roster | Refusal:
    """A new, empty draft. The same id a second time gives the same draft."""
    if last < first or (last - first).days >= MOST_DAYS:
        return _refuse("bad_days", most=MOST_DAYS)
    if last < today:
        return _refuse("past_days")
    if not plannable([body.pk]):
        return _refuse("no_shift", body=body.code)
    facts = {"body": body, "first_day": first, "last_day": last, "made_by": by.person, "made_at": at}
    roster, made = Roster.objects.get_or_create(id=one, defaults={**facts, "grids": grids_of(body, max(first, today))})
    if not made and (roster.body_id, roster.first_day, roster.last_day) != (body.pk, first, last):
        return _refuse("same_id")
    if made:
        _note(roster, "make_roster", by, at, first=first.isoformat(), last=last.isoformat())
    return roster


def change(
    roster_id: UUID,
    edit: UUID,
    edits: int,
    wanted: Mapping[Key, Sequence[Somebody]],
    by: Signed,
    at: datetime,
    zone: tzinfo,
    kind: str = "cells",
) -> RosterEdit | Refusal:
    """Put these people into these cells (nobody: empty them). `edits`: the number of changes that the sender had seen;
    when there are more by now nothing is done. The same `edit` id a second time gives the same answer."""
    with transaction.atomic():
        roster = Roster.objects.select_for_update(of=("self",)).select_related("body").get(pk=roster_id)
        known = RosterEdit.objects.filter(pk=edit).first()
        if known is not None:
            return known if known.roster_id == roster.pk and known.by_id == by.person.pk else _refuse("same_id")
        if roster.state != Roster.State.DRAFT:
            return _refuse("not_a_draft")
        if roster.edits != edits:
            return _refuse("changed_meanwhile")
        fault = _fault(roster, wanted, zone)
        if fault is not None:
            return fault
        before = cells(roster)
        new = {key: list(dict.fromkeys(people)) for key, people in wanted.items()}
        new = {key: people for key, people in new.items() if sorted(before.get(key, [])) != sorted(people)}
        _write(roster, new)
        Roster.objects.filter(pk=roster.pk).update(edits=F("edits") + 1)
        told = [[*key[:2], key[2].isoformat(), before.get(key, []), people] for key, people in sorted(new.items())]
        return RosterEdit.objects.create(
            id=edit, roster=roster, number=roster.edits + 1, by=by.person, at=at, kind=kind, cells=told
        )


def _fault(roster: Roster, wanted: Mapping[Key, Sequence[Somebody]], zone: tzinfo) -> Refusal | None:
    rows = {(row.place, row.shift.code): row for row in rows_of(roster)}
    people = crew(roster.body, roster.first_day, roster.last_day, zone)
    free = {key: free_for(row, people) for key, row in rows.items()}
    for (place, shift, day), named in wanted.items():
        row = rows.get((place, shift))
        inside = row is not None and roster.first_day <= day <= roster.last_day
        if row is None or not inside or (named and not gaps.worked(row.shift, day)):
            return _refuse("outside", place=place[2:], shift=shift, day=day.isoformat())
        for somebody in named:
            if somebody not in free[place, shift]:
                person = Person.objects.filter(pk=somebody[1]).first()
                return _refuse("not_of_the_body", person=str(person or "–"), shift=shift)
    return None


def _write(roster: Roster, new: Mapping[Key, Sequence[Somebody]]) -> None:
    """The rows of these cells anew, by plain statements: a month of a city is thousands of rows."""
    shifts = {shift.code: shift for shift in Shift.objects.all()}
    codes = {post.code: post.pk for post in Post.objects.filter(body=roster.body)}
    with connection.cursor() as cursor:
        cursor.executemany(
            "delete from organization_duty where roster_id = %s and shift = %s and first_day = %s"
            " and duty_grid = %s and (%s::bigint is null or post_id = %s)",
            [
                (roster.pk, shift, day, place[2:] if place[0] == "g" else "", *[codes.get(place[2:])] * 2)
                if place[0] == "p"
                else (roster.pk, shift, day, place[2:], None, None)
                for place, shift, day in new
            ],
        )
    Duty.objects.bulk_create(
        Duty(
            roster=roster,
            duty_grid=place[2:] if place[0] == "g" else "",
            post_id=post,
            person_id=person,
            shift=shift,
            weekdays=1 << day.weekday(),
            starts=shifts[shift].starts,
            ends=shifts[shift].ends,
            first_day=day,
            last_day=day,
        )
        for (place, shift, day), people in new.items()
        for post, person in people
    )


def publish(
    roster_id: UUID, edits: int, by: Signed, at: datetime, today: date, zone: tzinfo, *, despite_gaps: bool = False
) -> Roster | Refusal:
    """Make the draft a version: it holds from its first day, but never before today. A second time changes nothing."""
    with transaction.atomic():
        roster = Roster.objects.select_for_update(of=("self",)).select_related("body").get(pk=roster_id)
        if roster.state == Roster.State.PUBLISHED and roster.ended_by_id == by.person.pk:
            return roster
        if roster.state != Roster.State.DRAFT:
            return _refuse("not_a_draft")
        if roster.last_day < today:
            return _refuse("past_days")
        if roster.edits != edits:
            return _refuse("changed_meanwhile")
        found = left_open(roster, today, zone)
        if found.gaps and not despite_gaps:
            return _refuse("gaps", count=len(found.gaps))
        Body.objects.select_for_update().get(pk=roster.body_id)
        newest = Roster.objects.filter(body=roster.body_id).aggregate(most=Max("number"))["most"] or 0
        roster.state, roster.number, roster.since = Roster.State.PUBLISHED, newest + 1, max(roster.first_day, today)
        roster.ended_by, roster.ended_at = by.person, at
        roster.save()
        tree.bump()
        _note(roster, "publish_roster", by, at, number=roster.number, gaps=len(found.gaps))
    return roster


def left_open(roster: Roster, today: date, zone: tzinfo) -> gaps.Report:
    """What nobody, or several, would cover if the draft were published today."""
    first = max(roster.first_day, today)
    if roster.last_day < first:
        return gaps.Report(0, ())
    return gaps.report(first, roster.last_day, zone, grids=roster.grids, bodies=[roster.body_id], trial=roster)


def drop(roster_id: UUID, by: Signed, at: datetime) -> Roster | Refusal:
    """Give a draft up; its cells go."""
    with transaction.atomic():
        roster = Roster.objects.select_for_update().get(pk=roster_id)
        if roster.state == Roster.State.DROPPED:
            return roster
        if roster.state != Roster.State.DRAFT:
            return _refuse("not_a_draft")
        with connection.cursor() as cursor:
            cursor.execute("delete from organization_duty where roster_id = %s", [roster.pk])
        roster.state, roster.ended_by, roster.ended_at = Roster.State.DROPPED, by.person, at
        roster.save()
        _note(roster, "drop_roster", by, at)
    return roster


def in_force(body: Body, grids: Sequence[str], first: date, last: date, zone: tzinfo) -> dict[Key, list[Somebody]]:
    """Who is planned now in the lines of a body, standing shifts included, as cells of a roster."""
    plan = watches.plan(first, last, zone)
    found: dict[Key, list[Somebody]] = defaultdict(list)
    for row in lines(body, grids, first):
        rows = plan.by_grid.get(row.code, ()) if row.post is None else plan.by_post.get(row.post.pk, ())
        for watch in rows:
            begins, ends = watches.span(watch.day, row.shift.starts, row.shift.ends, zone)
            fits = watch.shift == row.shift.code or (not watch.shift and watch.starts < ends and begins < watch.ends)
            if not fits or watch.post is None or not first <= watch.day <= last:
                continue
            persons = [watch.person] if watch.person else [s.person for s in plan.people.seats.get(watch.post, ())][:1]
            found[row.place, row.shift.code, watch.day] += [(watch.post, person) for person in persons]
    return found


def copied(roster: Roster, weeks: int, zone: tzinfo) -> dict[Key, list[Somebody]]:
    """The cells of so many weeks before the roster's days (what was in force then, whoever still may), for each of its
    days. `weeks` 0: what holds now on these very days."""
    back = timedelta(weeks=weeks)
    first, last = roster.first_day - back, roster.last_day - back
    found = in_force(roster.body, roster.grids, first, last, zone)
    people = crew(roster.body, roster.first_day, roster.last_day, zone)
    rows = {(row.place, row.shift.code): free_for(row, people) for row in rows_of(roster)}
    shifts = {shift.code: shift for shift in gaps.shifts_of()}
    return {
        (place, shift, day + back): [one for one in named if one in rows[place, shift]]
        for (place, shift, day), named in found.items()
        if (place, shift) in rows and gaps.worked(shifts[shift], day + back)
    }


def since_then(roster: Roster, edits: int) -> list[RosterEdit]:
    """The changes after the one that somebody had seen."""
    return list(roster.changes.filter(number__gt=edits).select_related("by").order_by("number"))


def _refuse(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(roster: Roster, act: str, by: Signed, at: datetime, **params: Any) -> None:
    params = {"body": roster.body.code, **params}
    subject = ("roster", str(roster.pk))
    audit.record(at, act, subject=subject, params=params, person=by.person.pk, seat=by.seat.pk, post=by.post.pk)
