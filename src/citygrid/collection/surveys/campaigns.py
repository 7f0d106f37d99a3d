"""专项普查: a campaign as a draft, published (its tasks are made), ended; who may see and change it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from citygrid.areas.changing import holding
from citygrid.areas.models import Area
from citygrid.collection.models import Campaign, SurveyTask
from citygrid.collection.surveys import forms, targets
from citygrid.collection.surveys.refusals import refused
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday
from citygrid.trust import audit

RIGHT = "surveys.edit"
BATCH = 2000
Status = Campaign.Status


def seen(signed: Signed) -> QuerySet[Campaign]:
    """Special surveys that exist for a post: for whoever has the right, one's own and those with a task on its ground
    (drafts: of one's own body)."""
    rows = Campaign.objects.filter(kind=Campaign.Kind.SURVEY).select_related("made_by", "body").order_by("-made_at")
    if not may(signed, RIGHT):
        return rows.none()
    if signed.scope.everything:
        return rows
    ground = SurveyTask.objects.filter(campaign=OuterRef("pk"), area_ids__overlap=sorted(signed.scope.roots))
    return rows.filter(Q(made_by=signed.person) | Q(body=signed.body) | Exists(ground))


def tasks_seen(campaign: Campaign, signed: Signed) -> QuerySet[SurveyTask]:
    """The tasks of a campaign that lie on the ground of the post; all for whoever made it."""
    rows = SurveyTask.objects.filter(campaign=campaign).order_by("number")
    if signed.scope.everything or campaign.made_by_id == signed.person.pk:
        return rows
    return rows.filter(area_ids__overlap=sorted(signed.scope.roots))


def save(pk: UUID, facts: dict[str, Any], signed: Signed, now: datetime) -> Campaign:
    """Keep a draft: a new one, or what stands in one. `facts`: title, purpose, first_day, last_day, target, class_id,
    report_class, areas, posts, points, fields, photos. Raises Refused, and then nothing has changed."""
    if not may(signed, RIGHT):
        raise refused("survey_right")
    with transaction.atomic():
        row = Campaign.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            row = Campaign(pk=pk, made_by=signed.person, made_at=now, body=signed.body)
        elif row.status != Status.DRAFT or not _mine(row, signed):
            raise refused("survey_not_draft")
        for name, value in facts.items():
            setattr(row, name, value)
        _check(row, signed, now)
        row.save()
        _note("survey_saved", row, signed, now)
    return row


def _mine(row: Campaign, signed: Signed) -> bool:
    return row.made_by_id == signed.person.pk or row.body_id == signed.body.pk or signed.scope.everything


def _check(row: Campaign, signed: Signed, now: datetime) -> None:
    if not row.title.strip():
        raise refused("survey_title", field="title")
    if row.last_day < row.first_day:
        raise refused("survey_days", field="last_day")
    try:
        row.fields = forms.checked(row.fields)
    except forms.WrongError as error:
        raise refused("survey_form", survey_why=error.code, name=error.field, field="fields") from None
    known = {one.code: one for one in Area.objects.filter(holding(localday(now)), code__in=row.areas)}
    allowed = {one.pk for one in choosable(signed, now)}
    for code in row.areas:
        if code not in known or known[code].pk not in allowed:
            raise refused("survey_area", code=code, field="areas")


def choosable(signed: Signed, now: datetime) -> list[Area]:
    """Districts, streets, communities and duty grids of the post's ground."""
    kinds = ("district", "street", "community", "duty_grid")
    rows = Area.objects.filter(holding(localday(now)), kind__in=kinds).order_by("kind", "code")
    if not signed.scope.everything:
        grids = Area.objects.filter(holding(localday(now)), kind="grid", pk__in=signed.scope.areas).values("pk")
        duty = Q(kind="duty_grid", members__grid__in=grids)
        rows = rows.filter(Q(pk__in=signed.scope.areas) | duty).distinct()
    return sorted(rows.defer("geometry"), key=lambda row: (kinds.index(row.kind), row.code))


def publish(pk: UUID, signed: Signed, now: datetime) -> Campaign:
    """Make the tasks and give them out; how many is `row.tasks.count()`. Raises Refused."""
    with transaction.atomic():
        row = _locked(pk, signed)
        if row.status != Status.DRAFT:
            raise refused("survey_not_draft")
        _check(row, signed, now)
        if row.last_day < localday(now):
            raise refused("survey_past", field="last_day")
        keep_tasks(row, targets.of(row, signed, now))
        row.status, row.published_by, row.published_at = Status.PUBLISHED, signed.person, now
        row.save(update_fields=["status", "published_by", "published_at"])
        _note("survey_published", row, signed, now)
    return row


def keep_tasks(row: Campaign, found: list[targets.Target], people: list[int] | None = None) -> None:
    """The tasks of a campaign, in this order; `people`: whose each is."""
    SurveyTask.objects.bulk_create(
        (
            SurveyTask(
                campaign=row, number=n, key=one.key, name=one.name, lon=one.lon, lat=one.lat, grid=one.grid,
                duty_grids=list(one.duty_grids), area_ids=list(one.area_ids),
                person=people[n - 1] if people is not None else None,
            )
            for n, one in enumerate(found, 1)
        ),
        batch_size=BATCH,
    )  # fmt: skip


def end(pk: UUID, signed: Signed, now: datetime) -> Campaign:
    """No more answers from now on (those made before are still taken). Raises Refused."""
    with transaction.atomic():
        row = _locked(pk, signed)
        if row.status != Status.PUBLISHED:
            raise refused("survey_not_open")
        row.status, row.ended_by, row.ended_at = Status.ENDED, signed.person, now
        row.save(update_fields=["status", "ended_by", "ended_at"])
        _note("survey_ended", row, signed, now)
    return row


def _locked(pk: UUID, signed: Signed) -> Campaign:
    if not may(signed, RIGHT):
        raise refused("survey_right")
    row = Campaign.objects.select_for_update().filter(pk=pk, kind=Campaign.Kind.SURVEY).first()
    if row is None or not seen(signed).filter(pk=pk).exists():
        raise refused("survey_unknown")
    if not _mine(row, signed):
        raise refused("survey_right")
    return row


def counted(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """With `total` and `done`: tasks, and those that have an answer."""
    return rows.annotate(total=Count("tasks"), done=Count("tasks", filter=Q(tasks__answer__isnull=False)))


def _note(act: str, row: Campaign, signed: Signed, at: datetime) -> None:
    audit.record(
        at, act, subject=("survey_campaign", str(row.pk)), person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk,
    )  # fmt: skip
