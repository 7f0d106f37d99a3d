"""Who may see the photos of answers, and those of a case that somebody checks again (rule for `media.permission`)."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Campaign, SurveyAnswer
from citygrid.collection.surveys import campaigns, spots
from citygrid.organization.models import Person
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on

MOST = 20


def may_see(person: Any, file_id: UUID) -> bool:
    """Whoever, on any post held now, sees the results of the survey; who has the case as a spot check."""
    if not isinstance(person, Person):
        return False
    if spots.may_see_case_file(person, _cases(file_id)):
        return True
    rows = list(SurveyAnswer.objects.select_related("task__campaign").filter(photos__contains=[file_id])[:MOST])
    if not rows:
        return False
    now = timezone.now()
    seats = [signed_on(person, seat, now) for seat in seats_of(person, now)]
    return any(_result(row, one) for one in seats for row in rows)


def _result(row: SurveyAnswer, signed: Signed) -> bool:
    campaign = row.task.campaign
    if campaign.kind == Campaign.Kind.SPOT:
        return spots.checks(signed).filter(pk=campaign.pk).exists()
    known = campaigns.seen(signed).filter(pk=campaign.pk).exists()
    return known and campaigns.tasks_seen(campaign, signed).filter(pk=row.task_id).exists()


def _cases(file_id: UUID) -> set[UUID]:
    with plain() as connection:
        rows = cursor(connection).execute(b"select case_id from cases_media where file_id = %s limit 20", [file_id])
        return {row[0] for row in rows.fetchall()}
