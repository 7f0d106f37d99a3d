"""Photos of components: those of approved change requests. Who may look follows the component or the request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from citygrid.basedata import asking, listing, seeing
from citygrid.basedata.models import ChangeRequest
from citygrid.media.models import File
from citygrid.media.storing import SHOWN
from citygrid.organization.models import Person
from citygrid.organization.seats import seats_of
from citygrid.organization.seats import signed as signed_on
from citygrid.web.words import office_moment

SMALL, ON_PAGE = 160, 960
"""Pixels of the longer side, of those that media makes."""
MOST = 12


@dataclass(frozen=True, slots=True)
class Picture:
    """Addresses of its forms, and what stands below it."""

    id: str
    small: str
    medium: str
    large: str
    caption: str


def pictures(ids: Iterable[UUID]) -> list[Picture]:
    """The pictures among these files, in the order given."""
    wanted = list(ids)
    known = {one.pk: one for one in File.objects.filter(pk__in=wanted, kind="image")} if wanted else {}
    return [_picture(known[one]) for one in wanted if one in known]


def of_component(code: str) -> list[Picture]:
    """The newest photos of a component."""
    rows = ChangeRequest.objects.filter(code=code, status=ChangeRequest.Status.APPROVED).order_by("-decided_at")
    ids = [photo for row in rows[:MOST] for photo in row.photos]
    return pictures(ids[:MOST])


def may_see(person: Any, file_id: UUID) -> bool:
    """Rule for `media.permission`: who, on any post held now, may see the request or the component that it changed."""
    if not isinstance(person, Person):
        return False
    rows = list(ChangeRequest.objects.filter(photos__contains=[file_id])[:20])
    if not rows:
        return False
    now = timezone.now()
    for seat in seats_of(person, now):
        signed = signed_on(person, seat, now)
        for row in rows:
            if asking.visible(row, signed):
                return True
            approved = row.status == ChangeRequest.Status.APPROVED and row.code
            if approved and listing.one(row.code, seeing.components(signed)) is not None:
                return True
    return False


def _picture(file: File) -> Picture:
    small, medium, large = (reverse("media:sized", args=[file.pk, px]) for px in (SMALL, ON_PAGE, SHOWN))
    caption = " · ".join(part for part in (office_moment(file.made_at), f"SHA-256 {file.sha256[:12]}") if part)
    return Picture(str(file.pk), small, medium, large, caption)
