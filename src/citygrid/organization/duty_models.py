"""Shifts, rosters by version, leave. Who is on duty when stands in `Duty` alone (`roster.py`)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Words(models.Model):
    """Something that a city folder names in both languages."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and not (get_language() or "zh").startswith("zh") else self.name


class Shift(Words):
    """A shift (班次) of the city: from a time to another (past midnight when it is not greater), for posts of these
    roles. `covers`: in every duty grid somebody must be there, or at every such post. `days`: kinds of day on which
    it is worked (`cityclock.DAY_KINDS`); empty: every day."""

    class Covers(models.TextChoices):
        DUTY_GRID = "duty_grid", _("duty grids")
        POST = "post", _("posts")

    starts = models.TimeField()
    ends = models.TimeField()
    covers = models.CharField(max_length=12, choices=Covers.choices)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    days = ArrayField(models.CharField(max_length=12), default=list)
    active = models.BooleanField(default=True)


class LeaveKind(Words):
    """A kind of leave (请假种类). `longest_days`: the most that may be asked at once; 0: no limit."""

    longest_days = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)


class Roster(models.Model):
    """The plan (排班表) of one body from a day to another, both included: a draft, then a version with a number. Of
    the published ones of a body the one with the greatest number holds for a day, from `since` on: what is past stays
    as it was. `edits` counts the changes, so that whoever comes second sees it. `grids`: duty grids that it plans."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey("organization.Body", models.PROTECT, related_name="rosters")
    first_day = models.DateField()
    last_day = models.DateField()
    grids = ArrayField(models.CharField(max_length=32), default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    number = models.PositiveIntegerField(null=True)
    since = models.DateField(null=True)
    edits = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="roster_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(number__isnull=False, since__isnull=False),
                name="roster_published_has_number",
            ),
            models.UniqueConstraint(fields=["body", "number"], name="roster_number_once"),
        ]


class RosterEdit(models.Model):
    """One change of a draft: who, when, which cells (ids only). `id` is chosen by the client: twice is once."""

    id = models.UUIDField(primary_key=True)
    roster = models.ForeignKey("organization.Roster", models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    cells = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="roster_edit_number_once")]


class Leave(models.Model):
    """Days off (请假) of a person, both days included: a shift that begins on one of them is not worked."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey("organization.Person", models.PROTECT, related_name="leaves")
    kind = models.ForeignKey("organization.LeaveKind", models.PROTECT, related_name="leaves")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey("organization.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("organization.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="leave_ends_after_start")]
        indexes = [models.Index(fields=["person", "first_day"], name="leave_by_person")]
