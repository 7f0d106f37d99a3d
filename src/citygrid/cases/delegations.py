"""Delegations of the office as the process wants them, in which state they are, and who may read them (S1-20)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from citygrid.areas import tree as area_tree
from citygrid.cases import delegated_approvals
from citygrid.cases.delegation_models import Delegation
from citygrid.organization.models import Person
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of, signed
from citygrid.process import Actor
from citygrid.process.delegating import Delegation as Given
from citygrid.process.rules import Variant
from citygrid.rulebook.slices import NoRules, profile_at, rules_at
from citygrid.worktime import Limit

IN_FORCE, COMING, ENDED = "in_force", "coming", "ended"


def held(actor: Actor, at: datetime) -> tuple[Given, ...]:
    """What was ever given to the actor's post, or to their role in their body; the process asks which covers."""
    if actor.post is None:
        return ()
    zone = profile_at(at).timezone
    rows = Delegation.objects.filter(Q(post=actor.post) | Q(body=actor.body, role=actor.role)).order_by("id")
    return tuple(given(row, zone) for row in rows)


def of_actor(rows: Iterable[tuple[Delegation, Given]], actor: Actor) -> tuple[Given, ...]:
    """The same from rows that were read before (`everything`)."""
    return tuple(
        one
        for row, one in rows
        if row.post_id == actor.post or (row.post_id is None and (row.body_id, row.role) == (actor.body, actor.role))
    )


def everything(zone: ZoneInfo) -> list[tuple[Delegation, Given]]:
    """All delegations there ever were, with what the process wants to know."""
    return [(row, given(row, zone)) for row in Delegation.objects.order_by("id")]


def given(row: Delegation, zone: ZoneInfo) -> Given:
    """A row for the process."""
    since, until = when(row, zone)
    return Given(
        code=row.code,
        kinds=frozenset(row.kinds),
        since=since,
        until=until,
        longest=Limit.parse(row.longest) if row.longest else None,
        classes=tuple(row.classes),
        areas=area_tree.ids_by_code(row.areas) if row.areas else None,
        giver=row.giver_id,
        by_post=row.post_id is not None,
    )


def when(row: Delegation, zone: ZoneInfo) -> tuple[datetime, datetime | None]:
    """From when up to, not including, when it holds. Days begin and end at midnight of the city's own time; nothing
    counts before it was given."""
    ends = [midnight(row.last_day + timedelta(days=1), zone)] if row.last_day is not None else []
    ends += [row.withdrawn_at] if row.withdrawn_at is not None else []
    return max(midnight(row.first_day, zone), row.given_at), min(ends, default=None)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins in the city."""
    return datetime.combine(day, time(), zone)


def state_of(row: Delegation, at: datetime) -> str:
    """`in_force`, `coming` or `ended` (by itself, or withdrawn) at a moment."""
    since, until = when(row, profile_at(at).timezone)
    if until is not None and until <= at:
        return ENDED
    return COMING if at < since else IN_FORCE


def variants_at(at: datetime) -> list[Variant]:
    """The variants in force; none before a city is loaded."""
    try:
        return list(rules_at(at).variants.values())
    except NoRules:
        return []


def holds_power(role: str, at: datetime) -> bool:
    """Whether a role holds the power to approve itself: it is the office's."""
    return any(role in one.delegators for one in variants_at(at))


def approves(role: str, at: datetime) -> bool:
    """Whether a role may approve requests at all; to others nothing needs to be delegated."""
    return any(role in one.acts.get("approve", frozenset()) for one in variants_at(at))


# who may read


def may_open(who: Signed | None) -> bool:
    """Whether the bar shows delegations: to who gives them, who may be given one, and the auditor."""
    if who is None:
        return False
    return may(who, "delegations.give") or may(who, "audit.read") or approves(who.role.code, timezone.now())


def concerning(who: Signed) -> QuerySet[Delegation]:
    """All for the office and the auditor; for others what was given to their post."""
    rows = _rows()
    if may(who, "delegations.give") or may(who, "audit.read"):
        return rows
    return rows.filter(Q(post=who.post) | Q(body=who.body, role=who.role.code))


def readable(who: Signed, code: str) -> Delegation | None:
    """One delegation: of those that concern the post, or one under which a case was decided that the post may see."""
    found = concerning(who).filter(code=code).first()
    if found is not None or not delegated_approvals.under(code, who.scope, most=1):
        return found
    return _rows().filter(code=code).first()


def _rows() -> QuerySet[Delegation]:
    return Delegation.objects.select_related("giver_post__body", "giver", "post__body", "body", "withdrawn_by", "file")


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Whoever may read a delegation on any post held now may read its document (rule for `media.permission`)."""
    if not isinstance(person, Person):
        return False
    codes = list(Delegation.objects.filter(file=file_id).values_list("code", flat=True))
    now = timezone.now()
    return bool(codes) and any(
        readable(signed(person, seat, now), code) is not None for seat in seats_of(person, now) for code in codes
    )
