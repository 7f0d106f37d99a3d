"""Who may look at a body's page and its record, and who may change what."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from citygrid.areas.models import LADDER, Area
from citygrid.organization import tree
from citygrid.organization.models import Body, Person, RecordFile, Relation, ScopeKind
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on
from citygrid.organization.unit_models import RelationKind

READERS = ("organization.edit", "accounts.edit", "posts.assign", "audit.read")
"""Rights that open every body."""


def may_read(signed: Signed, body: Body) -> bool:
    """Whoever keeps the organization; who sees the body's work; who belongs above, below or beside it."""
    return readable(signed, Body.objects.filter(pk=body.pk)).exists()


def readable(signed: Signed, bodies: QuerySet[Body]) -> QuerySet[Body]:
    """Those of the bodies that the post may look at: all for whoever keeps the organization; else its own body, those
    above and below it, those that it has to do with, and for a post that sees areas the bodies there."""
    if signed.scope.everything or any(may(signed, right) for right in READERS):
        return bodies
    own = signed.body.pk
    near = tree.ancestors([own]) | tree.descendants([own]) | signed.scope.bodies | _related(own)
    wanted = Q(pk__in=near)
    if signed.role.scope in (ScopeKind.AREA, ScopeKind.AREA_TREE):
        rows = Area.objects.filter(pk__in=signed.scope.areas, kind__in=LADDER[:-1])  # no body answers for one grid
        codes = sorted(set(rows.values_list("code", flat=True)))
        wanted |= Q(areas__overlap=codes) if codes else Q()
    return bodies.filter(wanted)


def may_keep_record(signed: Signed, body: Body) -> bool:
    """The administrator for every body; a body's own head for the own one."""
    return may(signed, "organization.edit") or (may(signed, "unit.record") and signed.body.pk == body.pk)


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Rule for `media.permission`: rules and plans are for whoever may read the body, on any post held now."""
    if not isinstance(person, Person):
        return False
    bodies = Body.objects.filter(records__files__file=file_id).distinct()
    if not RecordFile.objects.filter(file=file_id).exists():
        return False
    now = timezone.now()
    return any(readable(signed_on(person, seat, now), bodies).exists() for seat in seats_of(person, now))


def _related(body: int) -> frozenset[int]:
    """The bodies that it supervises or is supervised by, handles for or is handled for by, today."""
    today = timezone.localdate()
    rows = Relation.objects.filter(Q(body=body) | Q(other=body)).exclude(until__lte=today)
    found = rows.filter(kind__in=RelationKind.values).values_list("body_id", "other_id")
    return frozenset(one for pair in found for one in pair)
