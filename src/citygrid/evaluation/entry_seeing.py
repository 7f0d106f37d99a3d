"""Who may see and enter what: entries about the bodies, areas and people of one's own scope; so their evidence."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from citygrid.areas import tree as areas
from citygrid.areas.models import LADDER, Area
from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.evaluation.subjects import BODIES, PEOPLE
from citygrid.organization.models import Body, Person, Seat
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on
from citygrid.organization.visibility import Scope

ENTER, APPROVE, SCHEMES = "scores.enter", "scores.approve", "schemes.edit"
READERS = frozenset({"leader", "evaluator", "office", "shift_leader", "supervisor_dept"})


def bodies(scope: Scope) -> QuerySet[Body]:
    """The bodies whose scores lie within a scope: its own, those whose areas all lie within its areas, and for whoever
    has the whole city those that have no area of their own."""
    if scope.everything:
        return Body.objects.all()
    # No body answers for one grid. All other areas are read: a scope has far more grids than there are of them.
    rows = Area.objects.filter(kind__in=LADDER[:-1]).values_list("pk", "code", "kind")
    mine = [(code, kind) for pk, code, kind in rows if pk in scope.areas]
    codes = sorted({code for code, _kind in mine})
    city = any(kind == LADDER[0] for _code, kind in mine)
    within = Q(areas__contained_by=codes) & ~Q(areas=[])
    return Body.objects.filter(Q(pk__in=scope.bodies) | within | (Q(areas=[]) if city else Q(pk__in=[])))


def seen(scope: Scope) -> QuerySet[Entry]:
    """The entries within a scope."""
    rows = Entry.objects.all()
    if scope.everything:
        return rows
    units = bodies(scope).values_list("code", flat=True)
    codes = set(areas.codes_by_id(scope.areas).values())
    return rows.filter(
        Q(by__in=BODIES, subject__in=units) | Q(by="area", subject__in=codes) | Q(by="post", subject__in=_posts(scope))
        | Q(by__in=PEOPLE, subject__in=_people(scope))
    )


def holds(scope: Scope, by: str, code: str) -> bool:
    """Whether an object lies within a scope."""
    if scope.everything:
        return True
    if by in PEOPLE:
        return code in _people(scope)
    if by in BODIES:
        return bodies(scope).filter(code=code).exists()
    if by == "area":
        return bool(areas.ids_by_code([code]) & scope.areas)
    return by == "post" and code in _posts(scope)


def _posts(scope: Scope) -> set[str]:
    seats = Seat.objects.filter(post__body__in=bodies(scope)).values_list("post__role__code", "person__login")
    return {f"{role}:{login}" for role, login in seats}


def _people(scope: Scope) -> set[str]:
    return set(Seat.objects.filter(post__body__in=bodies(scope)).values_list("person__login", flat=True))


def may_read(signed: Signed) -> bool:
    """Whether a post opens the list of entries."""
    return signed.role.code in READERS or may(signed, ENTER) or may(signed, APPROVE)


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Rule for `media.permission`: the evidence of an entry, or of a file of entries, on any post held now."""
    if not isinstance(person, Person):
        return False
    entries = Entry.objects.filter(evidence=file_id)
    sent = EntryFile.objects.filter(evidence=file_id, sent_by=person.pk)
    if not entries.exists():
        return sent.exists()
    now = timezone.now()
    for seat in seats_of(person, now):
        signed = signed_on(person, seat, now)
        if may_read(signed) and seen(signed.scope).filter(evidence=file_id).exists():
            return True
    return False
