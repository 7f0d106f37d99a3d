"""Whose score one may look at: who reads the evaluation, what lies in their scope; a unit its own and those below it,
a person the own post's."""

from dataclasses import replace

from django.utils import timezone

from citygrid.coordination.able import able
from citygrid.evaluation import entry_seeing
from citygrid.evaluation.computing import within
from citygrid.evaluation.results import Scores
from citygrid.organization.seats import Signed

HANDLING = "sign"
"""Who may sign for a case answers for a unit."""


def reads(signed: Signed | None) -> bool:
    """Whether a post reads the evaluation at all; its scope says how much of it."""
    return signed is not None and signed.role.code in entry_seeing.READERS


def is_unit(signed: Signed | None) -> bool:
    """Whether the post has a unit whose score is its own business."""
    return able(signed, timezone.now(), HANDLING)


def units(signed: Signed) -> frozenset[int]:
    """The bodies whose scores the post may look at; empty where it may look at none."""
    if reads(signed):
        return frozenset(entry_seeing.bodies(signed.scope).values_list("pk", flat=True))
    return frozenset({signed.body.pk, *signed.scope.bodies}) if is_unit(signed) else frozenset()


def owns(by: str, subject: str, signed: Signed) -> bool:
    """Whether an object is the unit of who asks, or one below it."""
    return by == "unit" and is_unit(signed) and subject in {str(one) for one in units(signed)}


def own_post(signed: Signed) -> str:
    """How the evaluation names the person on this post."""
    return f"{signed.role.code}:{signed.person.pk}:"


def seen(found: Scores, signed: Signed) -> Scores:
    """Only the objects whose scores the post may look at; ranks stay those of the whole group."""
    if reads(signed):
        return within(found, signed.scope)
    mine = {own_post(signed)} if found.by == "post" else set()
    if found.by == "unit":
        mine = {str(one) for one in units(signed)}
    groups = (replace(group, rows=tuple(row for row in group.rows if row.subject in mine)) for group in found.groups)
    return replace(found, groups=tuple(group for group in groups if group.rows))
