"""Tables of special surveys (专项普查), spot checks (抽查) and answers at a border (边界).

A spot check is a survey of closed cases: each task is one case and belongs to one collector. Places are degrees
(CGCS2000); `point` is in metres of the city's projection."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from citygrid.maps.native import PointField
from citygrid.rulebook.models import RuleText, dated


class Campaign(models.Model):
    """A special survey: what is looked at, where, from when to when, with which form.

    `fields`: [{"name", "label", "label_en", "kind": choice|number|text|yes_no, "required", "choices": [{"code",
    "name", "name_en"}]}] (`forms.py`). `areas`: codes of areas or duty grids, empty: all that whoever made it may see.
    `posts`: ids of the posts that answer, empty: whoever works in the duty grid of a task."""

    class Kind(models.TextChoices):
        SURVEY = "survey", _("special survey")
        SPOT = "spot", _("spot check")

    class Target(models.TextChoices):
        COMPONENTS = "components", _("components of a class")
        POINTS = "points", _("a list of places")
        GRIDS = "grids", _("unit grids")
        CASES = "cases", _("closed cases")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ENDED = "ended", _("ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SURVEY)
    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=1000, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    target = models.CharField(max_length=12, choices=Target.choices)
    class_id = models.CharField(max_length=80, blank=True)
    report_class = models.CharField(max_length=80, blank=True)
    areas = ArrayField(models.CharField(max_length=32), default=list)
    posts = ArrayField(models.BigIntegerField(), default=list)
    points = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    photos = models.PositiveSmallIntegerField(default=1)
    draw = models.UUIDField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="survey_campaign_ends_after_start"),
            models.UniqueConstraint(fields=["draw"], condition=Q(draw__isnull=False), name="spot_checks_once_a_draw"),
        ]
        indexes = [models.Index(fields=["status", "-made_at"], name="survey_campaign_status")]

    def __str__(self) -> str:
        return self.title


class SurveyTask(models.Model):
    """One thing to be looked at. `key`: the component's code, the grid's code, the case's id, or the number of the
    place in the list. `area_ids`: the path from the unit grid up. `person`: whose it is, None: whoever works there.
    `answer`: the newest one."""

    campaign = models.ForeignKey("collection.Campaign", models.CASCADE, related_name="tasks")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    grid = models.CharField(max_length=32, blank=True)
    duty_grids = ArrayField(models.CharField(max_length=32), default=list)
    area_ids = ArrayField(models.BigIntegerField(), default=list)
    person = models.BigIntegerField(null=True)
    answer = models.UUIDField(null=True)
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "key"], name="survey_task_once"),
            models.UniqueConstraint(fields=["campaign", "number"], name="survey_task_number"),
        ]
        indexes = [
            GinIndex(fields=["duty_grids"], name="survey_task_duty"),
            models.Index(fields=["person", "campaign"], name="survey_task_person", condition=Q(person__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.key


class SurveyAnswer(models.Model):
    """What somebody found there; a correction is a new one, the earlier stays. `id`: the entry's, chosen by the device.

    `values`: by the name of the field. `made_at`: as the device says, `at`: when it came. `case_id`: the case that was
    reported out of it."""

    id = models.UUIDField(primary_key=True)
    task = models.ForeignKey("collection.SurveyTask", models.CASCADE, related_name="answers")
    values = models.JSONField(default=dict)
    photos = ArrayField(models.UUIDField(), default=list)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    at = models.DateTimeField()
    case_id = models.UUIDField(null=True)
    replaced_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["task", "-at"], name="survey_answer_task"),
            GinIndex(fields=["photos"], name="survey_answer_photos"),
        ]


class BorderAnswer(models.Model):
    """On which side a reporter said that it is, when the circle of the position touched two that answer (asks 9).

    `sides`: [{"body", "name", "metres", "code"}] as the device asked; `chosen`: the body, None: "cannot tell".
    `follows`: the earlier answer that was shown and repeated. It is shown to others until it is withdrawn."""

    id = models.UUIDField(primary_key=True)
    class_id = models.CharField(max_length=80)
    lon = models.FloatField()
    lat = models.FloatField()
    point = PointField()
    accuracy = models.FloatField(null=True)
    area_ids = ArrayField(models.BigIntegerField(), default=list)
    sides = models.JSONField(default=list)
    chosen = models.BigIntegerField(null=True)
    follows = models.UUIDField(null=True)
    case_id = models.UUIDField()
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [
            GistIndex(fields=["point"], name="border_answer_point"),
            models.Index(fields=["case_id"], name="border_answer_case"),
            models.Index(fields=["-at", "-id"], name="border_answer_at"),
        ]


class BorderRule(RuleText):
    """`border.toml` of the city folder: the bounds of the question at a border (`border_rules.py`)."""

    class Meta:
        constraints = dated("border_rule", "code")
