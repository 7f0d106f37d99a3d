"""Pictures of a case: where their small and large forms are, what stands below them, and who may look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.cases.database import cursor, plain
from citygrid.media import permission
from citygrid.media.models import File
from citygrid.media.storing import SHOWN
from citygrid.organization.models import Person
from citygrid.organization.seats import seats_of
from citygrid.organization.visibility import scope_of
from citygrid.web.words import office_moment

THUMBNAIL, ON_PAGE = 160, 960  # pixels of the longer side, of those that media makes


@dataclass(frozen=True, slots=True)
class Picture:
    """As `web/components/photos.html` wants it: a thumbnail, a form for the page, the largest one.
    The caption: when it was taken, and the beginning of its hash."""

    id: str
    small: str
    medium: str
    large: str
    caption: str = ""


def upload_address() -> str:
    """Where a file is sent to; the answer is JSON with its id."""
    return reverse("media:upload")


def pictures(ids: Sequence[str], person: Person | None = None) -> list[Picture]:
    """The pictures among these files, in the order given. `person`: only those that they may see or name."""
    known = {str(file.pk): file for file in File.objects.filter(pk__in=list(ids), kind="image")} if ids else {}
    if person is not None:
        known = {one: file for one, file in known.items() if file.uploader is None or permission.may_see(person, file)}
    return [_picture(known[one]) for one in ids if one in known]


def _picture(file: File) -> Picture:
    drawn = _("Illustration") if file.illustration else ""
    parts = (drawn, office_moment(file.made_at), f"SHA-256 {file.sha256[:12]}")
    small, medium, large = (reverse("media:sized", args=[file.pk, px]) for px in (THUMBNAIL, ON_PAGE, SHOWN))
    return Picture(str(file.pk), small, medium, large, " · ".join(p for p in parts if p))


def may_see(person: Any, file_id: UUID) -> bool:
    """Whoever may see a case, on any post held now, may see its files (rule for `media.permission`)."""
    if not isinstance(person, Person):
        return False
    now = timezone.now()
    for seat in seats_of(person, now):
        seen, params = scope_of(seat, now).sql("c")
        with plain() as connection:
            row = (
                cursor(connection)
                .execute(
                    f"""select 1 from cases_media m join cases_head h on h.case_id = m.case_id
                    join cases_case c on c.id = h.case_id and c.bucket = h.bucket
                    where m.file_id = %s and {seen} limit 1""".encode(),  # noqa: S608 - the condition holds no input
                    [file_id, *params],
                )
                .fetchone()
            )
        if row is not None:
            return True
    return False
