"""Who may look at teams: rights of the post; whose, its scope says. Photos of roll calls are for those who may look."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from citygrid.collection.models import Called, Statement
from citygrid.collection.teams import crew
from citygrid.media import permission
from citygrid.organization.models import Body, Person
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of, signed

LEAD, SEE = "teams.lead", "teams.see"
MAKE, SETTLE, OBJECT = "statements.make", "statements.settle", "statements.object"


def may_look(one: Signed | None) -> bool:
    """Whether the post may look at people and figures."""
    return may(one, SEE) or may(one, LEAD)


def may_lead(one: Signed | None) -> bool:
    """Whether the post may call the roll and draw samples."""
    return may(one, LEAD)


def may_open(one: Signed | None) -> bool:
    """Whether anything of teams is open to the post."""
    return may_look(one) or any(may(one, right) for right in (MAKE, SETTLE, OBJECT))


def contractor_bodies(one: Signed) -> list[Body]:
    """The bodies whose statements the post may see: for whoever makes and settles those of the people within the scope,
    for a contractor its own."""
    if may(one, MAKE) or may(one, SETTLE):
        now = timezone.now()
        led = {member.body for member in crew.members(one.scope, now)}
        known = set(Statement.objects.values_list("body", flat=True))
        seen = {pk for pk in known if one.scope.everything or pk in one.scope.bodies}
        return list(Body.objects.filter(pk__in=led | seen).order_by("code"))
    return list(Body.objects.filter(pk=one.body.pk)) if may(one, OBJECT) else []


def sees_statement(one: Signed, statement: Statement) -> bool:
    """Whether the post may see this one."""
    return statement.body_id in {body.pk for body in contractor_bodies(one)}


def register() -> None:
    """Called when the app starts."""
    permission.register(_photo)


def _photo(person: Any, file: UUID) -> bool:
    """A photo that answered a roll call is seen by whoever leads the one who answered."""
    rows = list(Called.objects.filter(photo=file).values_list("person_id", flat=True))
    if not rows or not isinstance(person, Person):
        return False
    now = timezone.now()
    for seat in seats_of(person, now):
        one = signed(person, seat, now)
        if may_look(one) and {member.person for member in crew.members(one.scope, now)}.intersection(rows):
            return True
    return False
