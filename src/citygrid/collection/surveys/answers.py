"""Answers of a survey: taken from a batch, corrected, shown on the device (pack section `surveys`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Campaign, SurveyAnswer, SurveyTask
from citygrid.collection.surveys import forms
from citygrid.collection.surveys.refusals import refused
from citygrid.collection.syncing import ground
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import localday
from citygrid.web.sent import uuid_of
from citygrid.web.words import chinese

MOST_TASKS = 2000
LARGEST = {"lon": 180.0, "lat": 90.0}
SHOWN_DAYS = 2
"""So long a task that was answered stays on the device, to be corrected."""
Status = Campaign.Status


def take(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """Entry `survey_answer`: {task: number of the row, values: {name: value}, lon, lat, accuracy, case}; its files are
    the photos. A later one of the same task corrects the earlier, which stays. Raises Refused."""
    said, made = sent.data, sent.made_at or now
    task = _task(signed, said.get("task"), made)
    campaign = task.campaign
    if not _open(campaign, made):
        raise refused("survey_not_open")
    try:
        values = forms.read(campaign.fields, said.get("values"))
    except forms.WrongError as error:
        raise refused("survey_answer", survey_why=error.code, name=error.field, field="values") from None
    if len(sent.files) < campaign.photos:
        raise refused("survey_photos", least=campaign.photos)
    row = SurveyAnswer.objects.create(
        id=sent.id, task=task, values=values, photos=list(sent.files.values()), lon=_degrees(said, "lon"),
        lat=_degrees(said, "lat"), accuracy=_metres(said), person=signed.person, body=signed.body, made_at=made, at=now,
        case_id=uuid_of(said.get("case")),
    )  # fmt: skip
    _newest(task, row)
    return Answer("done", facts={"task": task.pk, "campaign": str(campaign.pk)})


def _task(signed: Signed, pk: Any, made: datetime) -> SurveyTask:
    rows = mine(signed, made).select_for_update(of=("self",))
    task = rows.filter(pk=pk).first() if type(pk) is int and 0 < pk < 2**62 else None
    if task is None:
        raise refused("survey_no_task")
    return task


def _open(row: Campaign, made: datetime) -> bool:
    """An answer made while it was open is taken later too: the phone had no network."""
    published = row.published_at is not None and row.status != Status.DRAFT
    in_time = row.first_day <= localday(made) <= row.last_day
    return published and in_time and (row.ended_at is None or made < row.ended_at)


def _newest(task: SurveyTask, row: SurveyAnswer) -> None:
    """What was made last counts, in whatever order they came."""
    before = SurveyAnswer.objects.filter(pk=task.answer).first() if task.answer is not None else None
    if before is not None and before.made_at > row.made_at:
        row.replaced_by = before.pk
        row.save(update_fields=["replaced_by"])
        return
    if before is not None:
        before.replaced_by = row.pk
        before.save(update_fields=["replaced_by"])
    task.answer, task.answered_by, task.answered_at = row.pk, row.person_id, row.made_at
    task.save(update_fields=["answer", "answered_by", "answered_at"])


def _degrees(said: Any, name: str) -> float:
    value = said.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= LARGEST[name]:
        raise refused("survey_place", field=name)
    return float(value)


def _metres(said: Any) -> float | None:
    value = said.get("accuracy")
    is_one = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6
    return float(value) if is_one else None


def mine(signed: Signed, now: datetime) -> QuerySet[SurveyTask]:
    """The tasks that a person has on the post in use: those given to them, and those of their duty grids."""
    here = list(ground.of(signed, now).members)
    shared = Q(person=None, duty_grids__overlap=here) & (
        Q(campaign__posts=[]) | Q(campaign__posts__contains=[signed.post.pk])
    )
    rows = SurveyTask.objects.select_related("campaign").exclude(campaign__status=Status.DRAFT)
    return rows.filter(Q(person=signed.person.pk) | shared)


def section(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """Pack section `surveys`: open campaigns with their form and this person's tasks.

    [{id, kind, title, purpose, first_day, last_day, report_class, photos, fields: [{name, label, kind, required,
    choices: [[code, words]]}], tasks: [{id, number, key, name, lon, lat, grid, answered_at, mine,
    values, photos, photos_after}]}]; the photos are those of the case of a spot check, to take the same view."""
    today = localday(now)
    recent = Q(answer=None) | Q(answered_at__gte=now - timedelta(days=SHOWN_DAYS))
    rows = mine(signed, now).filter(
        recent, campaign__status=Status.PUBLISHED, campaign__first_day__lte=today, campaign__last_day__gte=today
    )
    tasks = list(rows.order_by("campaign__last_day", "campaign_id", "number")[:MOST_TASKS])
    answers = SurveyAnswer.objects.in_bulk([one.answer for one in tasks if one.answer is not None])
    photos = photos_of(UUID(one.key) for one in tasks if one.campaign.kind == Campaign.Kind.SPOT)
    found: dict[UUID, dict[str, Any]] = {}
    for one in tasks:
        told = found.setdefault(one.campaign_id, _campaign(one.campaign))
        row = _told(one, answers.get(one.answer) if one.answer else None, signed)
        told["tasks"].append(row | photos.get(one.key, {}))
    return list(found.values())


def photos_of(cases: Iterable[UUID]) -> dict[str, dict[str, list[str]]]:
    """The photos of cases, by id: those of the report, those after the handling. Whoever has a case as a spot check may
    see them (`seeing_photos`)."""
    wanted = list(cases)
    if not wanted:
        return {}
    with plain() as connection:
        rows = cursor(connection).execute(
            b"select c.id, c.snapshot -> 'media', c.snapshot -> 'after_media' from cases_case c"
            b" join cases_head h on h.case_id = c.id and h.bucket = c.bucket where c.id = any(%s)",
            [wanted],
        )
        found = rows.fetchall()
    return {str(case): {"photos": before or [], "photos_after": after or []} for case, before, after in found}


def _campaign(row: Campaign) -> dict[str, Any]:
    zh = chinese()
    fields = [
        {
            "name": one["name"], "label": forms.label_of(one, zh), "kind": one["kind"], "required": one["required"],
            "choices": [[c["code"], forms.label_of(c, zh, "name")] for c in one["choices"]],
        }
        for one in row.fields
    ]  # fmt: skip
    return {
        "id": str(row.pk), "kind": row.kind, "kind_words": str(row.get_kind_display()), "title": row.title,
        "purpose": row.purpose, "first_day": row.first_day, "last_day": row.last_day, "target": row.target,
        "report_class": row.report_class, "report_class_name": naming.class_words(row.report_class),
        "photos": row.photos, "fields": fields, "tasks": [],
    }  # fmt: skip


def _told(task: SurveyTask, answer: SurveyAnswer | None, signed: Signed) -> dict[str, Any]:
    own = answer is not None and answer.person_id == signed.person.pk
    return {
        "id": task.pk, "number": task.number, "key": task.key, "name": task.name, "lon": task.lon, "lat": task.lat,
        "grid": task.grid, "answered_at": task.answered_at, "mine": own,
        "values": answer.values if answer is not None and own else None,
    }  # fmt: skip
