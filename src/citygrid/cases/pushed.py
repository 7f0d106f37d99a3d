"""Whether a person may hear live of one case; asked by the push process (settings.PUSH_CASES)."""

from uuid import UUID

from django.utils import timezone

from citygrid.cases import reading
from citygrid.organization import seats
from citygrid.organization.models import Person
from citygrid.organization.visibility import scope_of


def may_hear(person: int, case: UUID) -> bool:
    """True when one of the seats that the person holds now sees the case; False for a case that is not there."""
    now = timezone.now()
    held = Person.objects.filter(pk=person, is_active=True).first()
    if held is None:
        return False
    return any(reading.case_for(scope_of(seat, now), case) is not None for seat in seats.seats_of(held, now))
