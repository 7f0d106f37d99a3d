"""Who reads permits, and which of them: whoever decides on reports or dispatches, in the areas of the post."""

from django.db.models import QuerySet
from django.utils import timezone

from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.reception.able import able
from citygrid.reception.models import Permit

EDIT = "permits.edit"
READERS = ("accept", "refuse", "refuse_filing", "file_case", "dispatch", "log_call", "verify", "inspect")


def may_read(who: Signed | None) -> bool:
    """Whether the post may look permits up: it decides about reports, or keeps the register."""
    return may(who, EDIT) or able(who, timezone.now(), *READERS)


def in_force(day: object) -> QuerySet[Permit]:
    """Permits that hold on a day and were not taken back."""
    return Permit.objects.filter(first_day__lte=day, last_day__gte=day, ended_at=None)
